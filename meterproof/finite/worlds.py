"""All instances of a scope: every way in which the environment may have fixed the rigids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, product
from math import prod

from meterproof.errors import InputError
from meterproof.finite.instance import Instance, Table, domain
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import Scope
from meterproof.lang.system import System, Variable
from meterproof.lang.types import BOOL, Sort, Type

Rigids = tuple[Table, ...]
"""One interpretation of all rigids."""


class NoWorld(InputError):
    """The axioms of a system admit no interpretation of its rigids at a scope."""


def instances(system: System, scope: Scope) -> list[Instance]:
    """One instance for each interpretation of the rigids that the axioms admit, up to renaming of unordered sorts.

    Renaming is sound because a model can't name individuals of an unordered sort. Every bounded set has
    exactly its scope's number of members. NoWorld when the axioms admit no interpretation at this scope.
    """
    rigids = [v for v in system.variables if v.rigid]
    sizes = scope.as_dict()
    swaps = _swaps(rigids, sizes)
    seen: set[Rigids] = set()
    found: list[Rigids] = []
    for tables in product(*(interpretations(v, sizes) for v in rigids)):
        if tables not in seen:
            renamed = _orbit(tables, swaps)
            seen |= renamed
            found.append(min(renamed))
    worlds = (
        Instance(system, scope, tuple((v.name, t) for v, t in zip(rigids, tables, strict=True))) for tables in found
    )
    admitted = [w for w in worlds if all(Interpreter(w).holds(a.condition, ()) for a in system.axioms)]
    if not admitted:
        raise NoWorld(f"the axioms of {system.name} admit nothing at {scope}", allowed="a scope that they admit")
    return admitted


def interpretations(v: Variable, sizes: Mapping[str, int]) -> Iterator[Table]:
    """Every table that a rigid may have; a bounded set has exactly its scope's number of members."""
    cells = prod(len(domain(sizes, s)) for s in v.domain)
    if v.at_most is not None:
        for members in combinations(range(cells), sizes[v.name]):
            yield tuple(int(i in members) for i in range(cells))
    else:
        yield from product(domain(sizes, v.to), repeat=cells)


Move = tuple[tuple[int, ...], tuple[int, ...] | None]
"""What a renaming does to a table: which old cell comes to each place, and what becomes of values (None: nothing)."""


def _swaps(rigids: list[Variable], sizes: dict[str, int]) -> list[tuple[Move, ...]]:
    """For each swap of two neighbours of an unordered sort, what it does to the table of each rigid."""
    sorts = dict.fromkeys(s for v in rigids for s in (*v.domain, v.to) if isinstance(s, Sort) and not s.ordered)
    found = []
    for sort in sorts:
        for i in range(sizes[sort.name] - 1):
            to = list(range(sizes[sort.name]))
            to[i], to[i + 1] = i + 1, i
            found.append(tuple(_move(v, {sort: tuple(to)}, sizes) for v in rigids))
    return found


def _move(v: Variable, to: Mapping[Sort, tuple[int, ...]], sizes: dict[str, int]) -> Move:
    places = tuple(range(prod(len(domain(sizes, s)) for s in v.domain)))
    order = renamed(replace(v, to=BOOL), places, to, sizes)
    return order, to.get(v.to) if isinstance(v.to, Sort) else None


def _orbit(tables: Rigids, swaps: list[tuple[Move, ...]]) -> set[Rigids]:
    """All renamings of an interpretation: its closure under the swaps."""
    orbit, queue = {tables}, [tables]
    for each in queue:
        for moves in swaps:
            image = tuple(
                tuple(table[i] for i in order) if values is None else tuple(values[table[i]] for i in order)
                for table, (order, values) in zip(each, moves, strict=True)
            )
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
