"""A registration centre that certifies and a node that verifies tell one protocol with the model `Identity`."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.identity import Identity
from reference.sovereign_chain.identity_bridge import IdentityBridge
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _somebody_of_both_kinds(instance: Instance) -> bool:
    return {0, 1} <= set(instance.rigids["dishonest"])


WALKER = Walker(
    Identity,
    IdentityBridge,
    [
        {"Person": 3, "Id": 3, "Key": 3, "Height": 4},
        {"Person": 2, "Id": 3, "Key": 3, "Height": 5},
    ],
    _somebody_of_both_kinds,
    {"close", "withdraw", "issue_at_will"},
    length=20,
    read=Rules.from_values,
    shipped=VARIANTS,
)
_ALWAYS = {"make_key", "register", "issue_at_will", "withdraw", "close", "send"}
ALLOWED = {
    "literal": _ALWAYS | {"register_as", "send_as"},
    "charitable": _ALWAYS | {"send_as"},
    "shown": _ALWAYS | {"send_as"},
    "hardened": _ALWAYS,
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    """The three values of the one rule are among them, so that these are all combinations."""
    assert WALKER.walks(variant, 6) == ALLOWED[variant]


@pytest.mark.parametrize("played", [LITERAL, {**HARDENED, "registration": "registrar-checked"}])
def test_the_comparison_notices_a_reference_with_another_rule(played: dict[str, object]) -> None:
    """A control: a reference that checks less, held against the hardened model, must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played=played)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = IdentityBridge(), {"Person": 1, "Id": 1, "Key": 1, "Height": 1}
    with pytest.raises(InputError, match="no Height"):
        bridge.start(rules(LITERAL), {"Person": 1, "Id": 1, "Key": 1}, {}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("register", {"p": 0})
    assert not bridge.apply("make_key", {"p": 3, "k": 0}).accepted
    assert not bridge.apply("make_key", {"p": 0, "k": 5}).accepted
