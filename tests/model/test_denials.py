"""What is denied is denied on every chain within Delta, and ends.

As published the chain next door knows nothing of it, a write is not looked at, and a denial is for ever or worth
nothing.
"""

from __future__ import annotations

from itertools import product

import pytest

from meterproof.claims import induction
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State
from meterproof.schedule.moves import Moves
from model.denials import Denials
from properties.denials import (
    ONE_CHAIN,
    TWO_CHAINS,
    TWO_HEIGHTS,
    denials_are_enforced,
    lockout_is_bounded,
    no_chain_stands_still,
)
from tests.model.claims import run
from tests.model.edge import steps_of
from tests.model.sanctions import CHARITABLE, LITERAL, found, worlds

# ---- as published


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_a_denied_user_goes_on(of: str) -> None:
    """WA-C13, WA-C26: somewhere, or with something, that the denial is not looked up for."""
    assert steps_of(found(denials_are_enforced, TWO_CHAINS, of)) == ["deny", "advance", "carry_out"]


def test_literally_a_lockout_has_no_end_and_charitably_a_denial_is_of_one_request() -> None:
    """WA-C9: the text decides neither."""
    assert steps_of(found(lockout_is_bounded, TWO_HEIGHTS, LITERAL)) == ["deny", "refuse"]
    evidence = found(lockout_is_bounded, induction(), CHARITABLE)
    assert evidence.verdict == "proved"


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_only_who_has_to_be_up_to_date_can_be_held_up(of: str) -> None:
    """The price of a gate that reads checkpoints: a chain that is cut off stands still."""
    assert found(no_chain_stands_still, induction(), of).verdict == "proved"
    assert steps_of(found(no_chain_stands_still, TWO_HEIGHTS)) == ["advance"]


# ---- which rule does what

REACH = ("own-chain", "broadcast", "checkpoint")


@pytest.mark.slow
@pytest.mark.parametrize(("gate", "denial_reach"), list(product(("data-access", "access-and-writes"), REACH)))
def test_a_denial_is_enforced_exactly_if_writes_are_gated_by_fresh_checkpoints(gate: str, denial_reach: str) -> None:
    scope = ONE_CHAIN if denial_reach == "checkpoint" else TWO_CHAINS
    evidence = found(denials_are_enforced, scope, gate=gate, denial_reach=denial_reach)
    enforced = (gate, denial_reach) == ("access-and-writes", "checkpoint")
    assert (evidence.verdict == "exhausted") == enforced


@pytest.mark.slow
def test_on_its_own_chain_alone_a_denial_needs_no_checkpoint() -> None:
    """One chain and its own denials: what fails as published is the way to the others."""
    evidence = found(denials_are_enforced, ONE_CHAIN, denial_reach="own-chain")
    assert evidence.verdict == "exhausted"


# ---- told once more, with a log

SCOPE = {"Operation": 2, "Id": 1, "Clause": 2, "Chain": 1, "Height": 3}


def by_hand(world: Instance, state: State) -> set[tuple[int, int, int]]:
    """What may be carried out: operation, chain and slot, worked out from the entries of the contract chain."""
    at, size = world.position, SCOPE["Height"]
    tip = max(h for h in range(size) if state[at["reached"]][h])
    denied = {(o, i) for o, i in product(range(2), range(size)) if state[at["denied"]][o * size + i]}
    ends = {o: world.rigids["term"][o] for o in range(2)}
    clause, oldest = world.rigids["clause"], world.rigids["oldest"]
    lifted = {o: state[at["decided"]][o] for o in range(2) if state[at["lifted"]][o]}
    allowed = set()
    for p in range(2):
        for h in range(oldest[tip], tip):
            in_force = {o for o, i in denied if i <= h and tip < ends[o] and not lifted.get(o, size) <= h}
            if state[at["fetched"]][h] and not any(clause[o] == clause[p] for o in in_force):
                allowed.add((p, 0, tip))
    return allowed


def test_what_may_be_carried_out_is_what_a_log_of_intervals_says() -> None:
    system, every = worlds(Denials, SCOPE)
    chosen = [world for world in every if max(world.rigids["term"]) == SCOPE["Height"] - 1]
    met = set()
    for seed in range(120):
        world = chosen[seed * 7919 % len(chosen)]
        moves = Moves(world, system.enabled_for(frozenset()), idle=True)
        for _, state in run(moves, seed, 14):
            possible = {tuple(x.params) for group in moves.enabled(state) for x in group if x.action == "carry_out"}
            expected = by_hand(world, state)
            assert possible == expected
            met.add((len(expected), any(state[world.position["lifted"]])))
    assert met == set(product(range(3), (False, True)))
