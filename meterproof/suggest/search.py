"""The search for lemmas: what a property needs to be inductive in finite instances, one counterexample at a time.

A counterexample to induction is a state where all that is assumed holds and a step that breaks a goal. Candidates that
exclude the state become goals themselves, until nothing is broken; one that can't be supported is barred. So the
answer is a few clauses, not all that are true. Nothing here says that a lemma holds at another size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from meterproof.explore.explorer import Limits, explore
from meterproof.finite.interpret import State
from meterproof.lang.expr import Expr
from meterproof.lang.system import Property, System
from meterproof.prove.clock import Clock
from meterproof.suggest.clause import Clause
from meterproof.suggest.evaluate import evaluate
from meterproof.suggest.induction import Induction
from meterproof.suggest.naming import as_lemma
from meterproof.suggest.pool import Pool
from meterproof.suggest.sample import of_states

TRIED = 24
"""Most candidates of one batch that are tried against a counterexample."""
Say = Callable[[str], None]


@dataclass
class Found:
    """What the search has: accepted clauses in order, what was barred, and the goal that nothing supports, if any."""

    accepted: list[Clause] = field(default_factory=list)
    barred: list[Clause] = field(default_factory=list)
    counterexamples: int = 0
    stuck: str | None = None


class Search:
    """Looks for lemmas of one property; `found` is up to date even when the search is interrupted.

    It gives up when more than `patience` clauses had to be barred.
    """

    def __init__(
        self,
        system: System,
        claim: Property,
        pool: Pool,
        inductions: Sequence[Induction],
        clock: Clock,
        say: Say,
        *,
        patience: int = 1_000_000,
    ) -> None:
        self.system, self.claim, self.pool = system, claim, pool
        self.inductions = list(inductions)
        self.actions = system.enabled_for(claim.against)
        self.found = Found()
        self.patience = patience
        self._clock, self._say = clock, say
        self._given = [p.formula for p in claim.lemmas]

    def run(self) -> bool:
        """Search until nothing is broken, or a goal can't be supported. Raises OutOfTime."""
        self.found.stuck = None
        while True:
            broken = self._broken()
            if broken is None and self._reachably_true():
                return True
            if broken is None:
                continue
            goal, induction, state = broken
            self.found.counterexamples += 1
            chosen = self._choose(goal, induction, state)
            if chosen is not None:
                self.found.accepted.append(chosen)
                self._say(f"{len(self.found.accepted)} lemmas, {len(self.pool.proposed)} candidates so far")
            elif not self._bar(goal) or len(self.found.barred) > self.patience:
                self.found.stuck = self._name(goal)
                return False

    def minimise(self) -> None:
        """Leave out every accepted clause without which the rest, and the property, still are inductive."""
        before = None
        while before != len(self.found.accepted):
            before = len(self.found.accepted)
            for c in sorted(self.found.accepted, key=lambda c: c.rank, reverse=True):
                rest = [d for d in self.found.accepted if d is not c]
                if all(self._unbroken(g, rest) for g in self._goals(rest)):
                    self.found.accepted = rest

    def _goals(self, accepted: Sequence[Clause]) -> list[Expr]:
        """What must be preserved: newest lemmas first, so that support is found depth first; the property last."""
        return [*(c.formula for c in reversed(accepted)), *self._given, self.claim.formula]

    def _assumed(self, accepted: Sequence[Clause]) -> list[Expr]:
        own = [] if self.claim.kind == "step" else [self.claim.formula]
        return [*own, *self._given, *(c.formula for c in accepted)]

    def _broken(self) -> tuple[Expr, Induction, State] | None:
        assumed = self._assumed(self.found.accepted)
        for goal in self._goals(self.found.accepted):
            for induction in self.inductions:
                broken = induction.broken(goal, assumed)
                if broken is not None:
                    return goal, induction, broken[0]
        return None

    def _unbroken(self, goal: Expr, accepted: Sequence[Clause]) -> bool:
        assumed = self._assumed(accepted)
        return not any(i.breaks(goal, assumed) for i in self.inductions)

    def _choose(self, goal: Expr, induction: Induction, state: State) -> Clause | None:
        """The candidate to add: one that settles the goal by itself, else one that excludes most counterexamples.

        Among those that do equally well one that is inductive already comes first, then the simplest.
        """
        barred = {c.formula.uid for c in (*self.found.barred, *self.found.accepted)}
        others: list[tuple[Induction, State]] = []
        seen: list[Clause] = []
        for batch in self.pool.excluding(induction.instance, state, barred):
            settling = []
            for c in batch[:TRIED]:
                seen.append(c)
                left = self._settles(goal, c)
                if left is None:
                    settling.append(c)
                else:
                    others.append(left)
            if settling:
                return min(settling, key=lambda c: (not self._inductive(c), c.rank))
        excluded = _excluded(seen, others)
        most = max(excluded, default=0)
        best = [c for c, number in zip(seen, excluded, strict=True) if number == most]
        return min(best, key=lambda c: (not self._inductive(c), c.rank), default=None)

    def _settles(self, goal: Expr, c: Clause) -> tuple[Induction, State] | None:
        """A counterexample that is left to the goal when a candidate is assumed too."""
        assumed = [*self._assumed(self.found.accepted), c.formula]
        for induction in self.inductions:
            broken = induction.broken(goal, assumed)
            if broken is not None:
                return induction, broken[0]
        return None

    def _inductive(self, c: Clause) -> bool:
        return self._unbroken(c.formula, [*self.found.accepted, c])

    def _reachably_true(self) -> bool:
        """Whether the explorer finds all accepted clauses true; those that it refutes are dropped, and it is learnt."""
        clauses = self.found.accepted
        lemmas = [as_lemma(self.claim, c.formula, "candidate") for c in clauses]
        for induction in self.inductions if clauses else ():
            self._clock.check()
            limits = Limits(seconds=self._clock.left)
            traces = explore(induction.instance, self.actions, lemmas, limits).traces
            refuted = [(c, t) for c, t in zip(clauses, traces, strict=True) if t is not None]
            for c, t in refuted:
                self.found.accepted = [d for d in self.found.accepted if d is not c]
                self.pool.learn(induction.instance, t.states[-1])
            if refuted:
                return False
        return True

    def _bar(self, goal: Expr) -> bool:
        """Take a clause back that nothing supports; False for the property, and for lemmas that were given."""
        for c in self.found.accepted:
            if c.formula is goal:
                self.found.accepted = [d for d in self.found.accepted if d is not c]
                self.found.barred.append(c)
                return True
        return False

    def _name(self, goal: Expr) -> str:
        return next(p.id for p in (self.claim, *self.claim.lemmas) if p.formula is goal)


def _excluded(clauses: Sequence[Clause], states: Sequence[tuple[Induction, State]]) -> list[int]:
    """How many of the states each clause excludes."""
    numbers = [0] * len(clauses)
    for induction in dict.fromkeys(i for i, _ in states):
        sample = of_states(induction.instance, [s for i, s in states if i is induction])
        for k, c in enumerate(clauses):
            holds = evaluate(c.body, sample, c.variables).reshape(sample.size, -1).all(axis=1)
            numbers[k] += int((~holds).sum())
    return numbers
