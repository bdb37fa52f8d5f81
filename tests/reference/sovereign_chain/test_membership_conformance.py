"""Validator sets with real votes and the model `Membership` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.membership import Membership
from reference.sovereign_chain.membership_bridge import MembershipBridge
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _sets_differ(instance: Instance) -> bool:
    """Some block brings another set than the first, in whose seats other nodes sit."""
    seats = instance.scope["Seat"]
    holders = instance.rigids["holder"]
    return any(instance.rigids["brings"]) and holders[:seats] != holders[seats : 2 * seats]


WALKER = Walker(
    Membership,
    MembershipBridge,
    [
        {"Seat": 1, "Node": 2, "Council": 2, "Height": 2, "Block": 2, "faulty": 0},
        {"Seat": 2, "Node": 3, "Council": 2, "Height": 2, "Block": 1, "f": 0, "faulty": 1},
        {"Seat": 1, "Node": 3, "Council": 3, "Height": 3, "Block": 2, "faulty": 0},
    ],
    _sets_differ,
    {"permit"},
    length=12,
    read=Rules.from_values,
    shipped=VARIANTS,
)
CHOICES: Mapping[str, tuple[object, ...]] = {
    "membership": ("at-will", "old-quorum", "epochs"),
    "quorum": ("1", "floor((n-1)/2)+1", "floor((n+f)/2)+1"),
    "vote_once": (False, True),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
_ALWAYS = {"confirm", "confirm_at_will", "finalise"}
ALLOWED = {
    "literal": _ALWAYS | {"permit"},
    "charitable": _ALWAYS | {"permit"},
    "shown": _ALWAYS | {"permit"},
    "hardened": _ALWAYS,
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 4) == ALLOWED[variant]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=ANY_RULES, seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    WALKER.walk({**LITERAL, **values}, random.Random(seed))


@pytest.mark.parametrize("played", [LITERAL, {**HARDENED, "membership": "old-quorum"}])
def test_the_comparison_notices_a_reference_with_another_rule(played: dict[str, object]) -> None:
    """A control: a reference that asks for less, held against the hardened model, must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(30):
            WALKER.walk(HARDENED, random.Random(seed), played=played)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = MembershipBridge(), {"Seat": 2, "Node": 2, "Council": 2, "Height": 1, "Block": 1}
    with pytest.raises(InputError, match="no Block"):
        bridge.start(rules(LITERAL), {"Seat": 2, "Node": 2, "Council": 2, "Height": 1}, {}, 1)
    with pytest.raises(InputError, match="does not exist"):
        bridge.start(rules(LITERAL), scope, {"holder": [0, 1, 2, 1]}, 1)
    with pytest.raises(InputError, match="does not exist"):
        bridge.start(rules(LITERAL), scope, {"brings": [2]}, 1)
    with pytest.raises(InputError, match="sits twice"):
        bridge.start(rules(LITERAL), scope, {"holder": [0, 1, 1, 1]}, 1)
    with pytest.raises(InputError, match="cannot stand"):
        bridge.start(rules(HARDENED), {**scope, "f": 1}, {}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("finalise", {"h": 0})
    assert not bridge.apply("confirm", {"i": 7, "h": 0, "b": 0}).accepted
    assert not bridge.apply("confirm", {"i": 0, "h": 0, "b": 3}).accepted
