"""Devices whose bundles have keys of the key chain and the model `Relocation` tell one protocol, on walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.relocation import Relocation
from reference.grid.relocation_bridge import RelocationBridge
from reference.grid.rules import Rules
from tests.reference.grid.variants import HARDENED, VARIANTS
from tests.reference.walker import Walker


def some_move_can_begin(instance: Instance) -> bool:
    """A move starts where its meter's bundle is, and there is a version to come after the first one."""
    of, source, target = (instance.rigids[name] for name in ("meter", "source", "target"))
    begins = (instance.rigids["home"][of[j]] == source[j] != target[j] for j in range(len(of)))
    return instance.rigids["initial"][0] == 0 and any(begins)


WALKER = Walker(
    Relocation,
    RelocationBridge,
    (
        {"Meter": 1, "Device": 2, "Move": 1, "Version": 3},
        {"Meter": 1, "Device": 2, "Move": 2, "Version": 2},
        {"Meter": 2, "Device": 2, "Move": 2, "Version": 2},
    ),
    some_move_can_begin,
    rare=("crash", "lose", "abort"),
    length=30,
    read=Rules.from_values,
    shipped=VARIANTS,
    eager=("begin", "take_out", "send", "receive", "store"),
)
ALL = {
    *("begin", "take_out", "send", "receive", "store", "commit", "abort", "clean_up", "crash", "lose", "repeat"),
    "update",
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_there_is(variant: str) -> None:
    assert WALKER.walks(variant, 12) == ALL


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rule=st.sampled_from(("as-exported", "versioned")), seed=st.integers(0, 10**6))
def test_walks_under_either_rule_agree(rule: str, seed: int) -> None:
    WALKER.walk({**HARDENED, "bundle_move": rule}, random.Random(seed))


@pytest.mark.parametrize(("model", "played"), [("versioned", "as-exported"), ("as-exported", "versioned")])
def test_the_comparison_notices_a_reference_with_the_other_rule(model: str, played: str) -> None:
    """A control: they part where a bundle has arrived that was exported before the update."""
    with pytest.raises(AssertionError):
        for seed in range(40):
            WALKER.walk(_with(model), random.Random(seed), played=_with(played))


def _with(rule: str) -> Mapping[str, object]:
    return {**HARDENED, "bundle_move": rule}


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, rules = RelocationBridge(), Rules.from_values(HARDENED)
    scope = {"Meter": 1, "Device": 2, "Move": 1, "Version": 2}
    with pytest.raises(InputError, match="no Version"):
        bridge.start(rules, {**scope, "Version": 0}, {}, 1)
    with pytest.raises(InputError, match="does not exist"):
        bridge.start(rules, scope, {"home": [2]}, 1)
    bridge.start(rules, scope, {}, 1)
    for action, args in (("steal", {}), ("update", {"m": 0})):
        with pytest.raises(InputError):
            bridge.apply(action, args)
    for action, args in (
        ("begin", {"j": 7}),
        ("repeat", {"j": 7, "v": 0}),
        ("update", {"m": 3, "d": 0, "v": 1}),
        ("update", {"m": 0, "d": 0, "v": 2}),
        ("commit", {"j": 0}),
    ):
        assert not bridge.apply(action, args).accepted
