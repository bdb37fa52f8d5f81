"""A run of one version replayed on another: where it first differs, what stops it, and whether there is another way.

The replay takes the same actions with the same parameters in the same world. It goes on where a step does something
else there, and ends where one can't be taken. Then the other version is explored at the same scope: is what the run
shows (its claim's violation) shown by another run there, in any world, and is the state that it leads to, as far as
both versions have it, reached in this world?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import Plan
from meterproof.compare.common import Answer, NoCounterpart, counterparts, meant
from meterproof.compare.obstacle import Follower, no_world
from meterproof.compare.outcome import Difference, Transplant, Way
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State, Step
from meterproof.lang.expr import FALSE, Expr, conjoin, constant, equal, make
from meterproof.lang.system import Property, System
from meterproof.lang.types import BOOL
from meterproof.traces.trace import Mismatch, Trace, rerun
from meterproof.verdict import Evidence


def transplant(
    trace: Trace,
    other: System,
    claim: Property | None = None,
    budget: Budget | None = None,
    *,
    sizes: Mapping[str, int] | None = None,
    around: bool = True,
) -> Transplant:
    """Replay a run on `other`, where `claim` is what it should show.

    `sizes` are those of sorts that only the other version has. What only the other version fixes before a run is tried
    in every way, and the replay is the one that follows longest. Without `around` no other way is looked for.
    """
    budget = budget or Budget()
    against = None if claim is None else claim.against
    try:
        worlds = counterparts(trace.instance, other, sizes)
    except NoCounterpart as error:
        difference = Difference(0, no_world(error))
        return Transplant(trace, claim, None, difference, difference, False, None, None)
    replays = [_replay(trace, Follower(trace.instance, world, against)) for world in worlds]
    run, differs, stopped = max(replays, key=lambda r: (_same(trace, r[1]), len(r[0].steps)))
    shown = None if stopped else _shown(trace, run, claim)
    found = Transplant(
        trace, claim, shown or run, differs, stopped, shown is not None and claim is not None, None, None
    )
    if not around:
        return found
    violation = None if claim is None else _violation(found, other, claim, budget)
    return replace(found, violation=violation, arrival=_arrival(found, budget, against))


def _same(trace: Trace, differs: Difference | None) -> int:
    """How many steps are the same; a run that is the same to its end counts for more."""
    return len(trace.steps) + 1 if differs is None else differs.at


def _replay(trace: Trace, follower: Follower) -> tuple[Trace, Difference | None, Difference | None]:
    state = follower.interpreter.initial()
    begins = follower.beginning(trace.states[0], state)
    differs = None if begins is None else Difference(0, begins)
    stopped: Difference | None = None
    steps: list[Step] = []
    for at, step in enumerate(trace.steps):
        taken, state, obstacle = follower.follow(step, trace.states[at + 1], state)
        if obstacle is not None and (differs is None or taken is None):
            here = Difference(at, obstacle)
            differs = differs or here
            stopped = here if taken is None else None
        if taken is None:
            break
        steps.append(taken)
    return rerun(follower.there, steps), differs, stopped


def _shown(trace: Trace, run: Trace, claim: Property | None) -> Trace | None:
    """The whole run again as one that shows the claim; None where it does not."""
    try:
        return rerun(run.instance, run.steps, claim, trace.loop)
    except Mismatch:
        return None


def _violation(found: Transplant, other: System, claim: Property, budget: Budget) -> Way:
    if found.shows:
        return Way("yes", found.replayed, "the run itself shows it")
    assert found.replayed is not None
    scope = found.replayed.instance.scope
    evidence = carry_out(Plan("explore", scope.sizes), other, claim, budget)
    return Way(_answer(evidence, claim), evidence.trace, _covered(evidence))


def _answer(evidence: Evidence, claim: Property) -> Answer:
    if evidence.trace is not None:
        return "yes"
    decided = evidence.verdict == ("violated" if claim.kind == "reachable" else "exhausted")
    return "no" if decided else "unknown"


def _covered(evidence: Evidence) -> str:
    if evidence.trace is not None:
        return f"a run of {len(evidence.trace.steps)} steps"
    whole = f"{evidence.states:,} states" if evidence.states is not None else "nothing"
    return f"{whole}{f', {evidence.note}' if evidence.note else ''}"


def _arrival(found: Transplant, budget: Budget, against: frozenset[str] | None) -> Way | None:
    """Whether the end of the run is reached in the replay's world, as far as both versions have it."""
    from meterproof.explore.explorer import Limits, explore  # slow to load, and not needed to replay

    assert found.replayed is not None
    there = found.replayed.instance
    if found.differs is None:
        return Way("yes", found.replayed, "the run itself leads there")
    formula = _looks(found.trace, Follower(found.trace.instance, there))
    if formula is FALSE:
        return Way("no", None, "the other version has no such values")
    target = Property(
        "end of the run", "reachable", "the state at the end of the run, as far as both versions have it", formula,
        None, None, (), against or frozenset(), (), (), "", 0,
    )  # fmt: skip
    actions = there.system.actions if against is None else there.system.enabled_for(against)
    search = explore(there, actions, [target], Limits(seconds=budget.seconds, memory=budget.memory))
    if search.traces[0] is not None:
        return Way("yes", search.traces[0], f"a run of {len(search.traces[0].steps)} steps")
    covered = f"{search.states:,} states"
    return Way("no", None, covered) if search.complete else Way("unknown", None, f"{covered}, {search.stopped}")


def _looks(trace: Trace, follower: Follower) -> Expr:
    """That all common variables have the values that they have at the end of the run."""
    last: State = trace.states[-1]
    here, there = trace.instance, follower.there
    return conjoin(*(e for name in follower.both for e in _has(here, there, name, last[here.position[name]])))


def _has(here: Instance, there: Instance, name: str, table: Sequence[int]) -> list[Expr]:
    """One condition for each cell of a variable, or FALSE where the other version has no such value."""
    own, variable = here.system.variable(name), there.system.variable(name)
    values = {meant(v, variable.to): v for v in there.values(variable.to)}
    found = []
    for index, value in zip(there.cells(variable), table, strict=True):
        code = values.get(meant(value, own.to))
        if code is None:
            return [FALSE]
        at = tuple(constant(i, sort) for i, sort in zip(index, variable.domain, strict=True))
        cell = make("read", variable.to, at, (name, 0))
        found.append(equal(cell, constant(bool(code) if variable.to == BOOL else code, variable.to)))
    return found
