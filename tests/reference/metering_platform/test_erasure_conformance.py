"""A platform that is to forget somebody, custodians' disks and replicas, and the model `Erasure`, tell one protocol."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from meterproof.errors import InputError
from model.erasure import Erasure
from reference.metering_platform.erasure_bridge import ErasureBridge
from reference.metering_platform.rules import Rules
from tests.reference.metering_platform.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker

HASHED: Mapping[str, object] = {**HARDENED, "personal_data": "hashed-off-chain"}
WALKER = Walker(
    Erasure,
    ErasureBridge,
    [{"User": 2, "Custodian": 2}],
    lambda instance: True,
    {"demand"},
    length=14,
    read=Rules.from_values,
    shipped={**VARIANTS, "hashed": HASHED},
)
ALLOWED = {
    "literal": {"enter", "demand", "read_replica", "leak"},
    "hashed": {"enter", "keep", "demand", "delete", "read_replica", "leak"},
    "hardened": {"enter", "keep", "demand", "delete", "leak"},
}


@pytest.mark.parametrize("variant", ALLOWED)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    """The three values of the one rule are among them, so that these are all combinations."""
    assert WALKER.walks(variant, 4) == ALLOWED[variant]


@pytest.mark.parametrize("variant", ["charitable", "shared"])
def test_a_walk_of_each_other_reading_agrees(variant: str) -> None:
    assert WALKER.walks(variant, 1) <= ALLOWED["literal"]


@pytest.mark.parametrize("value", ["on-chain", "hashed-off-chain"])
def test_the_comparison_notices_a_reference_with_another_rule(value: str) -> None:
    """A control: a platform that keeps more on its chain, held against the hardened model, must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, "personal_data": value})


@pytest.mark.parametrize(("values", "left"), [(LITERAL, True), (HASHED, False), (HARDENED, False)])
def test_what_is_forgotten_is_in_no_byte_of_the_platforms_state(values: Mapping[str, object], left: bool) -> None:
    """Blocks, accounts, proposals, events, log, and what is off the chain."""
    bridge = ErasureBridge()
    bridge.start(rules(values), {"User": 1, "Custodian": 1}, {}, 1)
    for action in ("enter", "demand"):
        assert bridge.apply(action, {"u": 0}).accepted
    state = bridge.world.state
    leaves = b"".join(leaf for final in state.blocks for leaf in final.block.leaves)
    held = repr((state.accounts, state.proposals, state.events, state.log, state.off_chain))
    assert (b"Main Street" in leaves, "Main Street" in held) == (left, left)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = ErasureBridge()
    with pytest.raises(InputError, match="no Custodian"):
        bridge.start(rules(LITERAL), {"User": 1}, {}, 1)
    bridge.start(rules(LITERAL), {"User": 1, "Custodian": 1}, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("forget", {"u": 0})
    assert not bridge.apply("enter", {"u": 5}).accepted
    assert not bridge.apply("leak", {"c": 5}).accepted
