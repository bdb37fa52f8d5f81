"""The compiled explorer means what the plain interpreter means: same states, same counts, same shortest runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import ModelError
from meterproof.explore.explorer import explore
from meterproof.finite.ground import Grounder
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import OutOfRange, State
from meterproof.finite.moves import moves
from meterproof.lang.expr import Expr, conjoin, constant, disjoin, equal, make
from meterproof.packed.compile import compile_instance
from meterproof.packed.program import MATCH, REJECT
from meterproof.packed.projection import left_out
from tests.explore.machines import Machine, machine
from tests.explore.plain import shortest, walk

SEEDS = st.integers(0, 10**9)


def is_state(instance: Instance, state: State) -> Expr:
    """The formula that is true of this state only."""
    cells = []
    for variable, table in zip(instance.state_variables, state, strict=True):
        for index, value in zip(instance.cells(variable), table, strict=True):
            at = tuple(constant(i, sort) for i, sort in zip(index, variable.domain, strict=True))
            cell = make("read", variable.to, at, (variable.name, 0))
            cells.append(equal(cell, constant(bool(value) if variable.to.name == "bool" else value, variable.to)))
    return conjoin(*cells)


def same_states(made: Machine) -> None:
    """Equal numbers of states, all of them among the interpreter's: then the two sets are equal."""
    actions = made.system.enabled_for(made.adversary)
    for instance in made.worlds:
        found = walk(instance, actions)
        among = replace(
            made.system.property("invariant0"), formula=disjoin(*(is_state(instance, s) for s in found.states))
        )
        search = explore(instance, actions, [among])
        assert search.complete and search.traces == (None,)
        assert search.states == len(found.states)
        assert search.generated == 1 + len(found.steps) == 1 + sum(search.taken.values())
        assert search.depth == max(found.depth.values())


def same_verdicts(made: Machine) -> None:
    """For each kind of property, and what is to be reached quietly: a run where there is one, and a shortest one."""
    actions = made.system.enabled_for(made.adversary)
    for instance in made.worlds:
        found = walk(instance, actions)
        quietly = (replace(made.system.property(f"reachable{i}"), when_quiet=True) for i in range(3))
        claims = (*made.system.properties, *quietly)
        expected = [shortest(instance, actions, found, claim) for claim in claims]
        search = explore(instance, actions, claims)
        assert [None if t is None else len(t.steps) for t in search.traces] == expected
        assert search.complete or None not in expected


@settings(max_examples=300)
@given(SEEDS)
def test_the_same_states_are_reached(seed: int) -> None:
    same_states(machine(seed))


@settings(max_examples=300)
@given(SEEDS)
def test_properties_are_decided_alike_by_shortest_runs(seed: int) -> None:
    same_verdicts(machine(seed))


@settings(max_examples=100)
@given(SEEDS)
def test_states_of_several_words_are_reached_alike(seed: int) -> None:
    padded = machine(seed, padded=True)
    same_states(padded)
    same_verdicts(padded)


@settings(max_examples=15)
@given(SEEDS)
def test_states_of_more_than_sixteen_words_are_reached_alike(seed: int) -> None:
    wide = machine(seed, wide=True)
    same_states(wide)
    same_verdicts(wide)


@settings(max_examples=100)
@given(SEEDS)
def test_ghosts_that_a_target_reads_are_part_of_the_states(seed: int) -> None:
    haunted = machine(seed, haunted=True)
    same_states(haunted)
    same_verdicts(haunted)


@settings(max_examples=100)
@given(SEEDS)
def test_ghosts_that_no_target_reads_are_not(seed: int) -> None:
    made = machine(seed, haunted=True)
    actions = made.system.enabled_for(made.adversary)
    for instance in made.worlds:
        found, grounder = walk(instance, actions), Grounder(instance)
        gone = left_out(grounder, moves(grounder, actions), ())
        real = [instance.position[v.name] for v in instance.state_variables if v.name not in gone]
        steps = Counter(s for s, _ in found.steps)
        seen = {tuple(s[i] for i in real): steps[s] for s in found.states}
        search = explore(instance, actions, [])
        assert (search.complete, search.states, search.generated) == (True, len(seen), 1 + sum(seen.values()))


@settings(max_examples=100)
@given(SEEDS)
def test_the_states_without_a_move_are_counted_and_the_first_is_reached_by_a_shortest_run(seed: int) -> None:
    made = machine(seed)
    actions = made.system.enabled_for(made.adversary)
    for instance in made.worlds:
        found = walk(instance, actions)
        stuck = set(found.states) - {s for s, _ in found.steps}
        search = explore(instance, actions, [])
        assert search.deadlocks == len(stuck)
        if search.deadlock is None:
            assert not stuck
        else:
            assert search.deadlock.states[-1] in stuck
            assert len(search.deadlock.steps) == min(found.depth[s] for s in stuck)


def test_random_machines_use_all_that_a_packed_model_has() -> None:
    """Else the comparisons above would show less than they seem to."""
    met: Counter[str] = Counter()
    for seed in range(60):
        made = machine(seed, padded=seed % 3 == 0, haunted=seed % 3 == 1, sums=seed % 3 == 2)
        packed = compile_instance(made.worlds[0], made.system.enabled_for(made.adversary), [], project=True)
        rows, updates = packed.tables.moves, packed.tables.updates
        met["plain moves"] += int((packed.tables.plain[:, 0] >= 0).sum())
        met["moves with a program"] += int((rows[:, 0] >= 0).sum())
        met["moves with shared programs"] += int((rows[:, 7] < rows[:, 8]).sum())
        met["moves that may overflow"] += int((rows[:, 3] != REJECT).sum())
        met["conditional updates"] += int((updates[:, 0] >= 0).sum())
        met["table of states"] += packed.layout.words == 1
        met["table of rows"] += packed.layout.words > 1
        met["ghosts left out"] += packed.layout.bits < compile_instance(made.worlds[0], (), []).layout.bits
        met["fields counted at once"] += int((packed.tables.program[:, 0] >= MATCH).sum())
    assert all(met[what] > 0 for what in met) and len(met) == 9, met


@settings(max_examples=100)
@given(SEEDS, st.data())
def test_every_state_is_reached_by_a_shortest_run(seed: int, data: st.DataObject) -> None:
    made = machine(seed)
    actions = made.system.enabled_for(made.adversary)
    instance = made.worlds[0]
    found = walk(instance, actions)
    aims = data.draw(st.lists(st.sampled_from(found.states), min_size=1, max_size=4, unique=True))
    arrive = [replace(made.system.property("reachable0"), formula=is_state(instance, aim)) for aim in aims]
    traces = explore(instance, actions, arrive).traces
    assert [t and t.states[-1] for t in traces] == aims
    assert [t and len(t.steps) for t in traces] == [found.depth[aim] for aim in aims]


@settings(max_examples=100)
@given(SEEDS)
def test_a_bounded_integer_leaves_its_range_for_both_or_for_neither(seed: int) -> None:
    made = machine(seed, sums=True)
    actions = made.system.enabled_for(made.adversary)
    for instance in made.worlds:
        try:
            found = walk(instance, actions)
        except OutOfRange:
            with pytest.raises(ModelError, match="out of its range"):
                explore(instance, actions, [])
        else:
            assert explore(instance, actions, []).states == len(found.states)
