"""An instance as arrays for the kernel: guard programs, update rows, property programs, initial words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from meterproof.finite.ground import FALSE, TRUE, Grounder
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State, Step
from meterproof.finite.moves import Move, moves, writes
from meterproof.lang.system import Action, Property
from meterproof.packed.layout import WORD, Layout, lay_out
from meterproof.packed.program import REJECT, Assembler, signed

INVARIANT, STEP, QUIESCENT, REACH, REACH_QUIET = range(5)
"""Kinds of targets: what must hold of states, of steps, of quiet states; what is to be reached, or reached quietly."""

Ints = npt.NDArray[np.int64]
KINDS = {"invariant": INVARIANT, "lemma": INVARIANT, "step": STEP, "quiescent": QUIESCENT, "reachable": REACH}


class Tables(NamedTuple):
    """What the compiled loops read of a model; `packed.run` alone knows what its rows mean.

    `moves[i]` = (guard entry, first update row, one past the last, overflow entry, 1 if honest);
    `updates[j]` = (condition entry, word, bits kept, bits set).
    """

    program: Ints
    moves: Ints
    updates: Ints


@dataclass(frozen=True)
class Compiled:
    """One instance, ready for compiled loops; `targets[k]` = (kind, entry)."""

    instance: Instance
    layout: Layout
    cells: tuple[tuple[str, tuple[int, ...]], ...]
    steps: tuple[Step, ...]
    initial: Ints
    tables: Tables
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
    rows: list[tuple[int, ...]] = []
    updates: list[tuple[int, ...]] = []
    found = list(moves(grounder, actions))
    for move in found:
        first = len(updates)
        changed, overflow = _update_rows(grounder, layout, move)
        updates.extend((assembler.assemble(c), w, signed(k), signed(b)) for c, w, k, b in changed)
        spill = assembler.assemble(overflow) if overflow != FALSE else REJECT
        rows.append((assembler.assemble(move.guard), first, len(updates), spill, int(move.action.needs is None)))
    kinds = [REACH_QUIET if t.when_quiet else KINDS[t.kind] for t in targets]
    entries = [(kind, assembler.assemble(grounder.formula(t.formula))) for kind, t in zip(kinds, targets, strict=True)]
    initial = [v for table in Interpreter(instance).initial() for v in table]
    return Compiled(
        instance, layout, tuple(grounder.cells), tuple(m.step for m in found),
        np.array([signed(w) for w in layout.pack(initial)], dtype=np.int64),
        Tables(assembler.table(), _array(rows, 5), _array(updates, 4)), _array(entries, 2),
    )  # fmt: skip


def _array(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _update_rows(grounder: Grounder, layout: Layout, move: Move) -> tuple[list[tuple[int, int, int, int]], int]:
    """Rows (condition, word, keep, set) of one move, and the condition under which a bounded integer overflows."""
    f = grounder.formulas
    full = (1 << WORD) - 1
    always: dict[int, tuple[int, int]] = {}
    rows: list[tuple[int, int, int, int]] = []
    overflow: list[int] = []
    for write in writes(grounder, move):
        place, values = layout[write.cell], grounder.values(write.cell)
        for value, case in write.cases.items():
            when = f.and_((write.when, case))
            changes = f.and_((when, f.not_(f.is_(write.cell, value))))
            if value not in values:
                overflow.append(when)
            elif when == TRUE:
                mask, bits = always.get(place.word, (0, 0))
                always[place.word] = (mask | place.mask, bits | place.pattern(value))
            elif changes != FALSE:
                rows.append((changes, place.word, full & ~place.mask, place.pattern(value)))
    return [(TRUE, w, full & ~m, b) for w, (m, b) in always.items()] + rows, f.or_(overflow)
