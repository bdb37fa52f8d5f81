"""First receivers of records: what they take from meters, what they can show, and what others make of their blocks."""

from __future__ import annotations

from dataclasses import replace

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import redaction, redaction_world
from reference.sovereign_chain.records import REDACTABLE, OriginsRecord, ShownRecord
from reference.sovereign_chain.redaction import Origin
from reference.sovereign_chain.redaction_world import CHAIN, Event, RedactionWorld, step, value_of
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, Values, rules

STRANGER = KeyPair.generate(Randomness.from_seed(99))
UNSALTED = {**HARDENED, "redaction": "unsalted-commitments"}
KEPT = {**HARDENED, "redaction": "meter-opens"}
USER, TERMS, ENERGY, PRICE = range(4)


def world(values: Values = HARDENED, *, crooked: bool = True) -> RedactionWorld:
    """Two records with two secret fields and two others, each of the value 1 of 3."""
    return redaction_world.deploy(
        rules(values), 1, secret=[True, True, False, False], reads=[[1] * 4] * 2, values=3, crooked=[0, 1] * crooked
    )


def why(effects: Effects) -> str | None:
    found = refused(effects)
    return None if found is None else found.rule


def played(of: RedactionWorld, *events: Event) -> tuple[RedactionWorld, str | None]:
    """The world after these events, and why the last is refused; the others are not."""
    last: Effects = ()
    for event in events:
        assert refused(last) is None, event
        of, last = step(of, event)
    return of, why(last)


def has(values: Values = HARDENED) -> Origin:
    """A first receiver that has what the meter sends."""
    return played(world(values), Event("report", 0))[0].origins[0]


def test_a_first_receiver_takes_the_record_that_it_expects_of_its_meter_once() -> None:
    of = world()
    sent = redaction.sent_by_meter(of.rules, of.held[0])
    tries = {
        redaction.sent_by_meter(of.rules, of.held[1]).encode(CHAIN): "record",
        replace(sent, record=sent.record.signed(CHAIN, STRANGER)).encode(CHAIN): "redaction",
        replace(sent, openings=(replace(sent.openings[0], value="Bob"),)).encode(CHAIN): "redaction",
        b"anything": "encoding",
    }
    assert [why(redaction.receive(of.origins[0], data)[1]) for data in tries] == [*tries.values()]
    after, effects = redaction.receive(of.origins[0], sent.encode(CHAIN))
    assert not effects and why(redaction.receive(after, sent.encode(CHAIN))[1]) == "record"


def test_what_does_not_open_the_meters_commitment_shows_nothing() -> None:
    for values in (HARDENED, UNSALTED, KEPT):
        assert why(redaction.put(has(values), "energy", value_of("energy", 2))[1]) == "redaction"
        assert not redaction.put(has(values), "energy", value_of("energy", 1))[1]
        assert why(redaction.put(world(values).origins[0], "energy", value_of("energy", 1))[1]) == "redaction"
    assert not redaction.put(world(LITERAL).origins[0], "energy", value_of("energy", 2))[1]


def test_a_meter_that_keeps_its_openings_tells_the_first_receiver_no_secret() -> None:
    assert {each.field for each in has(KEPT).told}.isdisjoint(REDACTABLE)
    assert why(redaction.put(has(KEPT), "user", value_of("user", 1))[1]) == "redaction"
    assert isinstance(redaction.told_by_meter(has(KEPT), "user"), Refused)
    assert not redaction.put(has(), "user", value_of("user", 1))[1]
    assert redaction.told_by_meter(has(), "user") == value_of("user", 1)


def test_a_block_is_put_together_before_it_is_broadcast_and_each_field_once() -> None:
    origin, _ = redaction.put(has(), "energy", value_of("energy", 1))
    assert why(redaction.put(origin, "energy", value_of("energy", 1))[1]) == "draft"
    sent, effects = redaction.draft(origin)
    assert isinstance(effects[0], Sent) and effects[0].data == origin.entry()
    assert why(redaction.put(sent, "price", value_of("price", 1))[1]) == "draft"
    assert why(redaction.draft(sent)[1]) == why(redaction.desensitise(sent)[1]) == "draft"
    assert why(redaction.desensitise(world().origins[0])[1]) == "record"


def test_an_honest_block_leaves_out_just_what_is_secret() -> None:
    for values in (LITERAL, HARDENED):
        of, refusal = played(world(values, crooked=False), Event("report", 0), Event("desensitise", 0))
        assert refusal is None and played(of, Event("accept", 0))[1] is None
        decoder = OriginsRecord if values is LITERAL else ShownRecord
        assert decoder.decode(CHAIN, of.wire[0]).content.keys() == {"energy", "price", "time"}


def test_a_made_up_record_and_one_with_a_field_left_out_are_accepted_on_the_origins_word_alone() -> None:
    put = [Event("put", 0, field, 2) for field in (ENERGY, PRICE)]
    for values in (LITERAL, CHARITABLE):
        assert played(world(values), *put, Event("draft", 0), Event("accept", 0))[1] is None
        assert played(world(values), Event("draft", 0), Event("accept", 0))[1] is None
    drafted = played(world(), Event("draft", 0))[0]
    assert played(drafted, Event("accept", 0))[1] == "redaction", "no meter has signed it"
    missing = played(world(), Event("report", 0), Event("put", 0, ENERGY, 1), Event("draft", 0))[0]
    found = missing.fault(0, missing.wire[0])
    assert found is not None and (found.rule, found.reason) == ("redaction", "price may not be left out")


def test_a_block_that_was_broadcast_too_early_is_broadcast_again_with_the_meters_record() -> None:
    early = played(world(), Event("draft", 0))[0]
    later = played(early, Event("report", 0))[0]
    assert later.wire != early.wire and ShownRecord.decode(CHAIN, later.wire[0]).record == later.held[0].record
    assert played(later, Event("accept", 0))[1] == "redaction", "two fields are missing"


def test_a_secret_is_guessed_without_a_salt_and_not_with_one() -> None:
    for values, refusal in ((UNSALTED, None), (HARDENED, "redaction"), (KEPT, "redaction"), (LITERAL, "redaction")):
        of = played(world(values, crooked=False), Event("report", 0), Event("desensitise", 0))[0]
        assert played(of, Event("guess", 0, USER))[1] == refusal
        assert played(of, Event("read", 0, USER))[1] == "redaction" and played(of, Event("read", 0, PRICE))[1] is None


def test_what_a_false_block_says_is_no_knowledge_of_the_field() -> None:
    of = played(world(LITERAL), Event("put", 0, ENERGY, 2), Event("draft", 0))[0]
    assert played(of, Event("read", 0, ENERGY))[1] == "reader"
