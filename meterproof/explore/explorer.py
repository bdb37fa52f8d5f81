"""Breadth-first search of one instance: verdicts for several properties, shortest traces, exact counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from meterproof.errors import ModelError
from meterproof.explore import kernel
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Step
from meterproof.lang.system import Action, Property
from meterproof.packed.compile import Compiled, compile_instance
from meterproof.traces.trace import Trace, rerun

CHUNK = 50_000
"""States expanded between two looks at the clock."""
FIRST_CAPACITY = 1 << 16


@dataclass(frozen=True)
class Progress:
    """What a search has done so far; `queue` are states found but not yet expanded."""

    states: int
    generated: int
    queue: int
    depth: int
    seconds: float


@dataclass(frozen=True)
class Limits:
    """When a search gives up: seconds of wall time, and number of states kept."""

    seconds: float = 60.0
    states: int = 20_000_000


@dataclass(frozen=True)
class Search:
    """The outcome: `traces[k]` decides target k (a violation, or a witness), or is None.

    `complete` says that every reachable state was visited; otherwise `stopped` says what ended it.
    `taken` counts how often each action was taken.
    """

    traces: tuple[Trace | None, ...]
    states: int
    generated: int
    depth: int
    seconds: float
    complete: bool
    stopped: str | None
    taken: dict[str, int]


def explore(
    instance: Instance,
    actions: Sequence[Action],
    targets: Sequence[Property],
    limits: Limits | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Search:
    """Search an instance with these actions until every target is decided or all states are visited.

    Each trace is shortest, and was re-run on the interpreter. Raises ModelError when a bounded integer
    leaves its range.
    """
    limits = limits or Limits()
    begun = time.monotonic()
    compiled = compile_instance(instance, actions, targets)
    arrays = _Arrays(compiled, len(targets))
    stopped: str | None = None
    while True:
        outcome = arrays.run(CHUNK)
        seconds = time.monotonic() - begun
        if report is not None:
            rows, done = int(arrays.progress[1]), int(arrays.progress[0])
            report(Progress(rows, int(arrays.progress[2]), rows - done, arrays.depth(done), seconds))
        if outcome == kernel.FULL:
            arrays.grow()
        elif outcome == kernel.OVERFLOW:
            raise _overflow(compiled, arrays)
        elif outcome != kernel.MORE:
            break
        if seconds > limits.seconds:
            stopped = f"time: {limits.seconds:g} s"
            break
        if arrays.progress[1] > limits.states:
            stopped = f"memory: {limits.states:,} states"
            break
    rows = int(arrays.progress[1])
    traces = tuple(arrays.trace(k, t) for k, t in enumerate(targets))
    taken: dict[str, int] = dict.fromkeys((a.name for a in actions), 0)
    for m, step in enumerate(compiled.steps):
        taken[step.action] += int(arrays.progress[3 + m])
    return Search(
        traces, rows, int(arrays.progress[2]), arrays.depth(rows - 1), time.monotonic() - begun,
        outcome == kernel.DONE, stopped, taken,
    )  # fmt: skip


class _Arrays:
    """The growing arrays of one search."""

    def __init__(self, compiled: Compiled, targets: int) -> None:
        self.compiled = compiled
        capacity = max(FIRST_CAPACITY, 4 * len(compiled.tables.moves))
        self.states = np.zeros((capacity, compiled.layout.words), dtype=np.int64)
        self.states[0] = compiled.initial
        self.parents = np.full(capacity, -1, dtype=np.int64)
        self.via = np.full(capacity, -1, dtype=np.int32)
        self.progress = np.zeros(3 + len(compiled.tables.moves), dtype=np.int64)
        self.progress[1] = 1
        self.found = np.full((max(targets, 1), 3), -1, dtype=np.int64)
        self._new_table()

    def _new_table(self) -> None:
        size = 1 << (2 * len(self.states) - 1).bit_length()
        self.table = np.full(size, -1, dtype=np.int64)
        kernel.rehash(self.states, int(self.progress[1]), self.table, self.states.shape[1])

    def grow(self) -> None:
        """Double the room."""
        room = len(self.states)
        self.states = np.concatenate([self.states, np.zeros_like(self.states)])
        self.parents = np.concatenate([self.parents, np.full(room, -1, dtype=np.int64)])
        self.via = np.concatenate([self.via, np.full(room, -1, dtype=np.int32)])
        self._new_table()

    def run(self, budget: int) -> int:
        """Expand up to `budget` states; the kernel's reason for stopping."""
        c = self.compiled
        return int(
            kernel.search(
                self.states, self.table, self.parents, self.via, self.progress, c.tables, c.targets,
                self.found, budget,
            )
        )  # fmt: skip

    def path(self, row: int) -> list[Step]:
        """The moves that lead to a row, first to last."""
        steps: list[Step] = []
        while self.parents[row] >= 0:
            steps.append(self.compiled.steps[self.via[row]])
            row = int(self.parents[row])
        return steps[::-1]

    def depth(self, row: int) -> int:
        """Length of the shortest run to a row."""
        return len(self.path(min(row, int(self.progress[1]) - 1)))

    def trace(self, k: int, claim: Property) -> Trace | None:
        """The re-run trace that decides target k."""
        row, before, move = (int(x) for x in self.found[k])
        if row < 0:
            return None
        steps = self.path(row) if move < 0 else [*self.path(before), self.compiled.steps[move]]
        return rerun(self.compiled.instance, steps, claim)


def _overflow(compiled: Compiled, arrays: _Arrays) -> ModelError:
    step = compiled.steps[int(arrays.found[0, 2])]
    action = next(a for a in compiled.instance.system.actions if a.name == step.action)
    return ModelError(
        f"{step.action}{step.params} takes a bounded integer out of its range", file=action.file, line=action.line,
        allowed="a guard that keeps it in range",
    )  # fmt: skip
