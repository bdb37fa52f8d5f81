"""Taking expressions apart and putting others in: conjuncts, disjuncts, substitution."""

from __future__ import annotations

from collections.abc import Mapping

from meterproof.lang.expr import Expr, conjoin, disjoin, equal, less, make, negate

BINDERS = ("forall", "exists", "count", "atleast")


def conjuncts(node: Expr) -> tuple[Expr, ...]:
    """The parts of a conjunction; any other expression is its own only part."""
    return node.args if node.op == "and" else (node,)


def disjuncts(node: Expr) -> tuple[Expr, ...]:
    """The parts of a disjunction; any other expression is its own only part."""
    return node.args if node.op == "or" else (node,)


def substitute(node: Expr, values: Mapping[int, Expr], shift: int = 0) -> Expr:
    """The expression with `values` in the places of the parameters and variables of these uids.

    Variables that `node` itself binds are renumbered to lie `shift` levels deeper, so that they capture none of the
    values' when `shift` is more than the levels of those.
    """
    memo: dict[int, Expr] = dict(values)

    def visit(n: Expr) -> Expr:
        if n.uid not in memo:
            memo[n.uid] = build(n)
        return memo[n.uid]

    def build(n: Expr) -> Expr:
        if n.op == "bound":
            level, name = n.data  # type: ignore[misc]
            return make("bound", n.type, (), (level + shift, name))
        args = tuple(visit(a) for a in n.args)
        if n.op == "and":
            return conjoin(*args)
        if n.op == "or":
            return disjoin(*args)
        if n.op == "not":
            return negate(args[0])
        if n.op == "eq":
            return equal(*args)
        if n.op == "lt":
            return less(*args)
        return make(n.op, n.type, args, n.data)

    return visit(node)
