"""Miniscoping: quantifiers pushed inward, so that grounding multiplies sizes of sorts only where a formula needs it.

`exists a, b: P(a) & Q(b)` becomes `(exists a: P(a)) & (exists b: Q(b))`: n + n instances in place of n * n. What
is meant stays the same, since every sort has an individual.
"""

from __future__ import annotations

from collections.abc import Callable

from meterproof.lang.expr import Expr, conjoin, disjoin, make, negate
from meterproof.lang.types import BOOL

DUAL = {"exists": "forall", "forall": "exists"}


class Miniscope:
    """Narrows the quantifiers of boolean expressions; `free` tells the uids of an expression's free variables."""

    def __init__(self, free: Callable[[Expr], tuple[int, ...]]) -> None:
        self._free = free
        self._narrow: dict[int, Expr] = {}

    def narrow(self, node: Expr) -> Expr:
        """An equivalent expression; `forall`, `exists` and the connectives above them are as far inside as they go.

        What lies below other operators stays as it is. Narrowing twice is narrowing once.
        """
        found = self._narrow.get(node.uid)
        if found is None:
            found = self._narrow[node.uid] = self._rebuilt(node)
            self._narrow[found.uid] = found
        return found

    def _rebuilt(self, node: Expr) -> Expr:
        if node.op == "not":
            return negate(self.narrow(node.args[0]))
        if node.op == "and":
            return conjoin(*(self.narrow(a) for a in node.args))
        if node.op == "or":
            return disjoin(*(self.narrow(a) for a in node.args))
        if node.op in DUAL:
            return self._push(node.op, node.args[:-1], self.narrow(node.args[-1]))
        return node

    def _push(self, kind: str, bound: tuple[Expr, ...], body: Expr) -> Expr:
        """The quantifier `kind` over `bound`, around a body that is narrow itself."""
        bound = tuple(b for b in bound if b.uid in self._free(body))
        if not bound:
            return body
        if body.op == "not":
            return negate(self._push(DUAL[kind], bound, body.args[0]))
        if body.op == ("or" if kind == "exists" else "and"):
            join = disjoin if kind == "exists" else conjoin
            return join(*(self._push(kind, bound, part) for part in body.args))
        if body.op == ("and" if kind == "exists" else "or"):
            return self._split(kind, bound, body)
        return self._closed(kind, bound, body)

    def _split(self, kind: str, bound: tuple[Expr, ...], body: Expr) -> Expr:
        """One variable after the other, the rarest first, goes around those parts alone that speak of it."""
        join = conjoin if kind == "exists" else disjoin
        parts, left = list(body.args), list(bound)
        while left:
            rarest = min(left, key=lambda b: sum(b.uid in self._free(p) for p in parts))
            about = [p for p in parts if rarest.uid in self._free(p)]
            if len(about) == len(parts):
                break  # and then each of the variables is in all of them
            left = [b for b in left if b is not rarest]
            inner = self._push(kind, (rarest,), join(*about))
            rest = join(*(p for p in parts if rarest.uid not in self._free(p)), inner)
            if rest.op != body.op:
                return self._push(kind, tuple(left), rest)
            parts = list(rest.args)
        return self._closed(kind, tuple(left), join(*parts))

    def _closed(self, kind: str, bound: tuple[Expr, ...], body: Expr) -> Expr:
        if not bound:
            return body
        closed = make(kind, BOOL, (*bound, body))
        self._narrow[closed.uid] = closed
        return closed
