"""Names that a registrar draws with its key and the model `Naming` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from model.identity import Naming
from reference.sovereign_chain.naming_bridge import NamingBridge
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, rules
from tests.reference.walker import Walker

VARIANTS = {"published": LITERAL, "hardened": HARDENED}
WALKER = Walker(
    Naming,
    NamingBridge,
    [{"Chain": 2, "Person": 2, "Name": 4}, {"Chain": 3, "Person": 1, "Name": 2}, {"Chain": 3, "Person": 2, "Name": 6}],
    lambda instance: True,
    {"unmask"},
    length=16,
    read=Rules.from_values,
    shipped=VARIANTS,
)


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_agree_and_play_all_actions(variant: str) -> None:
    assert WALKER.walks(variant, 5) == {"enter", "record", "meet", "unmask", "recognise"}


@pytest.mark.parametrize(("values", "played"), [(HARDENED, LITERAL), (LITERAL, HARDENED)])
def test_the_comparison_notices_a_reference_with_another_rule(
    values: dict[str, object], played: dict[str, object]
) -> None:
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(values, random.Random(seed), played=played)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = NamingBridge()
    with pytest.raises(InputError, match="no Name"):
        bridge.start(rules(LITERAL), {"Chain": 1, "Person": 1}, {}, 1)
    bridge.start(rules(LITERAL), {"Chain": 1, "Person": 1, "Name": 1}, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("meet", {"p": 0})
    assert not bridge.apply("enter", {"c": 3, "p": 0, "n": 0}).accepted
    assert not bridge.apply("enter", {"c": 0, "p": 0, "n": 2}).accepted
