"""A finite instance as a propositional transition relation, unrolled step by step into a z3 solver.

The relation is built once, over the cells before and after a step and one selector for each move, and is copied by
substitution for each step. A cell of two values is one proposition; a cell of more has one for each value. Grounding
looks at the clock between moves and formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Any

import z3

from meterproof.finite.ground import FALSE, TRUE, Cases, Cell, Grounder
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State, Step
from meterproof.finite.moves import Move, moves, writes
from meterproof.lang.system import Action, Property
from meterproof.prove.clock import Clock, OutOfTime, heed_interrupt
from meterproof.prove.quorums import Term

Literal = Callable[[Cell, int], Term]
"""The proposition that a cell has a value."""


class Relation:
    """The grounded transition relation of an instance, and the states that claims look for, as z3 formulas.

    Raises OutOfTime when grounding takes longer than the clock has left.
    """

    def __init__(self, instance: Instance, actions: tuple[Action, ...], clock: Clock) -> None:
        clock.check()
        self.instance = instance
        self.clock = clock
        self.context = z3.Context()
        self.grounder = Grounder(instance)
        self.moves = list(self._timed(moves(self.grounder, actions)))
        self._terms: dict[int, Term] = {}
        size = len(self.grounder.cells)
        self.now = [self._propositions(c, "now") for c in range(size)]
        self.next = [self._propositions(c, "next") for c in range(size)]
        self.selectors = [z3.Bool(f"{m.step.action}{m.step.params}", self.context) for m in self.moves]
        self.outside: list[Term] = []
        self.step = self._step()
        self.overflow = self._any(self.outside)
        self._sought: dict[tuple[str, int, bool], Term] = {}

    def _timed(self, found: Iterable[Move]) -> Iterator[Move]:
        for each in found:
            self.clock.check()
            yield each

    @property
    def can_overflow(self) -> bool:
        """Whether some update computes a value outside a bounded integer's range, reachable or not."""
        return bool(self.outside)

    def _propositions(self, cell: Cell, when: str) -> list[Term]:
        """The free propositions of a cell; none for a cell of one value."""
        values = self.grounder.values(cell)
        names = [f"{when}.{cell}.{v}" for v in (values[1:] if len(values) <= 2 else values)]
        return [z3.Bool(name, self.context) for name in names]

    def literal(self, cell: Cell, value: int) -> Term:
        """The proposition that a cell, before or after the step, has a value."""
        size, values = len(self.grounder.cells), self.grounder.values(cell)
        own = self.now[cell] if cell < size else self.next[cell - size]
        if len(values) == 1:
            return z3.BoolVal(True, self.context)
        if len(values) == 2:
            return own[0] if value == values[1] else z3.Not(own[0])
        return own[value - values.start]

    def term(self, node: int) -> Term:
        """A node of the grounded graph as a z3 formula."""
        if node not in self._terms:
            self.clock.check()
            self._terms[node] = self._translate(node)
        return self._terms[node]

    def _translate(self, node: int) -> Term:
        if node in (FALSE, TRUE):
            return z3.BoolVal(node == TRUE, self.context)
        kind, *data = self.grounder.formulas.nodes[node]
        if kind == "is":
            return self.literal(data[0], data[1])
        if kind == "not":
            return z3.Not(self.term(data[0]))
        if kind == "and":
            return z3.And([self.term(a) for a in data[0]])
        assert kind == "atleast", f"the grounded graph has no {kind}"
        return z3.PbGe([(self.term(a), 1) for a in data[1]], data[0])

    def sought(self, claim: Property) -> Term:
        """What a shortest run is looked for to: a state, or a step for a step property, that decides the claim."""
        key = (claim.kind, claim.formula.uid, claim.when_quiet)
        if key not in self._sought:
            self._sought[key] = self.term(self._deciding(claim))
        return self._sought[key]

    def _deciding(self, claim: Property) -> int:
        f = self.grounder.formulas
        formula = self.grounder.formula(claim.formula)
        sought = formula if claim.kind == "reachable" else f.not_(formula)
        if claim.kind == "quiescent" or claim.when_quiet:
            honest = tuple(a for a in self.instance.system.actions if a.needs is None)
            return f.and_([sought, *(f.not_(m.guard) for m in self._timed(moves(self.grounder, honest)))])
        return sought

    def _step(self) -> Term:
        """Exactly one move is made; its guard holds; each cell gets what the move writes, or keeps its value."""
        size = len(self.grounder.cells)
        writers: list[list[tuple[Term, int, Cases]]] = [[] for _ in range(size)]
        for selector, move in zip(self.selectors, self._timed(self.moves), strict=True):
            for write in writes(self.grounder, move):
                writers[write.cell].append((selector, write.when, write.cases))
        parts: list[Term] = [z3.Or([z3.BoolVal(False, self.context), *self.selectors])]
        if len(self.selectors) > 1:
            parts.append(z3.AtMost(*self.selectors, 1))
        parts += [z3.Implies(s, self.term(m.guard)) for s, m in zip(self.selectors, self.moves, strict=True)]
        for cell in range(size):
            parts += self._next_value(cell, writers[cell])
        return z3.And(parts)

    def _next_value(self, cell: Cell, writers: list[tuple[Term, int, Cases]]) -> Iterator[Term]:
        values, after = self.grounder.values(cell), cell + len(self.grounder.cells)
        written = self._any(z3.And(s, self.term(here)) for s, here, _ in writers)
        for value in values if len(values) != 2 else values[1:]:
            new = (z3.And(s, self.term(here), self.term(c[value])) for s, here, c in writers if value in c)
            kept = z3.And(self.literal(cell, value), z3.Not(written))
            yield self.literal(after, value) == z3.Or(kept, *new)
        self.outside += [
            z3.And(s, self.term(here), self.term(when))
            for s, here, cases in writers
            for value, when in cases.items()
            if value not in values
        ]

    def _any(self, parts: Iterable[Term]) -> Term:
        return z3.Or([z3.BoolVal(False, self.context), *parts])


class Unrolling:
    """A solver that knows a relation and the runs of `length` steps, from the initial state or from any state.

    A step that takes a bounded integer out of its range is told by `overflow`; whoever goes on has to rule it out.
    """

    def __init__(self, relation: Relation, seed: int, *, anywhere: bool = False) -> None:
        self.relation = relation
        self.solver = z3.SolverFor("QF_FD", ctx=relation.context)
        self.solver.set("random_seed", seed)
        self._steps: list[list[tuple[Term, Term]]] = []
        self._chosen: list[list[Term]] = []
        self._states = [self._somewhere() if anywhere else self._initially()]

    @property
    def length(self) -> int:
        """How many steps are asserted."""
        return len(self._steps)

    def _initially(self) -> list[tuple[Term, Term]]:
        """What stands for the cells of the initial state: constants."""
        r = self.relation
        values = [v for table in Interpreter(r.instance).initial() for v in table]
        pairs = []
        for cell, (own, value) in enumerate(zip(r.now, values, strict=True)):
            domain = r.grounder.values(cell)
            held = [v == value for v in (domain[1:] if len(domain) <= 2 else domain)]
            pairs += [(p, z3.BoolVal(h, r.context)) for p, h in zip(own, held, strict=True)]
        return pairs

    def _somewhere(self) -> list[tuple[Term, Term]]:
        """Any state: each cell has one of its values."""
        for own in self.relation.now:
            if len(own) > 1:
                self.solver.add(z3.Or(own), *(z3.Or(z3.Not(a), z3.Not(b)) for a, b in combinations(own, 2)))
        return [(p, p) for own in self.relation.now for p in own]

    def extend(self) -> None:
        """Assert one more step."""
        r, k = self.relation, self.length
        named = [(p, z3.Bool(f"{p.decl().name()}@{k}", r.context)) for own in r.next for p in own]
        chosen = [z3.Bool(f"{s.decl().name()}@{k}", r.context) for s in r.selectors]
        self._steps.append([*self._states[-1], *named, *zip(r.selectors, chosen, strict=True)])
        self._chosen.append(chosen)
        self._states.append(list(zip((p for own in r.now for p in own), (new for _, new in named), strict=True)))
        self.solver.add(self._placed(r.step, self._steps[-1]))

    def overflow(self) -> Term:
        """That the last step takes a bounded integer out of its range."""
        return self._placed(self.relation.overflow, self._steps[-1])

    def shown(self, claim: Property) -> Term:
        """That the run asserted so far ends in what the claim looks for: its violation, or a state that reaches it."""
        sought = self.relation.sought(claim)
        if claim.kind == "step":
            return self._placed(sought, self._steps[-1]) if self._steps else z3.BoolVal(False, self.relation.context)
        return self._placed(sought, self._states[-1])

    def differ(self, i: int, j: int) -> Term:
        """That the states after i and after j steps are not the same."""
        pairs = zip(self._states[i], self._states[j], strict=True)
        return z3.Or([z3.BoolVal(False, self.relation.context), *(z3.Xor(a, b) for (_, a), (_, b) in pairs)])

    def _placed(self, formula: Term, pairs: list[tuple[Term, Term]]) -> Term:
        placed = z3.substitute(formula, *pairs) if pairs else formula
        return z3.simplify(placed) if self.length <= 1 else placed

    def ask(self, question: Term) -> Any:
        """A model of some run asserted so far that satisfies the question, or None; a no is remembered.

        Raises OutOfTime when the relation's clock runs out.
        """
        clock = self.relation.clock
        clock.check()
        given = Clock(clock.left)
        self.solver.set("timeout", max(1, int(given.seconds * 1000)))
        self.solver.push()
        self.solver.add(question)
        answer = self.solver.check()
        model = self.solver.model() if answer == z3.sat else None
        reason = self.solver.reason_unknown() if answer == z3.unknown else ""
        self.solver.pop()
        if answer == z3.unknown:
            heed_interrupt(str(reason), given.spent, given.seconds)
            raise OutOfTime
        if answer == z3.unsat:
            self.solver.add(z3.Not(question))
        return model

    def steps(self, model: Any) -> list[Step]:
        """The moves of a run that `ask` found."""
        return [
            next(m.step for m, s in zip(self.relation.moves, chosen, strict=True) if z3.is_true(model.eval(s, True)))
            for chosen in self._chosen
        ]

    def first(self, model: Any) -> State:
        """The first state of a run that `ask` found."""
        r = self.relation
        first = {p.get_id(): z3.is_true(model.eval(value, True)) for p, value in self._states[0]}
        cells = iter(range(len(r.now)))
        return tuple(
            tuple(self._value(cell, first) for _, cell in zip(r.instance.cells(v), cells, strict=False))
            for v in r.instance.state_variables
        )

    def _value(self, cell: Cell, held: dict[int, bool]) -> int:
        values, own = self.relation.grounder.values(cell), self.relation.now[cell]
        if len(values) <= 2:
            return values[int(bool(own) and held[own[0].get_id()])]
        return next(v for v, p in zip(values, own, strict=True) if held[p.get_id()])
