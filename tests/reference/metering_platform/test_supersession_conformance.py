"""A platform that is asked what is in force, and the model `Supersession`, tell one protocol, on walks both ways."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.supersession import Supersession
from reference.metering_platform.supersession_bridge import SupersessionBridge
from tests.reference.metering_platform.variants import HARDENED, VARIANTS, rules
from tests.reference.walker import Walker


def _one_is_out_of_date(instance: Instance) -> bool:
    """Certificates are about one instrument, and valid at some time; one of them is not, at another time."""
    begins, ends = instance.rigids["begins"], instance.rigids["ends"]
    about_one = len({*instance.rigids["about"]}) == 1
    return about_one and all(b <= e for b, e in zip(begins, ends, strict=True)) and (any(begins) or not all(ends))


WALKER = Walker(
    Supersession,
    SupersessionBridge,
    [
        {"Certificate": 2, "Instrument": 1, "Height": 4, "Time": 2},
        {"Certificate": 3, "Instrument": 1, "Height": 4, "Time": 1},
        {"Certificate": 2, "Instrument": 2, "Height": 3, "Time": 1},
    ],
    _one_is_out_of_date,
    {"withdraw"},
    read=lambda values: rules(values),
    shipped=VARIANTS,
    length=12,
    probes=3,
)
ACTIONS = {"store", "supersede", "withdraw", "answer"}


@pytest.mark.parametrize("variant", ["literal", "charitable", "hardened"])
def test_walks_agree_and_take_every_action(variant: str) -> None:
    assert WALKER.walks(variant, 3) == ACTIONS


def test_a_walk_agrees_where_services_share_a_secret() -> None:
    assert WALKER.walks("shared", 1) <= ACTIONS


@pytest.mark.parametrize("value", ["none", "latest-stored", "chained"])
def test_walks_of_hardened_rules_with_any_supersession_agree(value: str) -> None:
    for seed in range(2):
        WALKER.walk({**HARDENED, "supersession": value}, random.Random(f"{value} {seed}"))


@pytest.mark.parametrize("value", ["none", "latest-stored"])
def test_the_comparison_notices_a_reference_with_another_rule(value: str) -> None:
    """A control: the hardened reference with another rule, held against the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, "supersession": value})


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = SupersessionBridge(), {"Certificate": 1, "Instrument": 1, "Height": 2, "Time": 1}
    with pytest.raises(InputError, match="no Time"):
        bridge.start(rules(HARDENED), {**scope, "Time": 0}, {}, 1)
    with pytest.raises(InputError, match="one length"):
        bridge.start(rules(HARDENED), scope, {"about": [0, 0]}, 1)
    bridge.start(rules(HARDENED), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("forget", {"c": 0})
    assert not bridge.apply("store", {"c": 4, "h": 0}).accepted
    assert not bridge.apply("store", {"c": 0, "h": 1}).accepted
    assert bridge.apply("store", {"c": 0, "h": 0}).accepted
