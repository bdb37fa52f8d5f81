"""One property under changed rules: it falls by a run that was taken again, or stands at the scopes that were searched.

A proof by induction that is lost says nothing, so none is asked for here.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal

from meterproof.check.jobs import Job
from meterproof.check.methods import Budget, Report
from meterproof.claims import Plan
from meterproof.errors import InputError
from meterproof.finite.scope import resolve
from meterproof.lang.canonical import digest
from meterproof.lang.system import Property, System
from meterproof.necessity.baseline import Baseline, same_moves, same_statement
from meterproof.necessity.change import Change, as_values
from meterproof.necessity.plans import claimed_falls, covers, plans_for
from meterproof.verdict import STRENGTH, Evidence

Outcome = Literal["falls", "stands", "vacuous", "same", "unknown", "refused"]
"""`falls`: violated, and the unchanged protocol is not, at that scope. `stands`: every search came to its end without a
violation, or there is a proof for every size. `vacuous`: the searches did, but what the property speaks of no longer
happens. `same`: the change makes no difference to this machine. `unknown`: a search was stopped, or none looks at
everything. `refused`: the model has no such protocol, or admits none of the scopes."""
DECIDED: tuple[Outcome, ...] = ("stands", "vacuous", "same")
"""Outcomes that say: no fall at what was searched."""


@dataclass(frozen=True)
class Trial:
    """A property with one change, or two at once.

    `job` is that of the changed protocol, so that its name tells what a stored trace is a trace of. `claimed` says
    that a control of the study makes this change and expects the fall, `restated` that the property itself says
    something else under the change. `proof` is an attempt to prove the property for every size in spite of the change,
    where one was made; only success says anything.
    """

    job: Job
    changes: tuple[Change, ...]
    outcome: Outcome
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    claimed: bool = False
    restated: bool = False
    ir_hash: str | None = None
    proof: Evidence | None = None

    @property
    def id(self) -> str:
        """The property's id."""
        return self.job.declared.id

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that are changed."""
        return tuple(c.rule for c in self.changes)

    @property
    def decisive(self) -> Evidence:
        """The evidence of the fall; else the strongest, of several the one with the most states."""
        if not self.evidence:
            return Evidence("none", "not run")
        if self.outcome == "falls":
            return self.evidence[-1]
        return max(
            self.evidence,
            key=lambda e: (-1 if e.verdict == "violated" else STRENGTH.index(e.verdict), e.states or 0),
        )

    @property
    def proved(self) -> bool:
        """Whether the property is proved for every size in spite of the change."""
        return self.proof is not None and self.proof.verdict == "proved" and not self.proof.vacuous

    @property
    def scopes(self) -> tuple[tuple[tuple[str, int], ...], ...]:
        """The scopes that were searched to the end, or up to a violation."""
        ended = (e for e in self.evidence if e.verdict in ("exhausted", "inductive", "violated"))
        return tuple(dict.fromkeys(tuple(e.scope.items()) for e in ended))


@dataclass(frozen=True)
class Asked:
    """A plan that a trial wants carried out."""

    plan: Plan
    system: System
    claim: Property
    budget: Budget
    report: Report | None


def attempt(
    base: Baseline, changes: Sequence[Change], report: Report | None = None
) -> Generator[Asked, Evidence, Trial]:
    """Look for a fall of the baseline's property under the changes, within the baseline's options.

    It yields each plan that it wants carried out, and is sent the evidence, or is thrown the InputError that refuses.
    """
    job = base.job.under(as_values(changes))
    assert job.rules is not None
    claimed = len(changes) == 1 and any(base.options.admits(p) for p in claimed_falls(base.job, job.rules))
    try:
        system = job.system()
    except InputError as error:
        return Trial(job, tuple(changes), "refused", notes=(str(error),), claimed=claimed)
    hash = digest(system)
    restated = not same_statement(base.system, base.claim, job.claim(system))
    search = _Search(base, job, system, report)
    outcome = yield from search.outcome()
    return Trial(
        job, tuple(changes), outcome, tuple(search.found), tuple(search.notes), claimed, restated, hash
    )  # fmt: skip


class _Search:
    """The plans of one trial, one after the other."""

    def __init__(self, base: Baseline, job: Job, system: System, report: Report | None) -> None:
        self.base, self.job, self.system, self.report = base, job, system, report
        self.found: list[Evidence] = []
        self.notes: list[str] = []

    def outcome(self) -> Generator[Asked, Evidence, Outcome]:
        """Ask for plan after plan up to the first fall, and say what came of it."""
        assert self.job.rules is not None
        open_ = False
        stopped: list[Plan] = []
        alike = same_moves(self.base.system, self.system)
        named = claimed_falls(self.base.job, self.job.rules)
        for plan in plans_for(self.base.job, self.job.rules, self.base.options):
            if plan.method != "explore" and self.found and not open_:
                break  # everything was explored; to look at a part of it again can find nothing
            where = f"{plan.method} {', '.join(f'{n}={v}' for n, v in plan.scope)}"
            if (refusal := _refusal(self.system, plan.sizes)) is not None:
                self.notes.append(f"{where}: refused: {refusal}")
                continue
            if alike and _refusal(self.base.system, plan.sizes) is None:
                continue
            if covers(plan, stopped):
                self.notes.append(f"{where}: not tried: a part of that scope took too long already")
                continue
            budget = self.base.claimed if plan in named else self.base.options.budget
            try:
                found = yield Asked(plan, self.system, self.job.claim(self.system), budget, self.report)
            except InputError as error:
                self.notes.append(f"{where}: not searched: {error}")
                open_ = True
                continue
            self.found.append(found)
            if found.verdict == "violated":
                if (reason := self.base.excludes(plan, found)) is not None:
                    self.notes.append(f"{where}: {reason}")
                    return "falls"
                self.notes.append(f"{where}: no fall: the unchanged protocol is not known to hold there")
                open_ = True
            elif self._is_open(found):
                open_ = True
                stopped.append(plan)
        return self._without_a_fall(open_, alike)

    def _is_open(self, found: Evidence) -> bool:
        """Whether more could be found where the plan looked."""
        reached = self.base.claim.kind == "reachable" and found.trace is not None
        return found.verdict not in ("exhausted", "inductive") and not reached

    def _without_a_fall(self, open_: bool, alike: bool) -> Outcome:
        ended = [e for e in self.found if e.verdict != "violated" and not self._is_open(e)]
        if open_ or (not ended and self.found):
            return "unknown"
        if not ended:
            return "same" if alike else "refused"
        return "vacuous" if all(e.vacuous for e in ended) else "stands"


def _refusal(system: System, sizes: dict[str, int]) -> str | None:
    """Why a system has no such scope, or None."""
    try:
        resolve(system, sizes)
    except InputError as error:
        return error.message
    return None
