"""Changes of configuration, who signs for them and what nodes hear of them, here and in the model `Administration`."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.administration import Administration
from reference.metering_platform.administration_bridge import AdministrationBridge
from reference.metering_platform.rules import Rules
from tests.reference.metering_platform.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _there_is_something_of_everything(instance: Instance) -> bool:
    """Of members' information and not, right for the first epoch and not, and as many are corrupted as may be."""
    faulty, sound = instance.rigids["faulty"], instance.rigids["sound"]
    return len(set(instance.rigids["of_member"])) > 1 and len(set(sound)) > 1 and sum(faulty) == (len(faulty) - 1) // 3


WALKER = Walker(
    Administration,
    AdministrationBridge,
    [
        {"Replica": 4, "Change": 2, "Epoch": 2},
        {"Replica": 2, "Change": 2, "Epoch": 3},
        {"Replica": 1, "Change": 2, "Epoch": 3},
    ],
    _there_is_something_of_everything,
    {"approve_anything"},
    length=12,
    probes=3,
    read=Rules.from_values,
    shipped=VARIANTS,
)
_CENTRAL = {"enact", "enact_at_will", "hear", "tell_at_will"}
_ASKED = {"approve", "approve_anything"}
ALLOWED = {
    "literal": _CENTRAL,
    "charitable": _CENTRAL | _ASKED,
    "shared": _CENTRAL | _ASKED,
    "hardened": _ASKED | {"enact", "hear"},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 3 if variant == "literal" else 8) == ALLOWED[variant]


@pytest.mark.parametrize("seed", range(3))
def test_walks_without_numbers_of_epochs_agree(seed: int) -> None:
    """The fourth value of the one rule, so that with the variants these are all combinations."""
    WALKER.walk({**HARDENED, "administration": "quorum-unnumbered"}, random.Random(seed))


@pytest.mark.parametrize("value", ["one-admin", "examined", "quorum-unnumbered"])
def test_the_comparison_notices_a_reference_with_another_rule(value: str) -> None:
    """A control: a platform that asks fewer, or for no number, held against the hardened model, must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(60):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, "administration": value})


def test_a_member_that_signs_twice_counts_once() -> None:
    """Without numbers each of its signatures counts at any time, and both are one member's."""
    bridge, tables = AdministrationBridge(), {"faulty": [1, 0, 0, 0], "of_member": [0], "sound": [1, 1]}
    bridge.start(
        rules(HARDENED, administration="quorum-unnumbered"), {"Replica": 4, "Change": 1, "Epoch": 2}, tables, 1
    )  # fmt: skip
    for member, epoch in ((0, 0), (0, 1), (1, 1)):
        action = "approve_anything" if member == 0 else "approve"
        assert bridge.apply(action, {"r": member, "c": 0, "e": epoch}).accepted
    assert not bridge.apply("enact", {"c": 0, "e": 1}).accepted
    assert bridge.apply("approve", {"r": 2, "c": 0, "e": 1}).accepted
    assert bridge.apply("enact", {"c": 0, "e": 1}).accepted


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = AdministrationBridge(), {"Replica": 1, "Change": 1, "Epoch": 2}
    with pytest.raises(InputError, match="no Epoch"):
        bridge.start(rules(LITERAL), {"Replica": 1, "Change": 1}, {}, 1)
    with pytest.raises(InputError, match="bound"):
        bridge.start(rules(LITERAL), {**scope, "f": 1}, {}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("enact", {"c": 0})
    for args in ({"c": 3, "e": 1}, {"c": 0, "e": 7}, {"c": 0, "e": 0}):
        assert not bridge.apply("enact", args).accepted
    assert not bridge.apply("hear", {"r": 4, "c": 0, "e": 1}).accepted
