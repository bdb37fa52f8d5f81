"""Grounding: an expression in a finite instance becomes a propositional formula over cells.

A *cell* is one state variable at one index tuple. Formulas are numbered nodes of a shared graph, so a
threshold that several guards use is one node. Terms that are no booleans become *cases*: for each value
the condition under which the term has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

from meterproof.finite.instance import Instance
from meterproof.finite.miniscope import DUAL, Miniscope
from meterproof.lang.expr import Expr, read_of
from meterproof.lang.types import BOOL, Sort

FALSE, TRUE = 0, 1
Cell = int
"""Position of a cell; cells of the state after a step follow all those of the state before it."""
Node = tuple[Any, ...]
"""("is", cell, value) | ("not", id) | ("and", ids) | ("or", ids) | ("atleast", k, ids)."""
Cases = dict[int, int]
"""For each value the id of the condition under which a term has it."""


class Formulas:
    """The shared graph of propositional nodes over cells with finitely many values."""

    def __init__(self, values: Callable[[Cell], range]) -> None:
        self.nodes: list[Node] = [("false",), ("true",)]
        self._ids: dict[Node, int] = {n: i for i, n in enumerate(self.nodes)}
        self._values = values

    def _make(self, node: Node) -> int:
        found = self._ids.get(node)
        if found is None:
            found = self._ids[node] = len(self.nodes)
            self.nodes.append(node)
        return found

    def is_(self, cell: Cell, value: int) -> int:
        """The cell has this value."""
        values = self._values(cell)
        if value not in values:
            return FALSE
        return TRUE if len(values) == 1 else self._make(("is", cell, value))

    def not_(self, a: int) -> int:
        """Negation; of a two-valued cell it is the cell's other value."""
        if a <= TRUE:
            return TRUE - a
        node = self.nodes[a]
        if node[0] == "not":
            return int(node[1])
        if node[0] == "is":
            values = self._values(node[1])
            if len(values) == 2:
                return self.is_(node[1], values[0] + values[1] - node[2])
        return self._make(("not", a))

    def and_(self, operands: Iterable[int]) -> int:
        """Conjunction. One cell required to have two values is false; this is where that is noticed."""
        flat: dict[int, None] = {}
        has: dict[Cell, int] = {}
        for a in operands:
            for part in self.nodes[a][1] if self.nodes[a][0] == "and" else (a,):
                if part == FALSE or self.not_(part) in flat:
                    return FALSE
                node = self.nodes[part]
                if node[0] == "is" and has.setdefault(node[1], node[2]) != node[2]:
                    return FALSE
                if part != TRUE:
                    flat[part] = None
        for part in list(flat):
            node = self.nodes[part]
            if node[0] == "not" and self.nodes[node[1]][0] == "is" and self.nodes[node[1]][1] in has:
                del flat[part]  # the cell is required to have another value already
        if not flat:
            return TRUE
        return next(iter(flat)) if len(flat) == 1 else self._make(("and", tuple(sorted(flat))))

    def or_(self, operands: Iterable[int]) -> int:
        """Disjunction, by De Morgan."""
        return self.not_(self.and_([self.not_(a) for a in operands]))

    def atleast(self, k: int, operands: Iterable[int]) -> int:
        """At least k of the operands hold; operands may repeat."""
        left = [a for a in operands if a != FALSE]
        k -= left.count(TRUE)
        left = sorted(a for a in left if a != TRUE)
        if k <= 0:
            return TRUE
        if k > len(left):
            return FALSE
        if k == len(left):
            return self.and_(left)
        return self.or_(left) if k == 1 else self._make(("atleast", k, tuple(left)))


class Grounder:
    """Grounds the expressions of one instance into one graph of formulas."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.cells: list[tuple[str, tuple[int, ...]]] = []
        self._first: dict[str, int] = {}
        types = []
        for v in instance.state_variables:
            self._first[v.name] = len(self.cells)
            for index in instance.cells(v):
                self.cells.append((v.name, index))
                types.append(instance.values(v.to))
        self._types = types
        self.formulas = Formulas(self.values)
        self._memo: dict[tuple[int, ...], Any] = {}
        self._free: dict[int, tuple[int, ...]] = {}
        self._scopes = Miniscope(self.free)

    def values(self, cell: Cell) -> range:
        """The values of a cell."""
        return self._types[cell % len(self._types)]

    def cell(self, variable: str, index: tuple[int, ...], after: bool = False) -> Cell:
        """The cell of a state variable at an index."""
        v = self.instance.system.variable(variable)
        return self._first[variable] + self.instance.offset(v, index) + (len(self.cells) if after else 0)

    def free(self, node: Expr) -> tuple[int, ...]:
        """Uids of the parameters and bound variables that an expression's value depends on."""
        known = self._free.get(node.uid)
        if known is None:
            if node.op in ("param", "bound"):
                known = (node.uid,)
            else:
                below = {u for a in node.args for u in self.free(a)}
                if node.op in ("forall", "exists", "count", "atleast"):
                    below -= {b.uid for b in node.args[:-1]}
                known = tuple(sorted(below))
            self._free[node.uid] = known
        return known

    def formula(self, node: Expr, env: dict[int, int] | None = None) -> int:
        """The formula of a boolean expression under values of its parameters."""
        assert node.type == BOOL
        return int(self._ground(node, env or {}))

    def cases(self, node: Expr, env: dict[int, int]) -> Cases:
        """For each value of a term the condition under which it has it; a boolean's values are 0 and 1."""
        if node.type == BOOL:
            yes = self.formula(node, env)
            return {v: c for v, c in ((1, yes), (0, self.formulas.not_(yes))) if c != FALSE}
        found: Cases = self._ground(node, env)
        return found

    def _ground(self, node: Expr, env: dict[int, int]) -> Any:
        key = (node.uid, *(env[u] for u in self.free(node)))
        if key not in self._memo:
            self._memo[key] = self._build(node, env)
        return self._memo[key]

    def _build(self, node: Expr, env: dict[int, int]) -> Any:
        f = self.formulas
        if node.op == "const":
            return (TRUE if node.data else FALSE) if node.type == BOOL else {int(node.data): TRUE}  # type: ignore[call-overload]
        if node.op in ("param", "bound"):
            value = env[node.uid]
            return (TRUE if value else FALSE) if node.type == BOOL else {value: TRUE}
        if node.op == "read":
            return self._read(node, env)
        if node.op == "not":
            return f.not_(self.formula(node.args[0], env))
        if node.op == "and":
            return f.and_(self.formula(a, env) for a in node.args)
        if node.op == "or":
            return f.or_(self.formula(a, env) for a in node.args)
        if node.op in ("forall", "exists", "count", "atleast"):
            return self._quantifier(node, env)
        if node.op == "ite":
            test = self.formula(node.args[0], env)
            yes, no = self.cases(node.args[1], env), self.cases(node.args[2], env)
            return self._join(
                [(v, f.and_((test, c))) for v, c in yes.items()]
                + [(v, f.and_((f.not_(test), c))) for v, c in no.items()]
            )
        return self._binary(node, env)

    def _binary(self, node: Expr, env: dict[int, int]) -> Any:
        f = self.formulas
        left, right = (self.cases(a, env) for a in node.args)
        pairs = [(x, y, f.and_((c, d))) for x, c in left.items() for y, d in right.items()]
        if node.op in ("add", "sub"):
            return self._join([(x + y if node.op == "add" else x - y, c) for x, y, c in pairs])
        holds: dict[str, Callable[[int, int], bool]] = {
            "eq": lambda x, y: x == y, "lt": lambda x, y: x < y, "next": lambda x, y: x + 1 == y,
        }  # fmt: skip
        return f.or_(c for x, y, c in pairs if holds[node.op](x, y))

    def _join(self, parts: Iterable[tuple[int, int]]) -> Cases:
        by_value: dict[int, list[int]] = {}
        for value, condition in parts:
            by_value.setdefault(value, []).append(condition)
        joined = {v: self.formulas.or_(cs) for v, cs in by_value.items()}
        return {v: c for v, c in joined.items() if c != FALSE}

    def _read(self, node: Expr, env: dict[int, int]) -> Any:
        name, phase = read_of(node)
        v = self.instance.system.variable(name)
        table = self.instance.rigids.get(name)
        parts: list[tuple[int, int]] = []
        for choice in product(*(self.cases(a, env).items() for a in node.args)):
            index = tuple(value for value, _ in choice)
            condition = self.formulas.and_(c for _, c in choice)
            if table is not None:
                parts.append((table[self.instance.offset(v, index)], condition))
            else:
                cell = self.cell(name, index, bool(phase))
                parts.extend(
                    (x, self.formulas.and_((condition, self.formulas.is_(cell, x)))) for x in self.values(cell)
                )
        cases = self._join(parts)
        return cases.get(1, FALSE) if v.to == BOOL else cases

    def _quantifier(self, node: Expr, env: dict[int, int]) -> Any:
        if node.op in DUAL and (narrow := self._scopes.narrow(node)) is not node:
            return self.formula(narrow, env)
        *bound, body = node.args
        uids = [b.uid for b in bound]
        bodies = [
            self.formula(body, env | dict(zip(uids, values, strict=True)))
            for values in product(*(self.instance.values(b.type) for b in bound))
        ]
        f = self.formulas
        if node.op == "forall":
            return f.and_(bodies)
        if node.op == "exists":
            return f.or_(bodies)
        if node.op == "count":
            exactly = [
                (k, f.and_((f.atleast(k, bodies), f.not_(f.atleast(k + 1, bodies))))) for k in range(len(bodies) + 1)
            ]
            return {k: c for k, c in exactly if c != FALSE}
        over = bound[0].type
        assert isinstance(over, Sort)
        return f.atleast(self.instance.threshold(node.data, over), bodies)  # type: ignore[arg-type]
