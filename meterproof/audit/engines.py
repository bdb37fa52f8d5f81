"""Today's engines, asked about one side's system: each question once, and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from meterproof.audit.cache import DECIDED, Cache, key, restored, told
from meterproof.check.methods import carry_out
from meterproof.check.runner import Options
from meterproof.claims import Plan
from meterproof.errors import InputError
from meterproof.finite.scope import resolve
from meterproof.lang.system import Property, System
from meterproof.verdict import Contradiction, Evidence

Tell = Callable[[str], None]

_EXACT = ("explore", "kinduction")
"""Methods that can decide a scope once for all."""
_FOR_GOOD = ("proved", "inductive", "exhausted", "violated")
"""Verdicts that no more time would change."""


@dataclass(frozen=True)
class Question:
    """One guarantee of one system. Made by `question`, so that the system has no other property."""

    name: str
    system: System
    claim: Property


def question(name: str, system: System, claim: Property) -> Question:
    """The question whether a system keeps a claim; `name` is what progress calls it."""
    return Question(name, replace(system, properties=(claim,)), claim)


@dataclass(frozen=True)
class Engines:
    """How questions are asked: which plans are admitted, with what budget, and what is remembered."""

    options: Options
    cache: Cache
    tell: Tell

    def ask(self, asked: Question, plan: Plan) -> Evidence:
        """What a plan says. `not run`, with the reason, where the plan does not fit the system.

        A contradiction among the engines is `unknown` and says so.
        """
        budget = self.options.budget
        name = key((asked.system,), plan, budget)
        known = self.cache.find(name, budget.seconds, lambda whole: restored(whole, asked.system, asked.claim))
        if known is not None:
            return known
        self.tell(f"{asked.name} {asked.claim.id}: {plan.method} {', '.join(f'{n}={v}' for n, v in plan.scope)}")
        try:
            found = carry_out(plan, asked.system, asked.claim, budget, self._report(asked))
        except Contradiction as error:
            return Evidence(plan.method, "unknown", plan.sizes, note=f"{plan.method} contradicts itself: {error}")
        except InputError as error:
            return Evidence(plan.method, "not run", plan.sizes, note=error.message)
        found = replace(found, counterexample=None)
        self.cache.keep(name, found, told(found), DECIDED if found.verdict in _FOR_GOOD else budget.seconds)
        return found

    def find(self, asked: Question, plans: Iterable[Plan], known: tuple[Evidence, ...] = ()) -> tuple[Evidence, ...]:
        """What the plans say together, added to what is known; a plan that could add nothing is left out.

        That is every plan once it is proved for every size, and one at a scope that another has decided once for all.
        """
        plans, found = tuple(plans), list(known)
        for plan in (self.options.sized(p) for p in sorted(plans, key=_rank) if self.options.admits(p)):
            if any(e.verdict == "proved" for e in found):
                break
            if not self._decided(asked, plan, found):
                found.append(self.ask(asked, plan))
        return self._witnessed(asked, plans, tuple(found))

    def _witnessed(self, asked: Question, plans: Iterable[Plan], found: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        """The same, with a run to the claim's witness where there is but a proof, which does not tell of one.

        The proof is vacuous where the witness is reached at none of the scopes that the plans explore.
        """
        proof = next((e for e in found if e.verdict == "proved"), None)
        if proof is None or asked.claim.witness is None or any(e.witness or e.vacuous for e in found):
            return found
        sought = question(asked.name, asked.system, asked.claim.as_witness())
        told = []
        for plan in (self.options.sized(p) for p in plans if p.method == "explore" and self.options.admits(p)):
            told.append(self.ask(sought, plan))
            if told[-1].trace is not None:
                return tuple(replace(e, witness=told[-1].trace) if e is proof else e for e in found)
        if (
            told
            and all(e.verdict in ("violated", "not run") for e in told)
            and any(e.verdict == "violated" for e in told)
        ):
            return tuple(replace(e, vacuous=True) if e is proof else e for e in found)
        return found

    def _decided(self, asked: Question, plan: Plan, found: list[Evidence]) -> bool:
        if plan.method == "induction":
            return any(e.method == "induction" for e in found)
        try:
            scope = resolve(asked.system, plan.sizes).as_dict()
        except InputError:
            return any(e.method == plan.method and e.scope == plan.sizes for e in found)
        exact = [e for e in found if e.method in _EXACT and e.verdict in ("exhausted", "inductive", "violated")]
        return any(e.scope == scope for e in exact)

    def _report(self, asked: Question) -> Callable[[object], None]:
        return lambda progress: self.tell(f"{asked.name} {asked.claim.id}: {progress}")


def _rank(plan: Plan) -> int:
    """Proofs first, then what decides a scope, then what samples."""
    return 0 if plan.method == "induction" else 1 if plan.method in _EXACT else 2
