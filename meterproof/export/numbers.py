"""Whole-number formulas, such as a quorum's size, as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from meterproof.lang.formula import Formula

Number = tuple[str, int]
"""A text and its level: 1 sums, 2 products, 3 atoms."""


@dataclass(frozen=True)
class Numbers:
    """A `meterproof.lang.formula.Algebra` of texts; `names` says how quantities are written."""

    names: Mapping[str, str]
    minus: ClassVar[str] = "-"
    times: ClassVar[str] = "*"

    def text(self, formula: Formula) -> str:
        """The formula, as an operand of a comparison."""
        return formula.fold(self)[0]

    def integer(self, value: int) -> Number:
        return (str(value), 3) if value >= 0 else (f"({self.minus}{-value})", 3)

    def name(self, name: str) -> Number:
        return self.names.get(name, name), 3

    def add(self, left: Number, right: Number) -> Number:
        return f"{bracketed(left, 1)} + {bracketed(right, 2)}", 1

    def subtract(self, left: Number, right: Number) -> Number:
        return f"{bracketed(left, 1)} {self.minus} {bracketed(right, 2)}", 1

    def multiply(self, left: Number, right: Number) -> Number:
        return f"{bracketed(left, 2)} {self.times} {bracketed(right, 3)}", 2

    def floor_divide(self, left: Number, divisor: int) -> Number:
        return f"({bracketed(left, 3)} \\div {divisor})", 3

    def minimum(self, left: Number, right: Number) -> Number:
        return f"Min({left[0]}, {right[0]})", 3

    def maximum(self, left: Number, right: Number) -> Number:
        return f"Max({left[0]}, {right[0]})", 3


def bracketed(number: Number, level: int) -> str:
    """The number's text, in parentheses unless it binds at least as tightly as `level`."""
    return number[0] if number[1] >= level else f"({number[0]})"
