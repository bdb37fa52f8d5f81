"""Hypothesis as a scheduler: many runs of one system at one scope, each state held against one property."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from time import perf_counter

from hypothesis import HealthCheck, Phase, Verbosity, find, settings
from hypothesis.errors import NoSuchExample

from meterproof.errors import InputError
from meterproof.finite.instance import Table
from meterproof.finite.interpret import State, quiet
from meterproof.finite.scope import Scope
from meterproof.lang.system import Action, Property, System
from meterproof.schedule.minimise import one_minimal
from meterproof.schedule.moves import Moves
from meterproof.schedule.strategy import runs, worlds
from meterproof.traces.pytest_format import render, reproduction
from meterproof.traces.trace import Trace, rerun
from meterproof.verdict import Evidence, Verdict

Rigid = tuple[tuple[str, Table], ...]
LONGEST = 1000
"""Steps of the longest schedule: Hypothesis throws away examples of more than 8 KiB of choices."""


def schedule(
    system: System,
    property: Property,
    scope: Scope,
    *,
    schedules: int = 1000,
    steps: int = 50,
    seed: int = 0,
    against: frozenset[str] | None = None,
    setup: str | None = None,
) -> Evidence:
    """What `schedules` runs of up to `steps` moves say about `property`.

    The adversary has the capabilities `against`, those of the property unless given. A violation is
    shrunk by Hypothesis, made 1-minimal, re-run on the interpreter, and comes with lines that reproduce
    it: a whole pytest module when `setup` holds the lines that build `system`. A `reachable` property
    that some run reaches is `tested` with the run as witness, and `unknown` when none does. The same
    seed gives the same evidence, but for `seconds`, unless shrinking takes the five minutes after which
    Hypothesis stops it. InputError when `schedules` or `steps` is out of range.
    """
    _check("schedules", schedules, None)
    _check("steps", steps, LONGEST)
    if property.kind == "leads_to":
        note = "leads-to speaks of infinite runs, which a schedule is not"
        return Evidence("schedule", "not run", scope.as_dict(), seed=seed, note=note)
    started = perf_counter()
    capabilities = property.against if against is None else against
    places = {m.instance.rigid: m for m in worlds(system, scope, capabilities, idle=property.kind == "step")}
    tally = _Tally()
    found = _first(places, property, tally, settings(_settings(), max_examples=schedules), steps, seed)
    trace = None if found is None else _shortened(places, found, property)
    reached = property.kind == "reachable"
    return Evidence(
        "schedule",
        _verdict(trace is not None, reached, tally.schedules),
        scope.as_dict(),
        states=len(tally.states),
        generated=tally.steps,
        depth=tally.longest if trace is None else len(trace.steps),
        schedules=tally.schedules,
        seconds=perf_counter() - started,
        seed=seed,
        trace=None if reached else trace,
        witness=trace if reached else None,
        note=_covered(system.enabled_for(capabilities), property, tally, places)
        if trace is None
        else _pasteable(trace, setup),
    )


def _verdict(shown: bool, reachable: bool, schedules: int) -> Verdict:
    if reachable:
        return "tested" if shown else "unknown"
    if shown:
        return "violated"
    return "tested" if schedules else "unknown"


def _check(name: str, value: int, most: int | None) -> None:
    if value < 1 or (most is not None and value > most):
        raise InputError(f"{name} is {value}", allowed="1 or more" if most is None else f"1 to {most}")


@dataclass
class _Tally:
    """What was done until the first run that shows the claim; shrinking is not counted."""

    schedules: int = 0
    steps: int = 0
    longest: int = 0
    states: set[tuple[Rigid, State]] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)

    def add(self, run: Trace) -> None:
        self.schedules += 1
        self.steps += len(run.steps)
        self.longest = max(self.longest, len(run.steps))
        self.states.update((run.instance.rigid, state) for state in run.states)
        self.actions.update(step.action for step in run.steps)


def _first(
    places: Mapping[Rigid, Moves], claim: Property, tally: _Tally, limits: settings, steps: int, seed: int
) -> Trace | None:
    """The shrunk run that shows the claim, or None."""
    ended = False

    def shows(moves: Moves, state: State, before: State | None) -> bool:
        return moves.shows(claim, state, before)

    def hit(run: Trace) -> bool:
        nonlocal ended
        if not ended:
            tally.add(run)
        shown = shows(places[run.instance.rigid], run.states[-1], run.states[-2] if run.steps else None)
        ended = ended or shown
        return shown

    try:
        return find(runs(tuple(places.values()), steps, shows), hit, settings=limits, random=Random(seed))
    except NoSuchExample:
        return None


def _settings() -> settings:
    """Everything that a profile or the environment could change is said here, so that only the seed decides.

    All health checks are off (`find` does so anyway): runs are slow and large on purpose, and what they cost
    is bounded by the numbers that the caller gives.
    """
    return settings(
        database=None,
        deadline=None,
        derandomize=False,
        backend="hypothesis",
        phases=(Phase.generate, Phase.shrink),
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )


def _shortened(places: Mapping[Rigid, Moves], run: Trace, claim: Property) -> Trace:
    moves = places[run.instance.rigid]
    return rerun(moves.instance, one_minimal(moves, run.steps, claim), claim)


def _covered(actions: Iterable[Action], claim: Property, tally: _Tally, places: Mapping[Rigid, Moves]) -> str:
    """What was tried, and what was not: a schedule that never comes to the point shows little."""
    done = f"{tally.schedules} schedules, {tally.steps} steps, {len(tally.states)} different states"
    if claim.kind == "quiescent":
        still = sum(quiet(places[rigid].interpreter, state) for rigid, state in tally.states)
        done += f", {still} of them quiet"
    never = [a.name for a in actions if a.name not in tally.actions]
    return f"{done}; no schedule took {', '.join(never)}" if never else f"{done}; every action was taken"


def _pasteable(trace: Trace, setup: str | None) -> str:
    return reproduction(trace) if setup is None else render(trace, setup)
