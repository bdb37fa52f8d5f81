"""An instance without quantifiers: its moves as conditions and assignments over cells.

The result is again made of the language's own expressions: rigids are their values, parameters and bound variables the
individuals that they stand for, a threshold is a sum, and every `read` has constant indexes. This is a second road from
a system to a finite machine beside `meterproof.finite.ground`, on purpose: what another tool finds with it is an
independent witness.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import product

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Step
from meterproof.lang.expr import (
    FALSE,
    TRUE,
    Expr,
    arithmetic,
    conjoin,
    constant,
    disjoin,
    equal,
    is_next,
    ite,
    less,
    make,
    negate,
    read_of,
)
from meterproof.lang.system import Action, Property, Update
from meterproof.lang.types import BOOL, NUMBER, Sort, Type

Cell = tuple[str, tuple[int, ...]]
"""A state variable at an index."""
Environment = Mapping[int, int]
"""Values of parameters and bound variables by the uid of their node."""


@dataclass(frozen=True)
class Assignment:
    """A cell and the value that it gets, which reads the state before the move."""

    cell: Cell
    value: Expr


@dataclass(frozen=True)
class Move:
    """An action with its parameters: where its guard holds, all assignments happen at once."""

    action: Action
    step: Step
    guard: Expr
    assignments: tuple[Assignment, ...]


class Unfolding:
    """Unfolds the expressions, the initial state and the moves of one instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._memo: dict[tuple[int, ...], Expr] = {}
        self._free: dict[int, tuple[int, ...]] = {}

    def initial(self) -> Iterator[tuple[Cell, int]]:
        """Every cell with its initial value."""
        for v in self.instance.state_variables:
            assert v.init is not None
            for index in self.instance.cells(v):
                value = self.unfold(v.init, {b.uid: i for b, i in zip(v.index, index, strict=True)})
                yield (v.name, index), _constant(value)

    def moves(self, actions: Iterable[Action]) -> Iterator[Move]:
        """The moves whose guards are not false outright."""
        for action in actions:
            for params in self.instance.choices(action):
                env = {p.uid: v for p, v in zip(action.params, params, strict=True)}
                guard = conjoin(*(self.unfold(g.condition, env) for g in action.guards))
                if guard is not FALSE:
                    assignments = tuple(a for u in action.updates for a in self._assignments(u, env))
                    yield Move(action, Step(action.name, params), guard, assignments)

    def failing(self, claim: Property, moves: Iterable[Move]) -> Iterator[Expr]:
        """Conditions on a state, each of which shows that the claim fails (or, for `reachable`, that it is reached).

        Of a step property there is one for every move that might break it; of the other kinds there is one at most.
        `moves` are all that the property's adversary leaves or adds. Not for `leads_to`.
        """
        moves = tuple(moves)
        if claim.kind == "step":
            yield from (conjoin(m.guard, negate(self._following(claim.formula, m))) for m in moves)
            return
        wrong = self.unfold(claim.formula, {})
        if claim.kind != "reachable":
            wrong = negate(wrong)
        if claim.kind == "quiescent" or claim.when_quiet:
            wrong = conjoin(wrong, *(negate(m.guard) for m in moves if m.action.needs is None))
        yield wrong

    def _following(self, formula: Expr, move: Move) -> Expr:
        """A formula about a step, where the step is this move: what it says of the state before."""
        return _Step(self, {a.cell: a.value for a in move.assignments}).unfold(formula, {})

    def unfold(self, node: Expr, env: Environment) -> Expr:
        """The expression under values of its parameters, without quantifiers, rigids and variable indexes."""
        key = (node.uid, *(env[u] for u in self._free_in(node)))
        if key not in self._memo:
            self._memo[key] = self._unfold(node, env)
        return self._memo[key]

    def cell(self, cell: Cell, after: bool) -> Expr:
        """What is read of a cell; `after` the step only where a step is at hand."""
        assert not after, "the state after a step is read outside a step"
        name, index = cell
        variable = self.instance.system.variable(name)
        table = self.instance.rigids.get(name)
        if table is not None:
            return _value(table[self.instance.offset(variable, index)], variable.to)
        terms = tuple(constant(i, s) for s, i in zip(variable.domain, index, strict=True))
        return make("read", variable.to, terms, (name, 0))

    def _assignments(self, update: Update, env: Environment) -> Iterator[Assignment]:
        variable = self.instance.system.variable(update.variable)
        for index in self.instance.cells(variable):
            old = value = self.cell((variable.name, index), False)
            if update.each is not None:
                inner = {b.uid: i for b, i in zip(update.index, index, strict=True)}
                value = self.unfold(update.each, {**env, **inner})
            for terms, new in update.cells:
                at = [self.unfold(t, env) for t in terms]
                here = conjoin(*(equal(t, constant(i, t.type)) for t, i in zip(at, index, strict=True)))
                value = ite(here, self.unfold(new, env), value)
            if value is not old:
                yield Assignment((variable.name, index), value)

    def _unfold(self, node: Expr, env: Environment) -> Expr:
        if node.op == "const":
            return node
        if node.op in ("param", "bound"):
            return _value(env[node.uid], node.type)
        if node.op in ("forall", "exists", "count", "atleast"):
            return self._binder(node, env)
        parts = [self.unfold(a, env) for a in node.args]
        if node.op == "read":
            return self._read(node, parts)
        return _rebuilt(node.op, parts)

    def _read(self, node: Expr, index: list[Expr]) -> Expr:
        """A case for every index that the arguments may have; one where they are constant."""
        name, phase = read_of(node)
        ranges = [(_constant(t),) if t.op == "const" else self.instance.values(t.type) for t in index]
        cases: list[tuple[Expr, Expr]] = []
        for values in product(*ranges):
            here = conjoin(*(equal(t, constant(v, t.type)) for t, v in zip(index, values, strict=True)))
            cases.append((here, self.cell((name, values), bool(phase))))
        value = cases[-1][1]
        for here, other in reversed(cases[:-1]):
            value = ite(here, other, value)
        return value

    def _binder(self, node: Expr, env: Environment) -> Expr:
        *bound, body = node.args
        uids = [b.uid for b in bound]
        bodies = [
            self.unfold(body, {**env, **dict(zip(uids, values, strict=True))})
            for values in product(*(self.instance.values(b.type) for b in bound))
        ]
        if node.op == "forall":
            return conjoin(*bodies)
        if node.op == "exists":
            return disjoin(*bodies)
        if node.op == "count":
            return _sum(bodies)
        over = bound[0].type
        assert isinstance(over, Sort)
        return _at_least(self.instance.threshold(node.data, over), bodies)  # type: ignore[arg-type]

    def _free_in(self, node: Expr) -> tuple[int, ...]:
        """Uids of the parameters and bound variables that the expression depends on."""
        if node.uid not in self._free:
            below = {u for a in node.args for u in self._free_in(a)}
            if node.op in ("param", "bound"):
                below = {node.uid}
            if node.op in ("forall", "exists", "count", "atleast"):
                below -= {b.uid for b in node.args[:-1]}
            self._free[node.uid] = tuple(sorted(below))
        return self._free[node.uid]


class _Step(Unfolding):
    """Unfolds what is said of one move: cells after it are the values that it assigns."""

    def __init__(self, before: Unfolding, values: Mapping[Cell, Expr]) -> None:
        super().__init__(before.instance)
        self._before, self._values = before, values

    def cell(self, cell: Cell, after: bool) -> Expr:
        old = self._before.cell(cell, False)
        return self._values.get(cell, old) if after else old


def _value(value: int, type_: Type) -> Expr:
    return constant(bool(value) if type_ == BOOL else value, type_)


def _constant(node: Expr) -> int:
    assert node.op == "const" and isinstance(node.data, int), f"{node!r} is not constant"
    return int(node.data)


def _rebuilt(op: str, parts: list[Expr]) -> Expr:
    """The operator on new operands, folded where they are constant."""
    if op in ("and", "or"):
        return conjoin(*parts) if op == "and" else disjoin(*parts)
    if op == "not":
        return negate(parts[0])
    if op == "ite":
        chosen: Expr = ite(*parts)
        return chosen
    left, right = parts
    if op == "eq":
        return equal(left, right)
    if op == "lt":
        return less(left, right)
    if op == "next":
        both = left.op == "const" and right.op == "const"
        return constant(_constant(left) + 1 == _constant(right), BOOL) if both else is_next(left, right)
    return _arithmetic(op, left, right)


def _arithmetic(op: str, left: Expr, right: Expr) -> Expr:
    if left.op == "const" and right.op == "const":
        x, y = _constant(left), _constant(right)
        return constant(x + y if op == "add" else x - y, NUMBER)
    return arithmetic(op, left, right)


def _sum(bodies: Iterable[Expr]) -> Expr:
    """How many of the booleans hold."""
    ones: list[Expr] = [ite(b, constant(1, NUMBER), 0) for b in bodies if b is not FALSE]
    return reduce(lambda a, b: _arithmetic("add", a, b), ones, constant(0, NUMBER))


def _at_least(least: int, bodies: list[Expr]) -> Expr:
    """At least so many of the booleans hold; those that are constant are counted here."""
    undecided = [b for b in bodies if b.op != "const"]
    least -= sum(b is TRUE for b in bodies)
    if least <= 0:
        return TRUE
    if least > len(undecided):
        return FALSE
    if least == 1:
        return disjoin(*undecided)
    return conjoin(*undecided) if least == len(undecided) else negate(less(_sum(undecided), least))
