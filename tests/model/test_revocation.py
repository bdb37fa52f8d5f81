"""How many blocks a right outlives its end: a golden value for each Delta and each life of tokens.

A token is issued in the slot in which its user's right ends, on the block before, and its service gets no block later
than that one: the worst that can happen.
"""

from __future__ import annotations

from itertools import product

import pytest

from meterproof.lang import trace
from model.revocation import Revocation
from tests.model.parties import stopped, world_of

HEIGHTS = 8
ENDS = 2
"""The block that takes the right away."""


Move = tuple[str, tuple[int, ...]]
EPOCHS = {"token_life": "expiring", "permissions": "epoch-compared"}


def advance(t: int, delta: int, life: int) -> Move:
    """The block `t` is begun, with these bounds in blocks."""
    return "advance", (t - 1, t, max(0, t - delta), max(0, t - life))


def stopped_at(slot: int, delta: int, life: int, rules: dict[str, str], *copies: Move) -> bool:
    """The answer is refused in this slot, the service having got these blocks when the right ended."""
    system = trace(Revocation, Revocation.rule_schema().read(rules))
    world = world_of(system, {"User": 1, "Token": 1, "Service": 1, "Height": HEIGHTS, "Count": 3})
    before = [("admit", (0, 0, 1)), *(advance(t, delta, life) for t in range(1, ENDS + 1))]
    ending = [("mint", (0, 0, ENDS - 1, ENDS)), ("revoke", (0, ENDS, 2))]
    later = [advance(t, delta, life) for t in range(ENDS + 1, slot + 1)]
    moves = [*before, *ending, *later, *copies, ("answer", (0, 0, slot))]
    end = stopped(world, *moves)
    assert end is None or end[0] == len(moves) - 1, "only the answer may be refused"
    return end is not None


def outlived(delta: int, life: int, token_life: str, permissions: str) -> int:
    """How many slots have an answer, from the one in which the right ends on; all of them, if none is refused."""
    rules = {"token_life": token_life, "permissions": permissions}
    copies: list[Move] = [("fetch", (0, ENDS - 1))] if permissions == "epoch-compared" else []
    refused = (n for n, slot in enumerate(range(ENDS, HEIGHTS)) if stopped_at(slot, delta, life, rules, *copies))
    return next(refused, HEIGHTS - ENDS)


@pytest.mark.parametrize(("delta", "life"), list(product(range(1, 4), repeat=2)))
def test_hardened_the_shorter_of_delta_and_life_is_what_it_takes(delta: int, life: int) -> None:
    assert outlived(delta, life, "expiring", "epoch-compared") == min(delta, life)


@pytest.mark.parametrize(("delta", "life"), list(product(range(1, 4), repeat=2)))
def test_with_permissions_in_the_token_it_is_the_life_of_the_token(delta: int, life: int) -> None:
    """Charitably: dynamic tokens, and nothing looked up."""
    assert outlived(delta, life, "expiring", "in-token") == life


def test_a_token_for_ever_is_good_for_ever() -> None:
    assert outlived(1, 1, "for-ever", "in-token") == HEIGHTS - ENDS


@pytest.mark.parametrize("delta", range(1, 4))
def test_epochs_alone_need_no_expiry(delta: int) -> None:
    assert outlived(delta, 1, "for-ever", "epoch-compared") == delta


def test_a_service_that_has_the_change_refuses_at_once() -> None:
    """What Delta and life allow is for those who can't know."""
    slot, long = ENDS + 1, HEIGHTS
    assert not stopped_at(slot, long, long, EPOCHS, ("fetch", (0, ENDS - 1)))
    assert stopped_at(slot, long, long, EPOCHS, ("fetch", (0, ENDS - 1)), ("fetch", (0, ENDS)))
