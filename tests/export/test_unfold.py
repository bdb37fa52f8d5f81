"""An unfolded instance is the instance: the same initial state, moves and failures, without the grounder."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from meterproof.export.unfold import Unfolding
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State
from meterproof.lang.wellformed import nodes
from tests.explore.machines import machine
from tests.export.study import reach


@settings(max_examples=25)
@given(st.integers(0, 10**9))
def test_moves_and_failures_are_the_interpreters(seed: int) -> None:
    m = machine(seed)
    for instance in m.worlds:
        actions = m.system.enabled_for(m.adversary)
        found = reach(instance, actions, limit=60)
        assume(found is not None)
        assert found is not None
        interpreter, unfolding = Interpreter(instance), Unfolding(instance)
        assert dict(unfolding.initial()) == cells(instance, interpreter.initial())
        moves = list(unfolding.moves(actions))
        for state in found.states:
            taken = [m for m in moves if interpreter.holds(m.guard, state)]
            steps = list(interpreter.moves(state, actions))
            assert [m.step for m in taken] == [step for step, _ in steps]
            for m_, (_, after) in zip(taken, steps, strict=True):
                changes = {a.cell: int(interpreter.compile(a.value)(state, (), {})) for a in m_.assignments}
                assert cells(instance, state) | changes == cells(instance, after)
        for claim in m.system.properties:
            shown = sum(interpreter.holds(f, s) for f in unfolding.failing(claim, moves) for s in found.states)
            assert shown == found.failing(interpreter, claim), claim.id


@settings(max_examples=25)
@given(st.integers(0, 10**9))
def test_nothing_is_left_to_unfold(seed: int) -> None:
    m = machine(seed)
    instance = m.worlds[0]
    for move in Unfolding(instance).moves(m.system.actions):
        for node in nodes(move.guard, *(a.value for a in move.assignments)):
            assert node.op not in ("param", "bound", "forall", "exists", "count", "atleast")
            assert node.op != "read" or all(a.op == "const" for a in node.args)


def cells(instance: Instance, state: State) -> dict[tuple[str, tuple[int, ...]], int]:
    """A state cell by cell."""
    return {
        (v.name, index): value
        for v, table in zip(instance.state_variables, state, strict=True)
        for index, value in zip(instance.cells(v), table, strict=True)
    }
