"""The depth of a search, which `unknown` reports as what was covered, is that of the state it found last."""

from __future__ import annotations

from itertools import accumulate

import pytest

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.explore.explorer import Limits, explore
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import trace

SYSTEM = trace(TwoPhaseCommit)
CLAIM = SYSTEM.property("consistent")


@pytest.fixture(scope="module")
def instance() -> Instance:
    return instances(SYSTEM, resolve(SYSTEM, {"RM": 3}))[0]


@pytest.fixture(scope="module")
def levels(instance: Instance) -> list[int]:
    """How many states a shortest run of so many steps leads to, on the interpreter."""
    interpreter = Interpreter(instance)
    level = {interpreter.initial()}
    seen, sizes = set(level), []
    while level:
        sizes.append(len(level))
        level = {after for state in level for _, after in interpreter.moves(state, SYSTEM.actions)} - seen
        seen |= level
    return sizes


def test_a_whole_search_has_the_depth_of_the_farthest_state(instance: Instance, levels: list[int]) -> None:
    found = explore(instance, SYSTEM.actions, [CLAIM])
    assert (found.states, found.depth) == (sum(levels), len(levels) - 1)


@pytest.mark.parametrize("states", [1, 2, 5, 8, 30, 31, 80, 150, 287])
def test_a_search_that_was_cut_off_has_the_depth_of_its_last_state(
    instance: Instance, levels: list[int], states: int
) -> None:
    found = explore(instance, SYSTEM.actions, [CLAIM], Limits(states=states))
    assert not found.complete
    assert found.depth == next(d for d, total in enumerate(accumulate(levels)) if found.states <= total)
