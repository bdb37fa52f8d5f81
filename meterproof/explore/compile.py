"""An instance as arrays for the kernel: guard programs, update rows, property programs, initial words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from meterproof.explore.ground import FALSE, TRUE, Cases, Grounder, in_range
from meterproof.explore.layout import WORD, Layout, lay_out
from meterproof.explore.program import REJECT, Assembler, signed
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State, Step
from meterproof.lang.system import Action, Property

Ints = npt.NDArray[np.int64]
INVARIANT, STEP, QUIESCENT, REACH = range(4)
KINDS = {"invariant": INVARIANT, "lemma": INVARIANT, "step": STEP, "quiescent": QUIESCENT, "reachable": REACH}


@dataclass(frozen=True)
class Compiled:
    """One instance, ready for the kernel.

    `moves[i]` = (guard entry, first update row, one past the last, overflow entry, 1 if honest);
    `updates[j]` = (condition entry, word, bits kept, bits set); `targets[k]` = (kind, entry).
    """

    instance: Instance
    layout: Layout
    cells: tuple[tuple[str, tuple[int, ...]], ...]
    steps: tuple[Step, ...]
    initial: Ints
    program: Ints
    moves: Ints
    updates: Ints
    targets: Ints

    def state(self, words: Sequence[int]) -> State:
        """A packed state as the interpreter's tables."""
        values = iter(self.layout.unpack(words))
        return tuple(tuple(next(values) for _ in self.instance.cells(v)) for v in self.instance.state_variables)


def compile_instance(instance: Instance, actions: Sequence[Action], targets: Sequence[Property]) -> Compiled:
    """Ground and assemble everything that a search for `targets` with `actions` needs."""
    grounder = Grounder(instance)
    layout = lay_out([grounder.values(c) for c in range(len(grounder.cells))])
    assembler = Assembler(grounder.formulas, layout)
    moves: list[tuple[int, ...]] = []
    updates: list[tuple[int, ...]] = []
    steps: list[Step] = []
    for action in actions:
        for params in instance.choices(action):
            env = {p.uid: v for p, v in zip(action.params, params, strict=True)}
            guard = grounder.formulas.and_([grounder.formula(g.condition, env) for g in action.guards])
            if guard == FALSE:
                continue
            first = len(updates)
            rows, overflow = _update_rows(grounder, layout, action, env)
            updates.extend((assembler.assemble(c), w, signed(k), signed(b)) for c, w, k, b in rows)
            spill = assembler.assemble(overflow) if overflow != FALSE else REJECT
            moves.append((assembler.assemble(guard), first, len(updates), spill, int(action.needs is None)))
            steps.append(Step(action.name, params))
    entries = [(KINDS[t.kind], assembler.assemble(grounder.formula(t.formula))) for t in targets]
    initial = [v for table in Interpreter(instance).initial() for v in table]
    return Compiled(
        instance, layout, tuple(grounder.cells), tuple(steps),
        np.array([signed(w) for w in layout.pack(initial)], dtype=np.int64),
        assembler.table(), _array(moves, 5), _array(updates, 4), _array(entries, 2),
    )  # fmt: skip


def _array(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _update_rows(
    grounder: Grounder, layout: Layout, action: Action, env: dict[int, int]
) -> tuple[list[tuple[int, int, int, int]], int]:
    """Rows (condition, word, keep, set) of one move, and the condition under which a bounded integer overflows."""
    f, instance = grounder.formulas, grounder.instance
    full = (1 << WORD) - 1
    always: dict[int, tuple[int, int]] = {}
    rows: list[tuple[int, int, int, int]] = []
    overflow: list[int] = []
    for name, index, cases, condition in _written(grounder, action, env):
        cell = grounder.cell(name, index)
        place, values = layout[cell], grounder.values(cell)
        variable_type = instance.system.variable(name).to
        for value, when in cases.items():
            changes = f.and_((condition, when, f.not_(f.is_(cell, value))))
            if not in_range(variable_type, value, values):
                overflow.append(f.and_((condition, when)))
            elif f.and_((condition, when)) == TRUE:
                mask, bits = always.get(place.word, (0, 0))
                always[place.word] = (mask | place.mask, bits | place.pattern(value))
            elif changes != FALSE:
                rows.append((changes, place.word, full & ~place.mask, place.pattern(value)))
    return [(TRUE, w, full & ~m, b) for w, (m, b) in always.items()] + rows, f.or_(overflow)


def _written(
    grounder: Grounder, action: Action, env: dict[int, int]
) -> Iterator[tuple[str, tuple[int, ...], Cases, int]]:
    """Each cell that a move may write: variable, index, cases of its new value, condition that it is this cell."""
    instance = grounder.instance
    for update in action.updates:
        variable = instance.system.variable(update.variable)
        if update.each is not None:
            for index in instance.cells(variable):
                inner = env | {b.uid: i for b, i in zip(update.index, index, strict=True)}
                yield update.variable, index, grounder.cases(update.each, inner), TRUE
        for terms, value in update.cells:
            cases = grounder.cases(value, env)
            for index in instance.cells(variable):
                here = [grounder.cases(t, env).get(i, FALSE) for t, i in zip(terms, index, strict=True)]
                condition = grounder.formulas.and_(here)
                if condition != FALSE:
                    yield update.variable, index, cases, condition
