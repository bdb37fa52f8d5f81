"""A system at a scope with its rigids fixed. All values are small integers; booleans are 0 and 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import prod

from meterproof.finite.scope import Scope
from meterproof.lang.formula import Formula
from meterproof.lang.system import Action, System, Variable
from meterproof.lang.types import BOOL, Enum, IntRange, Sort, Type

Table = tuple[int, ...]
"""A function as its values in row-major order of the indexes."""
Rigids = tuple[Table, ...]
"""One interpretation of all rigids."""


@dataclass(frozen=True)
class Instance:
    """One finite world: sizes from the scope, and one interpretation of the rigids."""

    system: System
    scope: Scope
    rigid: tuple[tuple[str, Table], ...]

    def __repr__(self) -> str:
        """Short: the whole system would fill pages where a test prints its arguments."""
        return f"<{self.system.name} with {self.scope}>"

    @cached_property
    def _sizes(self) -> dict[str, int]:
        return self.scope.as_dict()

    @cached_property
    def rigids(self) -> dict[str, Table]:
        """Rigid interpretations by name."""
        return dict(self.rigid)

    @cached_property
    def state_variables(self) -> tuple[Variable, ...]:
        """The variables that a state holds, in order."""
        return tuple(v for v in self.system.variables if not v.rigid)

    @cached_property
    def position(self) -> dict[str, int]:
        """Where each state variable stands in a state tuple."""
        return {v.name: i for i, v in enumerate(self.state_variables)}

    def values(self, type_: Type) -> range:
        """All values of a type in this instance."""
        return domain(self._sizes, type_)

    def cells(self, variable: Variable) -> list[tuple[int, ...]]:
        """All index tuples of a variable, in row-major order."""
        return list(product(*(self.values(s) for s in variable.domain)))

    def offset(self, variable: Variable, index: tuple[int, ...]) -> int:
        """Row-major position of an index tuple."""
        at = 0
        for sort, i in zip(variable.domain, index, strict=True):
            at = at * len(self.values(sort)) + i
        return at

    def threshold(self, formula: Formula, over: Sort) -> int:
        """A threshold's number: n is the size of the sort, other names are design parameters."""
        return formula.evaluate(
            {"n": self._sizes[over.name], **{d.name: self._sizes[d.name] for d in self.system.design}}
        )

    def choices(self, action: Action) -> Iterator[tuple[int, ...]]:
        """All parameter tuples of an action."""
        return product(*(self.values(p.type) for p in action.params))

    def element(self, type_: Type, value: int) -> str:
        """How a value is shown: `replica2`, `committed`, `true`."""
        if type_ == BOOL:
            return "true" if value else "false"
        if isinstance(type_, Enum):
            return type_.values[value]
        return f"{type_.name.lower()}{value}" if isinstance(type_, Sort) else str(value)


def domain(sizes: dict[str, int], type_: Type) -> range:
    """All values of `type_` when sorts have these sizes."""
    if type_ == BOOL:
        return range(2)
    if isinstance(type_, Sort):
        return range(sizes[type_.name])
    if isinstance(type_, Enum):
        return range(len(type_.values))
    assert isinstance(type_, IntRange), f"{type_.name} is no type of a state"
    return range(type_.low, type_.high + 1)


def instances(system: System, scope: Scope) -> list[Instance]:
    """One instance for each interpretation of the rigids, up to renaming of unordered sorts.

    Renaming is sound because a model can't name individuals of an unordered sort. Every bounded set has
    exactly its scope's number of members.
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
    return [
        Instance(system, scope, tuple((v.name, t) for v, t in zip(rigids, tables, strict=True))) for tables in found
    ]


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
            image = tuple(_rename(v, t, {sort: tuple(to)}, sizes) for v, t in zip(rigids, each, strict=True))
            if image not in orbit:
                orbit.add(image)
                queue.append(image)
    return orbit


def _rename(v: Variable, table: Table, to: dict[Sort, tuple[int, ...]], sizes: dict[str, int]) -> Table:
    def image(type_: Type, value: int) -> int:
        return to[type_][value] if isinstance(type_, Sort) and type_ in to else value

    cells = list(product(*(domain(sizes, s) for s in v.domain)))
    moved = {
        tuple(image(s, i) for s, i in zip(v.domain, c, strict=True)): image(v.to, x)
        for c, x in zip(cells, table, strict=True)
    }
    return tuple(moved[c] for c in cells)
