"""The types of the language: booleans, sorts, enums and bounded integers.

A *sort* is a set of interchangeable individuals (replicas, meters, keys). It has a finite size when a
model is explored and is uninterpreted and unbounded when it is proved. An *ordered* sort (heights,
times) is totally ordered and has no arithmetic. Bounded integers exist in finite instances only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from meterproof.errors import ModelError

if TYPE_CHECKING:
    from meterproof.lang.expr import Expr


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


@dataclass(frozen=True, init=False)
class Enum:
    """A closed set of named values: `Phase = Enum("Phase", "working", "prepared")`, used as `Phase.working`."""

    name: str
    values: tuple[str, ...]

    def __init__(self, name: str, *values: str) -> None:
        if len(values) < 2 or len(set(values)) != len(values):
            raise _mistake(f"Enum {name!r} needs two or more different values, got {list(values)}")
        for value in values:
            if not value.isidentifier() or value.startswith("_") or value in ("name", "values"):
                raise _mistake(
                    f"Enum {name!r} cannot have a value {value!r}", "a plain name that is not name or values"
                )
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "values", values)

    def __getattr__(self, value: str) -> Expr:
        from meterproof.lang.expr import constant, unknown_name

        if value.startswith("__"):
            raise AttributeError(value)
        if value not in self.values:
            raise unknown_name(f"value of enum {self.name}", value, self.values)
        return constant(self.values.index(value), self)


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
            raise _mistake(f"IntRange({self.low}, {self.high}) is empty", "the smaller bound first")


@dataclass(frozen=True)
class Number:
    """The type of `count(...)` and of sums: integers that never are a state's value; the one instance is `NUMBER`."""

    name: str = "number"


NUMBER = Number()

Type: TypeAlias = Bool | Sort | Enum | IntRange | Number


def type_of(declared: object) -> Type:
    """The type that a declaration names: `bool`, a Sort, an Enum or an IntRange; else ModelError."""
    if declared is bool or declared is BOOL:
        return BOOL
    if isinstance(declared, Sort | Enum | IntRange):
        return declared
    raise _mistake(f"{declared!r} is no type of the language", "bool, a Sort, an Enum, an IntRange")


def _mistake(message: str, allowed: str | None = None) -> ModelError:
    from meterproof.lang.expr import at_model_line

    return at_model_line(message, allowed)
