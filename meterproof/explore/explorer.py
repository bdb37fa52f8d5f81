"""Breadth-first search of one instance: verdicts for several properties, shortest traces, exact counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from meterproof.errors import ModelError
from meterproof.explore import expand, kernel
from meterproof.explore.arrays import Arrays, NoRoom
from meterproof.finite.instance import Instance
from meterproof.finite.symmetry import Class, interchangeable
from meterproof.lang.system import Action, Property
from meterproof.packed.compile import Compiled, compile_instance
from meterproof.traces.trace import Trace

FIRST_CHUNK = 2_000
"""States expanded before the first look at the clock."""
PAUSE = 0.1
"""Seconds between two looks at the clock that later chunks aim at."""


@dataclass(frozen=True)
class Progress:
    """What a search has done so far; `queue` are states found but not yet expanded, `memory` bytes held."""

    states: int
    generated: int
    queue: int
    depth: int
    seconds: float
    memory: int = 0

    @property
    def rate(self) -> float:
        """States found a second."""
        return self.states / self.seconds if self.seconds else 0.0

    def __str__(self) -> str:
        return (
            f"depth {self.depth}, {self.states:,} states, {self.generated:,} generated, queue {self.queue:,}, "
            f"{self.rate:,.0f}/s, {self.memory / (1 << 20):,.0f} MiB"
        )


@dataclass(frozen=True)
class Limits:
    """When a search gives up: seconds of wall time, number of states kept, bytes of its arrays.

    States end a search exactly behind the state whose successors exceed them, bytes before they are taken.
    """

    seconds: float = 60.0
    states: int = 100_000_000
    memory: int = 4 << 30


@dataclass(frozen=True)
class Search:
    """The outcome: `traces[k]` decides target k (a violation, or a witness), or is None.

    `complete` says that every reachable state was visited; otherwise `stopped` says what ended it, unless all
    targets were decided. `taken` counts how often each action was taken. `deadlock` leads to the first of
    `deadlocks` states in which no action at all is enabled, not even an adversary's. `memory` is the most bytes held.
    Where `classes` of individuals were interchangeable, all numbers are of representatives, one for each orbit.
    """

    traces: tuple[Trace | None, ...]
    states: int
    generated: int
    depth: int
    seconds: float
    complete: bool
    stopped: str | None
    taken: dict[str, int]
    deadlocks: int = 0
    deadlock: Trace | None = None
    memory: int = 0
    classes: tuple[Class, ...] = ()

    @property
    def bytes_per_state(self) -> float:
        """Bytes held for each state found."""
        return self.memory / self.states


class Interrupted(KeyboardInterrupt):
    """Somebody interrupted a search; `search` is what it had found, with `stopped` = "interrupted"."""

    def __init__(self, search: Search) -> None:
        super().__init__()
        self.search = search


def explore(
    instance: Instance,
    actions: Sequence[Action],
    targets: Sequence[Property],
    limits: Limits | None = None,
    report: Callable[[Progress], None] | None = None,
    *,
    symmetry: Iterable[str] = (),
) -> Search:
    """Search an instance with these actions until every target is decided or all states are visited.

    Each trace is shortest, and was re-run on the interpreter. Of the sorts named by `symmetry` (or all that are
    unordered, where one is "all"), states that differ by an exchange of individuals are visited once; that nothing
    tells the individuals apart is checked, not assumed. Raises ModelError when a bounded integer leaves its range,
    InputError for a sort that is not interchangeable, and Interrupted in place of KeyboardInterrupt.
    """
    limits = limits or Limits()
    begun = time.monotonic()
    classes = interchangeable(instance, symmetry)
    compiled = compile_instance(instance, actions, targets, project=True, classes=classes)
    arrays = Arrays(compiled, len(targets), limits.states, limits.memory)
    outcome, stopped = kernel.MORE, None
    try:
        outcome, stopped = _search(arrays, limits, begun, report)
    except KeyboardInterrupt:
        stopped = "interrupted"
    if outcome == kernel.OVERFLOW:
        raise _overflow(compiled, arrays)
    taken: dict[str, int] = dict.fromkeys((a.name for a in actions), 0)
    for m, step in enumerate(compiled.steps):
        taken[step.action] += int(arrays.progress[expand.TAKEN + m])
    search = Search(
        tuple(arrays.trace(k, t) for k, t in enumerate(targets)), arrays.rows, int(arrays.progress[expand.GENERATED]),
        arrays.depth, time.monotonic() - begun, outcome == kernel.DONE, stopped, taken,
        int(arrays.progress[expand.DEADLOCKS]), arrays.deadlock(), arrays.held, classes,
    )  # fmt: skip
    if stopped == "interrupted":
        raise Interrupted(search) from None
    return search


def _search(
    arrays: Arrays, limits: Limits, begun: float, report: Callable[[Progress], None] | None
) -> tuple[int, str | None]:
    """Run the kernel chunk by chunk: its last outcome, and what else ended the search."""
    chunk, last = FIRST_CHUNK, time.monotonic()
    while True:
        outcome = arrays.run(chunk)
        now = time.monotonic()
        if outcome == kernel.MORE:
            chunk = max(1, int(chunk * min(4.0, PAUSE / max(now - last, 1e-9))))
        last = now
        if report is not None:
            rows, generated = arrays.rows, int(arrays.progress[expand.GENERATED])
            queue = rows - int(arrays.progress[expand.NEXT])
            depth = max(int(arrays.progress[expand.DEPTH]), 0)
            report(Progress(rows, generated, queue, depth, now - begun, arrays.held))
        if outcome == kernel.LIMIT:
            return outcome, f"memory: {limits.states:,} states"
        if outcome not in (kernel.MORE, kernel.FULL):
            return outcome, None
        if now - begun > limits.seconds:
            return outcome, f"time: {limits.seconds:g} s"
        if outcome == kernel.FULL:
            try:
                arrays.grow()
            except NoRoom as error:
                return outcome, str(error)
            last = time.monotonic()


def _overflow(compiled: Compiled, arrays: Arrays) -> ModelError:
    step = compiled.steps[int(arrays.found[0, 2])]
    action = next(a for a in compiled.instance.system.actions if a.name == step.action)
    return ModelError(
        f"{step.action}{step.params} takes a bounded integer out of its range", file=action.file, line=action.line,
        allowed="a guard that keeps it in range",
    )  # fmt: skip
