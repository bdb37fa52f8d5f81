"""Leads-to under weak fairness, by exhaustion of one instance; its counterexample is a lasso of real moves.

A run violates "premise leads to goal" when the premise holds in some state of it and the goal neither there nor later,
and the run is fair (`finite.fairness`). In a finite graph of states there is such a run exactly when a strongly
connected component of the pending states (reached after the premise without meeting the goal) is fair: each fair set of
moves is impossible in some state of it, or has an edge within it. Components need to be looked at whole only, not in
parts: what makes a part fair, a state or an edge, is in the whole too. (Strong fairness would not have this.) A run may
also stop, so a single state is a component to stay in; that is fair where no fair move is possible.

This needs the true graph: exchanging individuals, as symmetry reduction does, would lose who is treated fairly.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from meterproof.explore import liveness_kernel as kernel
from meterproof.explore.arrays import NoRoom
from meterproof.explore.explorer import Limits, Progress
from meterproof.explore.liveness_graph import Edges, Graph
from meterproof.finite.fairness import fair_sets
from meterproof.finite.instance import Instance
from meterproof.lang.system import Action, Property
from meterproof.traces.trace import Trace, rerun

CHUNK = 5_000
"""States expanded between two looks at the clock."""
FIRST_LOOK = 1 << 18
"""States after which a lasso is looked for though not all states are known; then whenever they have doubled."""
MOST_HOMES, HOMES_BY_STATES = 64, 4_000_000
"""A loop is tried from so many states at most, and from one for so many states of the graph: each takes a search."""
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Answer:
    """What a search found: `lasso` violates the property, or is None.

    `premise` and `witness` are shortest runs to a state where the property's premise and its witness hold.
    `complete` says that every reachable state was visited; otherwise `stopped` says what ended the search, or a lasso
    did. `states` and `generated` count as the explorer's do.
    """

    lasso: Trace | None
    premise: Trace | None
    witness: Trace | None
    states: int
    generated: int
    depth: int
    seconds: float
    complete: bool
    stopped: str | None


class Interrupted(KeyboardInterrupt):
    """Somebody interrupted a search; `answer` is what it had found, with `stopped` = "interrupted"."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def leads_to(
    instance: Instance,
    actions: Sequence[Action],
    claim: Property,
    limits: Limits | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Answer:
    """Decide a `leads_to` property of an instance with these actions.

    The lasso is re-run on the interpreter, which also checks that it closes and is fair. It is short, but not always
    the shortest. Lassos in the part of the graph that is known are found even when a limit ends the search. Raises
    ModelError for an unfit `fair=`, and when a bounded integer leaves its range, and Interrupted in place of
    KeyboardInterrupt: without a last look for a lasso, as that may take as long as the search did.
    """
    limits = limits or Limits()
    begun = time.monotonic()
    search = _Search(Graph(instance, actions, claim, limits.memory), claim)
    graph = search.graph
    outcome = _Outcome()
    try:
        _expand(search, limits, begun, report, outcome)
    except KeyboardInterrupt:
        outcome.stopped = "interrupted"
        graph.label()
    answer = Answer(
        outcome.lasso, search.reaching(kernel.PREMISE, None), search.reaching(kernel.WITNESS, claim.as_witness()),
        graph.rows, graph.generated, int(graph.depth[graph.rows - 1]), time.monotonic() - begun,
        not outcome.more and outcome.stopped is None, outcome.stopped,
    )  # fmt: skip
    if outcome.stopped == "interrupted":
        raise Interrupted(answer)
    return answer


@dataclass
class _Outcome:
    """How far a search has come: its lasso, what ended it, and whether there are states to expand."""

    lasso: Trace | None = None
    stopped: str | None = None
    more: bool = True


def _expand(
    search: _Search, limits: Limits, begun: float, report: Callable[[Progress], None] | None, outcome: _Outcome
) -> None:
    """Expand the graph, with a look for a lasso now and then, until there is one or the search ends."""
    graph, next_look = search.graph, FIRST_LOOK
    while outcome.more and outcome.lasso is None and outcome.stopped is None:
        try:
            outcome.more = graph.expand(CHUNK)
        except NoRoom as full:
            outcome.stopped = str(full)
        seconds = time.monotonic() - begun
        if report is not None:
            deepest = int(graph.depth[graph.rows - 1])
            report(Progress(graph.rows, graph.generated, graph.rows - graph.expanded, deepest, seconds, graph.held))
        if outcome.more and outcome.stopped is None and seconds > limits.seconds:
            outcome.stopped = f"time: {limits.seconds:g} s"
        elif outcome.more and outcome.stopped is None and graph.rows > limits.states:
            outcome.stopped = f"memory: {limits.states:,} states"
        if not outcome.more or outcome.stopped is not None or graph.expanded >= next_look:
            next_look *= 2
            outcome.lasso = search.lasso()


class _Search:
    """Looks for a lasso in the expanded part of a graph."""

    def __init__(self, graph: Graph, claim: Property) -> None:
        self.graph, self.claim = graph, claim
        sets = [frozenset(s.steps) for s in fair_sets(graph.compiled.instance, claim)]
        of_move = [[g for g, steps in enumerate(sets) if m in steps] for m in graph.compiled.steps]
        self.starts = np.cumsum([0, *map(len, of_move)], dtype=np.int64)
        self.sets = np.array([g for groups in of_move for g in groups], dtype=np.int64)

    def reaching(self, bit: int, claim: Property | None) -> Trace | None:
        """A shortest run to a state whose label has this bit."""
        rows = np.flatnonzero(self.graph.labels[: self.graph.rows] & bit)
        if not len(rows):
            return None
        return rerun(self.graph.compiled.instance, self.graph.steps(self.graph.path(int(rows[0]))), claim)

    def lasso(self) -> Trace | None:
        """A lasso that violates the claim, re-run, or None when the expanded part has none."""
        graph = self.graph
        graph.label()
        expanded = graph.expanded
        distance = np.full(expanded, -1, dtype=np.int32)
        entry = np.full(expanded, -1, dtype=np.int64)
        count = int(
            kernel.pending(graph.offsets, graph.targets, graph.labels, graph.depth, expanded, distance, entry)
        )  # fmt: skip
        if not count:
            return None
        component = np.full(expanded, -1, dtype=np.int32)
        members = np.empty(count, dtype=np.int32)
        ends = np.zeros(count + 1, dtype=np.int32)
        found = int(
            kernel.components(
                graph.offsets, graph.targets, distance, expanded, count, component, members, ends
            )
        )  # fmt: skip
        fair, stops = np.zeros(found, dtype=np.bool_), np.zeros(expanded, dtype=np.bool_)
        kernel.judge(
            graph.offsets, graph.targets, graph.via, expanded, component, members, ends, self.starts, self.sets,
            fair, stops,
        )  # fmt: skip
        sizes = np.diff(ends[: found + 1])
        stays = (component >= 0) & (fair & (sizes > 1))[component]
        best = self._shortest(distance, stops, stays, component)
        if best is None:
            return None
        row, cycle = best
        stem = self._stem(row, entry)
        return rerun(graph.compiled.instance, graph.steps([*stem, *cycle]), self.claim, len(stem))

    def _shortest(
        self, distance: npt.NDArray[np.int32], stops: Flags, stays: Flags, component: npt.NDArray[np.int32]
    ) -> tuple[int, list[int]] | None:
        """Of the nearest row to stop in, and loops from some of the nearest rows to stay around, the shortest way."""
        best: tuple[int, list[int]] | None = None
        length = sys.maxsize
        for row in _nearest(distance, stops, 1):
            best, length = (row, []), int(distance[row])
        for row in _nearest(distance, stays, max(1, min(MOST_HOMES, HOMES_BY_STATES // len(distance)))):
            if distance[row] + 2 < length:  # a loop has two edges or more
                cycle = self._cycle(row, component)
                if distance[row] + len(cycle) < length:
                    best, length = (row, cycle), int(distance[row]) + len(cycle)
        return best

    def _stem(self, row: int, entry: Edges) -> list[int]:
        """The edges of a shortest run that makes the row pending."""
        tail: list[int] = []
        while (edge := int(entry[row])) >= 0:
            tail.append(edge)
            row = self.graph.source(edge)
        return [*self.graph.path(row), *tail[::-1]]

    def _cycle(self, home: int, component: npt.NDArray[np.int32]) -> list[int]:
        """Edges from a row back to itself that are fair: the nearest lacking state or move each time, then home."""
        graph, missing = self.graph, np.zeros(1 + int(self.sets.max(initial=0)), dtype=np.bool_)
        missing[self._possible(home)] = True
        reached = np.empty(len(component), dtype=np.int64)
        cycle: list[int] = []
        row = home
        while missing.any():
            hop = self._walk(row, -1, component, missing, reached)
            assert hop, "a fair component has what each fair set lacks"
            for edge in hop:
                row = int(graph.targets[edge])
                taken = self._of_move(int(graph.via[edge]))
                missing[taken] = False
                missing[np.setdiff1d(np.flatnonzero(missing), self._possible(row))] = False
            cycle += hop
        return cycle + self._walk(row, home, component, missing, reached)

    def _walk(
        self, start: int, home: int, component: npt.NDArray[np.int32], missing: Flags, reached: Edges
    ) -> list[int]:
        graph = self.graph
        back = kernel.walk(
            graph.offsets, graph.targets, graph.via, len(component), component, start, home, self.starts, self.sets,
            missing, reached,
        )  # fmt: skip
        return [int(e) for e in back[::-1]]

    def _of_move(self, move: int) -> npt.NDArray[np.int64]:
        return self.sets[self.starts[move] : self.starts[move + 1]]

    def _possible(self, row: int) -> npt.NDArray[np.int64]:
        """The fair sets that have a move in this row."""
        edges = range(self.graph.offsets[row], self.graph.offsets[row + 1])
        return np.unique(np.concatenate([self.sets[:0], *(self._of_move(int(self.graph.via[e])) for e in edges)]))


def _nearest(distance: npt.NDArray[np.int32], wanted: Flags, count: int) -> list[int]:
    """Of the wanted rows so many with the least distance, in order."""
    rows = np.flatnonzero(wanted)
    return [int(r) for r in rows[np.argsort(distance[rows], kind="stable")[:count]]]
