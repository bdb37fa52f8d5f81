"""Validators with real signatures and contracts and the model `Violations` tell one protocol, on walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.violations import Violations
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.violations_bridge import ViolationsBridge
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _something_is_denied(instance: Instance) -> bool:
    """An operation is denied by some edition and unjustly so, and somebody is faulty."""
    return all(sum(instance.rigids[name]) > 0 for name in ("breaks", "unjust", "faulty"))


WALKER = Walker(
    Violations,
    ViolationsBridge,
    [
        {"Replica": 4, "Operation": 1, "Edition": 1, "faulty": 1},
        {"Replica": 4, "Operation": 1, "Edition": 2, "faulty": 1},
        {"Replica": 4, "Operation": 2, "Edition": 1, "faulty": 1},
    ],
    _something_is_denied,
    {"change", "report_anything", "claim"},
    length=24,
    read=Rules.from_values,
    shipped=VARIANTS,
)
CHOICES: Mapping[str, tuple[object, ...]] = {
    "quorum": ("1", "floor((n-1)/2)+2", "floor((n+f)/2)+1"),
    "acceptance_evidence": ("origins-word", "votes-shown"),
    "violation_evidence": ("report-only", "re-evaluated"),
    "judged_by": ("current-edition", "signed-edition"),
    "proposer": ("first-receiver", "any-in-turn"),
    "appeal": ("none", "quorum"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
_ALWAYS = {"change", "sign", "observe", "report", "report_anything", "back", "back_anything", "record", "lodge"}
ALLOWED = {
    "literal": _ALWAYS | {"claim"},
    "charitable": _ALWAYS | {"claim"},
    "shown": _ALWAYS,
    "hardened": _ALWAYS | {"grant", "grant_anything", "overturn"},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 8) == ALLOWED[variant]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=ANY_RULES, seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    WALKER.walk({**LITERAL, **values}, random.Random(seed))


def test_the_comparison_notices_a_reference_with_another_rule() -> None:
    """A control: a published reference held against the hardened model must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played=LITERAL)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = ViolationsBridge(), {"Replica": 4, "Operation": 1, "Edition": 1}
    with pytest.raises(InputError, match="no Edition"):
        bridge.start(rules(LITERAL), {"Replica": 4, "Operation": 1}, {}, 1)
    with pytest.raises(InputError, match="does not exist"):
        bridge.start(rules(LITERAL), scope, {"first": [7]}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("steal", {"o": 0})
    assert not bridge.apply("back", {"r": 7, "o": 0}).accepted and not bridge.apply("record", {"o": 4}).accepted
