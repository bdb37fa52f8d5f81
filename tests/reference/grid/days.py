"""Small days on the grid for tests: two meters and more, a dozen slots, readings that tell themselves apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reference.grid import day
from reference.grid.day import DaySummary
from reference.grid.events import Happened
from reference.grid.plan import DayPlan, FaultScript, Reading, Site
from reference.grid.rules import HARDENED, Rules
from reference.grid.script import Act, Script
from reference.grid.state import DayState

SEED = 5


def plan(
    acts: Iterable[Act] | None = (),
    *,
    rules: Rules = HARDENED,
    meters: int = 2,
    slots: int = 8,
    seed: int = SEED,
    faults: FaultScript | None = None,
    **more: Any,
) -> DayPlan:
    """A day of meters M0, M1 and so on, of which the even ones are billed; None for an act list draws a script."""
    sites = tuple(Site(f"M{i}", 0.4 * i, 0.3 * (i % 3)) for i in range(meters))
    readings = [Reading(site.name, slot, Decimal(1000 * i + slot + 1) / 1000) for i, site in enumerate(sites)
                for slot in range(slots)]  # fmt: skip
    script = None if acts is None else Script(tuple(acts))
    return DayPlan(rules, sites, readings, slots, seed, faults or FaultScript(), script=script, **more)


@dataclass(frozen=True)
class Played:
    """A day that is over."""

    state: DayState
    events: tuple[Happened, ...]
    summary: DaySummary

    @property
    def violated(self) -> set[str]:
        return {name for name, verdict in self.summary.monitors.items() if verdict == "violated"}

    @property
    def kinds(self) -> Counter[str]:
        return Counter(each.kind for each in self.events)

    def told(self, kind: str) -> list[Happened]:
        return [each for each in self.events if each.kind == kind]


def play(of: DayPlan) -> Played:
    """The whole day."""
    state, events = day.begin(of), list[Happened]()
    while not day.finished(of, state):
        state, some = day.advance(of, state)
        events += some
    return Played(state, tuple(events), day.summary(of, state))
