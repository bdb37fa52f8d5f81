"""A block that is filled with signed events and the model `Quotas` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.services import Quotas
from reference.sovereign_chain.quotas_bridge import QuotasBridge
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _somebody_floods(instance: Instance) -> bool:
    """Somebody is dishonest, and somebody is not."""
    dishonest = instance.rigids["dishonest"]
    return 0 < sum(dishonest) < len(dishonest)


WALKER = Walker(
    Quotas,
    QuotasBridge,
    [{"Person": 2, "Slot": 3}, {"Person": 3, "Slot": 3}],
    _somebody_floods,
    {"include"},
    length=10,
    read=Rules.from_values,
    shipped=VARIANTS,
)


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 8) == {"change", "include", "flood"}


def test_the_comparison_notices_a_reference_with_another_rule() -> None:
    """A control: a published reference held against the hardened model must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played=LITERAL)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = QuotasBridge(), {"Person": 2, "Slot": 2}
    with pytest.raises(InputError, match="no Slot"):
        bridge.start(rules(LITERAL), {"Person": 2}, {}, 1)
    with pytest.raises(InputError, match="is of two persons"):
        bridge.start(rules(LITERAL), scope, {"share": [1, 1]}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("steal", {"p": 0})
    assert not bridge.apply("change", {"p": 4}).accepted
    assert bridge.apply("change", {"p": 0}).accepted and not bridge.apply("include", {"p": 0, "t": 4}).accepted
