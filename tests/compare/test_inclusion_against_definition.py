"""What a comparison of behaviours means, worked out a second time on the plain interpreter.

A run shows the sequence of its views, with repetitions left out. Runs of up to a few steps are listed by brute force;
the search must call new exactly what no run of the other version shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from meterproof.compare.inclusion import Crowd, Inclusion
from meterproof.compare.packed import Machine, Seen
from meterproof.errors import ModelError
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, OutOfRange, State, Step
from meterproof.lang.system import Action, System
from tests.explore.machines import machine

LENGTH = 2
"""Steps that are seen of the runs that are listed."""
LARGEST = 600
"""States with what was shown before them; machines with more are left out."""
Views = tuple[tuple[object, ...], ...]


def changed(system: System, dice: Random) -> System:
    """The system whose actions have each lost their name, all guards but the first, or an update, or are gone.

    The first guard may be the one that keeps the cells of an update apart.
    """
    actions = []
    for at, own in enumerate(system.actions):
        edit = dice.choice(["same", "drop", "loosen", "rename", "effect"])
        if edit == "loosen":
            actions.append(replace(own, guards=own.guards[:1]))
        elif edit == "rename":
            actions.append(replace(own, name=f"other{at}", guards=own.guards[::-1]))
        elif edit == "effect":
            actions.append(replace(own, updates=own.updates[1:]))
        elif edit == "same":
            actions.append(own)
    return replace(system, actions=tuple(actions))


def view(instance: Instance, state: State, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(state[instance.position[n]] for n in names)


def shown(instance: Instance, actions: tuple[Action, ...], names: tuple[str, ...], most: int) -> dict[Views, int]:
    """Every sequence of views of so many steps that are seen, with the length of the shortest run that shows it."""
    interpreter = Interpreter(instance)
    first = interpreter.initial()
    layer: dict[tuple[State, Views], int] = {(first, (view(instance, first, names),)): 0}
    queue = list(layer)
    for state, views in queue:
        for _, after in interpreter.moves(state, actions):
            seen = view(instance, after, names)
            longer = views if seen == views[-1] else (*views, seen)
            if len(longer) <= most + 1 and (after, longer) not in layer:
                layer[after, longer] = layer[state, views] + 1
                queue.append((after, longer))
                assume(len(queue) <= LARGEST)
    found: dict[Views, int] = {}
    for (_, views), length in layer.items():
        found[views] = min(length, found.get(views, length))
    return found


def compared(seed: int) -> Iterator[tuple[Instance, Instance, tuple[str, ...], Inclusion]]:
    """A random machine beside a changed one, both ways, seen through some of the variables."""
    dice = Random(seed)
    made = machine(seed)
    other = changed(made.system, dice)
    real = [v.name for v in made.system.variables if not v.rigid and not v.ghost]
    names = tuple(sorted(dice.sample(real, dice.randint(1, len(real)))))
    world = made.worlds[0]
    for here, there in ((world, replace(world, system=other)), (replace(world, system=other), world)):
        seen = Seen(other, made.system, names, here.scope.as_dict())
        base = Machine(here, here.system.actions, seen)
        search = Inclusion(
            Machine(there, there.system.actions, seen), Crowd([base], len(names) < len(real), lambda: None)
        )
        budget = iter(range(30))
        search.run(lambda budget=budget: assume(next(budget, None) is not None))  # leaves out what is too large
        yield here, there, names, search


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.integers(0, 10**9))
def test_what_is_new_is_what_no_run_of_the_other_shows(seed: int) -> None:
    try:
        pairs = list(compared(seed))
    except (ModelError, OutOfRange):
        assume(False)
    for here, there, names, search in pairs:
        ours = shown(here, here.system.actions, names, LENGTH)
        theirs = shown(there, there.system.actions, names, LENGTH)
        new = {views: length for views, length in theirs.items() if views not in ours}
        assert search.begins
        runs = [search.steps(*found) for found in search.found.values()]
        if new:
            assert min(map(len, runs)) <= min(new.values())
        for steps in runs:
            told = told_by(there, steps, names)
            if len(told) <= LENGTH + 1:
                assert told not in ours and told[:-1] in ours
                assert len(steps) <= new[told]
        if runs and min(map(len, runs)) <= LENGTH:
            assert min(map(len, runs)) == min(new.values())


def told_by(instance: Instance, steps: list[Step], names: tuple[str, ...]) -> Views:
    """The views of a run."""
    interpreter = Interpreter(instance)
    state = interpreter.initial()
    views: list[tuple[object, ...]] = [view(instance, state, names)]
    for step in steps:
        action = interpreter.action(step.action)
        assert interpreter.enabled(action, step.params, state)
        state = interpreter.apply(action, step.params, state)
        if view(instance, state, names) != views[-1]:
            views.append(view(instance, state, names))
    return tuple(views)


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_new_beside_itself_whatever_is_seen(seed: int) -> None:
    made = machine(seed)
    real = [v.name for v in made.system.variables if not v.rigid and not v.ghost]
    for names in (tuple(real), tuple(real[:1])):
        for world in made.worlds[:1]:
            seen = Seen(made.system, made.system, names, world.scope.as_dict())
            one, other = (Machine(world, world.system.actions, seen) for _ in range(2))
            search = Inclusion(one, Crowd([other], len(names) < len(real), lambda: None))
            stop = iter(range(20))

            def check(stop: Iterator[int] = stop) -> None:
                if next(stop, None) is None:
                    raise TimeoutError

            try:
                search.run(check)
            except (ModelError, TimeoutError):
                assert not search.found
            assert search.begins and not search.found
