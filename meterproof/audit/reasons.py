"""Why a guarantee changed: the run that shows it, the changed rules that explain it, and what else the code says."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from meterproof.audit.described import Described, Stated, Subject
from meterproof.audit.designs import admits
from meterproof.audit.differences import code_changes, rule_changes
from meterproof.audit.engines import Engines, Question, question
from meterproof.audit.explain import Explanation, Hybrids
from meterproof.audit.graft import grafted, lacking
from meterproof.audit.outcome import GuaranteeChange, ModelChange, Name, RuleChange, Value
from meterproof.audit.pairs import Pair
from meterproof.audit.process import SideProcess, Unreadable
from meterproof.audit.standing import SETTLED
from meterproof.claims import Plan
from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from meterproof.finite.scope import resolve
from meterproof.lang.system import System
from meterproof.traces.trace import Mismatch, Trace, rerun
from meterproof.verdict import Evidence

if TYPE_CHECKING:
    from meterproof.compare.outcome import Transplant


@dataclass(frozen=True)
class Opened:
    """One side as it was read: what it says, and the process that can trace it again."""

    described: Described
    process: SideProcess


@dataclass(frozen=True)
class Shown:
    """A violation that a change rests on: the side, what was asked of it, and the evidence.

    `trace` is the run to be told, of the side `trace_of`; it is the violation's own, but for what is to be reached.
    """

    side: Name
    question: Question
    evidence: Evidence
    trace: Trace | None
    trace_of: Name


@dataclass(frozen=True)
class Reasons:
    """Where reasons come from: the two sides, and the engines for what they would do with other rules."""

    base: Opened
    head: Opened
    engines: Engines

    def place(self, side: Name, file: str) -> str:
        """A file of one side as results name it."""
        return (self.base if side == "base" else self.head).described.place(file)

    def explained(
        self, pair: Pair, row: GuaranteeChange, shown: Shown | None, base: Stated | None, head: Stated | None,
        plans: Sequence[Plan],
    ) -> GuaranteeChange:  # fmt: skip
        """The row with its run and its reasons; `base` and `head` are guarantees of the machine on each side."""
        row = self.run(row, shown, base, head)
        if row.change == "kept" or base is None or head is None or pair.base is None or pair.head is None:
            return row
        worse: Name = "head" if shown is None else shown.side
        machine, subject = (base, pair.base) if worse == "base" else (head, pair.head)
        hybrid = _Hybrid(self.base if worse == "base" else self.head, machine, subject, rule_changes(pair), worse)
        if row.change == "unknown" or shown is None:
            found = Explanation((), "", not hybrid.changed)
        else:
            found = self._explanation(hybrid, shown, plans)
        model = self._code(hybrid, base, head) if found.code else ()
        return replace(row, rules=found.rules, because=found.because, model=model)

    def run(
        self, row: GuaranteeChange, shown: Shown | None, base: Stated | None, head: Stated | None
    ) -> GuaranteeChange:
        """The row with its run, and what becomes of that on the other side."""
        if shown is None or shown.trace is None:
            return row
        row = replace(row, trace=shown.trace, trace_of=shown.trace_of)
        return replace(row, transplant=self._transplant(row, base, head))

    def _transplant(self, row: GuaranteeChange, base: Stated | None, head: Stated | None) -> Transplant | None:
        """The run on the side that it is not of: how far it goes there, and what stops it."""
        other = head if row.trace_of == "base" else base
        if row.trace is None or other is None or row.trace.claim is None:
            return None
        from meterproof.compare.transplant import transplant  # brings engines with it, which are slow to load

        claim = row.trace.claim
        there = None if lacking(claim, other.system) else grafted(claim, other.system)
        return transplant(row.trace, other.system, there, self.engines.options.budget, around=False)

    def _explanation(self, hybrid: _Hybrid, shown: Shown, plans: Sequence[Plan]) -> Explanation:
        plan = self._plan(shown, plans)

        def restored(system: System) -> bool | None:
            asked = question(f"{shown.question.name} with rules put back", system, shown.question.claim)
            if admits(shown.question, shown.evidence.scope) and not admits(asked, shown.evidence.scope):
                return True  # nothing is claimed any more of the sizes at which it falls
            return False if _same_run(asked, shown.evidence.trace) else self._finds_nothing(asked, plan)

        deadline = time.monotonic() + self.engines.options.budget.seconds
        return Hybrids(hybrid.changes, hybrid.system, restored, deadline).explain()

    def _finds_nothing(self, asked: Question, plan: Plan) -> bool | None:
        """Whether the plan that found the violation finds none; of a sampling plan that is all that can be said."""
        verdict = self.engines.ask(asked, plan).verdict
        return None if verdict == "unknown" else verdict in (*SETTLED, "bounded", "tested")

    def _plan(self, shown: Shown, plans: Sequence[Plan]) -> Plan:
        """The plan that found a violation, or a search of its scope where none of these did."""
        sized = [self.engines.options.sized(p) for p in plans]
        for plan in sized:
            if plan.method == shown.evidence.method and _scope(shown.question, plan) == shown.evidence.scope:
                return plan
        return Plan("explore", tuple(shown.evidence.scope.items()))

    def _code(self, hybrid: _Hybrid, base: Stated, head: Stated) -> tuple[ModelChange, ...]:
        """What the machine's code says otherwise once all rules are the same on both sides, as far as that can be."""
        same = hybrid.system(frozenset(c.rule for c in hybrid.changes))
        old, new = base.system, head.system
        if same is not None:
            old, new = (same, new) if hybrid.side == "base" else (old, same)
        return code_changes(old, new, self.place)


@dataclass(frozen=True)
class _Hybrid:
    """The machine of one side with some of the changed rules put to the other side's values."""

    opened: Opened
    machine: Stated
    subject: Subject
    changed: tuple[RuleChange, ...]
    side: Name

    @property
    def changes(self) -> tuple[RuleChange, ...]:
        """The changes that can be put back: both sides know the rule."""
        return tuple(c for c in self.changed if c.before is not None and c.after is not None)

    def system(self, rules: frozenset[str]) -> System | None:
        """The machine with these rules put back; None where the side's code cannot be traced so."""
        if not rules:
            return self.machine.system
        values: Mapping[str, Value | None] = {
            **{r.name: r.value for r in self.subject.rules},
            **{c.rule: c.after if self.side == "base" else c.before for c in self.changes if c.rule in rules},
        }
        try:
            return self.opened.process.system(self.machine.number, values)
        except (InputError, Unreadable):
            return None  # rules of two versions need not go together


def _scope(asked: Question, plan: Plan) -> dict[str, int] | None:
    if plan.method == "induction":
        return None
    try:
        return resolve(asked.system, plan.sizes).as_dict()
    except InputError:
        return None


def _same_run(asked: Question, trace: Trace | None) -> bool:
    """Whether the system takes the violation's own run, so that no engine need be asked."""
    if trace is None:
        return False
    mine = [v.name for v in asked.system.variables if v.rigid]
    if mine != [name for name, _ in trace.instance.rigid]:
        return False
    try:
        scope = resolve(asked.system, trace.instance.scope.as_dict())
        rerun(Instance(asked.system, scope, trace.instance.rigid), trace.steps, asked.claim, trace.loop)
    except (InputError, Mismatch):
        return False
    return True
