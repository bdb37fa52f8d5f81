"""An instance as arrays for the kernel: guard programs, update rows, property programs, initial words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from meterproof.finite.ground import FALSE, TRUE, Grounder
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State, Step
from meterproof.finite.moves import Move, moves, writes
from meterproof.finite.symmetry import Class, check_equivariant
from meterproof.lang.system import Action, Property
from meterproof.packed.canonical import Orbits, orbits
from meterproof.packed.layout import WORD, Layout, lay_out
from meterproof.packed.program import Assembler, signed
from meterproof.packed.projection import left_out
from meterproof.packed.scan import Scan, Test, scan

INVARIANT, STEP, QUIESCENT, REACH, REACH_QUIET = range(5)
"""Kinds of targets: what must hold of states, of steps, of quiet states; what is to be reached, or reached quietly."""

Ints = npt.NDArray[np.int64]
KINDS = {"invariant": INVARIANT, "lemma": INVARIANT, "step": STEP, "quiescent": QUIESCENT, "reachable": REACH}


class Tables(NamedTuple):
    """What the compiled loops read of a model; `packed.run` alone knows what its rows mean.

    A guard is a conjunction: of tests, each a masked comparison of one word; of programs that other guards have, too;
    and of one for the rest. `moves[i]` = (entry of that rest, first update row, one past the last, overflow entry,
    1 if honest, first test row, one past the last, first shared row, one past the last); `updates[j]` = (condition
    entry, word, bits kept, bits set); `tests[k]` = (word, mask, value); `shared[k]` = an entry.
    A *plain* move has tests alone, cannot overflow, and has one update, unconditional; `plain[i]` = (word, bits kept,
    bits set, 1 if honest) of one that is, and else its word is -1. `groups[g]` says as bits which of the moves from
    64 g on are plain, and which are honest; `scan` holds the tests once more, to be made all at once. `orbits` says
    which states count as one.
    """

    program: Ints
    moves: Ints
    updates: Ints
    tests: Ints
    shared: Ints
    plain: Ints
    groups: npt.NDArray[np.uint64]
    scan: Scan
    orbits: Orbits


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


def compile_instance(
    instance: Instance,
    actions: Sequence[Action],
    targets: Sequence[Property],
    *,
    project: bool = False,
    classes: Sequence[Class] = (),
) -> Compiled:
    """Ground and assemble everything that a search for `targets` with `actions` needs.

    With `project`, ghosts that bear on no target are left out: packed states show their initial values. Individuals of
    one of the `classes` count as interchangeable; ModelError when they are told apart.
    """
    grounder = Grounder(instance)
    check_equivariant(grounder, classes, actions, targets)
    found = list(moves(grounder, actions))
    ghosts = left_out(grounder, found, targets) if project else frozenset()
    initial = [v for table in Interpreter(instance).initial() for v in table]
    layout = lay_out(
        [
            range(initial[c], initial[c] + 1) if name in ghosts else grounder.values(c)
            for c, (name, _) in enumerate(grounder.cells)
        ]
    )
    assembler = Assembler(grounder.formulas, layout)
    rows = _Rows(assembler, Counter(p for move in found for p in assembler.rest(move.guard)))
    for move in found:
        rows.add(move, *_update_rows(grounder, layout, move, ghosts))
    kinds = [REACH_QUIET if t.when_quiet else KINDS[t.kind] for t in targets]
    entries = [(kind, assembler.assemble(grounder.formula(t.formula))) for kind, t in zip(kinds, targets, strict=True)]
    return Compiled(
        instance, layout, tuple(grounder.cells), tuple(m.step for m in found),
        np.array([signed(w) for w in layout.pack(initial)], dtype=np.int64),
        rows.tables(layout.words, orbits(instance, grounder.cells, layout, classes)), _array(entries, 2),
    )  # fmt: skip


def _array(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


class _Rows:
    """The tables of the moves added so far; `users` says how many guards have a conjunct."""

    def __init__(self, assembler: Assembler, users: Mapping[int, int]) -> None:
        self._assembler, self._users = assembler, users
        self._moves: list[tuple[int, ...]] = []
        self._updates: list[tuple[int, ...]] = []
        self._tests: list[list[Test]] = []
        self._count = 0
        self._shared: list[int] = []
        self._plain: list[tuple[int, ...]] = []

    def add(self, move: Move, changed: Sequence[tuple[int, int, int, int]], overflow: int) -> None:
        """One more move, with what `_update_rows` says of it."""
        a = self._assembler
        update, test, common = len(self._updates), self._count, len(self._shared)
        self._updates.extend((a.assemble(c), w, signed(k), signed(b)) for c, w, k, b in changed)
        self._tests.append(a.tests(move.guard))
        self._count += len(self._tests[-1])
        parts = a.rest(move.guard)
        self._shared.extend(a.assemble(p) for p in parts if self._users[p] > 1)
        rest = a.conjunction([p for p in parts if self._users[p] == 1])
        spill = a.assemble(overflow)
        honest = int(move.action.needs is None)
        self._moves.append(
            (rest, update, len(self._updates), spill, honest, test, self._count, common, len(self._shared))
        )
        simple = not parts and overflow == FALSE and [c for c, *_ in changed] == [TRUE]
        self._plain.append((*self._updates[update][1:], honest) if simple else (-1, 0, 0, honest))

    def tables(self, words: int, orbits: Orbits) -> Tables:
        """All of them as arrays, for states of so many words."""
        effects = [None if word < 0 else (word, ~kept, bits) for word, kept, bits, _ in self._plain]
        groups = [
            (
                _bits(e is not None for e in effects[g : g + WORD]),
                _bits(honest for *_, honest in self._plain[g : g + WORD]),
            )
            for g in range(0, len(effects), WORD)
        ]
        return Tables(
            self._assembler.table(), _array(self._moves, 9), _array(self._updates, 4),
            _array([t for each in self._tests for t in each], 3), np.array(self._shared, dtype=np.int64),
            _array(self._plain, 4), np.array(groups, dtype=np.uint64).reshape(len(groups), 2),
            scan(self._tests, effects, words), orbits,
        )  # fmt: skip


def _bits(truths: Iterable[int]) -> int:
    return sum(1 << i for i, truth in enumerate(truths) if truth)


def _update_rows(
    grounder: Grounder, layout: Layout, move: Move, ghosts: frozenset[str]
) -> tuple[list[tuple[int, int, int, int]], int]:
    """Rows (condition, word, keep, set) of one move, and the condition under which a bounded integer overflows.

    `ghosts` are left out.
    """
    f = grounder.formulas
    full = (1 << WORD) - 1
    always: dict[int, tuple[int, int]] = {}
    rows: list[tuple[int, int, int, int]] = []
    overflow: list[int] = []
    for write in (w for w in writes(grounder, move) if grounder.cells[w.cell][0] not in ghosts):
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
