"""Devices that confirm and answer with real signatures and the model `Queries` tell one protocol, on random walks."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.queries import Queries
from reference.edge_keys.queries_bridge import QueriesBridge
from reference.edge_keys.rules import Rules
from tests.reference.edge_keys.variants import HARDENED, LITERAL, WALKED, rules
from tests.reference.walker import Walker

CHOICES: Mapping[str, tuple[object, ...]] = {
    "query_scope": ("local-tail", "read-quorum"),
    "read_quorum": ("1", "f+1", "n-(floor((n+f)/2)+1)+f+1"),
    "quorum": ("ceil(n/2)", "floor(n/2)+1", "floor((n+f)/2)+1"),
    "vote_once": (False, True),
    "resilience": ("1",),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
WEAKENED = [("query_scope", "local-tail"), ("read_quorum", "1"), ("quorum", "ceil(n/2)")]
_ALL = {"issue", "confirm", "sign", "finalise", "ask", "answer", "answer_anything", "take"}
ALLOWED = {"literal": _ALL, "charitable": _ALL, "hardened": _ALL}


def a_device_is_faulty(instance: Instance) -> bool:
    return any(instance.rigids["faulty"])


WALKER = Walker(
    Queries,
    QueriesBridge,
    ({"Replica": 4, "Version": 2, "Query": 1, "faulty": 1}, {"Replica": 4, "Version": 3, "Query": 1, "faulty": 1}),
    a_device_is_faulty,
    rare=(),
    length=20,
    read=Rules.from_values,
    shipped=WALKED,
)


@pytest.mark.parametrize("variant", ALLOWED)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 3) == ALLOWED[variant]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
    bridge = QueriesBridge()
    with pytest.raises(InputError, match="no Query"):
        bridge.start(rules(LITERAL), {"Replica": 4, "Version": 2}, {}, 1)
    with pytest.raises(InputError, match="cannot stand"):
        bridge.start(rules(HARDENED), {"Replica": 3, "Version": 2, "Query": 1, "f": 1}, {}, 1)
    bridge.start(rules(LITERAL), {"Replica": 4, "Version": 2, "Query": 1}, {}, 1)
    for action, args in (("steal", {}), ("issue", {}), ("answer", {"q": 0, "r": 0})):
        with pytest.raises(InputError):
            bridge.apply(action, args)
    assert not bridge.apply("issue", {"v": 7}).accepted and not bridge.apply("ask", {"q": 7}).accepted
