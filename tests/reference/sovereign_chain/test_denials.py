"""Denials are entered for what a quorum has voted for, and looked up in what a quorum has signed.

As published a denial stays on its chain, or a write is not looked up; hardened a chain that knows too little of the
contract chain stands still.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference.crypto.randomness import Randomness
from reference.ledger.chain import Certificate
from reference.ledger.effects import refused
from reference.sovereign_chain import contract_chain, denials_world, service_chain
from reference.sovereign_chain.contract_chain import Deny, Lift, Seal, Slot
from reference.sovereign_chain.denials import Checkpoint, Decision, Denial
from reference.sovereign_chain.denials_world import DATABASE, DELTA, DenialsWorld, Event, denial_of
from reference.sovereign_chain.receipts import Validators
from reference.sovereign_chain.service_chain import CarryOut, Fetch, Find, Hear, HearDecision, TurnAway
from reference.sovereign_chain.violations import blame
from tests.reference import corpus
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, Values, rules

READ, WRITE, OTHER_RULE, OTHER_USER = range(4)
"""Operations: three of one user's, the last of them by another rule of the contract, and one of another user's."""
FORGERS = Validators.drawn(DATABASE, 0, 4, 3, Randomness.from_seed(99))
"""Keys that are not the contract database's."""


def deployed(values: Values = HARDENED, **changes: object) -> DenialsWorld:
    """Two service chains; the read is a violation, found on the first of them and denied until block 3."""
    return denials_world.deploy(
        rules(values, **changes),
        1,
        chains=2,
        user=(0, 0, 0, 1),
        clause=(0, 0, 1, 0),
        write=(False, True, False, False),
        place=(0, 0, 0, 0),
        term=(3, 3, 3, 3),
        oldest=(0, 0, 1, 2, 4),
    )


def after(world: DenialsWorld, *events: Event) -> DenialsWorld:
    for event in events:
        world, effects = denials_world.step(world, event)
        assert refused(effects) is None, effects
    return world


def denied(values: Values = HARDENED, **changes: object) -> DenialsWorld:
    """The read is denied in block 0, which is complete."""
    return after(deployed(values, **changes), Event("deny", READ), Event("advance", other=1))


def rule_of(outcome: tuple[object, Sequence[object]]) -> str | None:
    refusal = refused(tuple(outcome[1]))  # type: ignore[arg-type]
    return None if refusal is None else refusal.rule


# ---- what is entered


def test_a_denial_is_entered_for_the_operation_that_it_is_of_and_with_a_quorums_votes() -> None:
    world = deployed()
    right, evidence = denial_of(world, READ), world.asked[READ].signed
    signers = world.validators

    def answer(denial: Denial, shown: bytes = evidence) -> str | None:
        before = world.database
        party, effects = contract_chain.step(before, Deny(denial.encode(DATABASE), shown))
        assert (party == before) == (refused(effects) is not None)
        return rule_of((party, effects))

    name = signers.of.committee.chain
    two = Certificate(Certificate.decode(name, right.votes).votes[:2]).encode(name)
    assert answer(right) is None
    assert answer(replace(right, votes=two)) == "quorum"
    assert answer(right.voted(FORGERS)) == "quorum"
    assert answer(replace(right, until=9)) == "quorum"
    assert answer(replace(right, user=world.asked[OTHER_USER].operation.user).voted(signers)) == "evidence"
    assert answer(replace(right, clause="rule-1").voted(signers)) == "evidence"
    assert answer(right, world.asked[WRITE].signed) == "evidence"
    unsigned = replace(world.asked[READ].operation, signature=bytes(64)).encode(DATABASE)
    assert answer(right, unsigned) == "violation_evidence"
    assert answer(replace(right, start=1).voted(signers)) == "place"
    assert answer(replace(right, until=0).voted(signers)) == "denial"
    assert rule_of(contract_chain.step(world.database, Deny(b"", evidence))) == "encoding"
    world = after(world, Event("deny", READ))
    assert answer(right) == "place"


def test_without_a_term_a_denial_needs_no_end() -> None:
    for values in (LITERAL, CHARITABLE):
        world = deployed(values)
        denial = replace(denial_of(world, READ), until=0).voted(world.validators)
        assert (
            rule_of(contract_chain.step(world.database, Deny(denial.encode(DATABASE), world.asked[READ].signed)))
            is None
        )


def test_a_denial_is_lifted_by_the_votes_that_granted_the_appeal_and_by_no_others() -> None:
    world = denied()
    identity, signers = world.asked[READ].identity, world.validators
    decision = Decision(identity).voted(signers)
    blamed = Decision(identity, signers.votes(blame(identity), signers.of.committee.chain))

    def answer(database: contract_chain.ContractChain, said: Decision) -> str | None:
        return rule_of(contract_chain.step(database, Lift(said.encode(DATABASE))))

    assert answer(world.database, decision) is None
    for wrong in (
        Decision(identity),
        blamed,
        Decision(identity).voted(FORGERS),
        replace(decision, operation=world.asked[WRITE].identity),
        Decision(world.asked[WRITE].identity).voted(signers),
    ):
        assert answer(world.database, wrong) == "appeal"
    assert answer(after(world, Event("lift", READ, slot=1)).database, decision) == "appeal"
    assert answer(denied(appeal="none").database, decision) == "appeal"


def test_a_block_ends_by_a_quorums_votes_for_what_is_in_it() -> None:
    world = after(deployed(), Event("deny", READ))
    signers, name = world.validators, world.validators.of.committee.chain
    votes, later = signers.votes(world.database.candidate.header, name), world.now.time + 1
    empty = signers.votes(deployed().database.candidate.header, name)
    assert rule_of(contract_chain.step(world.database, Seal(votes, later))) is None
    assert rule_of(contract_chain.step(world.database, Seal(empty, later))) == "quorum"
    assert rule_of(
        contract_chain.step(world.database, Seal(FORGERS.votes(world.database.candidate.header, name), later))
    )
    assert rule_of(contract_chain.step(world.database, Seal(votes, world.now.time))) == "place"
    assert rule_of(contract_chain.step(world.database, Seal(b"", later))) is not None


# ---- what a chain knows


def test_a_checkpoint_with_an_entry_less_or_another_time_is_none() -> None:
    world = denied()
    chain, data = world.chains[1], world.database.checkpoints[0]
    checkpoint = Checkpoint.decode(DATABASE, data)
    assert rule_of(service_chain.step(chain, Fetch(data))) is None
    header = world.database.candidate.header
    name = world.validators.of.committee.chain
    for wrong in (
        replace(checkpoint, entries=()),
        replace(checkpoint, entries=checkpoint.entries * 2),
        replace(checkpoint, time=checkpoint.time + 1),
        replace(checkpoint, header=header.encode(name)),
        replace(checkpoint, votes=FORGERS.votes(world.database.blocks[0].header, name)),
    ):
        same, effects = service_chain.step(chain, Fetch(wrong.encode(DATABASE)))
        assert same == chain and rule_of((same, effects)) == "denial_reach"
    nonsense = replace(checkpoint, entries=(b"nonsense",)).encode(DATABASE)
    assert rule_of(service_chain.step(chain, Fetch(nonsense))) == "encoding"
    fetched, _ = service_chain.step(chain, Fetch(data))
    assert rule_of(service_chain.step(fetched, Fetch(data))) == "place"
    assert rule_of(service_chain.step(denied(CHARITABLE).chains[1], Fetch(data))) == "denial_reach"


def test_a_report_is_heard_once_elsewhere_and_from_a_quorum() -> None:
    world = denied(CHARITABLE)
    here, there = world.chains
    report = world.database.denial(world.asked[READ].identity)
    assert report is not None
    data = report.encode(DATABASE)
    heard, effects = service_chain.step(there, Hear(data))
    assert refused(effects) is None
    assert rule_of(service_chain.step(heard, Hear(data))) == "report"
    assert rule_of(service_chain.step(here, Hear(data))) == "report"
    assert rule_of(service_chain.step(there, Find(data))) == "report"
    assert rule_of(service_chain.step(deployed(CHARITABLE).chains[0], Hear(data))) == "report"
    assert rule_of(service_chain.step(there, Hear(report.voted(FORGERS).encode(DATABASE)))) == "quorum"
    assert rule_of(service_chain.step(there, Hear(replace(report, until=9).encode(DATABASE)))) == "quorum"
    for values in (LITERAL, HARDENED):
        assert rule_of(service_chain.step(denied(values).chains[1], Hear(data))) == "denial_reach"


def test_where_chains_go_by_reports_a_decision_reaches_them_and_is_verified() -> None:
    world = denied({**CHARITABLE, "denial": "for-ever"}, appeal="quorum")
    assert rule_of(denials_world.step(world, Event("carry_out", READ, slot=1))) == "denial"
    decision, [chain, _] = Decision(world.asked[READ].identity), world.chains
    right, forged = (HearDecision(decision.voted(each).encode(DATABASE)) for each in (world.validators, FORGERS))
    assert rule_of(service_chain.step(chain, right)) is None
    assert rule_of(service_chain.step(chain, forged)) == "appeal"
    assert rule_of(service_chain.step(denied(LITERAL).chains[0], right)) == "appeal"
    lifted = after(world, Event("lift", READ, slot=1))
    after(lifted, Event("carry_out", READ, slot=1))


# ---- what is carried out

FETCHED = [Event("fetch", chain=c, other=0) for c in (0, 1)]


@pytest.mark.parametrize(
    ("values", "found_on", "elsewhere"),
    [
        (LITERAL, {WRITE, OTHER_USER}, {READ, WRITE, OTHER_RULE, OTHER_USER}),
        (CHARITABLE, {WRITE, OTHER_RULE, OTHER_USER}, {READ, WRITE, OTHER_RULE, OTHER_USER}),
        ({**CHARITABLE, "denial": "for-ever", "gate": "access-and-writes"}, {OTHER_USER}, {0, 1, 2, 3}),
        (HARDENED, {OTHER_RULE, OTHER_USER}, {OTHER_RULE, OTHER_USER}),
    ],
)
def test_who_is_denied_goes_on_where_and_with_what_the_reading_leaves(
    values: Values, found_on: set[int], elsewhere: set[int]
) -> None:
    world = denied(values)
    if values is HARDENED:
        world = after(world, *FETCHED)
    for chain, allowed in enumerate((found_on, elsewhere)):
        tries = {o: rule_of(denials_world.step(world, Event("carry_out", o, chain, slot=1))) for o in range(4)}
        assert {o for o, rule in tries.items() if rule is None} == allowed


def test_a_refusal_names_the_rule_without_which_it_would_not_be() -> None:
    cut_off, world = denied(), after(denied(), *FETCHED)

    def answers(of: DenialsWorld, action: str) -> list[str | None]:
        return [rule_of(denials_world.step(of, Event(action, o, 1, slot=1))) for o in (READ, WRITE, OTHER_RULE)]

    assert answers(cut_off, "carry_out") == ["denial_reach", "gate", "denial_reach"]
    assert answers(world, "carry_out") == ["denial", "gate", None]
    assert answers(cut_off, "refuse") == ["denial_reach", "denial_reach", "denial_reach"]
    assert answers(world, "refuse") == [None, None, "denial"]
    assert answers(denied(LITERAL), "refuse") == ["denial", "gate", "denial"]


def test_a_chain_acts_on_a_checkpoint_that_is_recent_and_on_the_term() -> None:
    world = after(denied(), *FETCHED)
    held = [world]
    for slot in (1, 2, 3):
        held.append(after(held[-1], Event("advance", slot=slot, other=slot + 1)))
    tries = [rule_of(denials_world.step(each, Event("carry_out", READ, 1, each.now.height))) for each in held]
    assert tries == ["denial", "denial_reach", "denial_reach", "denial_reach"]
    up_to_date = after(held[2], Event("fetch", chain=1, other=2))
    after(up_to_date, Event("carry_out", READ, 1, 3))
    others = rule_of(denials_world.step(held[1], Event("carry_out", OTHER_USER, 1, 2)))
    assert others == "denial_reach", "who is denied nothing waits as well"


def test_what_the_user_has_not_signed_is_neither_carried_out_nor_refused_in_his_name() -> None:
    world = after(denied(), *FETCHED)
    forged = replace(world.asked[OTHER_USER].operation, count=77).encode(DATABASE)
    slot, cause = world.now, world.asked[READ].identity
    for event in (
        CarryOut(forged, slot),
        TurnAway(forged, cause, slot),
        CarryOut(b"", slot),
        TurnAway(b"", cause, slot),
    ):
        same, effects = service_chain.step(world.chains[0], event)
        assert same == world.chains[0] and refused(effects) is not None


# ---- any bytes


GENUINE = after(deployed(), Event("deny", READ), Event("lift", READ), Event("advance", other=1))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.deferred(
        lambda: corpus.changed(st.sampled_from([*GENUINE.database.complete, *GENUINE.database.checkpoints]))
    )
)
def test_a_changed_message_is_refused_by_all_and_changes_nobody(data: bytes) -> None:
    if data in (*GENUINE.database.complete, *GENUINE.database.checkpoints):
        return
    fresh, reported = deployed(), deployed(CHARITABLE).chains[0]
    for event in (Deny(data, fresh.asked[READ].signed), Lift(data), Seal(data, DELTA)):
        database, effects = contract_chain.step(fresh.database, event)
        assert database == fresh.database and refused(effects) is not None
    slot = Slot(0, fresh.now.time)
    for party in (fresh.chains[0], reported):
        for told in (Find(data), Hear(data), HearDecision(data), Fetch(data), CarryOut(data, slot)):
            same, answer = service_chain.step(party, told)
            assert same == party and refused(answer) is not None
