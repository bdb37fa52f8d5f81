"""Devices with real bundles and receipts and the model `Migration` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from model.migration import Migration
from reference.edge_keys.migration_bridge import MigrationBridge
from reference.edge_keys.rules import Rules
from tests.reference.edge_keys.variants import HARDENED, LITERAL, WALKED, rules
from tests.reference.walker import Walker

CHOICES: Mapping[str, tuple[object, ...]] = {
    "migration": ("delete-first", "install-first", "two-phase"),
    "transfer": ("plain", "sealed"),
    "key_custody": ("device", "meter"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
WEAKENED = [("migration", "delete-first"), ("migration", "install-first"), ("transfer", "plain")]
_MOVING = {"begin", "take_out", "send", "receive", "crash", "lose", "repeat"}
ALLOWED = {
    "literal": _MOVING | {"install", "overhear"},
    "charitable": _MOVING | {"install", "overhear", "erase_old"},
    "hardened": _MOVING | {"store", "commit", "abort", "clean_up"},
}


def some_move_can_begin(instance: Instance) -> bool:
    model = Interpreter(instance)
    return any(step.action == "begin" for step, _ in model.moves(model.initial(), instance.system.actions))


WALKER = Walker(
    Migration,
    MigrationBridge,
    (
        {"Meter": 1, "Device": 2, "Move": 2},
        {"Meter": 1, "Device": 2, "Move": 3},
        {"Meter": 1, "Device": 3, "Move": 2},
        {"Meter": 2, "Device": 2, "Move": 2},
    ),
    some_move_can_begin,
    rare=("crash", "lose", "abort"),
    length=30,
    read=Rules.from_values,
    shipped=WALKED,
)


@pytest.mark.parametrize("variant", ALLOWED)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 6) == ALLOWED[variant]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values=ANY_RULES, seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    WALKER.walk({**HARDENED, **values}, random.Random(seed))


@pytest.mark.parametrize(("name", "value"), WEAKENED)
def test_the_comparison_notices_a_reference_with_another_rule(name: str, value: object) -> None:
    """A control: the hardened reference, held against a model with one rule weakened, must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(40):
            WALKER.walk({**HARDENED, name: value}, random.Random(seed), played=HARDENED)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = MigrationBridge()
    with pytest.raises(InputError, match="no Move"):
        bridge.start(rules(LITERAL), {"Meter": 1, "Device": 2}, {}, 1)
    with pytest.raises(InputError, match="does not exist"):
        bridge.start(rules(LITERAL), {"Meter": 1, "Device": 2, "Move": 1}, {"home": [2]}, 1)
    bridge.start(rules(LITERAL), {"Meter": 1, "Device": 2, "Move": 1}, {}, 1)
    for action, args in (("steal", {}), ("begin", {}), ("clean_up", {"j": 0})):
        with pytest.raises(InputError):
            bridge.apply(action, args)
    assert not bridge.apply("begin", {"j": 7}).accepted and not bridge.apply("crash", {"d": 7}).accepted
