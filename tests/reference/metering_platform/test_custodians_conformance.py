"""Disks from which the platform really fetches files, and the model `Custodians`, tell one protocol."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from model.custodians import Custodians
from reference.metering_platform.custodians_bridge import CustodiansBridge
from tests.reference.metering_platform.variants import HARDENED, VARIANTS, rules
from tests.reference.walker import Walker

WALKER = Walker(
    Custodians,
    CustodiansBridge,
    [
        {"Custodian": 4, "File": 1, "faulty": 1},
        {"Custodian": 4, "File": 2, "faulty": 1},
        {"Custodian": 1, "File": 2, "faulty": 0},
    ],
    lambda instance: any(instance.rigids["faulty"]) or len(instance.rigids["faulty"]) == 1,
    set(),
    read=lambda values: rules(values),
    shipped=VARIANTS,
    length=12,
)
ACTIONS = {"keep", "say", "delete", "rely", "ask", "hand_out"}


@pytest.mark.parametrize("variant", ["literal", "charitable", "hardened"])
def test_walks_agree_and_take_every_action(variant: str) -> None:
    assert WALKER.walks(variant, 9) == ACTIONS


def test_a_walk_agrees_where_services_share_a_secret() -> None:
    assert WALKER.walks("shared", 1) <= ACTIONS


@pytest.mark.parametrize("custodians", ["1", "f", "2*f+1", "n"])
def test_walks_of_hardened_rules_with_any_number_of_custodians_agree(custodians: str) -> None:
    for seed in range(2):
        WALKER.walk({**HARDENED, "custodians": custodians}, random.Random(f"{custodians} {seed}"))


def test_the_comparison_notices_a_reference_with_another_rule() -> None:
    """A control: one custodian's word is held against the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, "custodians": "1"})


def test_a_receipt_without_a_file_is_enough_where_one_custodian_is() -> None:
    """ZD-C6 in two steps: the file is relied on, and nobody can hand it out."""
    bridge = CustodiansBridge()
    bridge.start(
        rules(HARDENED, custodians="1", resilience="1"), {"Custodian": 2, "File": 1, "f": 1}, {"faulty": [1, 0]}, 1
    )
    assert bridge.apply("say", {"k": 0, "x": 0}).accepted and bridge.apply("rely", {"x": 0}).accepted
    assert bridge.apply("ask", {"x": 0}).accepted
    refused = bridge.apply("hand_out", {"k": 1, "x": 0})
    assert not refused.accepted and refused.effects[0].rule == "custodians"  # type: ignore[attr-defined]


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = CustodiansBridge()
    with pytest.raises(InputError, match="no File"):
        bridge.start(rules(HARDENED), {"Custodian": 1}, {}, 1)
    with pytest.raises(InputError, match="faulty"):
        bridge.start(rules(HARDENED), {"Custodian": 3, "File": 1, "f": 1}, {}, 1)
    bridge.start(rules(HARDENED), {"Custodian": 1, "File": 1}, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("lend", {"k": 0, "x": 0})
    assert not bridge.apply("keep", {"k": 1, "x": 0}).accepted
    assert not bridge.apply("delete", {"k": 0, "x": 0}).accepted
