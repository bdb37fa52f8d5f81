"""The canonical hash of a system: the same meaning gives the same digest on every machine.

Left out: line numbers, sentences, docstrings, citations, names of bound variables and of action
parameters. Operands of and, or and == are sorted, so writing them in another order changes nothing.
"""

from __future__ import annotations

import hashlib

from meterproof.lang.expr import Expr
from meterproof.lang.system import Property, System, Update
from meterproof.lang.types import EnumType, Sort, Type


def _hash(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(str(p) for p in parts).encode()).hexdigest()


def _type(type_: Type) -> str:
    if isinstance(type_, Sort):
        return _hash("sort", type_.name, type_.ordered)
    return _hash("enum", type_.name, *type_.values) if isinstance(type_, EnumType) else _hash("type", type_.name)


class _Digester:
    """Digests of expressions; `names` gives parameters their positions, bound variables count from their binder."""

    def __init__(self, params: tuple[Expr, ...] = (), index: tuple[Expr, ...] = ()) -> None:
        self._names = {p.uid: f"param{i}" for i, p in enumerate(params)} | {
            p.uid: f"index{i}" for i, p in enumerate(index)
        }
        self._memo: dict[tuple[int, tuple[int, ...]], str] = {}

    def expr(self, node: Expr, binders: tuple[int, ...] = ()) -> str:
        if node.uid in self._names and node.uid not in binders:
            return self._names[node.uid]
        key = (node.uid, binders)
        if key not in self._memo:
            self._memo[key] = self._digest(node, binders)
        return self._memo[key]

    def _digest(self, node: Expr, binders: tuple[int, ...]) -> str:
        if node.op == "bound":
            return _hash("bound", binders[::-1].index(node.uid))
        if node.op in ("forall", "exists", "count", "atleast"):
            *bound, body = node.args
            inner = self.expr(body, (*binders, *(b.uid for b in bound)))
            return _hash(node.op, node.data, *(_type(b.type) for b in bound), inner)
        parts = [self.expr(a, binders) for a in node.args]
        if node.op in ("and", "or", "eq"):
            parts.sort()
        return _hash(node.op, _type(node.type), node.data if node.op != "param" else "", *parts)


def _update(update: Update, digest: _Digester) -> str:
    cells = sorted(_hash(*(digest.expr(i) for i in index), digest.expr(value)) for index, value in update.cells)
    return _hash(update.variable, *cells, "" if update.each is None else digest.expr(update.each))


def _property(p: Property) -> str:
    d = _Digester()
    parts = ["" if e is None else d.expr(e) for e in (p.formula, p.then, p.witness)]
    lemmas = (_property(x) for x in p.lemmas)
    return _hash(p.id, p.kind, p.when_quiet, *parts, _hash(*sorted(p.against)), _hash(*p.fair), _hash(*lemmas))


def digest_of(formula: Expr) -> str:
    """The same of one closed formula: what a property says, whatever its bound variables are called."""
    return _Digester().expr(formula)


def digest(system: System) -> str:
    """SHA-256 in hex of the system's meaning."""
    parts = []
    for v in system.variables:
        init = "" if v.init is None else _Digester(index=v.index).expr(v.init)
        parts.append(
            _hash("var", v.name, *(_type(s) for s in v.domain), _type(v.to), v.ghost, v.rigid, v.at_most, init)
        )
    for d in system.design:
        parts.append(_hash("design", d.name, d.over.name, d.default, d.resilience))
    parts.extend(_hash("axiom", _Digester().expr(g.condition)) for g in system.axioms)
    for a in system.actions:
        guards = [_Digester(a.params).expr(g.condition) for g in a.guards]
        updates = [_update(u, _Digester(a.params, u.index)) for u in a.updates]
        types = [_type(p.type) for p in a.params]
        parts.append(_hash("action", a.name, a.needs, *types, "g", *sorted(guards), "u", *sorted(updates)))
    parts.extend(_property(p) for p in system.properties)
    return _hash(system.name, *sorted(parts))
