"""Nodes of several chains that really sign and the model `Shards` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.shards import Shards
from reference.ledger.effects import Effects, refused
from reference.sovereign_chain import shards
from reference.sovereign_chain import shards_world as world_of
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.shards import Accept, Countersign, Rely, Seat
from reference.sovereign_chain.shards_bridge import ShardsBridge
from reference.sovereign_chain.shards_world import Event, ShardsWorld
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _two_faulty(instance: Instance) -> bool:
    """Some node is faulty."""
    return any(instance.rigids["faulty"])


WALKER = Walker(
    Shards,
    ShardsBridge,
    [
        {"Replica": 4, "Count": 3, "Block": 2, "faulty": 2},
        {"Replica": 7, "Count": 4, "Block": 2, "faulty": 2},
        {"Replica": 4, "Count": 1, "Block": 2, "faulty": 1},
    ],
    _two_faulty,
    set(),
    read=Rules.from_values,
    shipped=VARIANTS,
    length=34,
)
ANY_RULES = st.fixed_dictionaries(
    {
        "shards": st.sampled_from(("per-chain", "checkpointed")),
        "vote_once": st.booleans(),
        "quorum": st.sampled_from(("1", "f+1", "floor((n-1)/2)+2", "floor((n+f)/2)+1", "n")),
        "acceptance_evidence": st.sampled_from(("origins-word", "votes-shown")),
    }
)
_ALWAYS = {"assign", "accept", "sign", "rely"}
WANTED = {variant: _ALWAYS for variant in VARIANTS} | {"hardened": _ALWAYS | {"countersign", "sign_checkpoint"}}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_take_every_action_that_there_is(variant: str) -> None:
    assert WALKER.walks(variant, 4) == WANTED[variant]


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=ANY_RULES, seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    WALKER.walk({**LITERAL, **values}, random.Random(seed))


@pytest.mark.parametrize("weaker", [{"shards": "per-chain"}, {"vote_once": False}, {"quorum": "1"}])
def test_the_comparison_notices_a_reference_with_another_rule(weaker: Mapping[str, object]) -> None:
    """A control: nodes without a rule, held against the hardened model, must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(30):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, **weaker})


def captured(**changes: object) -> ShardsWorld:
    """Of eight nodes, of which the design allows for two faulty ones, both are among the four of one chain.

    They sign everything; each of the two correct ones has accepted another block.
    """
    world = world_of.deploy(rules(HARDENED, **changes), 8, 2, 1, seats=4, faulty=(0, 1))
    for seat in range(4):
        world = done(world, Event("assign", seat, count=seat))
    for block in (0, 1):
        world = done(world, Event("accept", 2 + block, block))
        for node in (0, 1):
            world = done(world, Event("sign", node, block))
    return world


def done(world: ShardsWorld, event: Event) -> ShardsWorld:
    after, effects = world_of.step(world, event)
    assert refused(effects) is None, effects
    return after


def rule_of(effects: Effects) -> str | None:
    refusal = refused(effects)
    return None if refusal is None else refusal.rule


def test_two_nodes_of_eight_fork_a_chain_of_four_for_whoever_goes_by_its_votes() -> None:
    """WA-P14 as published."""
    world = captured(shards="per-chain")
    for node, block in ((4, 0), (5, 1)):
        world = done(world, Event("rely", node, block))
    assert world.nodes[4].relied != world.nodes[5].relied


def test_checkpoints_of_all_nodes_have_room_for_one_of_the_two_blocks_only() -> None:
    world = captured()
    for node in (0, 1):
        for block in (0, 1):
            world = done(world, Event("sign_checkpoint", node, block))
    for node, block in ((2, 0), (3, 0), (4, 0), (5, 1), (6, 1)):
        _, effects = world_of.step(world, Event("rely", 7, block))
        assert rule_of(effects) == "shards"
        world = done(world, Event("countersign", node, block))
    assert world.everybody.needed == 6
    _, effects = world_of.step(world, Event("countersign", 6, 0))
    assert rule_of(effects) == "vote_once"
    world = done(world, Event("countersign", 7, 0))
    world = done(world, Event("rely", 7, 0))
    _, effects = world_of.step(world, Event("rely", 6, 1))
    assert rule_of(effects) == "shards"
    _, effects = world_of.step(world, Event("rely", 7, 0))
    assert rule_of(effects) == "decision"


def test_a_node_countersigns_only_what_it_sees_that_the_chain_has_accepted() -> None:
    world = captured()
    node, ballot = world.nodes[4], world.ballots[0]
    for evidence in (world.evidence(1), world.checkpoint(0), b""):
        after, effects = shards.step(node, Countersign(ballot, evidence))
        assert after == node and refused(effects) is not None
    signed, effects = shards.step(node, Countersign(ballot, world.evidence(0)))
    assert rule_of(effects) is None
    _, effects = shards.step(signed, Countersign(ballot, world.evidence(0)))
    assert rule_of(effects) == "vote"


def test_where_a_chains_own_votes_count_nobody_signs_a_checkpoint() -> None:
    world = captured(shards="per-chain")
    after, effects = shards.step(world.nodes[4], Countersign(world.ballots[0], world.evidence(0)))
    assert after == world.nodes[4] and rule_of(effects) == "shards"
    _, effects = world_of.step(world, Event("sign_checkpoint", 0, 0))
    assert rule_of(effects) == "shards"


def test_votes_of_a_chain_are_no_signatures_of_a_checkpoint() -> None:
    """They are signed under other names, so that a chain's certificate shows nothing to all."""
    world = captured(quorum="f+1")
    for show in (Rely(world.ballots[0], world.evidence(0), world.evidence(0)), Rely(world.ballots[0], b"", b"")):
        after, effects = shards.step(world.nodes[4], show)
        assert after == world.nodes[4] and rule_of(effects) == "shards"


def test_who_has_no_seat_accepts_nothing_and_seats_are_given_once() -> None:
    world = captured()
    for node, rule in ((4, "seat"), (2, "vote"), (3, "vote_once")):
        after, effects = shards.step(world.nodes[node], Accept(world.ballots[0]))
        assert after == world.nodes[node] and rule_of(effects) == rule
    empty = world_of.deploy(rules(HARDENED), 8, 2, 1, seats=4).nodes[0]
    seated, _ = shards.step(empty, Seat(empty.pair.public))
    for node, key in ((empty, bytes(32)), (seated, empty.pair.public), (world.nodes[0], world.nodes[5].pair.public)):
        after, effects = shards.step(node, Seat(key))
        assert after == node and rule_of(effects) == "seat"
    _, effects = shards.step(seated, Accept(world.ballots[0]))
    assert rule_of(effects) == "seat"


def test_a_vote_counts_by_the_key_of_its_seat() -> None:
    world = captured()
    stolen = tuple((0 if r == 2 else r, vote) for r, vote in world.votes if r != 0)
    after, effects = shards.step(
        world.nodes[4], Countersign(world.ballots[0], replace(world, votes=stolen).evidence(0))
    )
    assert after == world.nodes[4] and rule_of(effects) == "quorum"


def test_what_cannot_be_deployed_or_played_is_refused_with_a_message() -> None:
    bridge, scope = ShardsBridge(), {"Replica": 4, "Count": 2, "Block": 1}
    with pytest.raises(InputError, match="no Count"):
        bridge.start(rules(LITERAL), {"Replica": 4, "Block": 1}, {}, 1)
    with pytest.raises(InputError, match="cannot stand"):
        bridge.start(rules(HARDENED), {**scope, "f": 2}, {}, 1)
    with pytest.raises(InputError, match="does not exist"):
        world_of.deploy(rules(LITERAL), 4, 1, 1, seats=2, faulty=[4])
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("leave", {"r": 0})
    assert not bridge.apply("sign", {"r": 9, "b": 0}).accepted and not bridge.apply("sign", {"r": 0, "b": 9}).accepted
