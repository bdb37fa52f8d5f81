"""Mutants of a source file: one operator, constant or negation changed, everything else left byte for byte."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "+"), ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"),
    ast.LShift: ("<<", ">>"), ast.RShift: (">>", "<<"), ast.BitXor: ("^", "|"),
}  # fmt: skip
CONNECTIVES: dict[type[ast.boolop], tuple[str, str]] = {ast.And: ("and", "or"), ast.Or: ("or", "and")}


@dataclass(frozen=True)
class Mutant:
    """`source` is the whole mutated file; `line` and `change` say where it differs and how, `text` is that line."""

    line: int
    change: str
    text: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """All mutants of a file, in the order of its text. See `_idle` for what is left alone."""
    tree = ast.parse(source)
    text = _Text(source)
    idle = _idle(tree)
    for node in ast.walk(tree):
        if node in idle:
            continue
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            yield from text.between(node.left, node.comparators[0], *COMPARISONS[type(node.ops[0])])
        elif isinstance(node, ast.BoolOp):
            yield from text.between(node.values[0], node.values[1], *CONNECTIVES[type(node.op)])
        elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
            yield from text.between(node.left, node.right, *ARITHMETIC[type(node.op)])
        elif isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
            old, new = ARITHMETIC[type(node.op)]
            yield from text.between(node.target, node.value, old + "=", new + "=")
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield from text.replaced(node, "not " + text.of(node.operand), text.of(node.operand))
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield from text.replaced(node, str(node.value), str(not node.value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, int) and abs(node.value) < 64:
            yield from text.replaced(node, text.of(node), str(node.value + 1))
        elif isinstance(node, ast.Continue):
            yield from text.replaced(node, "continue", "break")


def _idle(tree: ast.AST) -> set[ast.AST]:
    """Nodes left alone: annotations, decorators, assertions, the raising of errors, and texts with values in them.

    Python 3.11 does not know where inside of such a text a value stands.
    """
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        roots: list[ast.AST | None] = []
        if isinstance(node, ast.AnnAssign | ast.arg):
            roots.append(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            roots += [node.returns, *node.decorator_list]
        elif isinstance(node, ast.ClassDef):
            roots += node.decorator_list
        elif isinstance(node, ast.Assert | ast.Raise | ast.JoinedStr):
            roots.append(node)
        for root in roots:
            if root is not None:
                found.update(ast.walk(root))
    return found


class _Text:
    def __init__(self, source: str) -> None:
        self.source = source
        self._starts = [0]
        for line in source.encode().splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._bytes = source.encode()

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        first = self._starts[node.lineno - 1] + node.col_offset
        return first, self._starts[node.end_lineno - 1] + node.end_col_offset

    def of(self, node: ast.expr | ast.stmt) -> str:
        first, end = self._span(node)
        return self._bytes[first:end].decode()

    def between(self, left: ast.expr, right: ast.expr, old: str, new: str) -> Iterator[Mutant]:
        """Change the operator that stands between two operands, whatever blanks and brackets are around it."""
        first, end = self._span(left)[1], self._span(right)[0]
        at = self._bytes.find(old.encode(), first, end)
        if at >= 0:
            yield self._mutant(at, at + len(old), old, new)

    def replaced(self, node: ast.expr | ast.stmt, old: str, new: str) -> Iterator[Mutant]:
        first, end = self._span(node)
        yield self._mutant(first, end, old, new)

    def _mutant(self, first: int, end: int, old: str, new: str) -> Mutant:
        line = self._bytes.count(b"\n", 0, first) + 1
        mutated = self._bytes[:first] + new.encode() + self._bytes[end:]
        source = mutated.decode()
        return Mutant(line, f"{old} -> {new}", source.splitlines()[line - 1].strip(), source)
