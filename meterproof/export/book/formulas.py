"""Mathematical notation: ∀ ∃ ∧ ∨ ¬ → and x′ for the value after a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from meterproof.export.notation import COMPARISON, OPEN, Binding, Text, Writer
from meterproof.export.numbers import Number, Numbers, bracketed
from meterproof.lang.expr import Expr
from meterproof.lang.formula import Formula
from meterproof.lang.system import System, Update
from meterproof.lang.types import BOOL, EnumType, IntRange, Sort, Type

BREAKS = ("∧ ", "∨ ", "→ ", "then ", "else ")


@dataclass(frozen=True)
class _Numbers(Numbers):
    """Numbers with ⌊a/b⌋, and 2f for 2 times f."""

    minus: ClassVar[str] = "−"
    times: ClassVar[str] = "·"

    def multiply(self, left: Number, right: Number) -> Number:
        if left[0].isdecimal() and right[0].isidentifier():
            return f"{left[0]}{right[0]}", 2
        return super().multiply(left, right)

    def floor_divide(self, left: Number, divisor: int) -> Number:
        return f"⌊{bracketed(left, 2)}/{divisor}⌋", 3

    def minimum(self, left: Number, right: Number) -> Number:
        return f"min({left[0]}, {right[0]})", 3

    def maximum(self, left: Number, right: Number) -> Number:
        return f"max({left[0]}, {right[0]})", 3


NUMBERS = _Numbers({})


@dataclass(frozen=True)
class Mathematics(Binding):
    """Functions are applied with parentheses; `qualified` are the enum values that another name would be taken for."""

    rigids: frozenset[str]
    qualified: frozenset[str]
    marks: ClassVar[Mapping[str, str]] = {
        "not": "¬", "and": "∧", "or": "∨", "implies": "→", "iff": "↔", "eq": "=", "ne": "≠", "lt": "<", "ge": "≥",
        "add": "+", "sub": "−",
    }  # fmt: skip

    def constant(self, node: Expr) -> str:
        assert isinstance(node.data, int)
        if node.type == BOOL:
            return "true" if node.data else "false"
        if isinstance(node.type, EnumType):
            value = node.type.values[node.data]
            return f"{node.type.name}.{value}" if value in self.qualified else value
        return str(node.data) if node.data >= 0 else f"(−{-node.data})"

    def read(self, variable: str, after: bool, index: Sequence[Expr], parts: Sequence[str]) -> str:
        prime = "′" if after and variable not in self.rigids else ""
        return f"{variable}{prime}({', '.join(parts)})" if parts else f"{variable}{prime}"

    def conditional(self, test: Text, yes: Text, no: Text) -> Text:
        return f"if {test[0]} then {yes[0]} else {no[0]}", OPEN

    def successor(self, left: str, right: str) -> Text:
        return f"next({left}) = {right}", COMPARISON

    def quantified(self, op: str, bound: Sequence[tuple[str, Type]], body: str) -> str:
        return f"{'∀' if op == 'forall' else '∃'} {domains(bound)} : {body}"

    def number_of(self, name: str, over: Type, body: str) -> str:
        return f"|{{{name} ∈ {set_of(over)} : {body}}}|"

    def threshold(self, formula: Formula, over: Sort) -> str:
        return NUMBERS.text(formula)


def domains(bound: Sequence[tuple[str, Type]]) -> str:
    """`q, r ∈ Replica, b ∈ Block`."""
    grouped = groupby(bound, lambda b: set_of(b[1]))
    return ", ".join(f"{', '.join(name for name, _ in names)} ∈ {over}" for over, names in grouped)


def set_of(type_: Type) -> str:
    """All values of a type."""
    if isinstance(type_, IntRange):
        return f"{{{type_.low}, …, {type_.high}}}"
    return "𝔹" if type_ == BOOL else type_.name


def signature(domain: Sequence[Sort], to: Type) -> str:
    """The type of a variable: `Replica × Block → 𝔹`."""
    return f"{' × '.join(s.name for s in domain)} → {set_of(to)}" if domain else set_of(to)


def writer(system: System) -> Writer:
    """A writer whose bound variables avoid the system's names."""
    names = [*(v.name for v in system.variables), *(d.name for d in system.design), "n"]
    values = [value for e in system.enums for value in e.values]
    rigids = frozenset(v.name for v in system.variables if v.rigid)
    qualified = frozenset(v for v in values if values.count(v) > 1 or v in names)
    return Writer(Mathematics(rigids, qualified), frozenset({*names, *values}))


def update(writer: Writer, u: Update, names: Mapping[int, str]) -> Iterator[str]:
    """What an update says, an equation for each cell: `vote′(r, b) = true`."""
    for index, value in u.cells:
        left = writer.notation.read(u.variable, True, index, [writer.text(i, names) for i in index])
        yield f"{left} = {writer.text(value, names, COMPARISON)}"
    if u.each is not None:
        inner = writer.bind(u.index, names)
        at = [inner[i.uid] for i in u.index]
        left = writer.notation.read(u.variable, True, u.index, at)
        over = domains([(inner[i.uid], i.type) for i in u.index])
        yield f"{left} = {writer.text(u.each, inner, COMPARISON)} for all {over}"
