"""What engines say about one adversary: at each scope, with exactly so many corruptions, by the plans in turn.

An adversary who may corrupt up to k members is asked about as one who has corrupted none, one, ... and k: with more
corrupted a guarantee may well hold again, as when nobody is left to disagree.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, product

from meterproof.check.methods import Budget, Report, carry_out
from meterproof.claims import Plan
from meterproof.errors import InputError, ModelError
from meterproof.finite.scope import Scope, resolve
from meterproof.finite.worlds import NoWorld
from meterproof.frontier.outcome import Broken, Kept
from meterproof.frontier.proof import Proof
from meterproof.frontier.search import Answer, Breaks, Holds, Open
from meterproof.frontier.strength import Strength
from meterproof.lang.system import Property, System, Variable
from meterproof.traces.trace import Trace, rerun
from meterproof.verdict import Contradiction, Evidence

SCOPED = ("explore", "kinduction", "bmc", "schedule", "walk")
"""The methods that look for a violation at a scope."""
CLOSING = ("explore", "kinduction")
"""The methods that can show, at a scope, that a guarantee is stood."""
SHOWN = ("proved", "inductive", "exhausted")
"""The verdicts that do."""


@dataclass(frozen=True)
class Place:
    """Sizes without the numbers of corruptions, and the plans that are tried there."""

    sizes: tuple[tuple[str, int], ...]
    plans: tuple[Plan, ...]

    @property
    def closing(self) -> bool:
        """Whether a plan can show that a guarantee is stood here."""
        return any(p.method in CLOSING for p in self.plans)

    def scope(self, system: System, corrupted: Mapping[str, int]) -> Scope | None:
        """The full scope with exactly so many corruptions; None where there are not so many to corrupt.

        InputError as `resolve`.
        """
        sizes = dict(self.sizes)
        numbers = {v.name: corrupted.get(v.name, 0) for v in bounded(system)}
        if any(numbers[v.name] > sizes.get(v.domain[0].name, 0) for v in bounded(system)):
            return None
        return resolve(system, {**sizes, **numbers})


def bounded(system: System) -> tuple[Variable, ...]:
    """The sets of those who may be corrupted: rigid, and with a bound of the design."""
    return tuple(v for v in system.variables if v.at_most is not None)


def places(system: System, plans: Sequence[Plan]) -> tuple[Place, ...]:
    """The scopes of the plans that can show something, each once; of all others where no plan can.

    InputError where no plan names a scope.
    """
    sets = {v.name for v in bounded(system)}
    found: dict[tuple[tuple[str, int], ...], list[Plan]] = {}
    for plan in plans:
        if plan.method in SCOPED:
            found.setdefault(tuple((n, size) for n, size in plan.scope if n not in sets), []).append(plan)
    each = [Place(sizes, tuple(tried)) for sizes, tried in found.items()]
    if not each:
        raise InputError("a frontier is asked about at a scope", allowed="a plan such as explore(Replica=4)")
    return tuple(p for p in each if p.closing) or tuple(each)


@dataclass
class Engines:
    """Asks engines about adversaries of one claim, and never twice what an answer has told already.

    `deadline` ends it all, on the clock of `time.monotonic`; later questions stay open.
    """

    system: System
    claim: Property
    places: Sequence[Place]
    proof: Proof | None
    budget: Budget
    deadline: float
    report: Report | None = None
    tell: Callable[[str], None] | None = None
    questions: int = 0
    _known: dict[tuple[Place, Scope], _Known] = field(default_factory=dict)

    def ask(self, strength: Strength) -> Answer[Broken, Kept]:
        """What an adversary of this strength does at all places together.

        Raises Contradiction where a run shows what another answer has ruled out.
        """
        shown: list[Evidence] = []
        why: list[str] = []
        for corrupted in _numbers(strength):
            for place in self.places:
                scope = place.scope(self.system, corrupted)
                found = None if scope is None else self._exactly(place, scope, corrupted, strength.capabilities)
                if found is None:
                    continue
                if found.verdict == "violated":
                    return self._broken(found, corrupted)
                if found.verdict in SHOWN:
                    shown.append(found)
                else:
                    why.append(f"{found.verdict} at {scope}{f': {found.note}' if found.note else ''}")
        if why:
            return Open("; ".join(dict.fromkeys(why)))
        return Holds(Kept(strength, tuple({id(e): e for e in shown}.values())))

    def _broken(self, found: Evidence, corrupted: Mapping[str, int]) -> Breaks[Broken]:
        assert found.trace is not None
        strength = Strength.of(self._used(found.trace), corrupted)
        return Breaks(strength, Broken(strength, found.trace, found, least=True))

    def _used(self, trace: Trace) -> frozenset[str]:
        """The capabilities that the moves of a run need."""
        needs = {a.name: a.needs for a in self.system.actions}
        return frozenset(n for s in trace.steps if (n := needs[s.action]) is not None)

    def _exactly(
        self, place: Place, scope: Scope, corrupted: Mapping[str, int], capabilities: frozenset[str]
    ) -> Evidence | None:
        """What is known, or found now, with exactly so many corruptions; None where there is no such world."""
        known = self._known.setdefault((place, scope), _Known())
        if known.empty:
            return None
        if self.proof is not None and self.proof.covers(capabilities, corrupted, scope):
            return self.proof.evidence
        told = known.told(capabilities)
        if told is not None:
            return told
        try:
            found = self._tried(place, scope, capabilities)
        except NoWorld:
            known.empty = True
            return None
        if found.trace is not None:
            used = self._used(found.trace)
            if (self.proof is not None and self.proof.covers(used, corrupted, scope)) or known.ruled_out(used):
                raise Contradiction(f"{found.method} says violated at {scope} of what was shown to hold")
            known.broken[used] = found
        elif found.verdict in SHOWN:
            known.shown[capabilities] = found
        else:
            known.open[capabilities] = found
        return found

    def _tried(self, place: Place, scope: Scope, capabilities: frozenset[str]) -> Evidence:
        """The first decisive evidence of the plans, or the last one."""
        found = Evidence("none", "unknown", scope.as_dict(), note="no time was left for it")
        for plan in place.plans:
            left = self.deadline - time.monotonic()
            if left <= 0:
                return found
            self.questions += 1
            if self.tell is not None:
                self.tell(f"{self.claim.id} against {', '.join(sorted(capabilities)) or 'nobody'} at {scope}")
            within = replace(self.budget, seconds=min(self.budget.seconds, left))
            found = self._carried_out(replace(plan, scope=scope.sizes), capabilities, within)
            if found.trace is not None or found.verdict in SHOWN:
                break
        return found

    def _carried_out(self, plan: Plan, capabilities: frozenset[str], budget: Budget) -> Evidence:
        """The evidence of one plan against an adversary; a run in it is one that shows the claim itself fail."""
        claim = replace(self.claim, against=capabilities)
        asked = claim if claim.kind == "leads_to" else replace(claim, witness=None)  # vacuous or not
        try:
            found = carry_out(plan, self.system, asked, budget, self.report)
        except ModelError:
            if not plan.eager:
                raise
            found = carry_out(replace(plan, eager=False), self.system, asked, budget, self.report)
        if found.trace is None:
            return found
        run = found.trace
        return replace(found, trace=rerun(run.instance, run.steps, claim, run.loop))


def _numbers(strength: Strength) -> list[dict[str, int]]:
    """Every number of corruptions that the strength allows, fewest first."""
    numbers = strength.numbers
    each = product(*(range(n + 1) for n in numbers.values()))
    return [dict(zip(numbers, exact, strict=True)) for exact in sorted(each, key=lambda e: (sum(e), e))]


@dataclass
class _Known:
    """What is known at one scope, by capabilities: they break the claim, do not, or were asked about in vain.

    `empty` says that there is no such world.
    """

    broken: dict[frozenset[str], Evidence] = field(default_factory=dict)
    shown: dict[frozenset[str], Evidence] = field(default_factory=dict)
    open: dict[frozenset[str], Evidence] = field(default_factory=dict)
    empty: bool = False

    def told(self, capabilities: frozenset[str]) -> Evidence | None:
        """What answers so far say of these capabilities: fewer break it already, more do not, or it stayed open."""
        broken = (e for used, e in self.broken.items() if used <= capabilities)
        shown = (e for c, e in self.shown.items() if capabilities <= c)
        return next(chain(broken, shown), self.open.get(capabilities))

    def ruled_out(self, used: frozenset[str]) -> bool:
        """Whether it was shown that no run with these capabilities breaks it."""
        return any(used <= c for c in self.shown)
