"""Services that answer from copies of the chain, and the model `Revocation`, tell one protocol, on walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import product

import pytest

from meterproof.errors import InputError
from model.revocation import Revocation
from reference.metering_platform.revocation_bridge import RevocationBridge
from tests.reference.metering_platform.following import Way, follow
from tests.reference.metering_platform.variants import CHARITABLE, HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker

READINGS = {name: values for name, values in VARIANTS.items() if name != "shared"}
"""The shared reading has the charitable one's rules here."""
WALKER = Walker(
    Revocation,
    RevocationBridge,
    [
        {"User": 1, "Token": 2, "Service": 1, "Height": 4, "Count": 4},
        {"User": 2, "Token": 2, "Service": 1, "Height": 3, "Count": 3},
        {"User": 1, "Token": 1, "Service": 2, "Height": 5, "Count": 3},
    ],
    lambda instance: len({*instance.rigids["subject"]}) == min(2, instance.scope.as_dict()["User"]),
    {"revoke"},
    read=lambda values: rules(values),
    shipped=READINGS,
    length=18,
    probes=3,
)
_ALWAYS = {"advance", "admit", "revoke", "mint", "answer"}
ALLOWED = {"literal": _ALWAYS, "charitable": _ALWAYS, "hardened": _ALWAYS | {"fetch"}}


@pytest.mark.parametrize("variant", READINGS)
def test_walks_agree_and_take_every_action_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 5) == ALLOWED[variant]


@pytest.mark.parametrize("base", [LITERAL, CHARITABLE, HARDENED])
def test_walks_under_any_combination_of_rules_agree(base: Mapping[str, object]) -> None:
    for life, permissions in product(("for-ever", "expiring"), ("in-token", "epoch-compared")):
        values = {**base, "token_life": life, "permissions": permissions}
        WALKER.walk(values, random.Random(f"{life} {permissions}"))


ONE_OF_EACH = {"User": 1, "Token": 1, "Service": 1, "Height": 3, "Count": 4}
TOKEN: Way = [("admit", "c1"), ("advance", "h1"), ("mint", "t1"), ("fetch", "")]
WITHIN_DELTA: Way = [*TOKEN, ("revoke", "t1 c2"), ("advance", "t1 h2"), ("answer", "t2")]
AFTER_DELTA: Way = [*TOKEN, ("revoke", "t1 c2"), ("advance", "t1 h2 o1"), ("answer", "t2")]
KNOWN: Way = [*TOKEN, ("revoke", "t1 c2"), ("advance", "t1 h2"), ("fetch", "h1"), ("answer", "t2")]
TAKEN_BACK: Way = [
    *TOKEN,
    ("revoke", "t1 c2"),
    ("admit", "t1 c3"),
    ("advance", "t1 h2"),
    ("fetch", "h1"),
    ("answer", "t2"),
]
AHEAD: Way = [
    ("admit", "c1"), ("advance", "h1"), ("fetch", ""), ("revoke", "t1 c2"), ("admit", "t1 c3"), ("advance", "t1 h2"),
    ("mint", "t2 b1"), ("answer", "t2"),
]  # fmt: skip
EXPIRED: Way = [*TOKEN, ("advance", "t1 h2 e1"), ("answer", "t2")]


@pytest.mark.parametrize(
    ("way", "taken"),
    [
        (WITHIN_DELTA, "yyy-yyy yyy-yyy yyyyyyy"),
        (AFTER_DELTA, "yyy-yyy yyy-yyy yyyyyyn"),
        (KNOWN, "yyy-yy-y yyy-yy-y yyyyyyyn"),
        (TAKEN_BACK, "yyy-yyy-y yyy-yyy-y yyyyyyyyn"),
        (AHEAD, "yy-yyyyy yy-yyyyy yyyyyyyn"),
        (EXPIRED, "yyy-yy yyy-yn yyyyyn"),
    ],
)
def test_a_token_is_answered_in_bytes_where_it_is_in_the_model(way: Way, taken: str) -> None:
    """In the literal and the charitable reading, and hardened: there, only with the epoch that the service has."""
    for values, expected in zip(READINGS.values(), taken.split(), strict=True):
        assert follow(Revocation, RevocationBridge(), values, ONE_OF_EACH, {}, way) == expected


@pytest.mark.parametrize(("rule", "way"), [("token_life", EXPIRED), ("permissions", KNOWN)])
def test_each_rule_stops_a_way_alone(rule: str, way: Way) -> None:
    """A control: with the rule's literal value the last step of the way is taken, and without it is refused by it."""
    weaker = {**HARDENED, rule: LITERAL[rule]}
    assert follow(Revocation, RevocationBridge(), weaker, ONE_OF_EACH, {}, way).endswith("y")
    assert follow(Revocation, RevocationBridge(), HARDENED, ONE_OF_EACH, {}, way, rule).endswith("n")


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = RevocationBridge(), {"User": 1, "Token": 1, "Service": 1, "Height": 3, "Count": 2}
    with pytest.raises(InputError, match="no Height"):
        bridge.start(rules(LITERAL), {**scope, "Height": 0}, {}, 1)
    bridge.start(rules(HARDENED), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("steal", {"x": 0})
    for action, args in (
        ("advance", {"t": 0, "h": 2, "o": 0, "e": 0}),
        ("advance", {"t": 0, "h": 1, "o": 1, "e": 0}),
        ("admit", {"u": 0, "t": 0, "c": 2}),
        ("revoke", {"u": 0, "t": 0, "c": 1}),
        ("mint", {"x": 0, "u": 0, "b": 0, "t": 0}),
        ("fetch", {"v": 0, "h": 0}),
        ("answer", {"x": 0, "v": 0, "t": 0}),
    ):
        assert not bridge.apply(action, args).accepted
