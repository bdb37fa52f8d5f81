"""A platform that decides who is answered, and the models `Access` and `Register`, tell one protocol, both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.access import Access, Register
from reference.metering_platform.access_bridge import AccessBridge, RegisterBridge
from tests.reference.metering_platform.following import Way, follow
from tests.reference.metering_platform.variants import CHARITABLE, HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _reading_is_a_route(instance: Instance) -> bool:
    """Grants of the platform are for reading, which is one route; others are its issuer's."""
    return sum(instance.rigids["theirs"]) == 1


def _one_can_move_out(instance: Instance) -> bool:
    """There is a record of the first slot, and both interfaces."""
    return 0 in instance.rigids["time"] and len({*instance.rigids["second"]}) == len(instance.rigids["second"])


READINGS = {name: values for name, values in VARIANTS.items() if name != "shared"}
"""The shared reading has the charitable one's rules here."""
WALKER = Walker(
    Access,
    AccessBridge,
    [
        {"User": 2, "Meter": 1, "Record": 2, "Route": 2, "Interface": 2, "Height": 3},
        {"User": 3, "Meter": 1, "Record": 1, "Route": 1, "Interface": 1, "Height": 3},
        {"User": 2, "Meter": 2, "Record": 1, "Route": 2, "Interface": 2, "Height": 2},
    ],
    _one_can_move_out,
    {"advance", "withdraw"},
    read=lambda values: rules(values),
    shipped=READINGS,
    length=18,
    probes=2,
    possible=_reading_is_a_route,
)
REGISTERS = Walker(
    Register,
    RegisterBridge,
    [{"User": 2, "Meter": 2, "Height": 4}, {"User": 3, "Meter": 1, "Height": 5}],
    lambda instance: True,
    {"advance"},
    read=lambda values: rules(values),
    shipped=VARIANTS,
    length=10,
    probes=3,
)
CHOICES: Mapping[str, tuple[object, ...]] = {
    "authorisation": ("signature-only", "owner-or-grant", "decided"),
    "ownership": ("present-owner", "intervals"),
    "interfaces": ("second-unchecked", "same-token", "one-decision"),
    "permissions": ("in-token", "epoch-compared"),
    "token_binding": ("bearer", "sender-constrained"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
ACTIONS = {"advance", "hand_over", "log_in", "grant", "withdraw", "store", "ask", "pry"}


@pytest.mark.parametrize("variant", READINGS)
def test_walks_agree_and_take_every_action(variant: str) -> None:
    assert WALKER.walks(variant, 4) == ACTIONS


@pytest.mark.parametrize("variant", ["literal", "hardened"])
def test_walks_of_the_register_agree(variant: str) -> None:
    assert REGISTERS.walks(variant, 2) == {"advance", "hand_over"}


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=ANY_RULES, base=st.sampled_from([CHARITABLE, HARDENED]), seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(
    values: Mapping[str, object], base: Mapping[str, object], seed: int
) -> None:
    WALKER.walk({**base, **values}, random.Random(seed))


HOME = {"User": 3, "Meter": 1, "Record": 1, "Route": 2, "Interface": 2, "Height": 2}
MOVED: Way = [("hand_over", "u1"), ("advance", "h1")]
STRANGER: Way = [("store", ""), ("log_in", "u1"), ("pry", "u1")]
NEXT_TENANT: Way = [("store", ""), *MOVED, ("log_in", "u1"), ("ask", "u1")]
FORMER_TENANT: Way = [("store", ""), *MOVED, ("log_in", ""), ("ask", "")]
NO_TOKEN: Way = [("store", ""), ("pry", "u1 i1")]
NO_ROUTE: Way = [("store", ""), ("log_in", ""), ("ask", "a1 i1")]
GUEST: Way = [("store", ""), ("grant", "u2"), ("log_in", "u2"), ("ask", "u2"), ("withdraw", "u2"), ("ask", "u2")]
LEFT_GUEST: Way = [("grant", "u2"), *MOVED, ("store", ""), ("log_in", "u2"), ("ask", "u2")]


@pytest.mark.parametrize(
    ("way", "time", "taken"),
    [
        (STRANGER, 0, "yyy yyn yyn"),
        (NEXT_TENANT, 0, "yyyyy yyyyy yyyyn"),
        (FORMER_TENANT, 0, "yyyyy yyyyn yyyyy"),
        (NO_TOKEN, 0, "yy yn yn"),
        (NO_ROUTE, 0, "yyy yyy yyn"),
        (GUEST, 0, "yyyyyn yyyyyn yyyyyn"),
        (LEFT_GUEST, 1, "yyyyyy yyyyyy yyyyyn"),
    ],
)
def test_the_ways_to_a_record_are_open_in_bytes_where_they_are_in_the_model(way: Way, time: int, taken: str) -> None:
    """In the literal and the charitable reading, and hardened. The first route is reading, the second withdrawing."""
    tables = {"theirs": [1, 0], "second": [0, 1], "time": [time]}
    for values, expected in zip(READINGS.values(), taken.split(), strict=True):
        assert follow(Access, AccessBridge(), values, HOME, tables, way) == expected


@pytest.mark.parametrize(
    ("rule", "way", "stop"),
    [
        ("authorisation", STRANGER, "authorisation"),
        ("ownership", NEXT_TENANT, "authorisation"),
        ("interfaces", NO_TOKEN, "token"),
    ],
)
def test_each_rule_stops_a_way_alone(rule: str, way: Way, stop: str) -> None:
    """A control: with the rule's literal value the last step of the way is taken, and without it is refused."""
    tables, weaker = {"theirs": [1, 0], "second": [0, 1]}, {**HARDENED, rule: LITERAL[rule]}
    assert follow(Access, AccessBridge(), weaker, HOME, tables, way) == "y" * len(way)
    assert follow(Access, AccessBridge(), HARDENED, HOME, tables, way, stop) == "y" * (len(way) - 1) + "n"


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = AccessBridge()
    scope = {"User": 1, "Meter": 1, "Record": 1, "Route": 2, "Interface": 1, "Height": 1}
    with pytest.raises(InputError, match="no Height"):
        bridge.start(rules(LITERAL), {**scope, "Height": 0}, {}, 1)
    with pytest.raises(InputError, match="grants are for reading"):
        bridge.start(rules(HARDENED), scope, {"theirs": [1, 1]}, 1)
    with pytest.raises(InputError, match="0 routes"):
        bridge.start(rules(CHARITABLE), scope, {"theirs": [0, 0]}, 1)
    bridge.start(rules(HARDENED), scope, {"theirs": [0, 0]}, 1)
    with pytest.raises(InputError):
        bridge.apply("steal", {"u": 0})
    assert not bridge.apply("advance", {"t": 0, "h": 2}).accepted
    assert not bridge.apply("pry", {"u": 0, "i": 0, "a": 0, "r": 0}).accepted
