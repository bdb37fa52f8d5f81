"""The arrays of one search: how large they are, how they grow within a bound on memory, and what they tell."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from meterproof.explore import expand, kernel
from meterproof.explore.expand import Batch, Store
from meterproof.explore.lifting import lift, representative
from meterproof.explore.visited import FREE, refill
from meterproof.finite.interpret import Step
from meterproof.lang.system import Property
from meterproof.packed.compile import Compiled
from meterproof.packed.layout import WORD
from meterproof.packed.program import ACCUMULATORS
from meterproof.traces.trace import Mismatch, Trace, rerun

BATCH_WORDS = 1 << 10
BATCH_ROWS = 1 << 9
"""Bounds of one batch, so that it stays in the processor's cache."""
RECENT = 1 << 15
"""So many states need not be looked up again: they stay in the second cache. A small grant of memory has fewer."""
FEW_SLOTS = 1 << 22
"""A table below this size grows fourfold, since filling it again costs more than its memory."""
MOST_ROWS = (1 << 31) - 1
"""Row numbers have 31 bits."""


class NoRoom(Exception):
    """The arrays cannot grow: the message says which bound they meet."""


class Arrays:
    """The growing arrays of one search of at most `states` rows and `memory` bytes."""

    def __init__(self, compiled: Compiled, targets: int, states: int, memory: int) -> None:
        self.compiled = compiled
        self.states, self.memory = states, memory
        width, moves = compiled.layout.words, len(compiled.tables.moves)
        size = max(BATCH_WORDS // width, moves, 1)
        self.batch = Batch(
            np.zeros((size, width), dtype=np.int64), np.zeros(size, dtype=np.uint64), np.zeros(size, dtype=np.int32),
            np.zeros((BATCH_ROWS, 2), dtype=np.int64), np.zeros(BATCH_ROWS, dtype=np.int8),
            np.zeros(2 * width, dtype=np.int64), np.zeros(width, dtype=np.uint64),
            np.zeros(ACCUMULATORS, dtype=np.int64), np.zeros(len(compiled.tables.program), dtype=np.int64),
            np.zeros((len(compiled.tables.groups), BATCH_ROWS.bit_length()), dtype=np.uint64),
        )  # fmt: skip
        self.inline = width == 1 and compiled.layout.bits < WORD
        self.progress = np.zeros(expand.TAKEN + moves, dtype=np.int64)
        self.progress[[expand.ROWS, expand.DEPTH, expand.DEADLOCK]] = 1, -1, -1
        self.found = np.full((max(targets, 1), 3), -1, dtype=np.int64)
        rows = 2 * size + 2
        self.store = Store(
            np.zeros((rows, width), dtype=np.int64), np.full(rows, -1, dtype=np.int32),
            np.full(rows, -1, dtype=np.int32), np.full(_slots(rows), FREE, dtype=np.int64),
            np.full(min(RECENT, max(1 << (memory >> 8).bit_length() >> 1, 1)), FREE, dtype=np.int64),
        )  # fmt: skip
        self.store.states[0] = compiled.initial
        refill(self.store.states, 1, self.store.table, self.inline, self.batch.hashes)

    @property
    def rows(self) -> int:
        """How many states there are."""
        return int(self.progress[expand.ROWS])

    @property
    def held(self) -> int:
        """Bytes of all arrays."""
        return sum(a.nbytes for a in (*self.store, *self.batch))

    @property
    def depth(self) -> int:
        """Length of the shortest run to the state that was found last."""
        beyond = self.progress[expand.ROWS] > self.progress[expand.LEVEL]
        return max(int(self.progress[expand.DEPTH]) + int(beyond), 0)

    def run(self, budget: int) -> int:
        """Expand some `budget` states; the kernel's reason for stopping."""
        c = self.compiled
        room = min(len(self.store.states), _room(len(self.store.table)))
        return int(
            kernel.search(
                self.store, self.batch, self.progress, c.tables, c.targets, self.found, room, self.states, budget,
                self.inline,
            )
        )  # fmt: skip

    def grow(self) -> None:
        """Make room for at least one more batch; rows or slots double where the bounds let them.

        Raises NoRoom, before anything is allocated, where they do not, and when the machine has no more memory.
        """
        needed = self.rows + len(self.batch.hashes)
        try:
            if needed > len(self.store.states):
                self._grow_rows(needed)
            if needed > _room(len(self.store.table)):
                self._grow_table()
        except MemoryError:
            raise NoRoom("memory: the machine has no more") from None

    def _grow_rows(self, needed: int) -> None:
        store = self.store
        each = store.states[:1].nbytes + store.parents.itemsize + store.via.itemsize
        have = len(store.states)
        wanted = min(2 * have, max(needed, self.states + 2 * len(self.batch.hashes)), MOST_ROWS)
        rows = min(wanted, have + max(self.memory - self.held, 0) // each)
        if rows < needed:
            raise NoRoom(f"memory: {_bytes(self.memory)}" if wanted >= needed else f"memory: {MOST_ROWS:,} states")
        for array in (store.states, store.parents, store.via):
            array.resize((rows, *array.shape[1:]), refcheck=False)

    def _grow_table(self) -> None:
        """The old table goes before the new one comes, as the rows alone say what is in it."""
        have = len(self.store.table)
        slots = have * (4 if have < FEW_SLOTS else 2)
        if self.held + (slots - have) * self.store.table.itemsize > self.memory:
            raise NoRoom(f"memory: {_bytes(self.memory)}")
        self.store = self.store._replace(table=np.empty(0, dtype=np.int64))
        self.store = self.store._replace(table=np.full(slots, FREE, dtype=np.int64))
        refill(self.store.states, self.rows, self.store.table, self.inline, self.batch.hashes)

    def _rows(self, row: int) -> list[int]:
        """The rows on the way to one, the initial state's first."""
        rows = [row]
        while self.store.parents[rows[-1]] >= 0:
            rows.append(int(self.store.parents[rows[-1]]))
        return rows[::-1]

    def _runs(self, row: int, move: int = -1) -> Iterable[list[Step]]:
        """Runs to a row, or to what a move makes of it: one, or one for each last step that is like that move."""
        rows, steps = self._rows(row), self.compiled.steps
        if not len(self.compiled.tables.orbits.permutations):
            via = [*(int(self.store.via[r]) for r in rows[1:]), *([move] if move >= 0 else [])]
            return [[steps[v] for v in via]]
        path = [self.store.states[r] for r in rows]
        if move >= 0:
            path.append(representative(self.compiled, path[-1], move))
        return lift(self.compiled, path)

    def trace(self, k: int, claim: Property) -> Trace | None:
        """The re-run trace that decides target k."""
        row, before, move = (int(x) for x in self.found[k])
        if row < 0:
            return None
        why: Mismatch | None = None
        for steps in self._runs(row) if move < 0 else self._runs(before, move):
            try:
                return rerun(self.compiled.instance, steps, claim)
            except Mismatch as error:  # of several last steps with the same orbit, some may keep what another breaks
                why = error
        raise Mismatch("no run of the model has the representatives that were found", 0) from why

    def deadlock(self) -> Trace | None:
        """The re-run trace to the first state in which nobody can move."""
        row = int(self.progress[expand.DEADLOCK])
        return None if row < 0 else rerun(self.compiled.instance, next(iter(self._runs(row))))


def _slots(rows: int) -> int:
    """A power of two, so large that so many rows fit."""
    slots = 1 << 12
    while _room(slots) < rows:
        slots *= 2
    return slots


def _room(slots: int) -> int:
    """How many rows a table may hold before look-ups become long."""
    return slots // 8 * 5


def _bytes(number: int) -> str:
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number} bytes"
