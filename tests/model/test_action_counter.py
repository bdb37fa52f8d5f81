"""A block's action counter is the number of violations up to it, on its chain, each counted once.

That is claimed by a one-to-one map and proved without arithmetic; here it is counted as well.
"""

from __future__ import annotations

from itertools import product

import pytest

from meterproof.schedule.moves import Moves
from model.action_counter import ActionCounter
from properties.action_counter import (
    ONE_BLOCK,
    TWO_BLOCKS,
    TWO_CHAINS,
    counters_are_monotone,
    no_violation_counts_twice,
    no_violation_is_left_out,
    no_violation_is_made_up,
)
from tests.model.claims import run
from tests.model.edge import steps_of
from tests.model.sanctions import CHARITABLE, HARDENED, LITERAL, found, worlds

# ---- as published


def test_blocks_of_two_chains_do_not_know_of_each_others_violations() -> None:
    """WA-C10, with nobody corrupted: the total over all chains is out of date when it is written."""
    assert steps_of(found(no_violation_is_left_out, TWO_CHAINS, LITERAL)) == ["count", "close"]


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_a_violation_that_is_reported_twice_is_two(of: str) -> None:
    assert steps_of(found(no_violation_counts_twice, TWO_BLOCKS, of)) == ["count", "count"]


def test_a_corrupted_origin_writes_what_it_likes_though_all_of_the_block_is_hashed() -> None:
    evidence = found(no_violation_is_left_out, ONE_BLOCK, CHARITABLE, hashed="all-parts")
    assert steps_of(evidence) == ["count", "misstate", "look_up"]


def test_a_derived_counter_is_lowered_afterwards_with_all_hashes_valid() -> None:
    """WA-C6: the counter stands beside the header."""
    evidence = found(no_violation_is_left_out, ONE_BLOCK, CHARITABLE, counter="derived")
    assert steps_of(evidence) == ["count", "close", "alter"]
    assert steps_of(found(counters_are_monotone, TWO_BLOCKS, CHARITABLE, counter="derived"))[-1] == "alter"


@pytest.mark.parametrize(
    ("counter", "hashed"), list(product(("written-by-origin", "derived"), ("header", "all-parts")))
)
def test_it_takes_both_validators_that_count_and_a_hash_that_covers_it(counter: str, hashed: str) -> None:
    right = (counter, hashed) == ("derived", "all-parts")
    for claim in (no_violation_is_made_up, no_violation_is_left_out, counters_are_monotone):
        evidence = found(claim, TWO_BLOCKS, counter=counter, hashed=hashed)
        assert (evidence.verdict == "exhausted") == right, claim.id


# ---- told once more, with numbers

SCOPE = {"Chain": 2, "Operation": 3, "Height": 2, "Count": 4}


@pytest.mark.parametrize("of", [HARDENED, LITERAL])
def test_what_a_reader_is_shown_is_how_many_there_are(of: str) -> None:
    """Read as numbers, counters are the sizes of sets exactly in the hardened runs."""
    system, every = worlds(ActionCounter, SCOPE, of)
    chosen = list(every)
    right = set()
    for seed in range(40):
        world = chosen[seed * 7919 % len(chosen)]
        moves = Moves(world, system.enabled_for(frozenset({"BYZ"})), idle=True)
        places, valid = world.rigids["place"], world.rigids["valid"]
        on: set[int] = set()
        upto: dict[tuple[int, int], int] = {}
        for step, _ in run(moves, seed, 14):
            if step.action == "count":
                on.add(step.params[1])
            if step.action in ("close", "misstate"):
                mine = {o for o in on if valid[o] and (of == LITERAL or places[o] == step.params[0])}
                upto[step.params[0], step.params[1]] = len(mine)
            if step.action in ("look_up", "alter"):
                shown = step.params[2]
                right.add((shown == upto[step.params[0], step.params[1]], shown > 0))
    assert right == ({(True, False), (True, True)} if of == HARDENED else set(product((False, True), repeat=2)))
