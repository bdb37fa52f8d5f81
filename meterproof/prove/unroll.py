"""A finite instance as a propositional transition relation, unrolled step by step into a z3 solver.

The relation is built once, over the cells before and after a step and one selector for each move, and is copied by
substitution for each step. A cell of two values is one proposition; a cell of more has one for each value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import z3

from meterproof.finite.ground import FALSE, TRUE, Cases, Cell, Grounder
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, Step
from meterproof.finite.moves import moves, writes
from meterproof.lang.system import Action, Property
from meterproof.prove.quorums import Term

Literal = Callable[[Cell, int], Term]
"""The proposition that a cell has a value."""


class Relation:
    """The grounded transition relation of an instance, and the state that a claim looks for, as z3 formulas."""

    def __init__(self, instance: Instance, actions: tuple[Action, ...], claim: Property) -> None:
        self.instance = instance
        self.context = z3.Context()
        self.grounder = Grounder(instance)
        self.moves = list(moves(self.grounder, actions))
        self.spans_step = claim.kind == "step"
        self._terms: dict[int, Term] = {}
        size = len(self.grounder.cells)
        self.now = [self._propositions(c, "now") for c in range(size)]
        self.next = [self._propositions(c, "next") for c in range(size)]
        self.selectors = [z3.Bool(f"{m.step.action}{m.step.params}", self.context) for m in self.moves]
        self.outside: list[Term] = []
        self.step = self._step()
        self.overflow = self._any(self.outside)
        self.sought = self.term(self._sought(claim))

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

    def _sought(self, claim: Property) -> int:
        """What a shortest run is looked for to: a state, or a step for a step property, that decides the claim."""
        f = self.grounder.formulas
        formula = self.grounder.formula(claim.formula)
        sought = formula if claim.kind == "reachable" else f.not_(formula)
        if claim.kind == "quiescent" or claim.when_quiet:
            honest = tuple(a for a in self.instance.system.actions if a.needs is None)
            return f.and_([sought, *(f.not_(m.guard) for m in moves(self.grounder, honest))])
        return sought

    def _step(self) -> Term:
        """Exactly one move is made; its guard holds; each cell gets what the move writes, or keeps its value."""
        size = len(self.grounder.cells)
        writers: list[list[tuple[Term, int, Cases]]] = [[] for _ in range(size)]
        for selector, move in zip(self.selectors, self.moves, strict=True):
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
    """Runs of growing length of one instance. `length` is the number of steps asserted so far."""

    def __init__(self, instance: Instance, actions: tuple[Action, ...], claim: Property, seed: int) -> None:
        self.relation = Relation(instance, actions, claim)
        self.solver = z3.SolverFor("QF_FD", ctx=self.relation.context)
        self.solver.set("random_seed", seed)
        self.length = 0
        self._before: list[tuple[Term, Term]] = []
        self._now = self._initially()
        self._chosen: list[list[Term]] = []

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

    def extend(self) -> Term:
        """Assert one more step; what is returned says that this step takes a bounded integer out of its range."""
        r, k = self.relation, self.length
        named = [(p, z3.Bool(f"{p.decl().name()}@{k}", r.context)) for own in r.next for p in own]
        chosen = [z3.Bool(f"{s.decl().name()}@{k}", r.context) for s in r.selectors]
        self._before = [*self._now, *named, *zip(r.selectors, chosen, strict=True)]
        after = [new for _, new in named]
        self._now = list(zip((p for own in r.now for p in own), after, strict=True))
        self._chosen.append(chosen)
        self.solver.add(self._placed(r.step, self._before))
        self.length += 1
        return self._placed(r.overflow, self._before)

    def sought(self) -> Term:
        """That the run asserted so far ends in what the claim looks for."""
        r = self.relation
        if r.spans_step:
            return self._placed(r.sought, self._before) if self.length else z3.BoolVal(False, r.context)
        return self._placed(r.sought, self._now)

    def _placed(self, formula: Term, pairs: list[tuple[Term, Term]]) -> Term:
        placed = z3.substitute(formula, *pairs) if pairs else formula
        return z3.simplify(placed) if self.length <= 1 else placed

    def ask(self, question: Term, timeout: float) -> bool | None:
        """Whether some run asserted so far satisfies the question; None when time ended it. A no is remembered."""
        self.solver.set("timeout", max(1, int(timeout * 1000)))
        self.solver.push()
        self.solver.add(question)
        answer = self.solver.check()
        if answer == z3.sat:
            return True
        self.solver.pop()
        if answer == z3.unsat:
            self.solver.add(z3.Not(question))
            return False
        return None

    def steps(self) -> list[Step]:
        """The moves of the run that the last `ask` found."""
        model = self.solver.model()
        return [
            next(m.step for m, s in zip(self.relation.moves, chosen, strict=True) if z3.is_true(model.eval(s, True)))
            for chosen in self._chosen
        ]
