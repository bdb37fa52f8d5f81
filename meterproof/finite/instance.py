"""A system at a scope with its rigids fixed. All values are small integers; booleans are 0 and 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from meterproof.finite.scope import Scope
from meterproof.lang.formula import Formula
from meterproof.lang.system import Action, System, Variable
from meterproof.lang.types import BOOL, EnumType, IntRange, Sort, Type

Table = tuple[int, ...]
"""A function as its values in row-major order of the indexes."""


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
        if isinstance(type_, EnumType):
            return type_.values[value]
        return f"{type_.name.lower()}{value}" if isinstance(type_, Sort) else str(value)


def domain(sizes: Mapping[str, int], type_: Type) -> range:
    """All values of `type_` when sorts have these sizes."""
    if type_ == BOOL:
        return range(2)
    if isinstance(type_, Sort):
        return range(sizes[type_.name])
    if isinstance(type_, EnumType):
        return range(len(type_.values))
    assert isinstance(type_, IntRange), f"{type_.name} is no type of a state"
    return range(type_.low, type_.high + 1)
