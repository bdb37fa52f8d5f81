"""Across views, too: `Consensus` beside replicas that vote on index blocks, by the same walks as those of bc-ami."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from meterproof.finite.instance import Instance
from reference.ledger.chain import GENESIS, Block
from reference.ledger.consensus_bridge import ConsensusBridge
from reference.sovereign_chain import new_bridge
from reference.sovereign_chain.assembly_world import CHAIN
from reference.sovereign_chain.block import Block as IndexBlock
from reference.sovereign_chain.consensus_bridge import ServiceState, candidates
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, rules
from tests.reference.test_consensus_conformance import MUTANTS, walk, worlds

WALKED = ("hardened", "one round", "responses")
"""The replicas are those of bc-ami, which all mutants are walked on there."""


def play(instance: Instance, values: Mapping[str, object]) -> ConsensusBridge:
    """Fresh replicas of a service's chain for this world of the model."""
    bridge = new_bridge("Consensus")
    assert isinstance(bridge, ConsensusBridge)
    mine = {name: value for name, value in values.items() if value is not None}
    bridge.start(rules(HARDENED, resilience="1", **mine), instance.scope.as_dict(), instance.rigids, 1)
    return bridge


@pytest.mark.parametrize("mutant", WALKED)
def test_walks_agree_under_the_hardened_rules_and_with_some_of_them_weakened(mutant: str) -> None:
    chance = random.Random(mutant)
    assert walk(chance.choice(worlds(mutant, 2, 1)), MUTANTS[mutant], chance, play)


def test_the_comparison_notices_a_reference_with_another_rule() -> None:
    """A control: weakened replicas held against the hardened model must disagree."""
    with pytest.raises(AssertionError):
        for seed in (3, 8):
            chance = random.Random(seed)
            walk(chance.choice(worlds("hardened", 2, 1)), MUTANTS["responses"], chance, play)


@pytest.mark.parametrize("values", [LITERAL, HARDENED])
def test_replicas_find_out_what_nobody_has_signed_and_what_stands_elsewhere(values: Mapping[str, object]) -> None:
    state, (good, bad) = candidates(rules(values), 4, 1, 1, (True, False))
    assert state.audit(good) is None
    refusal = state.audit(bad)
    assert refusal is not None and refusal.rule == ("origin" if values is LITERAL else "redaction")
    index = IndexBlock.decode(CHAIN, good.leaves[0])
    longer = replace(index, size=index.size + 1).encode(CHAIN)
    for changed, rule in (
        (replace(good, header=replace(good.header, state=GENESIS)), "state"),
        (Block.build(0, 0, GENESIS, (), state.root), "state"),
        (Block.build(0, 0, GENESIS, good.leaves * 2, state.root), "state"),
        (Block.build(0, 0, GENESIS, (good.leaves[0][:-1],), state.root), "encoding"),
        (Block.build(0, 0, GENESIS, (longer,), state.root), "size" if values is HARDENED else None),
    ):
        refusal = state.audit(changed)
        assert (None if refusal is None else refusal.rule) == rule


def test_an_index_block_follows_the_one_before_it_and_repeats_no_record() -> None:
    """The state after a block refuses that block again: it names another predecessor, and its record is there."""
    state, (good,) = candidates(rules(HARDENED), 4, 1, 1, (True,))
    index = IndexBlock.decode(CHAIN, good.leaves[0])
    later = ServiceState(state.service, (index,))
    again = Block.build(1, 0, GENESIS, good.leaves, later.root)
    refusal = later.audit(again)
    assert later.root != state.root and refusal is not None and refusal.rule == "place"
    moved = replace(index, header=replace(index.header, previous=later.tip)).measured(CHAIN)
    refusal = later.audit(Block.build(1, 0, GENESIS, (moved.encode(CHAIN),), later.root))
    assert refusal is not None and refusal.rule == "record_id"
