"""Expressions taken apart, and said again of other individuals, exactly as a trace of them would build them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from meterproof.lang.expr import Expr, conjoin, disjoin, equal, ite, less, make, negate
from meterproof.lang.quantify import binding
from meterproof.lang.types import EnumType, Sort

BINDERS = ("forall", "exists", "count", "atleast")


def conjuncts(node: Expr) -> tuple[Expr, ...]:
    """The parts of a conjunction; any other expression is its own only part."""
    return node.args if node.op == "and" else (node,)


def disjuncts(node: Expr) -> tuple[Expr, ...]:
    """The parts of a disjunction; any other expression is its own only part."""
    return node.args if node.op == "or" else (node,)


def free(node: Expr) -> tuple[Expr, ...]:
    """The parameters and bound variables that an expression depends on, in the order of their first use."""
    if node.op in ("param", "bound"):
        return (node,)
    found = dict.fromkeys(x for a in node.args for x in free(a))
    inner = {b.uid for b in node.args[:-1]} if node.op in BINDERS else set()
    return tuple(x for x in found if x.uid not in inner)


Reading = Callable[[str, int, tuple[Expr, ...]], Expr | None]
"""What stands for a read of a state variable: its name, 0 before or 1 after the step, its indexes; None: the read."""


def renamed(node: Expr, to: Mapping[int, Expr], reading: Reading | None = None) -> Expr:
    """The expression with its free nodes replaced, by uid, and its reads, where `reading` has something else for them.

    Its own binders are numbered by where it now stands.
    """
    if node.uid in to:
        return to[node.uid]
    if node.op == "read" and reading is not None:
        assert isinstance(node.data, tuple)
        parts = tuple(renamed(a, to, reading) for a in node.args)
        said = reading(str(node.data[0]), int(node.data[1]), parts)
        return make("read", node.type, parts, node.data) if said is None else said
    if not node.args:
        return node
    if node.op in BINDERS:
        *bound, body = node.args
        taken = {x.data[1] for x in to.values() if x.op == "bound" and isinstance(x.data, tuple)}
        names = tuple(_unlike(str(b.data[1]), taken) for b in bound)  # type: ignore[index]
        domains = tuple(b.type for b in bound if isinstance(b.type, Sort | EnumType))
        with binding(domains, names) as fresh:
            inner = renamed(body, {**to, **{b.uid: f for b, f in zip(bound, fresh, strict=True)}}, reading)
        if node.op in ("forall", "exists") and inner.op == "const":
            return inner
        return make(node.op, node.type, (*fresh, inner), node.data)
    return rebuilt(node, [renamed(a, to, reading) for a in node.args])


def rebuilt(node: Expr, parts: Sequence[Expr]) -> Expr:
    """The same operation on other parts, simplified as a trace would; no node that binds."""
    if node.op == "and":
        return conjoin(*parts)
    if node.op == "or":
        return disjoin(*parts)
    if node.op == "not":
        return negate(parts[0])
    if node.op == "eq":
        return equal(*parts)
    if node.op == "lt":
        return less(*parts)
    if node.op == "ite":
        joined: Expr = ite(*parts)
        return joined
    return make(node.op, node.type, tuple(parts), node.data)


def _unlike(name: str, taken: set[object]) -> str:
    """The name, with a number behind it where it is taken already."""
    numbered = (name, *(f"{name}{i}" for i in range(2, len(taken) + 3)))
    return next(n for n in numbered if n not in taken)
