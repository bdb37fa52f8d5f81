"""The graph of all states of an instance, in growing arrays, with what the rows say of a leads-to property."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from meterproof.errors import ModelError
from meterproof.explore import liveness_kernel as kernel
from meterproof.explore.arrays import MOST_ROWS, NoRoom
from meterproof.explore.visited import FREE, refill
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Step
from meterproof.lang.system import Action, Property
from meterproof.packed.compile import Compiled, compile_instance
from meterproof.packed.program import ACCUMULATORS

FIRST_ROWS, FIRST_EDGES = 1 << 12, 1 << 15
BLOCK = 1 << 10
"""States whose hashes are worked out together when a table is filled."""
LOOK = 45
"""Bytes for each row that a look for a lasso takes besides: distances, components, and walks."""
Edges = npt.NDArray[np.int64]


class Graph:
    """States as rows, breadth first, and the moves between them; see `liveness_kernel` for the arrays.

    An edge takes 8 bytes; a row 37 to 53 bytes beside its state, and `LOOK` more while a lasso is looked for. `memory`
    bounds all of them, in bytes.
    """

    def __init__(self, instance: Instance, actions: Sequence[Action], claim: Property, memory: int) -> None:
        assert claim.then is not None and claim.witness is not None
        said = [
            replace(claim, kind="reachable", formula=f, witness=None)
            for f in (claim.formula, claim.then, claim.witness)
        ]  # fmt: skip
        self.compiled: Compiled = compile_instance(instance, actions, said)
        words, moves = self.compiled.layout.words, len(self.compiled.steps)
        rows, edges = max(FIRST_ROWS, 2 * moves), max(FIRST_EDGES, 2 * moves)
        self.states = np.empty((rows, words), dtype=np.int64)
        self.depth = np.zeros(rows, dtype=np.int32)
        self.first = np.full(rows, -1, dtype=np.int64)
        self.labels = np.zeros(rows, dtype=np.uint8)
        self.offsets = np.zeros(rows + 1, dtype=np.int64)
        self.targets = np.empty(edges, dtype=np.int32)
        self.via = np.empty(edges, dtype=np.int32)
        self.memory = memory
        self.progress = np.array([0, 1, 0, 1, -1], dtype=np.int64)
        self.states[0] = self.compiled.initial
        self._labelled = 0
        self._words = np.zeros(2 * words, dtype=np.int64)
        self._acc = np.zeros(ACCUMULATORS, dtype=np.int64)
        self._new_table()

    @property
    def expanded(self) -> int:
        """Rows that have all their edges."""
        return int(self.progress[kernel.NEXT])

    @property
    def rows(self) -> int:
        """All rows so far."""
        return int(self.progress[kernel.ROWS])

    @property
    def edges(self) -> int:
        """All edges so far."""
        return int(self.progress[kernel.EDGES])

    @property
    def held(self) -> int:
        """Bytes of all arrays, and of those that a look for a lasso takes."""
        return self._of_rows + self.targets.nbytes + self.via.nbytes + LOOK * self.rows

    @property
    def _of_rows(self) -> int:
        arrays = (self.states, self.depth, self.first, self.labels, self.offsets, self.table)
        return sum(a.nbytes for a in arrays)

    @property
    def generated(self) -> int:
        """Transitions, with those that change nothing, and the initial state."""
        return int(self.progress[kernel.GENERATED])

    def expand(self, budget: int) -> bool:
        """Expand up to so many rows; False when all are.

        Raises ModelError when a bounded integer leaves its range, and NoRoom when `memory` does not suffice.
        """
        c = self.compiled
        outcome = kernel.expand(
            self.states, self.table, self.depth, self.first, self.offsets, self.targets, self.via, self.progress,
            c.tables, self._words, self._words.reshape(2, -1), self._acc, budget,
        )  # fmt: skip
        if outcome == kernel.OVERFLOW:
            raise self._overflow()
        if outcome == kernel.FULL:
            self._grow()
        return bool(outcome != kernel.DONE)

    def label(self) -> None:
        """Bring `labels` up to date: where the premise, the goal and the witness hold."""
        c = self.compiled
        kernel.label(self.states, self._labelled, self.rows, c.tables.program, c.targets[:, 1].copy(), self.labels)
        self._labelled = self.rows

    def source(self, edge: int) -> int:
        """The row that an edge leaves."""
        return int(np.searchsorted(self.offsets[: self.expanded + 1], edge, side="right")) - 1

    def path(self, row: int) -> list[int]:
        """The edges of a shortest run to a row, first to last."""
        found: list[int] = []
        while (edge := int(self.first[row])) >= 0:
            found.append(edge)
            row = self.source(edge)
        return found[::-1]

    def steps(self, edges: Sequence[int]) -> list[Step]:
        """The moves of edges."""
        return [self.compiled.steps[self.via[e]] for e in edges]

    def _grow(self) -> None:
        """Double whichever is nearly full, rows or edges."""
        room = len(self.compiled.steps)
        full_rows, full_edges = self.rows + room >= len(self.states), self.edges + room >= len(self.targets)
        more_bytes = full_rows * self._of_rows + full_edges * (self.targets.nbytes + self.via.nbytes)
        if self.held + more_bytes > self.memory or 2 * len(self.states) > MOST_ROWS:
            raise NoRoom(f"memory: {self.memory / (1 << 30):.3g} GiB")
        if full_rows:
            more = len(self.states)
            self.states = _longer(self.states, more)
            self.depth, self.labels = _longer(self.depth, more), _longer(self.labels, more)
            self.first = _longer(self.first, more)
            self.offsets = _longer(self.offsets, more)
            self._new_table()
        if full_edges:
            self.targets, self.via = (_longer(a, len(a)) for a in (self.targets, self.via))

    def _new_table(self) -> None:
        self.table = np.full(1 << (2 * len(self.states) - 1).bit_length(), FREE, dtype=np.int64)
        refill(self.states, self.rows, self.table, False, np.empty(BLOCK, dtype=np.uint64))

    def _overflow(self) -> ModelError:
        step = self.compiled.steps[int(self.progress[kernel.MOVE])]
        action = next(a for a in self.compiled.instance.system.actions if a.name == step.action)
        return ModelError(
            f"{step.action}{step.params} takes a bounded integer out of its range", file=action.file, line=action.line,
            allowed="a guard that keeps it in range",
        )  # fmt: skip


def _longer(array: npt.NDArray[Any], more: int) -> npt.NDArray[Any]:
    """The array with room for so many more rows, zeros."""
    longer = np.zeros((len(array) + more, *array.shape[1:]), dtype=array.dtype)
    longer[: len(array)] = array
    return longer
