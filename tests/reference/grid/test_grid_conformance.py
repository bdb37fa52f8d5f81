"""Chains, meters, nodes and residents with real bytes and the model `Grid` tell one story, on ways and walks both ways.

Rules are weakened one at a time, and as side by side: under `inclusion`, what a made-up block says of its height is not
told from what is so.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.lang import trace
from model.grid import Grid
from reference.grid.grid_bridge import GridBridge
from reference.grid.rules import Rules
from tests.reference.grid.variants import HARDENED, SIDE_BY_SIDE, VARIANTS, WEAKENED, Values
from tests.reference.walker import Walker, check

Way = Sequence[tuple[str, tuple[int, ...]]]
SCOPE = {"User": 2, "Meter": 1, "Key": 2, "Record": 2, "Chain": 2, "Node": 1, "Edition": 2, "Height": 4}
RIGIDS: Mapping[str, tuple[int, ...]] = {
    "first": (0,),
    "genesis": (0,),
    "oldest": (0, 0, 1, 1),
    "meter": (0, 0),
    "time": (0, 1),
    "service": (0, 0),
    "original": (0,),
    "permits": (1, 1, 0, 0),
}
"""Record 0 is of slot 0 and record 1 of slot 1; edition 0 releases both and edition 1 none. Of the complete blocks that
there are in slots 2 and 3, the first is too old."""
PARAMS = {
    **{"advance": "thv", "hand_over": "mut", "make": "mk", "install": "mk", "revoke": "mk", "copy_key": "mk"},
    **{"take_over": "mjk", "generate_key": "k", "emit": "rmkt", "forge": "rk", "fetch_keys": "cb", "include": "rmkch"},
    **{"deny": "ut", "pardon": "ut", "fetch_law": "nb", "take": "nrch", "inject": "nr", "substitute": "nr"},
    **{"log_in": "um", "show": "nurm"},
}
A_KEY = (("make", (0, 0)), ("install", (0, 0)))
COUNTED = (
    *A_KEY, ("emit", (0, 0, 0, 0)), ("log_in", (0, 0)), ("advance", (0, 1, 0)), ("fetch_keys", (0, 0)),
    ("include", (0, 0, 0, 0, 1)),
)  # fmt: skip
"""Record 0 is counted on chain 0 in slot 1."""
WAYS: Mapping[str, Way] = {
    "a revoked key": (
        *A_KEY, ("advance", (0, 1, 0)), ("fetch_keys", (0, 0)), ("revoke", (0, 0)), ("emit", (1, 0, 0, 1)),
        ("advance", (1, 2, 0)), ("include", (1, 0, 0, 0, 2)), ("fetch_keys", (0, 1)), ("include", (1, 0, 0, 0, 2)),
    ),
    "a revoked key, heard of": (
        *A_KEY, ("advance", (0, 1, 0)), ("revoke", (0, 0)), ("emit", (1, 0, 0, 1)), ("advance", (1, 2, 0)),
        ("fetch_keys", (0, 1)), ("include", (1, 0, 0, 0, 2)),
    ),
    "a thief's key": (
        *A_KEY, ("take_over", (0, 0, 0)), ("copy_key", (0, 0)), ("generate_key", (1,)), ("take_over", (0, 0, 1)),
        ("advance", (0, 1, 0)), ("forge", (0, 0)), ("forge", (0, 1)), ("fetch_keys", (0, 0)),
        ("include", (0, 0, 0, 0, 1)), ("include", (0, 0, 1, 0, 1)), ("install", (0, 0)), ("advance", (1, 2, 0)),
        ("fetch_keys", (0, 1)), ("emit", (1, 0, 0, 2)),
    ),
    "another service chain": (
        *COUNTED, ("include", (0, 0, 0, 0, 1)), ("fetch_keys", (1, 0)), ("include", (0, 0, 0, 1, 1)),
    ),
    "a report once more": (
        *COUNTED, ("advance", (1, 2, 0)), ("include", (0, 0, 0, 0, 2)),
    ),
    "an overtaken report": (
        *A_KEY, ("emit", (0, 0, 0, 0)), ("advance", (0, 1, 0)), ("emit", (1, 0, 0, 1)), ("fetch_keys", (0, 0)),
        ("include", (1, 0, 0, 0, 1)), ("advance", (1, 2, 0)), ("include", (0, 0, 0, 0, 2)),
    ),
    "an old report": (
        *A_KEY, ("emit", (0, 0, 0, 0)), ("advance", (0, 1, 0)), ("advance", (1, 2, 0)), ("fetch_keys", (0, 1)),
        ("include", (0, 0, 0, 0, 2)),
    ),
    "a made-up block": (
        ("advance", (0, 1, 0)), ("substitute", (0, 0)), ("inject", (0, 1)), ("fetch_law", (0, 0)),
        ("show", (0, 0, 0, 0)),
    ),
    "a tenant after another": (
        *COUNTED[:4], ("hand_over", (0, 1, 0)), *COUNTED[4:], ("log_in", (0, 0)), ("emit", (1, 0, 0, 1)),
        ("include", (1, 0, 0, 0, 1)), ("advance", (1, 2, 0)), ("log_in", (1, 0)), ("take", (0, 0, 0, 1)),
        ("take", (0, 1, 0, 1)), ("fetch_law", (0, 0)), ("show", (0, 0, 0, 0)), ("show", (0, 1, 0, 0)),
        ("show", (0, 0, 1, 0)), ("show", (0, 1, 1, 0)), ("fetch_law", (0, 1)), ("show", (0, 0, 1, 0)),
        ("show", (0, 1, 1, 0)),
    ),
    "a denial": (
        *COUNTED, ("deny", (0, 1)), ("advance", (1, 2, 0)), ("take", (0, 0, 0, 1)), ("fetch_law", (0, 0)),
        ("show", (0, 0, 0, 0)), ("pardon", (0, 2)), ("advance", (2, 3, 0)), ("fetch_law", (0, 1)),
        ("show", (0, 0, 0, 0)), ("fetch_law", (0, 2)), ("show", (0, 0, 0, 0)),
    ),
    "a new edition": (
        *COUNTED, ("advance", (1, 2, 1)), ("take", (0, 0, 0, 1)), ("fetch_law", (0, 1)), ("show", (0, 0, 0, 0)),
        ("advance", (2, 3, 1)), ("fetch_law", (0, 2)), ("show", (0, 0, 0, 0)),
    ),
}  # fmt: skip
OLDEST = dict.fromkeys(("a tenant after another", "a report once more", "an overtaken report"), (0, 0, 0, 0))
"""Where no block is too old."""
TAKEN: Mapping[str, Mapping[str, str]] = {
    "a revoked key": {
        "hardened": "yyyyyyynyn",
        "side-by-side": "yyyyyyyyyn",
        "key_check as-enrolled": "yyyyyyyyyn",
        "key_check latest-heard": "yyyyyyyyyn",
    },
    "a revoked key, heard of": {
        "hardened": "yyyyyyyn",
        "side-by-side": "yyyyyyyy",
        "key_check as-enrolled": "yyyyyyyy",
    },
    "a thief's key": {
        "hardened": "yynyyyyyyynyyyyn",
    },
    "another service chain": {
        "hardened": "yyyyyyynyn",
        "side-by-side": "yyyyyyynyy",
        "bound_to content": "yyyyyyynyy",
    },
    "a report once more": {
        "hardened": "yyyyyyyyn",
        "freshness none": "yyyyyyyyy",
    },
    "an overtaken report": {
        "hardened": "yyyyyyyyn",
        "freshness none": "yyyyyyyyy",
    },
    "an old report": {
        "hardened": "yyyyyyn",
        "window none": "yyyyyyy",
    },
    "a made-up block": {
        "hardened": "y--yn",
        "release_check unverified": "yyyyy",
        "release_check authentic-database": "yy-yy",
    },
    "a tenant after another": {
        "hardened": "yyyyyyyynyyyyyyyynnnyny",
        "side-by-side": "yyyyyyyynyyyyyyyyyyyynn",
        "tenancy_check token": "yyyyyyyynyyyyyyyyyyyynn",
        "tenancy_check as-known": "yyyyyyyynyyyyyyyynynyny",
    },
    "a denial": {
        "hardened": "yyyyyyyyyyynyyynyy",
        "side-by-side": "yyyyyyyyyyyyyyyyyn",
        "law_check own-copy": "yyyyyyyyyyyyyyyyyn",
        "law_check latest-heard": "yyyyyyyyyyyyyyynyy",
    },
    "a new edition": {
        "hardened": "yyyyyyyyyyyyyn",
        "side-by-side": "yyyyyyyyyyyyyy",
        "law_check own-copy": "yyyyyyyyyyyyyy",
        "judged_at inclusion": "yyyyyyyyyyyyyy",
    },
}
"""By way and rules: under rules that are not named it is as hardened."""


@pytest.mark.parametrize("way", WAYS)
def test_what_a_rule_lets_through_it_lets_through_in_bytes_as_in_the_model(way: str) -> None:
    """Taken (y), not taken (n), or no action of the variant (-)."""
    assert {name: follow(values_of(name), way) for name in TAKEN[way]} == TAKEN[way]


def test_each_weaker_rule_lets_something_through_that_the_hardened_one_does_not() -> None:
    """So a reference that went by another rule than the model would be noticed on some way."""
    apart = {name for taken in TAKEN.values() for name, said in taken.items() if said != taken["hardened"]}
    assert apart == {"side-by-side", *(f"{rule} {value}" for rule, value in WEAKENED)}


def values_of(name: str) -> Values:
    """The rules of a variant by its name, or the hardened ones with a rule that has another value."""
    if name in VARIANTS:
        return VARIANTS[name]
    rule, value = name.split()
    return {**HARDENED, rule: value}


def follow(values: Values, way: str, played: Values | None = None) -> str:
    """Which actions of a way model and reference alike take; the latter may go by other rules."""
    schema = Grid.rule_schema()
    system = trace(Grid, schema.read({rule: value for rule, value in values.items() if rule in schema}))
    tables = {**RIGIDS, "oldest": OLDEST.get(way, RIGIDS["oldest"])}
    rigid = tuple((variable.name, tables[variable.name]) for variable in system.variables if variable.rigid)
    instance = Instance(system, resolve(system, SCOPE), rigid)
    model, bridge, taken = Interpreter(instance), GridBridge(), ""
    bridge.start(Rules.from_values(played or values), SCOPE, instance.rigids, 1)
    state, names = model.initial(), {action.name for action in system.actions}
    for action, params in WAYS[way]:
        may = action in names and model.enabled(model.action(action), params, state)
        done = bridge.apply(action, dict(zip(PARAMS[action], params, strict=True)))
        assert done.accepted == may, (action, params, done.effects)
        if may:
            state = model.apply(model.action(action), params, state)
        check(bridge, instance, state)
        taken += "y" if may else "n" if action in names else "-"
    return taken


def reaches(instance: Instance) -> bool:
    """A record can be counted in slot 1 and shown in slot 2: what is of slot 0 or 1, and may be shown to begin with."""
    oldest, records = instance.rigids["oldest"], len(instance.rigids["time"])
    begins = instance.rigids["original"][0] * records
    permitted = instance.rigids["permits"][begins : begins + records]
    return oldest[1] == 0 and oldest[-1] < len(oldest) - 1 and max(instance.rigids["time"]) < 2 and all(permitted)


ONE = {"User": 1, "Meter": 1, "Key": 1, "Record": 1, "Chain": 1, "Node": 1, "Edition": 1, "Height": 3}
WALKER = Walker(
    Grid,
    GridBridge,
    [
        {**ONE, "User": 2},
        {**ONE, "Key": 2},
        {**ONE, "Edition": 2},
        {**ONE, "Record": 2, "Chain": 2},
        {**ONE, "Node": 2},
    ],
    reaches,
    rare=("revoke", "take_over", "inject", "substitute", "deny"),
    length=26,
    read=Rules.from_values,
    shipped=VARIANTS,
    eager=("make", "install", "emit", "fetch_keys", "include", "fetch_law", "take", "log_in", "show"),
)
ALWAYS = {
    *("advance", "make", "install", "emit", "fetch_keys", "include", "fetch_law", "take", "log_in", "show", "deny"),
    *("copy_key", "forge"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_reach_the_end(variant: str) -> None:
    assert WALKER.walks(variant, 8) >= ALWAYS


@pytest.mark.parametrize(("rule", "value"), WEAKENED)
def test_walks_with_one_rule_weakened_agree(rule: str, value: str) -> None:
    walker = replace(WALKER, scopes=[ONE])
    walks = (walker.walk({**HARDENED, rule: value}, random.Random(seed)) for seed in range(2))
    assert set[str]().union(*walks) >= {"log_in", "pardon"}


@pytest.mark.parametrize(("rule", "value"), WEAKENED)
def test_the_comparison_notices_a_reference_with_another_rule(rule: str, value: str) -> None:
    """A control: the hardened reference with one weaker rule, held against the hardened model."""
    way = next(way for way, taken in TAKEN.items() if f"{rule} {value}" in taken)
    with pytest.raises(AssertionError):
        follow(HARDENED, way, played={**HARDENED, rule: value})


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, rules = GridBridge(), Rules.from_values(SIDE_BY_SIDE)
    with pytest.raises(InputError, match="no Height"):
        bridge.start(rules, {**ONE, "Height": 0}, {}, 1)
    with pytest.raises(InputError, match="service chains"):
        bridge.start(rules, {**ONE, "Chain": 3}, {}, 1)
    bridge.start(rules, ONE, {}, 1)
    for action, args in (("steal", {}), ("emit", {"r": 0})):
        with pytest.raises(InputError):
            bridge.apply(action, args)
    impossible = (("advance", {"t": 0, "h": 2, "v": 0}), ("fetch_keys", {"c": 0, "b": 0}), ("deny", {"u": 0, "t": 1}))
    for action, args in impossible:
        assert not bridge.apply(action, args).accepted
