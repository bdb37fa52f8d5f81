"""A mining chain with real permissions and requests and the model `Mining` tell one protocol, on walks both ways."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.services import Mining
from reference.sovereign_chain.mining_bridge import MiningBridge
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _somebody_is_covered(instance: Instance) -> bool:
    """Some extract covers two persons at least."""
    persons = instance.scope.as_dict()["Person"]
    covers = instance.rigids["covers"]
    return any(sum(covers[at : at + persons]) > 1 for at in range(0, len(covers), persons))


WALKER = Walker(
    Mining,
    MiningBridge,
    [
        {"Extract": 2, "Institution": 1, "Purpose": 2, "Person": 2},
        {"Extract": 1, "Institution": 2, "Purpose": 1, "Person": 3},
    ],
    _somebody_is_covered,
    {"withdraw"},
    length=12,
    read=Rules.from_values,
    shipped=VARIANTS,
)


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 3) == {"grant", "withdraw", "release"}


def test_the_comparison_notices_a_reference_with_another_rule() -> None:
    """A control: a published reference held against the hardened model must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played=LITERAL)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = MiningBridge(), {"Extract": 1, "Institution": 1, "Purpose": 1, "Person": 2}
    with pytest.raises(InputError, match="no Person"):
        bridge.start(rules(LITERAL), {"Extract": 1, "Institution": 1, "Purpose": 1}, {}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("steal", {"x": 0})
    assert not bridge.apply("release", {"x": 4, "i": 0, "p": 0}).accepted
    assert not bridge.apply("grant", {"i": 4, "p": 0}).accepted
    assert not bridge.apply("grant", {"i": 0, "p": 4}).accepted
