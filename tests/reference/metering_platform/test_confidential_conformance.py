"""Readings that are sealed, and who opens them with the keys that he got, here and in the model `Confidential`."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.confidential import Confidential
from reference.metering_platform.confidential_bridge import ConfidentialBridge
from reference.metering_platform.rules import Rules
from tests.reference.metering_platform.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _somebody_may_read_and_somebody_is_theirs(instance: Instance) -> bool:
    return any(instance.rigids["theirs"]) and any(instance.rigids["original"])


WALKER = Walker(
    Confidential,
    ConfidentialBridge,
    [{"User": 2, "Series": 2, "Epoch": 2}, {"User": 2, "Series": 1, "Epoch": 3}],
    _somebody_may_read_and_somebody_is_theirs,
    {"keep_service_key", "keep_private_key"},
    length=14,
    probes=3,
    read=Rules.from_values,
    shipped=VARIANTS,
)
_ALWAYS = {"permit", "withdraw", "seal", "enter", "answer", "read_replica", "tap"}
_GIVING, _KEEPING = {"give", "give_past"}, {"keep_private_key", "keep_service_key"}
ALLOWED = {
    "literal": _ALWAYS | _KEEPING,
    "charitable": _ALWAYS | _GIVING | _KEEPING,
    "shared": _ALWAYS | _GIVING | _KEEPING,
    "hardened": _ALWAYS | _GIVING,
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_what_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 6 if variant == "hardened" else 2) <= ALLOWED[variant]


MIXED = {
    "shared and rotated": {**HARDENED, "class_two": "shared-key"},
    "wrapped and never rotated": {**HARDENED, "rotation": "none"},
}
PUT = (("seal", {"q": 0, "e": 0, "d": 0}), ("enter", {"q": 0, "e": 0, "d": 0}))
NOW = {"u": 0, "q": 0, "d": 0, "e": 1}
KEY, READ = {"u": 0, "q": 0, "e": 1}, {"q": 0, "e": 0, "d": 0}
ASK = {"u": 0, **READ}
PAST = {"u": 0, "q": 0, "d": 0, "e": 1}


@pytest.mark.parametrize(
    ("variant", "way", "taken"),
    [
        ("literal", (("answer", ASK), ("permit", NOW), ("answer", ASK)), "nyy"),
        ("literal", (("read_replica", READ), ("read_replica", READ)), "yn"),
        ("charitable", (("give", {**KEY, "e": 0}), ("read_replica", READ), ("answer", ASK)), "nnn"),
        ("charitable", (("permit", NOW), ("give", KEY), ("read_replica", READ)), "yyy"),
        ("shared and rotated", (("permit", NOW), ("give", KEY), ("read_replica", READ), ("answer", ASK)), "yyny"),
        ("wrapped and never rotated", (("permit", NOW), ("give", KEY), ("read_replica", READ)), "yyy"),
        (
            "hardened",
            (("answer", ASK), ("permit", NOW), ("give", KEY), ("read_replica", READ), ("answer", ASK)),
            "nyynn",
        ),
        ("hardened", (("give_past", PAST), ("permit", NOW), ("give_past", PAST), ("read_replica", READ)), "nyyy"),
        ("hardened", (("permit", NOW), ("withdraw", {**NOW, "d": 1, "e": 2}), ("give_past", {**PAST, "e": 2})), "yyn"),
    ],
)
def test_who_comes_later_reads_what_was_before_with_the_shared_key_or_with_what_is_handed_over(
    variant: str, way: Sequence[tuple[str, dict[str, int]]], taken: str
) -> None:
    """Taken (y) or not (n), of what a user does with data that were in the ledger before he was permitted to read."""
    bridge, scope = ConfidentialBridge(), {"User": 1, "Series": 1, "Epoch": 3}
    bridge.start(rules({**VARIANTS, **MIXED}[variant]), scope, {"theirs": [1], "original": [0]}, 1)
    assert all(bridge.apply(action, args).accepted for action, args in PUT)
    assert "".join("ny"[bridge.apply(action, args).accepted] for action, args in way) == taken


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 20) == ALLOWED[variant]


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    class_two=st.sampled_from(["private-key", "shared-key", "wrapped"]),
    rotation=st.sampled_from(["none", "on-change"]),
    user_keys=st.sampled_from(["admin-made", "user-made"]),
    seed=st.integers(0, 10**6),
)
def test_walks_under_any_combination_of_rules_agree(class_two: str, rotation: str, user_keys: str, seed: int) -> None:
    changes = {"class_two": class_two, "rotation": rotation, "user_keys": user_keys}
    WALKER.walk({**HARDENED, **changes}, random.Random(seed))


@pytest.mark.parametrize(
    ("name", "value"), [("class_two", "private-key"), ("rotation", "none"), ("user_keys", "admin-made")]
)
def test_the_comparison_notices_a_reference_with_another_rule(name: str, value: str) -> None:
    """A control: the hardened reference with the published value of one rule, held against the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, name: value})


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = ConfidentialBridge(), {"User": 1, "Series": 1, "Epoch": 1}
    with pytest.raises(InputError, match="no Epoch"):
        bridge.start(rules(LITERAL), {"User": 1, "Series": 1}, {}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("seal", {"q": 0})
    with pytest.raises(InputError):
        bridge.apply("steal", {})
    assert not bridge.apply("seal", {"q": 3, "e": 0, "d": 0}).accepted
    assert not bridge.apply("seal", {"q": 0, "e": 0, "d": 7}).accepted
    assert not bridge.apply("enter", {"q": 0, "e": 0, "d": 0}).accepted
