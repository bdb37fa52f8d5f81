"""Variables that have another name and are otherwise the same: a renaming under which two questions are one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice, permutations, product

from meterproof.audit.differences import meaning
from meterproof.lang.expr import Expr, make, read_of
from meterproof.lang.system import Action, Guard, Property, System, Update, Variable

MOST = 120
"""Renamings that are tried: those of five variables of one type."""


def renaming(base: System, head: System) -> dict[str, str]:
    """The new names of BASE's variables, if HEAD with the old ones is the very same system with the same claims.

    Empty where there is no such renaming, or none among those tried.
    """
    old, new = ({v.name: v for v in s.variables} for s in (base, head))
    gone, come = ([v for n, v in one.items() if n not in other] for one, other in ((old, new), (new, old)))
    if not gone or sorted(map(_kind, gone)) != sorted(map(_kind, come)) or len(head.properties) != 1:
        return {}
    wanted = meaning(base, base.properties[0])
    for names in islice(_pairings(gone, come), MOST):
        again = renamed(head, {now: was for was, now in names.items()})
        if meaning(again, again.properties[0]) == wanted:
            return names
    return {}


def _kind(v: Variable) -> str:
    """All of a variable that a renaming leaves alone, but for how it begins."""
    return repr(([s.name for s in v.domain], v.to.name, v.ghost, v.rigid, v.at_most))


def _pairings(gone: list[Variable], come: list[Variable]) -> Iterator[dict[str, str]]:
    """Every way to pair variables of the same kind."""
    kinds = sorted({_kind(v) for v in gone})
    olds = [[v.name for v in gone if _kind(v) == k] for k in kinds]
    news = [[v.name for v in come if _kind(v) == k] for k in kinds]
    for orders in product(*(permutations(n) for n in news)):
        yield {was: now for of, order in zip(olds, orders, strict=True) for was, now in zip(of, order, strict=True)}


def renamed(system: System, names: Mapping[str, str]) -> System:
    """The system with other names for some of its variables."""
    memo: dict[int, Expr] = {}

    def expr(node: Expr) -> Expr:
        if node.uid not in memo:
            data = node.data
            if node.op == "read":
                name, phase = read_of(node)
                data = (names.get(name, name), phase)
            memo[node.uid] = make(node.op, node.type, tuple(expr(a) for a in node.args), data)
        return memo[node.uid]

    return replace(
        system,
        variables=tuple(
            replace(v, name=names.get(v.name, v.name), init=_maybe(expr, v.init)) for v in system.variables
        ),
        actions=tuple(_action(a, names, expr) for a in system.actions),
        axioms=tuple(_guard(g, expr) for g in system.axioms),
        properties=tuple(_property(p, expr) for p in system.properties),
    )


Map = Callable[[Expr], Expr]


def _maybe(expr: Map, node: Expr | None) -> Expr | None:
    return None if node is None else expr(node)


def _guard(guard: Guard, expr: Map) -> Guard:
    return replace(guard, condition=expr(guard.condition))


def _action(action: Action, names: Mapping[str, str], expr: Map) -> Action:
    guards, updates = (_guard(g, expr) for g in action.guards), (_update(u, names, expr) for u in action.updates)
    return replace(action, guards=tuple(guards), updates=tuple(updates))


def _update(update: Update, names: Mapping[str, str], expr: Map) -> Update:
    cells = ((tuple(expr(i) for i in index), expr(value)) for index, value in update.cells)
    name = names.get(update.variable, update.variable)
    return replace(update, variable=name, cells=tuple(cells), each=_maybe(expr, update.each))


def _property(claim: Property, expr: Map) -> Property:
    return replace(
        claim, formula=expr(claim.formula), then=_maybe(expr, claim.then), witness=_maybe(expr, claim.witness),
        lemmas=tuple(_property(x, expr) for x in claim.lemmas),
    )  # fmt: skip
