"""Expressions as text: one traversal for every notation, and a `Notation` for what differs.

Brackets follow from levels: an operand is put in brackets unless it binds tighter than its operator, so that
nobody has to know a notation's precedences. What models write as `!=`, `>=` and `implies` is recognised and written so;
different expressions have different texts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from meterproof.export.names import unused
from meterproof.lang.expr import Expr, read_of
from meterproof.lang.formula import Formula
from meterproof.lang.types import BOOL, Sort, Type

Text = tuple[str, int]
"""A text and how tightly its outermost operator binds."""

OPEN, ARROW, JUNCTION, PREFIX, COMPARISON, SUM, ATOM = range(7)
"""Levels. OPEN is a quantifier or a conditional: it reaches as far to the right as it can."""

LEVELS = {
    "implies": ARROW, "iff": ARROW, "and": JUNCTION, "or": JUNCTION, "eq": COMPARISON, "ne": COMPARISON,
    "lt": COMPARISON, "ge": COMPARISON, "add": SUM, "sub": SUM,
}  # fmt: skip


class Notation(ABC):
    """What one notation writes for each node; operands come as texts that need no further brackets.

    `marks` are the infix operators of `LEVELS`, and `not` as a prefix; without a mark for `implies` and `iff` these are
    written with the others.
    """

    marks: ClassVar[Mapping[str, str]]

    @abstractmethod
    def constant(self, node: Expr) -> str:
        """A literal."""

    @abstractmethod
    def read(self, variable: str, after: bool, index: Sequence[Expr], parts: Sequence[str]) -> str:
        """A state variable or rigid at an index; `after` the step, if so."""

    @abstractmethod
    def conditional(self, test: Text, yes: Text, no: Text) -> Text:
        """A value that depends on a test."""

    @abstractmethod
    def successor(self, left: str, right: str) -> Text:
        """The right individual is the next after the left one."""


class Binding(Notation):
    """A notation that has quantifiers and counts."""

    @abstractmethod
    def quantified(self, op: str, bound: Sequence[tuple[str, Type]], body: str) -> str:
        """`forall` or `exists`."""

    @abstractmethod
    def number_of(self, name: str, over: Type, body: str) -> str:
        """How many satisfy the body; an atom."""

    @abstractmethod
    def threshold(self, formula: Formula, over: Sort) -> str:
        """The number of a threshold, as an operand of a comparison."""


@dataclass(frozen=True)
class Writer:
    """Writes expressions in one notation; bound variables avoid the names that are `taken` by the module."""

    notation: Notation
    taken: Collection[str] = ()

    def text(self, node: Expr, names: Mapping[int, str] | None = None, above: int = OPEN) -> str:
        """The expression as an operand at level `above`; `names` are those of parameters and indexes by uid."""
        return _within(self._write(node, dict(names or {})), above)

    def bind(self, nodes: Sequence[Expr], names: Mapping[int, str] | None = None) -> dict[int, str]:
        """Names for parameters or bound variables, beside those that are in use."""
        found = dict(names or {})
        for node in nodes:
            wanted = str(node.data if node.op == "param" else node.data[1])  # type: ignore[index]
            found[node.uid] = unused(wanted, {*self.taken, *found.values()})
        return found

    def _write(self, node: Expr, names: dict[int, str]) -> Text:
        n = self.notation
        if node.op == "const":
            return n.constant(node), ATOM
        if node.op in ("param", "bound"):
            return names[node.uid], ATOM
        if node.op == "read":
            name, phase = read_of(node)
            return n.read(name, bool(phase), node.args, [self.text(a, names) for a in node.args]), ATOM
        if node.op == "not":
            return self._negation(node.args[0], names)
        if node.op == "or":
            return self._disjunction(node.args, names)
        if node.op in ("forall", "exists", "count", "atleast"):
            return self._binder(node, names)
        if node.op == "ite":
            test, yes, no = (self._write(a, names) for a in node.args)
            return n.conditional(test, yes, no)
        if node.op == "next":
            left, right = (self.text(a, names, COMPARISON) for a in node.args)
            return n.successor(left, right)
        return self._infix(node.op, node.args, names)

    def _infix(self, op: str, operands: Sequence[Expr], names: dict[int, str]) -> Text:
        parts = [self.text(a, names, LEVELS[op]) for a in operands]
        return f" {self.notation.marks[op]} ".join(parts), LEVELS[op]

    def _negation(self, body: Expr, names: dict[int, str]) -> Text:
        if body.op in ("eq", "lt"):
            return self._infix({"eq": "ne", "lt": "ge"}[body.op], body.args, names)
        text, level = self._write(body, names)
        if body.op in ("forall", "exists"):
            return f"{self.notation.marks['not']}{text}", OPEN
        return f"{self.notation.marks['not']}{_within((text, level), PREFIX)}", PREFIX

    def _disjunction(self, parts: Sequence[Expr], names: dict[int, str]) -> Text:
        if len(parts) == 1:
            return self._write(parts[0], names)
        if "iff" in self.notation.marks and (pair := _equivalent(parts)):
            return self._infix("iff", pair, names)
        if "implies" not in self.notation.marks or parts[0].op != "not":
            return self._infix("or", parts, names)
        premise = self.text(parts[0].args[0], names, ARROW)
        conclusion = _within(self._disjunction(parts[1:], names), ARROW)
        return f"{premise} {self.notation.marks['implies']} {conclusion}", ARROW

    def _binder(self, node: Expr, names: dict[int, str]) -> Text:
        notation = self.notation
        assert isinstance(notation, Binding), f"{node.op} is left where there are no quantifiers"
        *bound, body = node.args
        inner = self.bind(bound, names)
        text = self.text(body, inner)
        over = [(inner[b.uid], b.type) for b in bound]
        if node.op in ("forall", "exists"):
            return notation.quantified(node.op, over, text), OPEN
        number = notation.number_of(*over[0], text)
        if node.op == "count":
            return number, ATOM
        assert isinstance(node.data, Formula) and isinstance(bound[0].type, Sort)
        q = notation.threshold(node.data, bound[0].type)
        return f"{number} {notation.marks['ge']} {q}", COMPARISON


def _within(text: Text, above: int) -> str:
    """The text as an operand: in brackets unless it binds tighter than what is above."""
    return text[0] if text[1] > above or above == OPEN else f"({text[0]})"


def _equivalent(parts: Sequence[Expr]) -> tuple[Expr, Expr] | None:
    """The two booleans of an equality, which the language writes as (a and b) or (not a and not b)."""
    if len(parts) != 2 or any(p.op != "and" or len(p.args) != 2 for p in parts):
        return None
    (a, b), (c, d) = parts[0].args, parts[1].args
    opposite = all(x.type == BOOL and (x.op == "not" and x.args[0] is y) for x, y in ((c, a), (d, b)))
    return (a, b) if opposite else None
