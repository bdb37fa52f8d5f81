"""Across views, too: `Consensus` beside nodes that vote on the platform's blocks, by the same walks as bc-ami's."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from meterproof.finite.instance import Instance
from reference.ledger.chain import GENESIS, Block
from reference.ledger.consensus_bridge import ConsensusBridge
from reference.metering_platform import ledger
from reference.metering_platform.consensus_bridge import ConsensusBridge as PlatformBridge
from reference.metering_platform.consensus_bridge import candidates
from reference.metering_platform.nodes import candidate
from tests.reference.metering_platform.variants import HARDENED, VARIANTS, rules
from tests.reference.test_consensus_conformance import MUTANTS, walk, worlds

WALKED = ("hardened", "one round", "responses")
"""The replicas are those of bc-ami, which all mutants are walked on there."""


def play(instance: Instance, values: Mapping[str, object]) -> ConsensusBridge:
    """Fresh nodes of the platform for this world of the model."""
    bridge = PlatformBridge()
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


@pytest.mark.parametrize("variant", VARIANTS)
def test_nodes_find_out_records_of_strangers_and_whatever_is_no_transaction(variant: str) -> None:
    state, (good, bad) = candidates(rules(VARIANTS[variant]), 4, 1, 1, (True, False))
    shown: Any = ledger.transaction(good.leaves[0])
    shown = shown["store"]
    unsigned = candidate(state.platform, {**shown, "record": {**shown["record"], "signature": "00" * 64}})
    for block, rule in (
        (good, None),
        (bad, "issuer_signature"),
        (unsigned, "issuer_signature" if variant == "hardened" else None),
        (candidate(state.platform, {**shown, "kind": "more"}), "encoding"),
        (replace(good, header=replace(good.header, state=b"\1" * 32)), "state"),
        (Block.build(0, 0, GENESIS, good.leaves * 2, state.root), "state"),
        (Block.build(0, 0, GENESIS, (good.leaves[0] + b" ",), state.root), "encoding"),
        (Block.build(0, 0, GENESIS, (ledger.leaf([]),), state.root), "encoding"),
    ):
        refusal = state.audit(block)
        assert (None if refusal is None else refusal.rule) == rule
