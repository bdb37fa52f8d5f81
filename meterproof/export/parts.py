"""What there is to print in a system: lemmas, formulas, thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from meterproof.lang.expr import Expr
from meterproof.lang.formula import Formula
from meterproof.lang.system import Property, System
from meterproof.lang.types import Sort
from meterproof.lang.wellformed import nodes


def lemmas(properties: Iterable[Property]) -> tuple[Property, ...]:
    """The lemmas of the properties and theirs, each once, without those that are among the properties themselves."""
    properties = tuple(properties)
    found: dict[str, Property] = {}

    def visit(p: Property) -> None:
        for below in p.lemmas:
            visit(below)
            found.setdefault(below.id, below)

    for p in properties:
        visit(p)
    own = {p.id for p in properties}
    return tuple(p for id, p in found.items() if id not in own)


def formulas(system: System) -> Iterator[Expr]:
    """Guards, updates, axioms, properties and lemmas."""
    for a in system.actions:
        yield from (g.condition for g in a.guards)
        for u in a.updates:
            yield from (e for index, value in u.cells for e in (*index, value))
            if u.each is not None:
                yield u.each
    yield from (g.condition for g in system.axioms)
    for p in (*system.properties, *lemmas(system.properties)):
        yield from (e for e in (p.formula, p.then, p.witness) if e is not None)


def thresholds(system: System) -> tuple[tuple[Formula, Sort], ...]:
    """The thresholds that are formulas, with the sort that they count, in the order of their first use."""
    found: dict[tuple[Formula, Sort], None] = {}
    for node in nodes(*formulas(system)):
        if node.op == "atleast" and isinstance(node.data, Formula) and node.data.names:
            sort = node.args[0].type
            assert isinstance(sort, Sort)
            found[node.data, sort] = None
    return tuple(found)
