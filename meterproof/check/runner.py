"""A job run to the end: all its plans, its mutation controls, and whether everything came out as claimed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from meterproof.check.jobs import Job
from meterproof.check.methods import Budget, Report, carry_out
from meterproof.claims import Control, Plan, Profile
from meterproof.lang.canonical import digest
from meterproof.verdict import STRENGTH, Contradiction, Evidence, Method, strongest

THOROUGH_SCHEDULES = 20
"""How many times as many schedules the thorough profile draws."""


@dataclass(frozen=True)
class Options:
    """How a check is narrowed: profile, methods, other sizes, time and seed."""

    profile: Profile = "quick"
    method: Method | None = None
    scope: tuple[tuple[str, int], ...] = ()
    budget: Budget = field(default_factory=Budget)
    controls: bool = True

    def admits(self, plan: Plan) -> bool:
        """Whether the profile and the method filter let the plan run."""
        return (self.profile == "thorough" or plan.profile == "quick") and self.method in (None, plan.method)

    def sized(self, plan: Plan) -> Plan:
        """The plan with the command's sizes over its own; the thorough profile draws more schedules."""
        more = THOROUGH_SCHEDULES if self.profile == "thorough" else 1
        scope = tuple({**plan.sizes, **dict(self.scope)}.items()) if plan.scope else ()
        return replace(plan, scope=scope, schedules=plan.schedules * more)


@dataclass(frozen=True)
class ControlResult:
    """What came of a mutation control: it is caught when the mutant is violated."""

    control: Control
    evidence: Evidence

    @property
    def caught(self) -> bool:
        """Whether the mutant was violated, as it must be."""
        return self.evidence.verdict == "violated"


@dataclass(frozen=True)
class Check:
    """One row: the job, the evidence that decides it, all evidence, controls, and whether it is as expected."""

    job: Job
    decisive: Evidence
    evidence: tuple[Evidence, ...]
    controls: tuple[ControlResult, ...]
    ir_hash: str
    as_expected: bool
    note: str | None


def run_job(
    job: Job, options: Options, report: Report | None = None, tell: Callable[[str], None] | None = None
) -> Check:
    """Carry out a job's plans and controls. `tell` hears what is being done, `report` the explorer's progress."""
    system = job.system()
    claim = job.claim(system)
    plans = [options.sized(p) for p in job.stance.plans if options.admits(p)]
    found: list[Evidence] = []
    for plan in plans:
        if tell is not None:
            tell(f"{job.name} {claim.id}: {plan.method} {', '.join(f'{n}={v}' for n, v in plan.scope)}")
        found.append(carry_out(plan, system, claim, options.budget, report))
    evidence = tuple(found)
    controls = (
        _controls(job, options, report, tell)
        if options.controls and job.stance.expected == "holds" and evidence
        else ()
    )
    note = job.stance.note
    try:
        decisive = strongest(evidence)
    except Contradiction as error:
        decisive, note = Evidence("none", "unknown"), f"the engines contradict each other: {error}"
        return Check(job, decisive, evidence, controls, digest(system), False, note)
    fine = _as_expected(job, decisive, evidence, controls, options)
    return Check(job, decisive, evidence, controls, digest(system), fine, note or decisive.note)


def _controls(
    job: Job, options: Options, report: Report | None, tell: Callable[[str], None] | None
) -> tuple[ControlResult, ...]:
    results = []
    for control in job.stance.controls:
        if job.rules is None or not options.admits(control.plan):
            continue
        if tell is not None:
            tell(f"{job.name} {job.declared.id}: control {control}")
        mutant = job.system(control.mutate(job.rules))
        results.append(
            ControlResult(control, carry_out(control.plan, mutant, job.claim(mutant), options.budget, report))
        )
    return tuple(results)


def _as_expected(
    job: Job, decisive: Evidence, evidence: tuple[Evidence, ...], controls: tuple[ControlResult, ...], options: Options
) -> bool:
    """A claim counts as shown only by its least verdict, not vacuously, and with every control caught.

    When the command asks for one method only, that method's own verdict is enough, but never `unknown`.
    """
    expected = job.stance.expected
    if any(e.vacuous for e in evidence):
        return False
    if expected is None or not evidence:
        return True
    if expected == "violated":
        return decisive.verdict == "violated"
    least = job.stance.least if options.method is None else "tested"
    shown = decisive.verdict != "violated" and STRENGTH.index(decisive.verdict) >= STRENGTH.index(least)
    return shown and all(c.caught for c in controls)
