"""Devices that keep and hand out real bundles and the model `Custody` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.custody import Custody
from reference.edge_keys.custody_bridge import CustodyBridge
from reference.edge_keys.rules import Rules
from tests.reference.edge_keys.variants import HARDENED, LITERAL, WALKED, rules
from tests.reference.walker import Walker

CHOICES: Mapping[str, tuple[object, ...]] = {
    "key_custody": ("device", "meter"),
    "query_answer": ("whole-block", "sealed"),
    "requester_check": ("none", "cluster-member", "owner"),
    "key_replicas": ("1", "2", "f+1"),
    "master_keys": ("fetched", "public-only"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
WEAKENED = [(name, values[0]) for name, values in CHOICES.items()]
_ALWAYS = {"join", "recluster", "acknowledge", "crash", "ask", "read_store"}
_READING = {"read_answer", "ask_unasked", "ask_by_own_meter", "fetch", "read_fetched"}
ALLOWED = {"literal": _ALWAYS | _READING, "charitable": _ALWAYS | _READING, "hardened": _ALWAYS | {"replicate"}}


def the_adversary_is_there_and_so_are_others(instance: Instance) -> bool:
    corrupted, own = instance.rigids["corrupted"], instance.rigids["own"]
    return any(corrupted) and not all(own) and any(own)


WALKER = Walker(
    Custody,
    CustodyBridge,
    ({"Meter": 2, "Device": 4, "f": 1, "faulty": 1}, {"Meter": 3, "Device": 3, "f": 0, "faulty": 0}),
    the_adversary_is_there_and_so_are_others,
    rare=("crash", "recluster", "read_store", "ask_unasked"),
    read=Rules.from_values,
    shipped=WALKED,
)


@pytest.mark.parametrize("variant", ALLOWED)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 9) == ALLOWED[variant]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
    bridge = CustodyBridge()
    with pytest.raises(InputError, match="no Device"):
        bridge.start(rules(LITERAL), {"Meter": 1}, {}, 1)
    with pytest.raises(InputError, match="cannot stand"):
        bridge.start(rules(HARDENED), {"Meter": 1, "Device": 3, "f": 1}, {}, 1)
    bridge.start(rules(LITERAL), {"Meter": 1, "Device": 2}, {}, 1)
    for action, args in (("steal", {}), ("join", {"m": 0}), ("recluster", {"m": 0, "d": 0})):
        with pytest.raises(InputError):
            bridge.apply(action, args)
    assert not bridge.apply("join", {"m": 7, "d": 0}).accepted and not bridge.apply("crash", {"d": 7}).accepted
