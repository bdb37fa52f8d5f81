"""Expressions as text, for error messages, traces and the book."""

from __future__ import annotations

from meterproof.lang.expr import Expr, read_of
from meterproof.lang.types import Enum

_INFIX = {"and": " & ", "or": " | ", "eq": " == ", "lt": " < ", "add": " + ", "sub": " - "}


def show(node: Expr) -> str:
    """One line of text that reads like the model's source."""
    if node.op == "const":
        return f"{node.type.name}.{node.type.values[int(node.data)]}" if isinstance(node.type, Enum) else str(node.data)  # type: ignore[call-overload]
    if node.op == "param":
        return str(node.data)
    if node.op == "bound":
        return str(node.data[1])  # type: ignore[index]
    parts = [show(a) for a in node.args]
    if node.op == "read":
        name, phase = read_of(node)
        return name + ("'" if phase else "") + (f"[{', '.join(parts)}]" if parts else "")
    if node.op == "not":
        return f"~{parts[0]}"
    if node.op in _INFIX:
        return "(" + _INFIX[node.op].join(parts) + ")"
    if node.op in ("forall", "exists", "count"):
        bound = ", ".join(f"{p}: {a.type.name}" for p, a in zip(parts[:-1], node.args[:-1], strict=True))
        return f"{node.op}({bound}: {parts[-1]})"
    if node.op == "atleast":
        return f"atleast({node.data}, {parts[0]}: {node.args[0].type.name}: {parts[1]})"
    return f"{node.op}({', '.join(parts)})"
