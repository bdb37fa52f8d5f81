"""Demands on their way, with a platform that has them and a supplier's system that plans, and the model `Demands`."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from model.demands import Demands
from reference.metering_platform.demands_bridge import DemandsBridge
from reference.metering_platform.demands_world import System
from reference.metering_platform.rules import Rules
from tests.reference.metering_platform.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker

WALKER = Walker(
    Demands,
    DemandsBridge,
    [{"Notice": 2}, {"Notice": 3}],
    lambda instance: True,
    {"settle", "crash"},
    length=16,
    read=Rules.from_values,
    shipped=VARIANTS,
)
_ALWAYS = {"issue", "receive", "plan", "lose", "repeat", "crash", "settle"}
ALLOWED = {
    "literal": _ALWAYS,
    "charitable": _ALWAYS,
    "shared": _ALWAYS,
    "hardened": _ALWAYS | {"answer_again", "confirm", "send_again", "lose_answer"},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    """The two values of the one rule are among them, so that these are all combinations."""
    assert WALKER.walks(variant, 4) == ALLOWED[variant]


@pytest.mark.parametrize("played", [LITERAL, {**HARDENED, "demand_sync": "broadcast"}])
def test_the_comparison_notices_a_reference_with_another_rule(played: dict[str, object]) -> None:
    """A control: a platform that broadcasts, held against the hardened model, must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played=played)


def test_the_later_demand_waits_for_its_turn_though_it_comes_first() -> None:
    bridge = DemandsBridge()
    bridge.start(rules(HARDENED), {"Notice": 2}, {}, 1)
    for action, notice in (("issue", 0), ("issue", 1), ("receive", 1)):
        assert bridge.apply(action, {"n": notice}).accepted
    assert not bridge.apply("plan", {"n": 1}).accepted
    for action, notice in (("receive", 0), ("plan", 0), ("plan", 1), ("confirm", 1), ("confirm", 0)):
        assert bridge.apply(action, {"n": notice}).accepted
    assert bridge.world.system.plan == ("100 meters", "200 meters")
    assert not bridge.apply("send_again", {"n": 0}).accepted


def test_what_the_company_has_not_signed_does_not_get_into_the_suppliers_system() -> None:
    bridge = DemandsBridge()
    bridge.start(rules(HARDENED), {"Notice": 1}, {}, 1)
    assert bridge.apply("issue", {"n": 0}).accepted
    [message] = bridge.world.under_way.values()
    assert isinstance(bridge.world.system.received(message), System)
    assert not isinstance(bridge.world.system.received(message.replace(b"100", b"999")), System)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = DemandsBridge()
    with pytest.raises(InputError, match="no Notice"):
        bridge.start(rules(LITERAL), {}, {}, 1)
    bridge.start(rules(LITERAL), {"Notice": 1}, {}, 1)
    for action in ("issue", "steal"):
        with pytest.raises(InputError):
            bridge.apply(action, {})
    for action in ("issue", "confirm", "send_again", "lose"):
        assert not bridge.apply(action, {"n": 3}).accepted
