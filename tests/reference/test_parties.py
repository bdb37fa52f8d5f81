"""Each party refuses what it should, stays as it was when it refuses, and never raises on what an adversary sends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference.bc_ami import concentrator, contract, database, mdms, meter, metering, ordering
from reference.bc_ami.effects import Recorded, Skipped
from reference.bc_ami.messages import (
    SUBMISSION,
    Endorsement,
    Envelope,
    RegistrationRequest,
    RegistrationSubmission,
    Transaction,
    Usage,
)
from reference.bc_ami.metering_events import (
    Endorse,
    Order,
    RegisterByContract,
    RegisterSubmitted,
    ReportReading,
    RequestRegistration,
    SubmitRegistration,
)
from reference.bc_ami.rules import Rules
from reference.bc_ami.world import CHAIN, World
from reference.crypto.encoding import Malformed
from reference.ledger.effects import Refused, Sent, refused
from tests.reference.variants import CHARITABLE, HARDENED, LITERAL, VARIANTS, rules

QUARTER = Decimal("0.25")


def registered(chosen: Rules) -> World:
    """A world in which meter SM1 has the registered key 0."""
    world = metering.deploy(chosen, ["SM1", "SM2"], 4, 1, seed=1)
    if chosen.key_generation == "contract":
        moves = (RequestRegistration("SM1"), RegisterByContract("SM1", 0))
    else:
        moves = (SubmitRegistration("SM1", 0), RegisterSubmitted("SM1", 0))  # type: ignore[assignment]
    for move in moves:
        world, effects = metering.step(world, move)
        assert not refused(effects)
    return world


def reported(chosen: Rules) -> tuple[World, bytes]:
    """That world with one report, and the report's bytes."""
    world, effects = metering.step(registered(chosen), ReportReading(0, "SM1", QUARTER, 1))
    assert not refused(effects)
    return world, world.transactions[0]


def ledgered(chosen: Rules) -> World:
    """That world with the report in block 0."""
    world, _ = reported(chosen)
    for move in (Endorse(0, "SM1", QUARTER, 1), Order(0, "SM1", QUARTER, 1)):
        world, effects = metering.step(world, move)
        assert not refused(effects)
    return world


def bundle_of(world: World) -> bytes:
    _, effects = database.step(world.database, database.Transfer(0, world.contract))
    return next(effect.data for effect in effects if isinstance(effect, Sent))


@pytest.mark.parametrize("variant", VARIANTS)
def test_messages_come_back_as_they_were(variant: str) -> None:
    world, data = reported(rules(VARIANTS[variant]))
    transaction = Transaction.decode(CHAIN, data)
    envelope = Envelope(data, (Endorsement(1, b"x" * 64), Endorsement(0, b"y" * 64)))
    assert transaction.encode(CHAIN) == data
    assert Envelope.decode(CHAIN, envelope.encode(CHAIN)) == envelope
    for message in (RegistrationRequest(b"h", b"c"), RegistrationSubmission(b"h", 3, b"p", b"c", b"s")):
        assert type(message).decode(CHAIN, message.encode(CHAIN)) == message
    assert database.Bundle.decode(CHAIN, bundle_of(ledgered(rules(VARIANTS[variant])))).encode(CHAIN)
    with pytest.raises(Malformed):
        Transaction.decode("another chain", data)
    assert world.observer.content(data) is not None


@pytest.mark.parametrize("field", [each.name for each in fields(Transaction)])
def test_a_signature_over_all_fields_notices_a_change_of_any(field: str) -> None:
    world, data = reported(rules(HARDENED))
    assert isinstance(contract.endorse(world.contract, 0, world.peers[0], data), Endorsement)
    assert isinstance(contract.endorse(world.contract, 0, world.peers[0], changed(data, field)), Refused)


@pytest.mark.parametrize(("field", "noticed"), [("time", False), ("sealed", True), ("signature", True), ("key", True)])
def test_a_signature_over_the_payload_does_not_notice_another_time(field: str, noticed: bool) -> None:
    """IS-C7 on bytes: the peers endorse a report whose time was changed."""
    world, data = reported(rules(LITERAL))
    answer = contract.endorse(world.contract, 0, world.peers[0], changed(data, field))
    assert isinstance(answer, Refused) == noticed


def changed(data: bytes, field: str) -> bytes:
    transaction = Transaction.decode(CHAIN, data)
    value = getattr(transaction, field)
    other = value + 1 if isinstance(value, int) else value[:-1] + bytes([value[-1] ^ 1])
    return replace(transaction, **{field: other}).encode(CHAIN)


def test_the_seal_binds_the_header_so_far_as_the_signature_does() -> None:
    for variant, binds in ((LITERAL, False), (CHARITABLE, True), (HARDENED, True)):
        world, data = reported(rules(variant))
        assert (world.observer.content(changed(data, "time")) is None) == binds


@pytest.mark.parametrize("field", ["hid", "public", "credential", "possession"])
def test_a_submission_is_refused_when_any_field_is_changed(field: str) -> None:
    world = metering.deploy(rules(HARDENED), ["SM1", "SM2"], 4, 1, seed=1)
    world, _ = metering.step(world, SubmitRegistration("SM1", 0))
    submission = RegistrationSubmission.decode(CHAIN, world.sent(SUBMISSION)[0])
    other = {"hid": world.meters["SM2"].hid, "public": world.key(9).public}.get(field, b"x" * 64)
    tampered = replace(submission, **{field: other}).encode(CHAIN)
    after, effects = contract.step(world.contract, contract.KeySubmitted(tampered))
    assert refused(effects) and after == world.contract


def test_a_channel_answer_is_unreadable_on_the_way_and_right_at_its_end() -> None:
    world = registered(rules(CHARITABLE))
    secret = world.meters["SM1"].keys[0].private.to_bytes(32, "big")
    passed = [answer for relay in world.concentrators for answer in relay.relayed]
    assert passed and all(secret not in answer for answer in passed)
    clear = registered(rules(LITERAL))
    leaked = clear.meters["SM1"].keys[0].private.to_bytes(32, "big")
    assert any(leaked in answer for relay in clear.concentrators for answer in relay.relayed)


def test_a_meter_refuses_an_answer_for_another_or_with_a_wrong_key() -> None:
    world = registered(rules(LITERAL))
    answer = world.concentrators[0].relayed[0]
    other, effects = meter.step(world.meters["SM2"], meter.TakeKey(answer))
    assert refused(effects) and other == world.meters["SM2"]


@pytest.mark.parametrize("kwh", ["NaN", "1E+99"])
def test_a_meter_refuses_a_reading_that_no_message_can_carry(kwh: str) -> None:
    world = registered(rules(HARDENED))
    after, effects = metering.step(world, ReportReading(0, "SM1", Decimal(kwh), 1))
    assert refused(effects) and after == world


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_block_needs_as_many_distinct_endorsers_as_the_policy_says(count: int) -> None:
    world, data = reported(rules(HARDENED))
    given_ = [contract.endorse(world.contract, i, world.peers[i], data) for i in range(count)]
    endorsements = tuple(each for each in given_ if isinstance(each, Endorsement))
    leaf = Envelope(data, endorsements * 2).encode(CHAIN)  # each twice: repetition must not help
    _, final, _ = ordering.order(world.replicas, world.contract, (leaf,))
    assert isinstance(final, Refused) == (count < 2)


def test_a_concentrator_sends_nothing_without_enough_endorsements() -> None:
    state = concentrator.Concentrator(CHAIN, 2)
    _, effects = concentrator.step(state, concentrator.Collected(b"t", (Endorsement(0, b""),)))
    assert refused(effects)


@pytest.mark.parametrize("release", ["unverified", "authentic-database", "certified"])
def test_the_mdms_notices_in_a_bundle_what_its_rule_has_it_verify(release: str) -> None:
    """Header, evidence, leaf, proofs and the database's signature, each spoilt in turn."""
    world = ledgered(rules(HARDENED, release_check=release))
    good = database.Bundle.decode(CHAIN, bundle_of(world))
    header = bytes([*good.header[:-1], good.header[-1] ^ 1])
    item = good.items[0]
    spoilt = {
        "header": replace(good, header=header),
        "evidence": replace(good, evidence=good.evidence[:-1]),
        "path": replace(good, items=(replace(item, path=(b"x" * 32,)),)),
        "key": replace(good, items=(replace(item, public=world.key(5).public),)),
        "repeated": replace(good, items=(item, item)),
        "missing": replace(good, items=()),
        "signature": replace(good, signature=bytes(64)),
    }
    refusals = {
        name for name, bundle in spoilt.items() if refused(mdms.step(world.mdms, released(bundle.encode(CHAIN)))[1])
    }
    noticed = {
        "unverified": set[str](),
        "authentic-database": set(spoilt),
        "certified": set(spoilt) - {"signature"},  # a certified block may come from anybody
    }
    assert refusals == noticed[release]
    assert not refused(mdms.step(world.mdms, released(good.encode(CHAIN)))[1])


def released(data: bytes) -> mdms.Released:
    return mdms.Released(data)


def test_the_mdms_takes_each_block_once_and_in_order() -> None:
    world = ledgered(rules(HARDENED))
    bundle = bundle_of(world)
    after, effects = mdms.step(world.mdms, released(bundle))
    assert [type(effect) for effect in effects] == [Recorded] and after.cursor == 1
    again, effects = mdms.step(after, released(bundle))
    assert refused(effects) and again == after


def test_one_unreadable_report_does_not_keep_the_others_from_the_mdms() -> None:
    """A registered meter may sign rubbish; a cursor that stopped there would let it stop everybody's billing."""
    world = registered(rules(HARDENED))
    state = world.meters["SM1"]
    good = world.recipient.report(state.hid, state.keys[0], Usage(QUARTER, 1), world.randomness)
    elsewhere = metering.deploy(rules(HARDENED), ["SM1"], 4, 1, seed=2).recipient
    bad = elsewhere.report(state.hid, state.keys[0], Usage(QUARTER, 2), world.randomness)
    leaves = []
    for data in (good.encode(CHAIN), bad.encode(CHAIN)):
        answers = [contract.endorse(world.contract, i, world.peers[i], data) for i in range(2)]
        leaves.append(Envelope(data, tuple(e for e in answers if isinstance(e, Endorsement))).encode(CHAIN))
    _, final, _ = ordering.order(world.replicas, world.contract, tuple(leaves))
    assert not isinstance(final, Refused)
    books, _ = database.step(world.database, database.Append(final))
    after, effects = mdms.step(world.mdms, released(bundle_of(replace(world, database=books))))
    assert {type(effect) for effect in effects} == {Recorded, Skipped} and after.cursor == 1


PARTIES: dict[str, Callable[[World, bytes], tuple[object, tuple[object, ...]]]] = {
    "meter": lambda w, data: meter.step(w.meters["SM1"], meter.TakeKey(data)),
    "contract, request": lambda w, data: contract.step(w.contract, contract.KeyRequested(data, w.randomness)),
    "contract, submission": lambda w, data: contract.step(w.contract, contract.KeySubmitted(data)),
    "replica, proposal": lambda w, data: ordering.step(w.replicas[1], ordering.Receive(data)),
    "mdms": lambda w, data: mdms.step(w.mdms, mdms.Released(data)),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("party", PARTIES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_hostile_bytes_are_refused_and_never_raise(variant: str, party: str, data: st.DataObject) -> None:
    """Rubbish, and genuine messages of every kind with some bytes changed or cut off."""
    world = WORLDS[variant]
    genuine = [message.data for message in world.wire] + [bundle_of(world), *world.concentrators[0].relayed]
    start = bytearray(data.draw(st.sampled_from(genuine) | st.binary(max_size=60)))
    for _ in range(data.draw(st.integers(1, 4))):
        if start:
            start[data.draw(st.integers(0, len(start) - 1))] = data.draw(st.integers(0, 255))
    message = bytes(start[: data.draw(st.integers(0, len(start)))])
    _, effects = PARTIES[party](world, message)
    assert isinstance(effects, tuple)
    answer = contract.endorse(world.contract, 0, world.peers[0], message)
    assert isinstance(answer, Refused | Endorsement)


WORLDS = {variant: ledgered(rules(values)) for variant, values in VARIANTS.items()}
