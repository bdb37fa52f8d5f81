"""Chains whose nodes count violations, and the model `ActionCounter`, tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.action_counter import ActionCounter
from reference.sovereign_chain.counters_bridge import CountersBridge
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, rules
from tests.reference.walker import Walker

VARIANTS = {"literal": LITERAL, "charitable": CHARITABLE, "hardened": HARDENED}


def _something_is_valid(instance: Instance) -> bool:
    """A record is valid, and where there are several they are on all chains."""
    place = instance.rigids["place"]
    return any(instance.rigids["valid"]) and len(set(place)) == min(len(place), instance.scope["Chain"])


WALKER = Walker(
    ActionCounter,
    CountersBridge,
    [
        {"Chain": 1, "Operation": 2, "Height": 2, "Count": 3},
        {"Chain": 2, "Operation": 2, "Height": 1, "Count": 3},
    ],
    _something_is_valid,
    {"misstate", "close"},
    length=16,
    read=Rules.from_values,
    shipped=VARIANTS,
)
CHOICES: Mapping[str, tuple[object, ...]] = {
    "counter": ("written-by-origin", "derived"),
    "counter_scope": ("all-chains", "own-chain"),
    "violation_evidence": ("report-only", "re-evaluated"),
    "hashed": ("header", "header-and-record", "all-parts"),
    "record_id": ("none", "meter-sequence"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
_ALWAYS = {"count", "close", "look_up"}
_CORRUPTED = {"misstate", "alter"}
ALLOWED = {"literal": _ALWAYS | _CORRUPTED | {"learn"}, "charitable": _ALWAYS | _CORRUPTED, "hardened": _ALWAYS}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 6) == ALLOWED[variant]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=ANY_RULES, seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    WALKER.walk({**LITERAL, **values}, random.Random(seed))


@pytest.mark.parametrize("name", CHOICES)
def test_the_comparison_notices_a_reference_with_another_rule(name: str) -> None:
    """A control: the hardened reference with the literal value of one rule, held against the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, name: LITERAL[name]})


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = CountersBridge(), {"Chain": 1, "Operation": 1, "Height": 1, "Count": 2}
    with pytest.raises(InputError, match="no Count"):
        bridge.start(rules(LITERAL), {**scope, "Count": 0}, {}, 1)
    with pytest.raises(InputError, match="does not exist"):
        bridge.start(rules(LITERAL), scope, {"place": [1]}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("steal", {"o": 0})
    for action, args in (
        ("count", {"c": 2, "o": 0, "j": 0, "k": 1}),
        ("count", {"c": 0, "o": 3, "j": 0, "k": 1}),
        ("count", {"c": 0, "o": 0, "j": 1, "k": 2}),
        ("look_up", {"c": 0, "h": 0, "k": 0}),
        ("alter", {"c": 0, "h": 0, "k": 0}),
        ("close", {"c": 0, "h": 1, "k": 0}),
    ):
        assert not bridge.apply(action, args).accepted
