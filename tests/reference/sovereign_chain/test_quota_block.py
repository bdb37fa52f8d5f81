"""The slots of a block: whose event may take which, each event once, and only for this block."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, refused
from reference.sovereign_chain import quotas, quotas_world
from reference.sovereign_chain.quotas import Change
from reference.sovereign_chain.quotas_world import CHAIN, HEIGHT, QuotasWorld
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, Values, rules

STRANGER = KeyPair.generate(Randomness.from_seed(99))


def world(values: Values = HARDENED) -> QuotasWorld:
    """Two persons, of whom the first has the last of three slots."""
    return quotas_world.deploy(rules(values), 1, slots=3, shares=[2, 0])


def event(of: QuotasWorld, person: int, count: int = 0, height: int = HEIGHT) -> bytes:
    return Change(of.names[person], height, count).signed(CHAIN, of.pairs[person]).encode(CHAIN)


def why(effects: Effects) -> str | None:
    found = refused(effects)
    return None if found is None else found.rule


def test_a_person_has_its_own_slot_and_no_other_where_slots_are_shared_out() -> None:
    of = world()
    answers = [why(quotas.fill(of.block, slot, event(of, 0))[1]) for slot in range(4)]
    assert answers == ["rate_limit", "rate_limit", None, "place"]
    published = world(LITERAL)
    answers = [why(quotas.fill(published.block, slot, event(published, 0))[1]) for slot in range(-1, 4)]
    assert answers == ["place", None, None, None, "place"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_slot_is_filled_once_and_an_event_fills_one_slot(variant: str) -> None:
    of = world(VARIANTS[variant])
    block, effects = quotas.fill(of.block, 2, event(of, 0))
    assert not effects and block.slots == (None, None, event(of, 0))
    assert why(quotas.fill(block, 2, event(of, 0, count=1))[1]) == "place"
    free = replace(block, rules=rules(LITERAL))
    assert why(quotas.fill(free, 1, event(of, 0))[1]) == "event", "somebody else plays it again"
    assert quotas.fill(free, 1, event(of, 0, count=1))[1] == ()


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_event_is_signed_by_a_person_of_the_chain_for_this_block(variant: str) -> None:
    of = world(VARIANTS[variant])
    good = Change.decode(CHAIN, event(of, 0))
    tries = {
        good.signed(CHAIN, STRANGER).encode(CHAIN): "event",
        replace(good, count=1).encode(CHAIN): "event",
        replace(good, person=bytes(32)).signed(CHAIN, STRANGER).encode(CHAIN): "event",
        event(of, 0, height=HEIGHT - 1): "event",
        b"anything": "encoding",
    }
    for data, rule in tries.items():
        after, effects = quotas.fill(of.block, 2, data)
        assert after == of.block and why(effects) == rule
