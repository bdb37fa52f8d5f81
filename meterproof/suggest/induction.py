"""Induction in a finite instance, by satisfiability: a state where all candidates hold, and a step that breaks one.

The relation is the bounded checker's own (`prove.unroll`). States are all states of the scope, reachable or not.
"""

from __future__ import annotations

from collections.abc import Iterable

import z3

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State, Step
from meterproof.lang.expr import Expr
from meterproof.lang.system import Action, Property
from meterproof.prove.clock import Clock, OutOfTime
from meterproof.prove.quorums import Term
from meterproof.prove.unroll import Relation


class Induction:
    """One instance's relation in a solver; formulas are asserted under selectors, so that sets are cheap to change."""

    def __init__(
        self, instance: Instance, actions: tuple[Action, ...], claim: Property, clock: Clock, seed: int
    ) -> None:
        self.relation = Relation(instance, actions, clock)
        self.claim = claim
        self._solver = z3.SolverFor("QF_FD", ctx=self.relation.context)
        self._solver.set("random_seed", seed)
        self._solver.add(self.relation.step)
        for own in (*self.relation.now, *self.relation.next):
            if len(own) > 2:
                self._solver.add(z3.Or(own), z3.AtMost(*own, 1))
        now = [p for own in self.relation.now for p in own]
        after = [p for own in self.relation.next for p in own]
        self._following = list(zip(now, after, strict=True))
        self._holds: dict[int, Term] = {}
        self._breaks: dict[int, Term] = {}

    @property
    def instance(self) -> Instance:
        """The instance that the states are of."""
        return self.relation.instance

    def broken(self, goal: Expr, assumed: Iterable[Expr]) -> tuple[State, Step] | None:
        """A state where `assumed` holds and a step from it to one where `goal` does not; None when there is none.

        Of a step property the goal is its own formula. Raises OutOfTime when the clock runs out.
        """
        if not self.breaks(goal, assumed):
            return None
        model = self._solver.model()
        moves = zip(self.relation.moves, self.relation.selectors, strict=True)
        return self._state(model), next(m.step for m, s in moves if z3.is_true(model.eval(s, True)))

    def breaks(self, goal: Expr, assumed: Iterable[Expr]) -> bool:
        """Whether there is such a state and step."""
        selectors = [self._holding(f) for f in assumed]
        clock = self.relation.clock
        clock.check()
        self._solver.set("timeout", max(1, int(clock.left * 1000)))
        answer = self._solver.check(*selectors, self._breaking(goal))
        if answer == z3.unknown:
            raise OutOfTime
        return bool(answer == z3.sat)

    def _formula(self, formula: Expr) -> Term:
        return self.relation.term(self.relation.grounder.formula(formula))

    def _holding(self, formula: Expr) -> Term:
        """A proposition that makes the formula hold before the step."""
        if formula.uid not in self._holds:
            selector = z3.Bool(f"holds.{formula.uid}", self.relation.context)
            self._solver.add(z3.Implies(selector, self._formula(formula)))
            self._holds[formula.uid] = selector
        return self._holds[formula.uid]

    def _breaking(self, goal: Expr) -> Term:
        """A proposition that makes the formula fail after the step."""
        if goal.uid not in self._breaks:
            selector = z3.Bool(f"breaks.{goal.uid}", self.relation.context)
            spans = self.claim.kind == "step" and goal is self.claim.formula
            after = self._formula(goal) if spans else z3.substitute(self._formula(goal), *self._following)
            self._solver.add(z3.Implies(selector, z3.Not(after)))
            self._breaks[goal.uid] = selector
        return self._breaks[goal.uid]

    def _state(self, model: Term) -> State:
        """The state before the step, in a model."""
        flat = (self._value(cell, model) for cell in range(len(self.relation.now)))
        variables = self.instance.state_variables
        return tuple(tuple(next(flat) for _ in self.instance.cells(v)) for v in variables)

    def _value(self, cell: int, model: Term) -> int:
        domain, own = self.relation.grounder.values(cell), self.relation.now[cell]
        held = [z3.is_true(model.eval(p, True)) for p in own]
        if len(domain) <= 2:
            return domain[int(any(held))]
        return domain[held.index(True)]
