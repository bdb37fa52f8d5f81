"""A long run is cut down to what matters: no state twice, no step too many, and still a run of the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from meterproof.finite.instance import Instance
from meterproof.lang.system import Action, Property
from meterproof.packed.compile import Ints
from meterproof.schedule.minimise import cut, shown_by
from meterproof.schedule.moves import Moves
from meterproof.traces.trace import rerun
from meterproof.walk.shorten import shortened, without_loops
from meterproof.walk.world import World, enter
from tests.explore.machines import machine

SEEDS = st.integers(0, 10**9)


@dataclass(frozen=True)
class Walked:
    """A machine's walk, and for each target that it decides the moves up to there."""

    instance: Instance
    actions: tuple[Action, ...]
    claims: tuple[Property, ...]
    world: World
    paths: dict[int, Ints]


def walked(number: int) -> Walked:
    """The machine of that number, walked until all is decided or for some thousand steps."""
    made = machine(number)
    actions, instance = made.system.enabled_for(made.adversary), made.worlds[0]
    world = enter(instance, actions, made.system.properties, 200, states=0, seed=number)
    found = np.full(len(made.system.properties), -1, dtype=np.int64)
    paths: dict[int, Ints] = {}
    while world.drawn() < 5_000 and world.wander(found, 5_000 - world.drawn(), False):
        for k in np.flatnonzero(found >= 0).tolist():
            paths.setdefault(k, world.place.path[: found[k]].copy())
    assume(any(len(path) > 1 for path in paths.values()))
    return Walked(instance, actions, made.system.properties, world, paths)


@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much])
@given(SEEDS)
def test_a_run_without_its_loops_is_a_run_and_visits_no_state_twice(number: int) -> None:
    made = walked(number)
    compiled = made.world.compiled
    for k, path in made.paths.items():
        left = without_loops(compiled, made.world.net, k, path.tolist())
        states = rerun(made.instance, [compiled.steps[m] for m in left], made.claims[k]).states
        before = states[:-1] if made.claims[k].kind == "step" else states
        assert len(set(before)) == len(before)
        assert states[-1] == rerun(made.instance, [compiled.steps[m] for m in path]).states[-1]


@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much])
@given(SEEDS)
def test_what_is_shown_is_one_minimal(number: int) -> None:
    made = walked(number)
    moves = Moves(made.instance, made.actions)
    for k, path in made.paths.items():
        steps = shortened(made.world.compiled, made.world.net, made.actions, made.claims[k], k, path).steps
        assert len(steps) <= len(path)
        for at in range(len(steps)):
            assert shown_by(moves, (*steps[:at], *steps[at + 1 :]), made.claims[k]) is None


@given(st.sets(st.integers(0, 1999), min_size=1, max_size=4))
@settings(max_examples=30)
def test_of_thousands_of_steps_the_few_that_matter_are_found_in_few_trials(needed: set[int]) -> None:
    trials = 0

    def shown(run: Sequence[int]) -> Sequence[int] | None:
        nonlocal trials
        trials += 1
        return run if needed <= set(run) else None

    assert cut(range(2000), shown) == tuple(sorted(needed))
    assert trials < 40 * (len(needed) + 1)


def test_what_shows_nothing_cannot_be_cut() -> None:
    assert cut([1, 2, 3], lambda run: None) is None
