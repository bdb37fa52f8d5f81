"""Nodes that read editions off real blocks and the model `Contracts` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.contracts import Contracts
from reference.sovereign_chain.registry_bridge import RegistryBridge
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _something_changes(instance: Instance) -> bool:
    """A later edition is lawful and does not hold from the start, and there is time to register it."""
    tables = instance.rigids
    return any(
        is_lawful and not is_original and height > 0
        for is_lawful, is_original, height in zip(
            tables["lawful"], tables["original"], tables["activation"], strict=True
        )
    )


WALKER = Walker(
    Contracts,
    RegistryBridge,
    [
        {"Replica": 2, "Edition": 2, "Operation": 1, "Height": 3, "f": 0, "faulty": 0},
        {"Replica": 4, "Edition": 2, "Operation": 1, "Height": 2, "faulty": 1},
        {"Replica": 1, "Edition": 3, "Operation": 2, "Height": 3, "f": 0, "faulty": 0},
    ],
    _something_changes,
    {"include", "send_at_will"},
    length=20,
    read=Rules.from_values,
    shipped=VARIANTS,
)
CHOICES: Mapping[str, tuple[object, ...]] = {
    "quorum": ("1", "floor((n-1)/2)+2", "floor((n+f)/2)+1"),
    "contract_change": ("center", "quorum", "quorum-activation"),
    "judged_by": ("current-edition", "signed-edition"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
_ALWAYS = {"include", "catch_up", "judge"}
_PUBLISHED = _ALWAYS | {"send", "send_at_will"}
ALLOWED = {
    "literal": _PUBLISHED,
    "charitable": _PUBLISHED,
    "shown": _PUBLISHED,
    "hardened": _ALWAYS | {"approve", "sign", "register"},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 5) == ALLOWED[variant]


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=ANY_RULES, seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    WALKER.walk({**LITERAL, **values}, random.Random(seed))


def test_the_comparison_notices_a_reference_with_another_rule() -> None:
    """A control: a published reference held against the hardened model must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played=LITERAL)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = RegistryBridge(), {"Replica": 4, "Edition": 2, "Operation": 1, "Height": 2}
    with pytest.raises(InputError, match="no Height"):
        bridge.start(rules(LITERAL), {"Replica": 4, "Edition": 2, "Operation": 1}, {}, 1)
    with pytest.raises(InputError, match="holds from the start"):
        bridge.start(rules(LITERAL), scope, {"original": [0, 0]}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("steal", {"o": 0})
    assert not bridge.apply("judge", {"r": 0, "o": 0, "v": 0, "h": 0}).accepted
    assert not bridge.apply("send", {"r": 7, "v": 1}).accepted
    assert not bridge.apply("send", {"r": 0, "v": 7}).accepted
    assert not bridge.apply("include", {"o": 7, "h": 0}).accepted
