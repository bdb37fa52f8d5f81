"""The types of the language: booleans, sorts, enums and bounded integers.

A *sort* is a set of interchangeable individuals (replicas, meters, keys). It has a finite size when a
model is explored and is uninterpreted and unbounded when it is proved. An *ordered* sort (heights,
times) is totally ordered and has no arithmetic. Bounded integers exist in finite instances only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from meterproof.lang.location import at_model_line


@dataclass(frozen=True)
class Bool:
    """Truth values; the one instance is `BOOL`."""

    name: str = "bool"


BOOL = Bool()


@dataclass(frozen=True)
class Sort:
    """A set of individuals, `Sort("Replica", "a validator")`; `ordered=True` gives it a total order."""

    name: str
    doc: str = field(default="", compare=False)
    ordered: bool = False

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise at_model_line(f"a sort cannot be called {self.name!r}", "a plain name, as in Replica")


@dataclass(frozen=True, init=False)
class EnumType:
    """A closed set of named values; models write it as `meterproof.lang.Enum`."""

    name: str
    values: tuple[str, ...]

    def __init__(self, name: str, *values: str) -> None:
        if not name.isidentifier():
            raise at_model_line(f"an enum cannot be called {name!r}", "a plain name, as in Phase")
        if len(values) < 2 or len(set(values)) != len(values):
            raise at_model_line(f"Enum {name!r} needs two or more different values, got {list(values)}")
        for value in values:
            if not value.isidentifier() or value.startswith("_") or value in ("name", "values"):
                raise at_model_line(
                    f"Enum {name!r} cannot have a value {value!r}", "a plain name that is not name or values"
                )
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "values", values)


@dataclass(frozen=True)
class IntRange:
    """Integers from `low` to `high`, both included; explorer and bounded checking only."""

    low: int
    high: int

    @property
    def name(self) -> str:
        return f"{self.low}..{self.high}"

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise at_model_line(f"IntRange({self.low}, {self.high}) is empty", "the smaller bound first")


@dataclass(frozen=True)
class Number:
    """The type of `count(...)` and of sums: integers that never are a state's value; the one instance is `NUMBER`."""

    name: str = "number"


NUMBER = Number()

Type: TypeAlias = Bool | Sort | EnumType | IntRange | Number


def type_of(declared: object) -> Type:
    """The type that a declaration names: `bool`, a Sort, an Enum or an IntRange; else ModelError."""
    if declared is bool or declared is BOOL:
        return BOOL
    if isinstance(declared, Sort | EnumType | IntRange):
        return declared
    raise at_model_line(f"{declared!r} is no type of the language", "bool, a Sort, an Enum, an IntRange")
