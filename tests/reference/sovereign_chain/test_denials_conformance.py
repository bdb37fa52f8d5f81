"""Chains that sign denials and look them up, and the model `Denials`, tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import trace
from model.denials import Denials
from reference.sovereign_chain.denials_bridge import DenialsBridge
from reference.sovereign_chain.denials_world import DELTA, times_of
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, rules
from tests.reference.walker import Walker, check

VARIANTS = {"literal": LITERAL, "charitable": CHARITABLE, "hardened": HARDENED}


def _something_can_last(instance: Instance) -> bool:
    """A denial outlasts its block, and of three blocks one is too old and another is not."""
    oldest, last = instance.rigids["oldest"], len(instance.rigids["oldest"]) - 1
    return max(instance.rigids["term"]) == last and (last < 2 or 0 < oldest[last] < last)


WALKER = Walker(
    Denials,
    DenialsBridge,
    [
        {"Operation": 2, "Id": 1, "Clause": 1, "Chain": 1, "Height": 3},
        {"Operation": 1, "Id": 1, "Clause": 1, "Chain": 2, "Height": 3},
        {"Operation": 2, "Id": 2, "Clause": 2, "Chain": 1, "Height": 2},
        {"Operation": 2, "Id": 1, "Clause": 1, "Chain": 2, "Height": 2},
    ],
    _something_can_last,
    set(),
    length=24,
    read=Rules.from_values,
    shipped=VARIANTS,
)
CHOICES: Mapping[str, tuple[object, ...]] = {
    "denial": ("for-ever", "this-request", "scoped"),
    "gate": ("data-access", "access-and-writes"),
    "denial_reach": ("own-chain", "broadcast", "checkpoint"),
    "appeal": ("none", "quorum"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
_ALWAYS = {"advance", "deny", "carry_out", "refuse"}
ALLOWED = {
    "literal": _ALWAYS,
    "charitable": _ALWAYS | {"hear"},
    "hardened": _ALWAYS | {"lift", "fetch"},
}
READ, WRITE = False, True
WAYS: Mapping[str, tuple[tuple[str, tuple[int, ...]], ...]] = {
    "on the chain where it was found": (
        ("deny", (0, 0)),
        ("refuse", (0, 0, 0, 0)),
        ("advance", (0, 1)),
        ("carry_out", (0, 0, 1)),
        ("fetch", (0, 0)),
        ("refuse", (0, 0, 1, 0)),
        ("carry_out", (0, 0, 1)),
    ),
    "on another chain": (
        ("deny", (0, 0)),
        ("advance", (0, 1)),
        ("carry_out", (0, 1, 1)),
        ("hear", (1, 0)),
        ("fetch", (1, 0)),
        ("refuse", (0, 1, 1, 0)),
        ("carry_out", (0, 1, 1)),
    ),
    "until an appeal is upheld": (
        ("deny", (0, 0)),
        ("lift", (0, 0)),
        ("lift", (0, 0)),
        ("advance", (0, 1)),
        ("fetch", (0, 0)),
        ("carry_out", (0, 0, 1)),
        ("refuse", (0, 0, 1, 0)),
    ),
    "until its term": (
        ("deny", (0, 1)),
        ("deny", (0, 0)),
        ("advance", (0, 1)),
        ("fetch", (0, 0)),
        ("refuse", (0, 0, 1, 0)),
        ("advance", (1, 2)),
        ("fetch", (0, 1)),
        ("fetch", (0, 1)),
        ("carry_out", (0, 0, 2)),
    ),
}
"""What one user does with one operation on two chains. The block 0 is recent enough in slot 1, and not in slot 2."""


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_what_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 4) <= ALLOWED[variant]


@pytest.mark.parametrize(
    ("way", "write", "taken"),
    [
        (
            "on the chain where it was found",
            READ,
            {"literal": "yyyn-yn", "charitable": "yyyn-yn", "hardened": "ynynyyn"},
        ),
        (
            "on the chain where it was found",
            WRITE,
            {"literal": "ynyy-ny", "charitable": "ynyy-ny", "hardened": "ynynyyn"},
        ),
        ("on another chain", READ, {"literal": "yyy--ny", "charitable": "yyyy-yn", "hardened": "yyn-yyn"}),
        ("on another chain", WRITE, {"literal": "yyy--ny", "charitable": "yyyy-ny", "hardened": "yyn-yyn"}),
        ("until an appeal is upheld", READ, {"literal": "y--y-ny", "charitable": "y--y-ny", "hardened": "yynyyyn"}),
        ("until its term", READ, {"literal": "nyy-yy--n", "charitable": "nyy-yy--n", "hardened": "nyyyyyyny"}),
    ],
)
def test_a_denial_goes_its_way_in_bytes_as_in_the_model(way: str, write: bool, taken: Mapping[str, str]) -> None:
    """Taken (y), not taken (n), or no action of the variant (-)."""
    assert {variant: follow(variant, WAYS[way], write) for variant in VARIANTS} == taken


def follow(variant: str, way: Sequence[tuple[str, tuple[int, ...]]], write: bool) -> str:
    """Which of these actions model and reference alike take."""
    values = VARIANTS[variant]
    schema = Denials.rule_schema()
    system = trace(Denials, schema.read({name: value for name, value in values.items() if name in schema}))
    scope = {"Operation": 1, "Id": 1, "Clause": 1, "Chain": 2, "Height": 3}
    wanted = {"write": [write], "place": [0], "term": [2], "oldest": [0, 0, 1]}
    instance = next(
        each
        for each in instances(system, resolve(system, scope))
        if all(list(each.rigids[name]) == table for name, table in wanted.items())
    )
    model, bridge, taken = Interpreter(instance), DenialsBridge(), ""
    bridge.start(rules(values), scope, instance.rigids, 1)
    state = model.initial()
    names = {action.name for action in system.actions}
    for name, params in way:
        may = name in names and model.enabled(model.action(name), params, state)
        assert bridge.apply(name, dict(zip(_PARAMS[name], params, strict=True))).accepted == may, name
        if may:
            state = model.apply(model.action(name), params, state)
        check(bridge, instance, state)
        taken += "y" if may else "n" if name in names else "-"
    return taken


_PARAMS = {
    **{"advance": "th", "deny": "ot", "lift": "ot", "hear": "co", "fetch": "ch"},
    **{"carry_out": "pct", "refuse": "pcto"},
}


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=ANY_RULES, seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    WALKER.walk({**LITERAL, **values}, random.Random(seed))


@pytest.mark.parametrize("name", ["denial", "gate", "denial_reach", "appeal"])
def test_the_comparison_notices_a_reference_with_another_rule(name: str) -> None:
    """A control: the hardened reference with the literal value of one rule, held against the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, name: LITERAL[name]})


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = DenialsBridge(), {"Operation": 1, "Id": 1, "Clause": 1, "Chain": 1, "Height": 2}
    with pytest.raises(InputError, match="no Height"):
        bridge.start(rules(LITERAL), {**scope, "Height": 0}, {}, 1)
    with pytest.raises(InputError, match="does not exist"):
        bridge.start(rules(LITERAL), scope, {"place": [1]}, 1)
    with pytest.raises(InputError, match="oldest"):
        bridge.start(rules(LITERAL), scope, {"oldest": [0, 2]}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("steal", {"o": 0})
    for action, args in (
        ("deny", {"o": 7, "t": 0}),
        ("carry_out", {"p": 0, "c": 3, "t": 0}),
        ("refuse", {"p": 0, "c": 0, "t": 0, "o": 5}),
        ("fetch", {"c": 0, "h": 9}),
        ("advance", {"t": 0, "h": 2}),
    ):
        assert not bridge.apply(action, args).accepted


@given(steps=st.lists(st.integers(0, 2), max_size=9))
def test_any_delta_is_one_of_real_times(steps: list[int]) -> None:
    oldest = [0]
    for slot, step in enumerate(steps, start=1):
        oldest.append(min(slot, oldest[-1] + step))
    times = times_of(oldest)
    assert list(times) == sorted(set(times))
    found = [min(h for h in range(t + 1) if times[t] - times[h] <= DELTA) for t in range(len(times))]
    assert found == oldest


@pytest.mark.parametrize("oldest", [(1,), (0, 2), (0, 1, 0)])
def test_a_delta_that_looks_ahead_or_falls_is_refused(oldest: Sequence[int]) -> None:
    with pytest.raises(InputError, match="oldest"):
        times_of(oldest)
