"""A guarantee of the unchanged protocol: whether it holds to begin with, by what, and at which scopes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from meterproof.check.jobs import Job
from meterproof.check.methods import Budget, Report, carry_out
from meterproof.check.runner import Options
from meterproof.claims import Plan
from meterproof.errors import InputError
from meterproof.lang.canonical import digest
from meterproof.lang.system import Property, System
from meterproof.verdict import Contradiction, Core, Evidence, strongest


@dataclass(frozen=True)
class Guarantee:
    """A property that the variant is claimed to have, and what was found of it before any rule was touched."""

    job: Job
    evidence: tuple[Evidence, ...]

    @property
    def decisive(self) -> Evidence:
        """The strongest evidence, a violation before all others; `unknown` where methods contradict each other."""
        try:
            return strongest(self.evidence)
        except Contradiction as error:
            return Evidence("none", "unknown", note=f"the engines contradict each other: {error}")

    @property
    def holds(self) -> bool:
        """Whether anything that was run shows it, and not vacuously."""
        shown = self.decisive.verdict in ("proved", "inductive", "exhausted", "bounded", "tested")
        return shown and not any(e.vacuous for e in self.evidence)

    @property
    def core(self) -> Core | None:
        """What its proof for every size rests on; None where it is not proved so."""
        return self.decisive.core if self.decisive.verdict == "proved" else None


@dataclass
class Baseline:
    """The unchanged protocol under one property, asked only for what is needed; each plan is carried out once.

    `options` bound the search for falls; `claimed` bounds what the study claims to come to an end: proofs and controls.
    """

    job: Job
    options: Options
    claimed: Budget
    report: Report | None = None
    system: System = field(init=False)
    guarantee: Guarantee = field(init=False)
    _found: dict[Plan, Evidence] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.system = self.job.system()
        self.guarantee = Guarantee(self.job, self._shown())

    def _shown(self) -> tuple[Evidence, ...]:
        """A proof for every size, where one is planned and found; else all the claim's plans that are admitted."""
        plans = [self.options.sized(p) for p in self.job.stance.plans if self.options.admits(p)]
        found = [self.at(p) for p in plans if p.method == "induction"]
        if not any(e.verdict == "proved" for e in found):
            found += [self.at(p) for p in plans if p.method != "induction"]
        return tuple(found)

    @property
    def claim(self) -> Property:
        """The property in the unchanged protocol."""
        return self.job.claim(self.system)

    def has(self, rule: str) -> bool:
        """Whether the machine has a rule."""
        return rule in self.job.machine.rule_schema()

    def at(self, plan: Plan) -> Evidence:
        """What a plan finds of the unchanged protocol."""
        if plan not in self._found:
            budget = self.claimed if plan.method == "induction" else self.options.budget
            self._found[plan] = carry_out(plan, self.system, self.claim, budget, self.report)
        return self._found[plan]

    def excludes(self, plan: Plan, fall: Evidence) -> str | None:
        """Why what was found of a changed protocol is no run of this one; None where that is not known.

        `fall` is a violation that the plan finds of the changed protocol.
        """
        if self.guarantee.core is not None and fall.within_design:
            return "the unchanged protocol is proved for every size"
        try:
            found = self.at(plan)
        except InputError as refused:
            return f"the unchanged protocol refuses that scope: {refused.message}"
        if found.verdict in ("exhausted", "inductive") or (self.claim.kind == "reachable" and found.trace is not None):
            return f"the unchanged protocol is {found.verdict} there"
        return None


def same_moves(one: System, other: System) -> bool:
    """Whether two systems differ at most in the deployments that they admit: one state, one step, one property."""
    return digest(_anywhere(one)) == digest(_anywhere(other))


def same_statement(one: System, first: Property, second: Property) -> bool:
    """Whether a property says the same under changed rules, lemmas aside."""
    stated = [replace(one, properties=(replace(p, lemmas=()),)) for p in (first, second)]
    return digest(stated[0]) == digest(stated[1])


def _anywhere(system: System) -> System:
    return replace(system, design=tuple(replace(d, resilience=None) for d in system.design))
