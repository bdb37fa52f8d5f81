"""All instances of a scope: every way in which the environment may have fixed the rigids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from math import prod

from meterproof.errors import InputError
from meterproof.finite.instance import Instance, Table, domain
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import Scope
from meterproof.lang.system import System, Variable
from meterproof.lang.types import Sort, Type

Rigids = tuple[Table, ...]
"""One interpretation of all rigids."""


def instances(system: System, scope: Scope) -> list[Instance]:
    """One instance for each interpretation of the rigids that the axioms admit, up to renaming of unordered sorts.

    Renaming is sound because a model can't name individuals of an unordered sort. Every bounded set has
    exactly its scope's number of members. InputError when the axioms admit no interpretation at this scope.
    """
    rigids = [v for v in system.variables if v.rigid]
    sizes = scope.as_dict()
    seen: set[Rigids] = set()
    found: list[Rigids] = []
    for tables in product(*(_interpretations(v, sizes) for v in rigids)):
        if tables not in seen:
            renamed = _orbit(rigids, tables, sizes)
            seen |= renamed
            found.append(min(renamed))
    worlds = (
        Instance(system, scope, tuple((v.name, t) for v, t in zip(rigids, tables, strict=True))) for tables in found
    )
    admitted = [w for w in worlds if all(Interpreter(w).holds(a.condition, ()) for a in system.axioms)]
    if not admitted:
        raise InputError(f"the axioms of {system.name} admit nothing at {scope}", allowed="a scope that they admit")
    return admitted


def _interpretations(v: Variable, sizes: dict[str, int]) -> Iterator[Table]:
    cells = prod(len(domain(sizes, s)) for s in v.domain)
    if v.at_most is not None:
        for members in combinations(range(cells), sizes[v.name]):
            yield tuple(int(i in members) for i in range(cells))
    else:
        yield from product(domain(sizes, v.to), repeat=cells)


def _orbit(rigids: list[Variable], tables: Rigids, sizes: dict[str, int]) -> set[Rigids]:
    """All renamings of an interpretation: its closure under swapping two neighbours of a sort."""
    sorts = dict.fromkeys(s for v in rigids for s in (*v.domain, v.to) if isinstance(s, Sort) and not s.ordered)
    swaps = [(s, i) for s in sorts for i in range(sizes[s.name] - 1)]
    orbit, queue = {tables}, [tables]
    for each in queue:
        for sort, i in swaps:
            to = list(range(sizes[sort.name]))
            to[i], to[i + 1] = i + 1, i
            image = tuple(renamed(v, t, {sort: tuple(to)}, sizes) for v, t in zip(rigids, each, strict=True))
            if image not in orbit:
                orbit.add(image)
                queue.append(image)
    return orbit


def renamed(v: Variable, table: Table, to: Mapping[Sort, tuple[int, ...]], sizes: Mapping[str, int]) -> Table:
    """A table of `v` after some individuals were renamed."""

    def image(type_: Type, value: int) -> int:
        return to[type_][value] if isinstance(type_, Sort) and type_ in to else value

    cells = list(product(*(domain(sizes, s) for s in v.domain)))
    moved = {
        tuple(image(s, i) for s, i in zip(v.domain, c, strict=True)): image(v.to, x)
        for c, x in zip(cells, table, strict=True)
    }
    return tuple(moved[c] for c in cells)
