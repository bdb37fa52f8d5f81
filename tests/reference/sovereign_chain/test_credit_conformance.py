"""Nodes that rate by what they verify and the model `CreditRating` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.credit import CreditRating
from reference.ledger.chain import Certificate
from reference.ledger.effects import Effects, refused
from reference.sovereign_chain import credit_nodes
from reference.sovereign_chain import credit_world as world_of
from reference.sovereign_chain.block import Block, DataRecord
from reference.sovereign_chain.credit import score
from reference.sovereign_chain.credit_bridge import CreditBridge
from reference.sovereign_chain.credit_nodes import Append, Final, Hear, Learn, Rater, Validate
from reference.sovereign_chain.credit_records import Claim, Dispute, Outcome, Ruling
from reference.sovereign_chain.credit_world import CHAIN, CreditWorld, Event, subject_of, user_of
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, rules
from tests.reference.walker import Walker

VARIANTS = {"literal": LITERAL, "charitable": CHARITABLE, "hardened": HARDENED}
INPUTS = ("unspecified", "all-reports", "in-order", "final-records")


def _contrary(instance: Instance) -> bool:
    """Of two facts one is so, and one of them rules the other out."""
    return sum(instance.rigids["just"]) == 1 and any(instance.rigids["contrary"][1:3])


WALKER = Walker(
    CreditRating,
    CreditBridge,
    [{"Person": 1, "Fact": 2, "Replica": 2}, {"Person": 2, "Fact": 2, "Replica": 1}],
    _contrary,
    {"start_anew"},
    read=Rules.from_values,
    shipped=VARIANTS,
    length=14,
)
_ALWAYS = {"report", "report_falsely", "record", "get_record", "start_anew"}
_DISPUTED = {"dispute", "uphold", "annul", "get_ruling"}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_take_every_action_that_there_is(variant: str) -> None:
    wanted = _ALWAYS | (_DISPUTED if variant == "hardened" else {"hear"})
    assert WALKER.walks(variant, 4) == wanted


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(inputs=st.sampled_from(INPUTS), seed=st.integers(0, 10**6))
def test_walks_under_any_inputs_agree(inputs: str, seed: int) -> None:
    WALKER.walk({**HARDENED, "credit_inputs": inputs}, random.Random(seed))


@pytest.mark.parametrize("inputs", ["unspecified", "all-reports", "in-order"])
def test_the_comparison_notices_a_reference_with_another_rule(inputs: str) -> None:
    """A control: nodes that go by other inputs, held against the hardened model, must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, "credit_inputs": inputs})


def deployed(inputs: str = "final-records", just: tuple[bool, ...] = (True, False)) -> CreditWorld:
    """Two facts about one user, of which each rules the other out, and two rating nodes."""
    values = rules(HARDENED, credit_inputs=inputs)
    return world_of.deploy(values, 1, raters=2, about=(0, 0), just=just, contrary={(0, 1), (1, 0)})


def play(world: CreditWorld, *moves: tuple[str, int] | tuple[str, int, int]) -> CreditWorld:
    for move in moves:
        world, effects = world_of.step(world, Event(*move))
        assert refused(effects) is None, (move, effects)
    return world


def rule_of(effects: Effects) -> str | None:
    refusal = refused(effects)
    return None if refusal is None else refusal.rule


RECORDED = (("report", 0), ("report_falsely", 1), ("record", 0), ("record", 1))
ANNULLED = (*RECORDED, ("dispute", 1), ("annul", 1))


def test_a_false_fact_costs_points_until_a_dispute_finds_it_void() -> None:
    world = play(deployed(), *ANNULLED, ("get_record", 1, 0), ("get_record", 0, 0))
    assert world.raters[0].score(user_of(0)) == 600 + 1 - 40
    world = play(world, ("get_ruling", 1, 0))
    assert world.raters[0].score(user_of(0)) == 601
    assert world.raters[0].score(user_of(0)) == score(user_of(0), world.raters[0].facts, world.raters[0].void)


def test_scores_of_final_records_do_not_depend_on_the_order_in_which_they_came() -> None:
    """WA-V37: in any other way two nodes that have the same records can be 41 points apart."""
    ways = ((("get_record", 0, 0), ("get_record", 1, 0)), (("get_record", 1, 1), ("get_record", 0, 1)))
    for inputs, apart in (("final-records", 0), ("in-order", 41), ("all-reports", 0)):
        world = play(deployed(inputs, (True, True)), ("report", 0), ("report", 1), ("record", 0), ("record", 1))
        one, other = (rater.score(user_of(0)) for rater in play(world, *ways[0], *ways[1]).raters)
        assert abs(one - other) == apart, inputs


@pytest.mark.parametrize("inputs", INPUTS)
def test_hearsay_counts_only_where_nothing_asks_for_the_chain(inputs: str) -> None:
    world = play(deployed(inputs), ("report_falsely", 1))
    after, effects = world_of.step(world, Event("hear", 1, 0))
    counts = inputs in ("unspecified", "all-reports")
    assert rule_of(effects) == (None if counts else "credit_inputs")
    assert after.raters[0].score(user_of(0)) == (560 if counts else 600)


def test_validators_vote_for_what_their_own_evaluation_finds_and_for_nothing_else() -> None:
    world = play(deployed(), *RECORDED, ("dispute", 0), ("dispute", 1))
    for fact, is_so in ((0, True), (1, False)):
        same, effects = world_of.enter(world, Ruling(world.identity(fact), not is_so).encode(CHAIN))
        assert same == world and rule_of(effects) == "ruling"
        world, effects = world_of.enter(world, Ruling(world.identity(fact), is_so).encode(CHAIN))
        assert rule_of(effects) is None
        again, effects = world_of.enter(world, Ruling(world.identity(fact), is_so).encode(CHAIN))
        assert again == world and rule_of(effects) == "ruling"


def test_who_disputes_what_is_looked_at() -> None:
    world = play(deployed(), ("report", 0), ("record", 0))
    user, stranger, fact = world.users[0], world.validators[0].pair, world.identity(0)
    for dispute in (
        Dispute(user_of(0), fact).signed(CHAIN, stranger),
        Dispute(user_of(7), fact).signed(CHAIN, user),
        Dispute(user_of(0), world.identity(1)).signed(CHAIN, user),
    ):
        same, effects = world_of.enter(world, dispute.encode(CHAIN))
        assert same == world and rule_of(effects) == "dispute"
    _, effects = world_of.step(play(world, ("dispute", 0)), Event("dispute", 0))
    assert rule_of(effects) == "dispute"
    _, effects = world_of.enter(world, Ruling(fact, True).encode(CHAIN))
    assert rule_of(effects) == "ruling"
    _, effects = world_of.step(play(deployed("in-order"), ("report", 0), ("record", 0)), Event("dispute", 0))
    assert rule_of(effects) == "credit_inputs"


def test_a_claim_is_a_reporters_and_rests_on_a_final_record() -> None:
    world = deployed()
    good, stranger = world.claims[0], world.validators[0].pair
    other = Outcome(user_of(0), "violation", subject_of(0))
    for claim in (good.signed(CHAIN, stranger), replace(good, reporter=2), replace(good, outcome=other)):
        same, effects = world_of.enter(world, claim.encode(CHAIN))
        assert same == world and rule_of(effects) == "reporter"
    free = replace(world.raters[0], register=deployed("unspecified").register)
    rater, effects = credit_nodes.rate(free, Hear(good.signed(CHAIN, stranger).encode(CHAIN)))
    assert rater == free and rule_of(effects) == "reporter"
    for claim in (replace(good, source=bytes(32)), replace(good, outcome=other)):
        assert rule_of(credit_nodes.report(world.register, claim)) == "source"
    assert rule_of(credit_nodes.report(world.register, good.signed(CHAIN, stranger))) == "reporter"
    _, effects = world_of.step(play(world, ("report", 0), ("record", 0)), Event("record", 0))
    assert rule_of(effects) == "record"


def test_a_rating_node_takes_what_a_quorum_has_voted_for_and_no_changed_block() -> None:
    world = play(deployed(), *ANNULLED)
    rater, committee = world.raters[0], world.raters[0].committee
    final, ruling = world.finals[1], world.finals[3]
    votes = Certificate.decode(CHAIN, final.certificate).votes
    assert isinstance(final.entry(committee), Claim)
    for changed in (
        replace(final, certificate=Certificate(votes[:2]).encode(CHAIN)),
        replace(final, certificate=ruling.certificate),
        replace(final, block=ruling.block),
        replace(final, height=0),
    ):
        after, effects = credit_nodes.rate(rater, Learn(changed))
        assert after == rater and refused(effects) is not None
    for useless in (world.finals[2], Final(0, world.register.sources[0], b"")):
        after, effects = credit_nodes.rate(rater, Learn(useless))
        assert after == rater and refused(effects) is not None
    upheld = play(world, ("dispute", 0), ("uphold", 0)).finals[-1]
    after, effects = credit_nodes.rate(rater, Learn(upheld))
    assert after == rater and rule_of(effects) == "record"
    known, _ = credit_nodes.rate(rater, Learn(ruling))
    assert rule_of(credit_nodes.rate(known, Learn(ruling))[1]) == "record"
    known, _ = credit_nodes.rate(rater, Learn(final))
    assert rule_of(credit_nodes.rate(known, Learn(final))[1]) == "record"


def test_validators_keep_one_chain_of_whole_blocks() -> None:
    world = play(deployed(), *RECORDED)
    validator, (first, second) = world.validators[0], world.finals
    for event in (Append(first), Append(second), Validate(first.block)):
        same, effects = credit_nodes.validate(validator, event)
        assert same == validator and rule_of(effects) == "place"
    fresh = replace(validator, blocks=())
    swapped = replace(first.block, record=second.block.record)
    same, effects = credit_nodes.validate(fresh, Validate(swapped))
    assert same == fresh and rule_of(effects) == "Merkle root"
    entries = first.block.record.entries
    for several in ((), entries * 2):
        record = DataRecord(world_of.SERVICE, several)
        same, effects = credit_nodes.validate(fresh, Validate(Block.build(CHAIN, 0, fresh.tip, 60, 0, record)))
        assert same == fresh and rule_of(effects) == "encoding"
    same, effects = credit_nodes.validate(fresh, Append(replace(first, certificate=second.certificate)))
    assert same == fresh and rule_of(effects) == "quorum"
    _, effects = world_of.enter(world, b"nothing of the kind")
    assert rule_of(effects) == "encoding"


@given(data=st.binary(max_size=60))
def test_any_bytes_are_refused_by_rating_nodes(data: bytes) -> None:
    free = deployed_once()
    after, effects = credit_nodes.rate(free, Hear(data))
    assert after == free and rule_of(effects) == "encoding"


def deployed_once() -> Rater:
    if not _RATER:
        _RATER.append(deployed("unspecified").raters[0])
    return _RATER[0]


_RATER: list[Rater] = []


def test_what_cannot_be_deployed_or_played_is_refused_with_a_message() -> None:
    bridge, scope = CreditBridge(), {"Person": 1, "Fact": 1, "Replica": 1}
    with pytest.raises(InputError, match="no Fact"):
        bridge.start(rules(LITERAL), {"Person": 1, "Replica": 1}, {}, 1)
    with pytest.raises(InputError, match="so or not"):
        bridge.start(rules(LITERAL), scope, {"just": [1, 1]}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("flatter", {"e": 0})
    assert not bridge.apply("report", {"e": 7}).accepted and not bridge.apply("start_anew", {"r": 7}).accepted
