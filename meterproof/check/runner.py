"""A job run to the end: all its plans, its mutation controls, and whether everything came out as claimed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from meterproof.check.jobs import Job
from meterproof.check.methods import Budget, Report, carry_out
from meterproof.claims import Control, Expected, Plan, Profile
from meterproof.errors import InputError
from meterproof.lang.canonical import digest
from meterproof.lang.system import System
from meterproof.verdict import STRENGTH, Contradiction, Evidence, Interrupted, Method, Verdict, strongest

THOROUGH_SCHEDULES = 20
"""How many times as many schedules the thorough profile draws."""


@dataclass(frozen=True)
class Options:
    """How a check is narrowed: profile, methods, other sizes, symmetry over that of the plans, time and seed."""

    profile: Profile = "quick"
    method: Method | None = None
    scope: tuple[tuple[str, int], ...] = ()
    symmetry: tuple[str, ...] = ()
    budget: Budget = field(default_factory=Budget)
    controls: bool = True

    def admits(self, plan: Plan) -> bool:
        """Whether the profile and the method filter let the plan run."""
        return (self.profile == "thorough" or plan.profile == "quick") and self.method in (None, plan.method)

    def sized(self, plan: Plan) -> Plan:
        """The plan with the command's sizes over its own; the thorough profile draws more schedules."""
        more = THOROUGH_SCHEDULES if self.profile == "thorough" else 1
        scope = tuple({**plan.sizes, **dict(self.scope)}.items()) if plan.scope else ()
        symmetry = self.symmetry if self.symmetry and plan.method == "explore" else plan.symmetry
        return replace(plan, scope=scope, schedules=plan.schedules * more, symmetry=symmetry)


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
    """One row: the job, the evidence that decides it, all evidence, controls, and whether it is as expected.

    `contradiction` says which engines, seeds or solvers disagree; the row is then `unknown` and never as expected.
    `interrupted` says that not all plans and controls were done.
    """

    job: Job
    decisive: Evidence
    evidence: tuple[Evidence, ...]
    controls: tuple[ControlResult, ...]
    ir_hash: str
    as_expected: bool
    note: str | None
    contradiction: str | None = None
    interrupted: bool = False


class JobInterrupted(KeyboardInterrupt):
    """Somebody interrupted a job; `check` is its row as far as it came."""

    def __init__(self, check: Check) -> None:
        super().__init__()
        self.check = check


def run_job(
    job: Job, options: Options, report: Report | None = None, tell: Callable[[str], None] | None = None
) -> Check:
    """Carry out a job's plans and controls. `tell` hears what is being done, `report` how far a search has come.

    Raises JobInterrupted in place of KeyboardInterrupt once there is a system to speak of.
    """
    attempt = _Attempt(job, options, job.system(), report, tell)
    try:
        attempt.plans()
        attempt.controls()
    except KeyboardInterrupt:
        raise JobInterrupted(attempt.row(interrupted=True)) from None
    return attempt.row()


def given_up(job: Job, options: Options, reason: str) -> Check:
    """The row of a job that could not be run to its end: nothing is known, for this reason."""
    attempt = _Attempt(job, options, job.system(), None, None)
    attempt.found.append(Evidence("none", "unknown", note=reason))
    return attempt.row()


@dataclass
class _Attempt:
    """What has come of a job so far."""

    job: Job
    options: Options
    system: System
    report: Report | None
    tell: Callable[[str], None] | None
    found: list[Evidence] = field(default_factory=list)
    results: list[ControlResult] = field(default_factory=list)
    contradiction: str | None = None

    def plans(self) -> None:
        """Carry out the plans that the options admit."""
        for plan in (self.options.sized(p) for p in self.job.stance.plans if self.options.admits(p)):
            self.say(f"{plan.method} {', '.join(f'{n}={v}' for n, v in plan.scope)}")
            self.ask(plan, self.system, self.found.append)

    def controls(self) -> None:
        """Carry out the mutation controls of a claim that holds, if any plan was."""
        if not self.options.controls or self.job.stance.expected != "holds" or not self.found:
            return
        for control in self.job.stance.controls:
            if self.job.rules is None or not self.options.admits(control.plan):
                continue
            self.say(f"control {control}")
            mutant = self.job.system(control.mutate(self.job.rules))
            self.ask(control.plan, mutant, partial(self.keep, control))

    def keep(self, control: Control, evidence: Evidence) -> None:
        self.results.append(ControlResult(control, evidence))

    def ask(self, plan: Plan, system: System, keep: Callable[[Evidence], None]) -> None:
        """Keep the evidence that a plan gives, also where it is interrupted or contradicts itself.

        An InputError that names no file, such as that of a scope that does not fit, comes to name the job.
        """
        budget = self.options.budget
        nothing = Evidence(plan.method, "unknown", plan.sizes, seed=budget.seed)
        try:
            keep(carry_out(plan, system, self.job.claim(system), budget, self.report))
        except Contradiction as error:
            self.contradiction = f"{plan.method} contradicts itself: {error}"
            keep(replace(nothing, note=self.contradiction))
        except KeyboardInterrupt as stop:
            keep(stop.evidence if isinstance(stop, Interrupted) else replace(nothing, note="interrupted"))
            raise
        except InputError as error:
            if error.file is not None:
                raise
            who = f"{self.job.name} {self.job.declared.id}"
            raise InputError(f"{who}: {error.message}", allowed=error.allowed) from error

    def say(self, what: str) -> None:
        if self.tell is not None:
            self.tell(f"{self.job.name} {self.job.declared.id}: {what}")

    def row(self, *, interrupted: bool = False) -> Check:
        """The row that what was found makes."""
        evidence, controls = tuple(self.found), tuple(self.results)
        contradiction, decisive = self.contradiction, Evidence("none", "unknown", note="interrupted")
        if evidence or not interrupted:
            try:
                decisive = strongest(evidence)
            except Contradiction as error:
                contradiction = f"the engines contradict each other: {error}"
        if contradiction is not None:
            decisive = Evidence("none", "unknown", note=contradiction)
        note = contradiction or self.job.stance.note or decisive.note
        stance, caught = self.job.stance, all(c.caught for c in controls)
        fine = contradiction is None and as_expected(
            stance.expected, stance.least, self.options.method, decisive, evidence, caught=caught
        )
        if interrupted and self.job.stance.expected == "holds":
            fine = False  # a control that was left out is not caught
        return Check(
            self.job, decisive, evidence, controls, digest(self.system), fine, note, contradiction, interrupted
        )  # fmt: skip


def as_expected(
    expected: Expected | None, least: Verdict, method: Method | None, decisive: Evidence,
    evidence: tuple[Evidence, ...], *, caught: bool,
) -> bool:  # fmt: skip
    """A claim counts as shown only by its least verdict, not vacuously, and with every control `caught`.

    When the command asks for one `method` only, that method's own verdict is enough, but never `unknown`.
    """
    if any(e.vacuous for e in evidence):
        return False
    if expected is None or not evidence:
        return True
    if expected == "violated":
        return decisive.verdict == "violated"
    needed: Verdict = least if method is None else "tested"
    shown = decisive.verdict != "violated" and STRENGTH.index(decisive.verdict) >= STRENGTH.index(needed)
    return shown and caught
