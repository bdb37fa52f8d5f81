"""IDs in bytes: what the centre asks for, what nodes take under an ID and until when, and what is refused by what."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference.ledger.chain import GENESIS, Block
from reference.ledger.effects import refused
from reference.sovereign_chain import identity_node, registration
from reference.sovereign_chain.identity import NODE, Application, Credential, IdMessage, Revocation
from reference.sovereign_chain.identity_node import Close, End, IdNode, Learn, Take
from reference.sovereign_chain.registration import Apply, Centre, Closed, Withdraw
from reference.sovereign_chain.rules import Registration
from tests.reference import corpus
from tests.reference.sovereign_chain.members import (
    CENTRE,
    CHAIN,
    CIVIL,
    IDS,
    KEY,
    NOBODY,
    PERSON,
    STRANGER,
    application,
    centre_and_node,
    genuine,
    issued,
    sent,
)


def answer(centre: Centre, asked: Application) -> str | None:
    """By which rule the application is refused, if it is."""
    after, effects = registration.step(centre, Apply(asked.encode(CHAIN)))
    refusal = refused(effects)
    assert (refusal is None) == (after != centre)
    return None if refusal is None else refusal.rule


def served() -> tuple[Centre, IdNode, Credential]:
    """The person has an ID, and the node has its certificate."""
    centre, node = centre_and_node()
    centre, credential = issued(centre, application())
    node, effects = identity_node.step(node, Learn(credential.encode(CHAIN)))
    assert refused(effects) is None
    return centre, node, credential


def order(height: int = 0, identity: bytes = IDS[0]) -> IdMessage:
    return IdMessage(identity, height, b"an order").signed(CHAIN, KEY)


def stop(node: IdNode, event: identity_node.Event) -> str | None:
    """By which rule the node refuses the event, if it does."""
    after, effects = identity_node.step(node, event)
    refusal = refused(effects)
    assert refusal is None or after == node
    return None if refusal is None else refusal.rule


# ---- the centre


def test_a_certificate_names_the_key_the_role_the_epoch_and_a_commitment_to_the_person() -> None:
    centre, _, credential = served()
    assert credential.signed_by(CHAIN, CENTRE.public) and not credential.signed_by(CHAIN, STRANGER.public)
    assert (credential.public, credential.role, credential.epoch) == (KEY.public, "user", 0)
    assert credential.commitment == centre.commitment(PERSON) != centre.commitment(NOBODY)
    assert PERSON not in credential.encode(CHAIN)
    assert credential.commitment != replace(centre, secret=bytes(32)).commitment(PERSON)


@pytest.mark.parametrize("rule", ["registrar-checked", "certified"])
def test_only_the_person_gets_an_id_in_its_name_and_one_at_a_time(rule: Registration) -> None:
    centre, _ = centre_and_node(rule)
    right = application()
    forged = (
        replace(right, papers=b""),
        right.with_papers(CHAIN, STRANGER),
        replace(right, person=NOBODY),
        replace(application(1), papers=right.papers),
    )
    assert [answer(centre, asked) for asked in forged] == ["registration"] * 4
    centre, _ = issued(centre, right)
    assert answer(centre, application(1)) == "registration"
    centre, _ = registration.step(centre, Withdraw(IDS[0], 0))
    assert answer(centre, application(1)) is None


def test_whoever_tells_a_name_gets_an_id_where_nothing_is_checked() -> None:
    centre, node = centre_and_node("id-only")
    for identity, person in ((IDS[0], PERSON), (IDS[1], PERSON), (IDS[2], NOBODY)):
        centre, credential = issued(centre, Application(identity, person, "anything"))
        assert credential == Credential(identity)
        assert stop(node, Learn(credential.encode(CHAIN))) is None


def test_a_key_is_certified_for_who_holds_it_and_a_role_that_there_is() -> None:
    centre, _ = centre_and_node()
    overheard = replace(application(), public=STRANGER.public).with_papers(CHAIN, CIVIL)
    assert answer(centre, overheard) == "registration"
    assert answer(centre, replace(application(), possession=b"")) == "registration"
    assert answer(centre, application(role="governor")) == "registration"
    assert answer(centre, application(role=NODE)) is None
    checked, _ = centre_and_node("registrar-checked")
    assert answer(checked, replace(overheard, role="governor").with_papers(CHAIN, CIVIL)) is None


def test_an_id_is_issued_once_and_so_an_application_is_good_once() -> None:
    centre, _, _ = served()
    centre, _ = registration.step(centre, Withdraw(IDS[0], 0))
    assert answer(centre, application()) == "identity"
    assert answer(centre, replace(application(1), identity=NOBODY)) == "identity"
    _, second = issued(centre, application(1))
    assert second.epoch == 1


def test_an_id_ends_once_at_the_height_that_the_chain_is_at() -> None:
    centre, node, _ = served()
    for event in (
        Withdraw(IDS[1], 0),
        Withdraw(IDS[0], 1),
        Closed(b""),
        Closed(Block.build(1, 0, GENESIS, (), GENESIS).encode(CHAIN)),
    ):
        after, effects = registration.step(centre, event)
        assert after == centre and refused(effects) is not None
    node, _ = identity_node.step(node, Close(0))
    centre, _ = registration.step(centre, Closed(node.blocks[0].encode(CHAIN)))
    after, effects = registration.step(centre, Withdraw(IDS[0], 1))
    assert Revocation.decode(CHAIN, sent(effects)).height == 1
    again, twice = registration.step(after, Withdraw(IDS[0], 1))
    assert again == after and refused(twice) is not None


# ---- a node


def test_a_node_takes_what_the_ids_key_has_signed_for_this_height_once() -> None:
    _, node, _ = served()
    data = order().encode(CHAIN)
    after, effects = identity_node.step(node, Take(data))
    assert refused(effects) is None and [each.encode(CHAIN) for each in after.messages(0)] == [data]
    assert stop(after, Take(data)) == "place"
    closed, _ = identity_node.step(after, Close(0))
    assert closed.blocks[0].leaves[-1] == data and stop(closed, Take(data)) == "height"
    assert stop(closed, Take(replace(order(), height=1).encode(CHAIN))) == "registration"
    assert stop(closed, Take(order(1).encode(CHAIN))) is None


def test_a_node_takes_nothing_that_another_has_signed_or_that_names_another_epoch_id_or_role() -> None:
    _, node, credential = served()
    wrong = (
        replace(order(), signature=b""),
        replace(order(), body=b"another order"),
        order().signed(CHAIN, STRANGER),
        order().signed("another chain", KEY),
        replace(order(), epoch=1).signed(CHAIN, KEY),
    )
    assert [stop(node, Take(each.encode(CHAIN))) for each in wrong] == ["registration"] * 5
    assert stop(node, Take(order(identity=IDS[1]).encode(CHAIN))) == "identity"
    of_a_node = replace(node, listed={IDS[0]: replace(credential, role=NODE)})
    assert stop(of_a_node, Take(order().encode(CHAIN))) == "registration"


@pytest.mark.parametrize("rule", ["id-only", "registrar-checked"])
def test_where_ids_have_no_keys_a_node_takes_what_anybody_sends_for_ever(rule: Registration) -> None:
    centre, node = centre_and_node(rule)
    centre, credential = issued(centre, application())
    node, _ = identity_node.step(node, Learn(credential.encode(CHAIN)))
    centre, effects = registration.step(centre, Withdraw(IDS[0], 0))
    assert refused(effects) is None and effects == ()
    assert stop(node, End(Revocation(IDS[0], 0).signed(CHAIN, CENTRE).encode(CHAIN))) == "registration"
    assert stop(node, Take(IdMessage(IDS[0], 0, b"not the person's").encode(CHAIN))) is None


def test_a_node_learns_of_no_id_that_the_centre_has_not_certified_and_of_each_once() -> None:
    _, empty = centre_and_node()
    _, node, credential = served()
    for forged in (
        replace(credential, public=STRANGER.public),
        replace(credential, role=NODE),
        replace(credential, epoch=1),
        credential.signed(CHAIN, STRANGER),
        replace(credential, signature=b""),
    ):
        assert stop(empty, Learn(forged.encode(CHAIN))) == "registration"
    assert stop(node, Learn(credential.encode(CHAIN))) == "identity"
    assert node.leaves == (credential.encode(CHAIN),)


def test_the_end_of_an_id_is_in_the_block_and_nothing_is_taken_under_it_from_then_on() -> None:
    _, node, _ = served()
    end = Revocation(IDS[0], 0).signed(CHAIN, CENTRE)
    for forged, rule in (
        (end.signed(CHAIN, STRANGER), "registration"),
        (replace(end, height=1), "registration"),
        (replace(end, height=1).signed(CHAIN, CENTRE), "height"),
        (Revocation(IDS[1], 0).signed(CHAIN, CENTRE), "identity"),
    ):
        assert stop(node, End(forged.encode(CHAIN))) == rule
    after, _ = identity_node.step(node, End(end.encode(CHAIN)))
    assert end.encode(CHAIN) in after.leaves and stop(after, End(end.encode(CHAIN))) == "identity"
    assert stop(after, Take(order().encode(CHAIN))) == "registration"
    closed, _ = identity_node.step(after, Close(0))
    assert stop(closed, Take(order(1).encode(CHAIN))) == "registration"
    assert stop(closed, Close(0)) == "height" and stop(closed, Close(2)) == "height"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=corpus.changed(st.deferred(lambda: corpus.one_of(genuine(CHAIN)))) | st.binary(max_size=60))
def test_centre_and_node_answer_any_bytes_with_a_refusal_and_are_as_they_were(data: bytes) -> None:
    centre, node = centre_and_node()
    if data in genuine(CHAIN):
        return
    for event in (Apply(data), Closed(data)):
        assert registration.step(centre, event)[0] == centre
    _, node, _ = served()
    for said in (Learn(data), End(data), Take(data)):
        assert identity_node.step(node, said)[0] == node
