"""Users' keys as the platform registers them, with members who vouch for them, and the model `UserKeys` agree."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.administration import UserKeys
from reference.metering_platform.rules import Rules
from reference.metering_platform.user_keys_bridge import UserKeysBridge
from tests.reference.metering_platform.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _as_many_are_corrupted_as_may_be(instance: Instance) -> bool:
    faulty = instance.rigids["faulty"]
    return sum(faulty) == (len(faulty) - 1) // 3


WALKER = Walker(
    UserKeys,
    UserKeysBridge,
    [{"Replica": 4, "User": 1, "Key": 2}, {"Replica": 1, "User": 2, "Key": 2}],
    _as_many_are_corrupted_as_may_be,
    {"vouch_for_anything", "make_another"},
    length=12,
    probes=3,
    read=Rules.from_values,
    shipped=VARIANTS,
)
_ALWAYS = {"make_key", "make_another", "register", "sign"}
ALLOWED = {
    "literal": _ALWAYS | {"keep_key", "register_at_will", "sign_as"},
    "charitable": _ALWAYS | {"keep_key", "register_at_will", "sign_as"},
    "shared": _ALWAYS | {"keep_key", "register_at_will", "sign_as"},
    "hardened": _ALWAYS | {"vouch", "vouch_for_anything"},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 8 if variant == "hardened" else 3) == ALLOWED[variant]


@pytest.mark.parametrize("user_keys", ["admin-made", "user-made"])
@pytest.mark.parametrize("administration", ["one-admin", "examined", "quorum-unnumbered", "quorum"])
def test_walks_under_any_combination_of_the_two_rules_agree(administration: str, user_keys: str) -> None:
    values = {**HARDENED, "administration": administration, "user_keys": user_keys}
    WALKER.walk(values, random.Random(f"{administration} {user_keys}"))


@pytest.mark.parametrize(("name", "value"), [("user_keys", "admin-made"), ("administration", "one-admin")])
def test_the_comparison_notices_a_reference_with_another_rule(name: str, value: str) -> None:
    """A control: the hardened reference with the published value of one rule, held against the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, name: value})


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = UserKeysBridge(), {"Replica": 1, "User": 1, "Key": 1}
    with pytest.raises(InputError, match="no Key"):
        bridge.start(rules(LITERAL), {"Replica": 1, "User": 1}, {}, 1)
    with pytest.raises(InputError, match="bound"):
        bridge.start(rules(LITERAL), {**scope, "f": 1}, {}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("register", {"u": 0})
    for args in ({"u": 1, "k": 0}, {"u": 0, "k": 4}):
        assert not bridge.apply("make_key", args).accepted
    assert not bridge.apply("vouch", {"r": 3, "u": 0, "k": 0}).accepted
