"""Open records that are really stored, read and verified, and the model `PublicRecords`, tell one protocol."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.certificates import PublicRecords
from reference.metering_platform.public_records_bridge import PublicRecordsBridge
from tests.reference.metering_platform.variants import HARDENED, VARIANTS, rules
from tests.reference.walker import Walker


def _keys_differ(instance: Instance) -> bool:
    return len({*instance.rigids["keyed"]}) == 2


WALKER = Walker(
    PublicRecords,
    PublicRecordsBridge,
    [{"Person": 2, "Issuer": 2, "Content": 1}, {"Person": 2, "Issuer": 1, "Content": 2}],
    _keys_differ,
    {"publish"},
    read=lambda values: rules(values),
    shipped=VARIANTS,
    length=12,
)
ACTIONS = {"publish", "store_as", "take"}


@pytest.mark.parametrize("variant", ["literal", "charitable", "hardened"])
def test_walks_agree_and_take_every_action(variant: str) -> None:
    assert WALKER.walks(variant, 2) == ACTIONS


def test_a_walk_agrees_where_services_share_a_secret() -> None:
    assert WALKER.walks("shared", 1) <= ACTIONS


@pytest.mark.parametrize("value", ["encrypted", "plain", "signed"])
def test_walks_of_hardened_and_literal_rules_with_any_class_one_agree(value: str) -> None:
    for variant in ("literal", "hardened"):
        WALKER.walk({**VARIANTS[variant], "class_one": value}, random.Random(f"{value} {variant}"))


@pytest.mark.parametrize("value", ["encrypted", "plain"])
def test_the_comparison_notices_a_reference_with_another_rule(value: str) -> None:
    """A control: the hardened reference with another rule, held against the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, "class_one": value})


def test_what_a_service_stores_is_on_the_chain_and_nobody_takes_it_for_signed() -> None:
    bridge = PublicRecordsBridge()
    bridge.start(rules(HARDENED), {"Person": 1, "Issuer": 1, "Content": 1}, {}, 1)
    assert bridge.apply("store_as", {"i": 0, "t": 0}).accepted
    refused = bridge.apply("take", {"p": 0, "i": 0, "t": 0})
    assert not refused.accepted and refused.effects[0].rule == "class_one"  # type: ignore[attr-defined]
    assert bridge.apply("publish", {"i": 0, "t": 0}).accepted
    assert bridge.apply("take", {"p": 0, "i": 0, "t": 0}).accepted
    assert bridge.world.taken == {(0, 1)}, "the record that verifies is the second"


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = PublicRecordsBridge()
    with pytest.raises(InputError, match="no Content"):
        bridge.start(rules(HARDENED), {"Person": 1, "Issuer": 1}, {}, 1)
    bridge.start(rules(HARDENED), {"Person": 1, "Issuer": 1, "Content": 1}, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("unpublish", {"i": 0, "t": 0})
    assert not bridge.apply("publish", {"i": 1, "t": 0}).accepted
    assert not bridge.apply("take", {"p": 1, "i": 0, "t": 0}).accepted
