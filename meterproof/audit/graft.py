"""One side's statement asked of the other side's system, where that has all that the statement speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from meterproof.lang.expr import Expr, read_of
from meterproof.lang.formula import Formula
from meterproof.lang.system import Property, System


def lacking(claim: Property, system: System) -> str | None:
    """What a system lacks, or has otherwise, of what a claim speaks of; None where the claim can be asked of it."""
    variables = {v.name: v for v in system.variables}
    sorts, design = set(system.sorts), {d.name for d in system.design}
    for node in (n for e in (claim.formula, claim.then, claim.witness) if e is not None for n in _nodes(e)):
        if node.op == "read":
            name = read_of(node)[0]
            found = variables.get(name)
            if found is None:
                return f"it has no variable {name}"
            if found.to != node.type or found.domain != tuple(i.type for i in node.args):
                return f"its variable {name} has another type"
        if node.op == "bound" and node.type not in sorts and node.type not in system.enums:
            return f"it has no {node.type.name}"
        if node.op == "atleast" and isinstance(node.data, Formula) and not set(node.data.names) <= design | {"n"}:
            return f"it has no {', '.join(set(node.data.names) - design - {'n'})}"
    absent = {f.partition("(")[0] for f in claim.fair} - {a.name for a in system.actions}
    return f"it has no move {', '.join(sorted(absent))}" if absent else None


def grafted(claim: Property, system: System) -> Property:
    """The claim as it can be asked of the system: without those lemmas (which only help to prove it) that can't."""
    return replace(claim, lemmas=tuple(grafted(x, system) for x in claim.lemmas if lacking(x, system) is None))


def _nodes(root: Expr) -> Iterator[Expr]:
    seen: set[int] = set()
    left = [root]
    while left:
        node = left.pop()
        if node.uid not in seen:
            seen.add(node.uid)
            yield node
            left.extend(node.args)
