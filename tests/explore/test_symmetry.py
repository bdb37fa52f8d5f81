"""A search up to symmetry visits each orbit once, decides the same, and shows runs of the model itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.errors import InputError
from meterproof.explore.explorer import explore
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.finite.symmetry import interchangeable
from meterproof.finite.worlds import instances
from meterproof.lang import Enum, Protocol, Sort, action, forall, require, step, trace, var
from tests.explore.machines import machine
from tests.explore.plain import shortest, walk
from tests.packed.orbits import orbit

SEEDS = st.integers(0, 10**9)


def managers(number: int) -> Instance:
    system = trace(TwoPhaseCommit)
    return instances(system, resolve(system, {"RM": number}))[0]


@pytest.mark.parametrize(("number", "orbits"), [(3, 80), (5, 314), (7, 920), (9, 2_232), (10, 3_300)])
def test_two_phase_commit_has_its_exact_number_of_orbits(number: int, orbits: int) -> None:
    """Golden numbers; a representative that is not canonical gives more (665 for 5)."""
    instance = managers(number)
    claims = [instance.system.property("consistent"), instance.system.property("all_commit")]
    search = explore(instance, instance.system.actions, claims, symmetry=["RM"])
    assert search.complete and search.states == orbits
    consistent, commit = search.traces
    assert consistent is None
    assert commit is not None and len(commit.steps) == 3 * number + 1
    assert [len(c.members) for c in search.classes] == [number]


@settings(max_examples=150)
@given(SEEDS)
def test_each_orbit_is_visited_once(seed: int) -> None:
    made = machine(seed)
    actions = made.system.enabled_for(made.adversary)
    for instance in made.worlds:
        classes = interchangeable(instance)
        found = walk(instance, actions)
        orbits = {min(orbit(instance, classes, s)) for s in found.states}
        search = explore(instance, actions, [], symmetry=["all"])
        assert search.complete and search.states == len(orbits)
        assert search.depth == max(found.depth.values())
        plain = Interpreter(instance)
        stuck = {s for s in orbits if not any(True for _ in plain.moves(s, actions))}
        assert search.deadlocks == len(stuck)
        assert (search.deadlock is not None) == bool(stuck)


@settings(max_examples=200)
@given(SEEDS)
def test_verdicts_and_lengths_are_those_of_the_whole_search(seed: int) -> None:
    """The traces were re-run on the interpreter, with the property that each is to show."""
    made = machine(seed)
    actions = made.system.enabled_for(made.adversary)
    for instance in made.worlds:
        assume(interchangeable(instance))
        found = walk(instance, actions)
        quietly = (replace(made.system.property(f"reachable{i}"), when_quiet=True) for i in range(3))
        claims = (*made.system.properties, *quietly)
        search = explore(instance, actions, claims, symmetry=["all"])
        assert [None if t is None else len(t.steps) for t in search.traces] == [
            shortest(instance, actions, found, claim) for claim in claims
        ]


Ant = Sort("Ant")
Job = Enum("Job", "idle", "left", "right")


class Nest(Protocol):
    """`rest` and `swap` lead to states of one orbit, and only one of them breaks the step property."""

    job = var(Ant, to=Job, init=Job.idle)
    led = var(Ant)

    @action
    def follow(s, a: Ant, b: Ant):
        """{a} and {b} go apart."""
        require(a != b)
        require(s.job[a] == Job.idle)
        require(s.job[b] == Job.idle)
        return s.set(job={a: Job.left, b: Job.right}, led={a: True})

    @action
    def rest(s, a: Ant):
        """{a} does nothing."""
        require(s.led[a])
        return s.set(led={a: True})

    @action
    def swap(s, a: Ant, b: Ant):
        """{a} and {b} change places."""
        require(a != b)
        require(s.job[a] == Job.left)
        require(s.job[b] == Job.right)
        return s.set(job={a: Job.right, b: Job.left}, led={a: False, b: True})

    @step
    def who_leads_goes_on_leading(s, t):
        """No leader is replaced."""
        return forall(Ant, lambda a: ~s.led[a] | t.led[a])


def test_a_step_inside_one_orbit_is_judged_by_what_it_really_does() -> None:
    """The state before and the one after have one representative, and still the step breaks the property."""
    system = trace(Nest)
    instance = instances(system, resolve(system, {"Ant": 3}))[0]
    search = explore(instance, system.actions, system.properties, symmetry=["Ant"])
    (found,) = search.traces
    assert found is not None and [s.action for s in found.steps] == ["follow", "swap"]


def test_a_sort_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="no sort 'Manager'"):
        explore(managers(3), managers(3).system.actions, [], symmetry=["Manager"])
