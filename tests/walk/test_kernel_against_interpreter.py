"""A compiled walk takes steps of the interpreter only, knows which moves are enabled, and counts what it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from meterproof.errors import ModelError
from meterproof.explore.explorer import Limits, explore
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State, Step
from meterproof.lang.system import Action
from meterproof.walk.place import AT, FULL, IDLE, SEEN, STEPS
from meterproof.walk.walker import Bounds, walks
from meterproof.walk.world import World, enter
from tests.explore.machines import CLAIMS, Machine, machine

SEEDS = st.integers(0, 10**9)
LENGTH = 40


def small_walk(instance: Instance, actions: tuple[Action, ...], seed: int, states: int = 0) -> World:
    return enter(instance, actions, [], 25, states=states, seed=seed)


def steps(world: World, draws: int) -> Iterator[tuple[State, Step, State]]:
    """One move drawn at a time: the state before, the move, and the state after (the same where it changes nothing)."""
    compiled, place = world.compiled, world.place
    found = np.full(1, -1, dtype=np.int64)
    for _ in range(draws):
        begins = place.progress[AT] in (-1, len(place.path))
        before = compiled.state(compiled.initial if begins else place.words)
        taken = place.progress[STEPS] + place.progress[IDLE]
        world.wander(found, 1, True)
        if place.progress[STEPS] + place.progress[IDLE] == taken:
            if world.stuck:
                return
            continue
        at = place.progress[AT]
        after = compiled.state(place.words)
        yield before, compiled.steps[place.path[at if after == before else at - 1]], after


def kept_enabled(world: World) -> set[Step]:
    """The moves that the walk takes for enabled."""
    net, place = world.net, world.place
    ranges = [(int(net.first[a]), int(place.live[a])) for a in range(len(place.live))]
    return {world.compiled.steps[m] for first, count in ranges for m in place.order[first : first + count]}


def actions_of(made: Machine) -> tuple[Action, ...]:
    return made.system.enabled_for(made.adversary)


def steps_are_real(made: Machine, seed: int) -> None:
    actions = actions_of(made)
    for instance in made.worlds:
        interpreter = Interpreter(instance)
        world = small_walk(instance, actions, seed)
        for before, step, after in steps(world, LENGTH):
            assert (step, after) in list(interpreter.moves(before, actions))
            enabled = dict(interpreter.moves(after, actions))
            changing = {move for move, to in enabled.items() if to != after}
            assert changing <= kept_enabled(world) <= set(enabled)


@settings(max_examples=80)
@given(SEEDS, SEEDS)
def test_every_step_is_one_of_the_interpreter_and_the_enabled_moves_are_known(number: int, seed: int) -> None:
    steps_are_real(machine(number), seed)


@settings(max_examples=25)
@given(SEEDS, SEEDS)
def test_so_it_is_in_states_of_several_words(number: int, seed: int) -> None:
    steps_are_real(machine(number, padded=True), seed)


@settings(max_examples=40)
@given(SEEDS, SEEDS)
def test_what_is_counted_is_what_was_done(number: int, seed: int) -> None:
    made = machine(number)
    actions = actions_of(made)
    world = small_walk(made.worlds[0], actions, seed, states=1000)
    run = list(steps(world, LENGTH))
    changing = [(step, after) for before, step, after in run if after != before]
    states = {Interpreter(made.worlds[0]).initial(), *(after for _, after in changing)}
    taken = Counter(step.action for step, _ in changing)
    progress = world.place.progress
    assert {a.name: n for a, n in zip(actions, world.place.taken, strict=True) if n} == dict(taken)
    assert progress[STEPS] == len(changing)
    assert progress[IDLE] == len(run) - len(changing)
    assert (progress[SEEN], progress[FULL]) == (len(states), 0)


@settings(max_examples=40)
@given(SEEDS, SEEDS)
def test_states_are_counted_only_while_there_is_room(number: int, seed: int) -> None:
    made = machine(number)
    world = small_walk(made.worlds[0], actions_of(made), seed, states=3)
    list(steps(world, LENGTH))
    free = small_walk(made.worlds[0], actions_of(made), seed, states=1000)
    list(steps(free, LENGTH))
    there_are = int(free.place.progress[SEEN])
    assert world.place.progress[SEEN] == min(3, there_are)
    assert world.place.progress[FULL] == (there_are > 3)


LARGEST = 60
"""States of a machine that walks are expected to visit all of."""


@settings(max_examples=40)
@given(SEEDS)
def test_walks_decide_what_the_explorer_decides_and_nothing_else(number: int) -> None:
    """Invariants, steps, quiet states and what is to be reached, on machines so small that walks come everywhere."""
    made = machine(number)
    actions = actions_of(made)
    claims = [made.system.property(f"{kind}0") for kind in CLAIMS]
    for instance in made.worlds[:1]:
        search = explore(instance, actions, claims, Limits(states=LARGEST))
        assume(search.complete or None not in search.traces)
        for claim, shortest in zip(claims, search.traces, strict=True):
            [trace] = walks([instance], actions, [claim], Bounds(3_000, 30), seed=number).traces
            assert (trace is None) == (shortest is None)
            assert trace is None or shortest is None or len(trace.steps) >= len(shortest.steps)


@settings(max_examples=40)
@given(SEEDS)
def test_a_bounded_integer_leaves_its_range_only_where_the_explorer_sees_it_too(number: int) -> None:
    made = machine(number, sums=True)
    actions = actions_of(made)
    for instance in made.worlds:
        try:
            explore(instance, actions, [], Limits(states=1000))
        except ModelError as error:
            with pytest.raises(ModelError) as ours:
                walks([instance], actions, [], Bounds(30_000, 40), seed=number)
            assert "out of its range" in str(error) and "out of its range" in str(ours.value)
        else:
            assert walks([instance], actions, [], Bounds(1_000, 40), seed=number).steps <= 1_000
