"""Whole-number formulas that a spec file writes as text: `"floor((n+f)/2)+1"`, `"2f+1"`, `"max(1, n-f)"`.

A formula is parsed once into a small immutable tree and is then *folded* into whatever an engine counts with: Python
integers, z3 terms, TLA+ text. Nothing is ever evaluated by the Python interpreter.

A divisor must be a positive whole number written out. On such divisors floor division means the same in Python, z3
(`div`) and TLA+ (`\\div`), whatever the sign of the dividend, so no engine can round differently from another.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Protocol, TypeVar

from meterproof.errors import InputError

T = TypeVar("T")

LONGEST = 200
"""Characters that a formula's text may have; a quorum rule needs a tenth of it."""

_FOREIGN = re.compile(r"[^A-Za-z0-9_+\-*/(), ]")
_COEFFICIENT = re.compile(r"(?<![A-Za-z0-9_])\d+(?=[A-Za-z_])")
_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


class Algebra(Protocol[T]):
    """What a formula is folded into. `floor_divide` gets its divisor as a positive Python integer."""

    def integer(self, value: int) -> T: ...

    def name(self, name: str) -> T: ...

    def add(self, left: T, right: T) -> T: ...

    def subtract(self, left: T, right: T) -> T: ...

    def multiply(self, left: T, right: T) -> T: ...

    def floor_divide(self, left: T, divisor: int) -> T: ...

    def minimum(self, left: T, right: T) -> T: ...

    def maximum(self, left: T, right: T) -> T: ...


@dataclass(frozen=True)
class _Integer:
    value: int

    def fold(self, algebra: Algebra[T]) -> T:
        return algebra.integer(self.value)

    def text(self) -> tuple[str, int]:
        return str(self.value), 3 if self.value >= 0 else 1


@dataclass(frozen=True)
class _Name:
    value: str

    def fold(self, algebra: Algebra[T]) -> T:
        return algebra.name(self.value)

    def text(self) -> tuple[str, int]:
        return self.value, 3


@dataclass(frozen=True)
class _Binary:
    operator: str
    left: _Node
    right: _Node

    def fold(self, algebra: Algebra[T]) -> T:
        combine = {"+": algebra.add, "-": algebra.subtract, "*": algebra.multiply}[self.operator]
        return combine(self.left.fold(algebra), self.right.fold(algebra))

    def text(self) -> tuple[str, int]:
        level = 2 if self.operator == "*" else 1
        return f"{_bracketed(self.left, level)}{self.operator}{_bracketed(self.right, level + 1)}", level


@dataclass(frozen=True)
class _Quotient:
    rounding: str
    dividend: _Node
    divisor: int

    def fold(self, algebra: Algebra[T]) -> T:
        dividend = self.dividend.fold(algebra)
        if self.rounding == "ceil":
            dividend = algebra.add(dividend, algebra.integer(self.divisor - 1))
        return algebra.floor_divide(dividend, self.divisor)

    def text(self) -> tuple[str, int]:
        return f"{self.rounding}({_bracketed(self.dividend, 2)}/{self.divisor})", 3


@dataclass(frozen=True)
class _Extreme:
    which: str
    of: tuple[_Node, ...]

    def fold(self, algebra: Algebra[T]) -> T:
        combine = algebra.minimum if self.which == "min" else algebra.maximum
        return reduce(combine, [node.fold(algebra) for node in self.of])

    def text(self) -> tuple[str, int]:
        return f"{self.which}({','.join(node.text()[0] for node in self.of)})", 3


_Node = _Integer | _Name | _Binary | _Quotient | _Extreme


def _bracketed(node: _Node, at_least: int) -> str:
    """The node's text, in parentheses when it binds less tightly than `at_least` (1 sums, 2 products, 3 atoms)."""
    text, level = node.text()
    return text if level >= at_least else f"({text})"


@dataclass(frozen=True)
class Formula:
    """A whole-number expression over a few named quantities (n replicas, at most f of them faulty).

    `text` is canonical: two formulas with the same tree have the same text, and parsing it gives the formula back.
    `names` are those that occur in it, sorted. Equality is that of the tree, not of the values: `f+1` is not `1+f`.
    """

    text: str
    names: tuple[str, ...] = field(compare=False)
    _root: _Node = field(compare=False, repr=False)

    @staticmethod
    def parse(text: str, names: Sequence[str] = ("n", "f")) -> Formula:
        """Read a formula in which `names` may occur.

        Allowed are whole numbers, the names, `+ - *`, `a//b`, `floor(a/b)`, `ceil(a/b)`, `min`, `max` and parentheses;
        a number directly before a name multiplies it (`2f+1`). Raises InputError that names the column (from 1).
        """
        return _Reader(text, tuple(names)).formula()

    def evaluate(self, values: Mapping[str, int]) -> int:
        """The formula's value, e.g. for `{"n": 4, "f": 1}`; a name without a value is an InputError."""
        lacking = [name for name in self.names if name not in values]
        if lacking:
            raise InputError(
                f"the formula {self.text!r} needs a value for {', '.join(lacking)}",
                allowed=f"values for {' and '.join(self.names)}",
            )
        return self.fold(_Integers(values))

    def fold(self, algebra: Algebra[T]) -> T:
        """Translate the formula, from its leaves up, into another algebra; `ceil` arrives as a floor division."""
        return self._root.fold(algebra)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class _Integers:
    """Python's own integers."""

    values: Mapping[str, int]

    def integer(self, value: int) -> int:
        return value

    def name(self, name: str) -> int:
        return self.values[name]

    def add(self, left: int, right: int) -> int:
        return left + right

    def subtract(self, left: int, right: int) -> int:
        return left - right

    def multiply(self, left: int, right: int) -> int:
        return left * right

    def floor_divide(self, left: int, divisor: int) -> int:
        return left // divisor

    def minimum(self, left: int, right: int) -> int:
        return min(left, right)

    def maximum(self, left: int, right: int) -> int:
        return max(left, right)


@dataclass(frozen=True)
class _Reader:
    """One parse: the text as written, the names that may occur, and the way back from a syntax node to its column."""

    source: str
    known: tuple[str, ...]

    def formula(self) -> Formula:
        if len(self.source) > LONGEST:
            raise self._error(f"is longer than {LONGEST} characters", LONGEST)
        if (foreign := _FOREIGN.search(self.source)) is not None:
            raise self._error(f"{foreign.group()!r} has no place in a formula", foreign.start())
        try:
            tree = ast.parse(self._explicit.strip(), mode="eval")
        except SyntaxError as error:
            column = error.offset - 1 if error.offset else len(self._explicit)  # at the text's end Python gives none
            raise self._error("is not a complete expression", self._original(column)) from error
        used = sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & set(self.known))
        root = self._node(tree.body)
        return Formula(root.text()[0], tuple(used), root)

    def _node(self, node: ast.expr) -> _Node:
        match node:
            case ast.Constant(value=int(value)) if not isinstance(value, bool):
                return _Integer(value)
            case ast.Name(id=name) if name in self.known:
                return _Name(name)
            case ast.Name(id=name):
                raise self._at(node, f"the name {name!r} is not known here")
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self._node(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._node(operand)
                return _Integer(-inner.value) if isinstance(inner, _Integer) else _Binary("-", _Integer(0), inner)
            case ast.BinOp(op=ast.FloorDiv()):
                return self._quotient("floor", node)
            case ast.BinOp(op=ast.Div()):
                raise self._at(node, "a division must say how it is rounded: write floor(a/b) or ceil(a/b)")
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                return _Binary(_OPERATORS[type(operator)], self._node(left), self._node(right))
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]) if function in self._functions:
                return self._functions[function](node, function, arguments)
        raise self._at(node, f"{ast.unparse(node)!r} is not part of a formula")

    @property
    def _functions(self) -> dict[str, Callable[[ast.expr, str, list[ast.expr]], _Node]]:
        return {"floor": self._rounded, "ceil": self._rounded, "min": self._extreme, "max": self._extreme}

    def _rounded(self, node: ast.expr, function: str, arguments: list[ast.expr]) -> _Node:
        match arguments:
            case [ast.BinOp(op=ast.Div()) as division]:
                return self._quotient(function, division)
        raise self._at(node, f"{function} takes one division: {function}(a/b)")

    def _extreme(self, node: ast.expr, function: str, arguments: list[ast.expr]) -> _Node:
        if len(arguments) < 2:
            raise self._at(node, f"{function} takes at least two values: {function}(a, b)")
        return _Extreme(function, tuple(self._node(argument) for argument in arguments))

    def _quotient(self, rounding: str, division: ast.BinOp) -> _Node:
        match division.right:
            case ast.Constant(value=int(divisor)) if divisor > 0 and not isinstance(divisor, bool):
                return _Quotient(rounding, self._node(division.left), divisor)
        raise self._at(division.right, "a divisor must be a positive whole number")

    def _at(self, node: ast.expr, problem: str) -> InputError:
        return self._error(problem, self._original(node.col_offset))

    def _error(self, problem: str, column: int) -> InputError:
        names = ", ".join(self.known)
        return InputError(
            f"formula {self.source!r}, column {column + 1}: {problem}",
            allowed=f"whole numbers, {names}, + - *, a//b, floor(a/b), ceil(a/b), min, max, parentheses",
        )

    @property
    def _explicit(self) -> str:
        """The text with the `*` that `2f` leaves out."""
        return _COEFFICIENT.sub(lambda number: number.group() + "*", self.source)

    def _original(self, column: int) -> int:
        """The column as the author wrote it, from a column of the stripped text with its `*` put in."""
        column += len(self._explicit) - len(self._explicit.lstrip())
        inserted = [number.end() + i for i, number in enumerate(_COEFFICIENT.finditer(self.source))]
        return min(column - bisect_left(inserted, column), max(len(self.source) - 1, 0))
