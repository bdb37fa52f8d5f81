"""Random walks over all worlds of a scope: what they decide, and what they came by.

The same seed gives the same walks on any machine. A limit in seconds can end them earlier on a slow one, and says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from meterproof.finite.instance import Instance
from meterproof.lang.system import Action, Property
from meterproof.traces.trace import Trace
from meterproof.walk.place import ENDS, FULL, IDLE, LONGEST, SEEN, STEPS, WALKS
from meterproof.walk.shorten import shortened
from meterproof.walk.world import World, enter

FIRST, SLICE = 20_000, 320_000
"""Moves drawn in one world before the next has its turn and the clock is looked at: in the first round, which then
doubles, and at most."""
WORLDS = 64
"""Worlds that are walked at most; of more, so many are taken, evenly spread over their order."""


@dataclass(frozen=True)
class Progress:
    """What the walks have done so far."""

    steps: int
    walks: int
    longest: int
    seconds: float

    def __str__(self) -> str:
        rate = self.steps / self.seconds if self.seconds else 0
        return f"{self.steps:,} steps in {self.walks:,} walks of up to {self.longest:,}, {rate:,.0f}/s"


@dataclass(frozen=True)
class Bounds:
    """How much is walked: steps in all and in one walk, seconds of wall time, and states kept to be counted.

    With `states` 0 none are kept: to count them costs more than to walk.
    """

    steps: int = 1_000_000
    length: int = 1_000
    seconds: float = 60.0
    states: int = 0


@dataclass(frozen=True)
class Coverage:
    """How often each action was taken, which were never, and the number of different states.

    `states` is None where they were not counted; with `full`, there are more than were kept. To be held against
    the number of all states that the explorer gives.
    """

    actions: dict[str, int]
    never: tuple[str, ...]
    states: int | None
    full: bool = False


@dataclass(frozen=True)
class Walks:
    """The outcome: `traces[k]` decides target k (a violation, or a witness), or is None.

    `idle` counts moves drawn that change nothing; they are no steps. A walk ends at its full length, or at a dead end:
    a state that no move changes. `worlds` were walked of `of`. `stopped` says what ended the walks
    before all steps were done: None, "decided", "time", "interrupted", or "stuck" where no world has a first step.
    """

    traces: tuple[Trace | None, ...]
    steps: int
    walks: int
    dead_ends: int
    idle: int
    longest: int
    worlds: int
    of: int
    seconds: float
    stopped: str | None
    coverage: Coverage


class Interrupted(KeyboardInterrupt):
    """Somebody interrupted the walks; `walks` is what they had found, with `stopped` = "interrupted"."""

    def __init__(self, walks: Walks) -> None:
        super().__init__()
        self.walks = walks


def walks(
    worlds: Sequence[Instance],
    actions: Sequence[Action],
    targets: Sequence[Property],
    bounds: Bounds,
    *,
    seed: int,
    weighted: bool = True,
    report: Callable[[Progress], None] | None = None,
) -> Walks:
    """Walk in all worlds by turns until the first target is decided, or the bounds are met.

    Each trace is 1-minimal and was re-run on the interpreter. Not `weighted`, every walk draws among all enabled
    moves alike. Raises ModelError when a bounded integer leaves its range, and Interrupted in place of
    KeyboardInterrupt.
    """
    return _Tour(worlds, actions, targets, bounds, seed, weighted).run(report)


def stream(seed: int, world: int) -> int:
    """The 63-bit seed of one world's walks. It is hashed, so that near seeds have no walk in common."""
    return int.from_bytes(blake2b(f"{seed} {world}".encode(), digest_size=8).digest(), "big") >> 1


@dataclass
class _Tour:
    """The turns of all worlds."""

    worlds: Sequence[Instance]
    actions: Sequence[Action]
    targets: Sequence[Property]
    bounds: Bounds
    seed: int
    weighted: bool
    begun: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        count = min(len(self.worlds), WORLDS)
        self.chosen = [self.worlds[i * len(self.worlds) // count] for i in range(count)]
        self.open: list[World] = []
        self.found = np.full(max(len(self.targets), 1), -1, dtype=np.int64)
        self.traces: list[Trace | None] = [None for _ in self.targets]

    def run(self, report: Callable[[Progress], None] | None) -> Walks:
        stopped: str | None = None
        try:
            turn = FIRST
            while stopped is None and self.count(STEPS) < self.bounds.steps:
                stopped = self.round(turn, report)
                turn = min(2 * turn, SLICE)
        except KeyboardInterrupt:
            raise Interrupted(self.outcome("interrupted")) from None
        return self.outcome(stopped)

    def round(self, most: int, report: Callable[[Progress], None] | None) -> str | None:
        """One turn of at most so many moves for each world; what stopped it, if anything."""
        share = max(1, min(most, self.bounds.steps // len(self.chosen)))
        for i in range(len(self.chosen)):
            left = min(share, self.bounds.steps - self.count(STEPS))
            if i == len(self.open):
                states = self.bounds.states // len(self.chosen)
                seed = stream(self.seed, i)
                self.open.append(
                    enter(self.chosen[i], self.actions, self.targets, self.bounds.length, states=states, seed=seed)
                )
            if left == 0 or self.open[i].stuck:
                continue
            if self.turn(self.open[i], left):
                return "decided"
            if report is not None:
                report(self.progress())
            if time.monotonic() - self.begun > self.bounds.seconds:
                return "time"
        return "stuck" if all(w.stuck for w in self.open) else None

    def turn(self, world: World, budget: int) -> bool:
        """Draw up to `budget` moves, noting what is decided on the way; whether the first target now is."""
        stop = world.drawn() + budget
        while not world.stuck and world.drawn() < stop:
            if not world.wander(self.found, stop - world.drawn(), self.weighted):
                continue
            for k, target in enumerate(self.targets):
                if self.traces[k] is None and self.found[k] >= 0:
                    path = world.place.path[: self.found[k]].copy()
                    self.traces[k] = shortened(world.compiled, world.net, self.actions, target, k, path)
            if self.traces[0] is not None:
                return True
        return False

    def count(self, field: int) -> int:
        """A field of the progress, summed over the worlds."""
        return sum(int(w.place.progress[field]) for w in self.open)

    def longest(self) -> int:
        """Steps of the longest walk."""
        return max((int(w.place.progress[LONGEST]) for w in self.open), default=0)

    def progress(self) -> Progress:
        return Progress(self.count(STEPS), self.count(WALKS), self.longest(), time.monotonic() - self.begun)

    def outcome(self, stopped: str | None) -> Walks:
        taken = sum((w.place.taken for w in self.open), np.zeros(len(self.actions), dtype=np.int64))
        by_action = {a.name: int(n) for a, n in zip(self.actions, taken, strict=True)}
        coverage = Coverage(
            by_action, tuple(name for name, n in by_action.items() if n == 0),
            self.count(SEEN) if self.bounds.states else None, self.count(FULL) > 0,
        )  # fmt: skip
        return Walks(
            tuple(self.traces), self.count(STEPS), self.count(WALKS), self.count(ENDS),
            self.count(IDLE), self.longest(), len(self.open), len(self.worlds),
            time.monotonic() - self.begun, stopped, coverage,
        )  # fmt: skip
