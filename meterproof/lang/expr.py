"""Expressions: an immutable, typed, hash-consed graph.

Equal expressions are one object, so engines memoise by `uid`. Operators build nodes; they never
compute. A symbolic value has no truth value in Python: `if`, `and`, `or`, `not` on it raise with the
line of the model and what to write instead.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from meterproof.lang.location import at_model_line
from meterproof.lang.types import BOOL, NUMBER, EnumType, IntRange, Number, Sort, Type


class Expr:
    """One node: `op`, its `type`, its `args` (expressions) and `data` (what is no expression).

    | op | data | args |
    | --- | --- | --- |
    | const | the value: bool, or int (enum position, integer) | |
    | param | name of an action's parameter | |
    | bound | (level, name) of a quantified variable | |
    | read | (variable, 0 before / 1 after the step) | indexes |
    | not, and, or, ite, eq | | operands |
    | lt, next | | two individuals of one ordered sort (lt: or two numbers) |
    | add, sub | | two numbers |
    | forall, exists, count | | bound variables, then the body |
    | atleast | the threshold, a `Formula` | bound variable, then the body |
    """

    __slots__ = ("args", "data", "op", "type", "uid")
    op: str
    type: Type
    args: tuple[Expr, ...]
    data: Hashable
    uid: int

    def __bool__(self) -> bool:
        raise at_model_line(
            "Python asked a symbolic value for its truth (if, and, or, not, in, or a chained comparison)",
            "`&`, `|`, `~`, implies(a, b), ite(c, a, b), or `if s.rules...` on a rule's value",
        )

    def __hash__(self) -> int:
        return self.uid

    def __eq__(self, other: object) -> Expr:  # type: ignore[override]
        return equal(self, other)

    def __ne__(self, other: object) -> Expr:  # type: ignore[override]
        return negate(equal(self, other))

    def __and__(self, other: object) -> Expr:
        return conjoin(self, other)

    __rand__ = __and__

    def __or__(self, other: object) -> Expr:
        return disjoin(self, other)

    __ror__ = __or__

    def __invert__(self) -> Expr:
        return negate(self)

    def __lt__(self, other: object) -> Expr:
        return less(self, other)

    def __gt__(self, other: object) -> Expr:
        return less(lift(other, self.type), self)

    def __le__(self, other: object) -> Expr:
        return negate(less(lift(other, self.type), self))

    def __ge__(self, other: object) -> Expr:
        return negate(less(self, other))

    def __add__(self, other: object) -> Expr:
        return arithmetic("add", self, other)

    def __sub__(self, other: object) -> Expr:
        return arithmetic("sub", self, other)

    def __radd__(self, other: object) -> Expr:
        return arithmetic("add", lift(other, NUMBER), self)

    def __rsub__(self, other: object) -> Expr:
        return arithmetic("sub", lift(other, NUMBER), self)

    def __mul__(self, other: object) -> Expr:
        raise at_model_line(f"numbers of a model are not multiplied: {self!r} * {other!r}", "+ and -, or a Formula")

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return show(self)

    def __reduce__(self) -> tuple[object, ...]:
        """Unpickling makes the node anew, so that one from another process is the one node of its kind here, too."""
        return make, (self.op, self.type, self.args, self.data)


_table: dict[tuple[object, ...], Expr] = {}


def make(op: str, type_: Type, args: tuple[Expr, ...] = (), data: Hashable = None) -> Expr:
    """The one node with these parts."""
    key = (op, type_, tuple(a.uid for a in args), type(data).__name__, data)
    node = _table.get(key)
    if node is None:
        node = object.__new__(Expr)
        node.op, node.type, node.args, node.data, node.uid = op, type_, args, data, len(_table)
        _table[key] = node
    return node


def constant(value: bool | int, type_: Type) -> Expr:
    """A literal: a boolean, an enum's position, or an integer."""
    return make("const", type_, (), value)


def read_of(node: Expr) -> tuple[str, int]:
    """The variable that a `read` node reads, and 0 for the state before the step or 1 for the one after."""
    assert isinstance(node.data, tuple)
    name, phase = node.data
    return str(name), int(phase)


TRUE = constant(True, BOOL)
FALSE = constant(False, BOOL)


def lift(value: object, type_: Type) -> Expr:
    """`value` as an expression of `type_`: an expression of that type, or a Python literal of it."""
    if isinstance(value, Expr):
        if fits(value.type, type_):
            return value
        raise at_model_line(f"a value of {value.type.name} stands where {type_.name} is needed: {value!r}")
    if type_ == BOOL and isinstance(value, bool):
        return constant(value, BOOL)
    if isinstance(value, int) and not isinstance(value, bool) and isinstance(type_, IntRange | Number):
        if isinstance(type_, IntRange) and not type_.low <= value <= type_.high:
            raise at_model_line(f"{value} is outside {type_.name}", type_.name)
        return constant(value, type_)
    named = f"{type_.name}.{type_.values[0]}, ..." if isinstance(type_, EnumType) else None
    allowed = named or f"an expression of {type_.name}"
    raise at_model_line(f"{value!r} is no value of {type_.name}", allowed)


def fits(given: Type, needed: Type) -> bool:
    """Whether a value of one type may stand where the other is needed: they are the same, or both are numbers."""
    return given == needed or (isinstance(given, IntRange | Number) and isinstance(needed, IntRange | Number))


def boolean(value: object, what: str = "operand") -> Expr:
    """`value` as a boolean expression, or an error that says what it is instead."""
    if isinstance(value, bool):
        return constant(value, BOOL)
    if isinstance(value, Expr) and value.type == BOOL:
        return value
    kind = f"of {value.type.name}" if isinstance(value, Expr) else f"a Python {type(value).__name__}"
    found = f"{kind}: {value!r}"
    raise at_model_line(f"the {what} is no boolean but {found}", "a comparison, a relation, or True/False")


def _flatten(op: str, operands: Iterable[Expr], unit: Expr, zero: Expr) -> Expr:
    """n-ary and/or: nested ones merged, units and repeats dropped, a zero or a complementary pair decides."""
    flat: dict[int, Expr] = {}
    for operand in operands:
        for part in operand.args if operand.op == op else (operand,):
            if part is zero or negate(part).uid in flat:
                return zero
            if part is not unit:
                flat[part.uid] = part
    if not flat:
        return unit
    parts = tuple(flat.values())
    return parts[0] if len(parts) == 1 else make(op, BOOL, parts)


def conjoin(*operands: object) -> Expr:
    """All of them hold."""
    return _flatten("and", (boolean(o) for o in operands), TRUE, FALSE)


def disjoin(*operands: object) -> Expr:
    """At least one of them holds."""
    return _flatten("or", (boolean(o) for o in operands), FALSE, TRUE)


def negate(operand: object) -> Expr:
    """It does not hold."""
    body = boolean(operand)
    if body.op == "const":
        return FALSE if body.data else TRUE
    return body.args[0] if body.op == "not" else make("not", BOOL, (body,))


def implies(premise: object, conclusion: object) -> Expr:
    """If `premise` then `conclusion`."""
    return disjoin(negate(boolean(premise, "premise")), boolean(conclusion, "conclusion"))


def ite(condition: object, then: object, otherwise: object) -> Any:
    """`then` where `condition` holds, else `otherwise`; both of one type."""
    test = boolean(condition, "condition")
    if not isinstance(then, Expr) and not isinstance(otherwise, Expr):
        yes, no = boolean(then), boolean(otherwise)
    elif isinstance(then, Expr):
        yes, no = then, lift(otherwise, then.type)
    else:
        assert isinstance(otherwise, Expr)
        yes, no = lift(then, otherwise.type), otherwise
    if test.op == "const":
        return yes if test.data else no
    if yes is no:
        return yes
    if yes.type == BOOL:
        return disjoin(conjoin(test, yes), conjoin(negate(test), no))
    return make("ite", yes.type if yes.type == no.type else NUMBER, (test, yes, no))


def equal(a: object, b: object) -> Expr:
    """Both are the same value."""
    if not isinstance(a, Expr):
        a, b = b, a
    assert isinstance(a, Expr)
    right = lift(b, a.type)
    if a is right:
        return TRUE
    if a.op == "const" and right.op == "const":
        return constant(a.data == right.data, BOOL)
    if a.type == BOOL:
        return disjoin(conjoin(a, right), conjoin(negate(a), negate(right)))
    if a.op == "const":
        a, right = right, a
    return make("eq", BOOL, (a, right))


def _ordered(a: Expr) -> None:
    if isinstance(a.type, Sort) and not a.type.ordered:
        raise at_model_line(
            f"{a.type.name} is not ordered, so its individuals can't be compared by size",
            f'Sort("{a.type.name}", ordered=True), or == and !=',
        )
    if not isinstance(a.type, Sort | IntRange | Number):
        raise at_model_line(f"values of {a.type.name} have no order", "an ordered Sort or a number")


def less(a: Expr, b: object) -> Expr:
    """`a` comes before `b` in an ordered sort, or is the smaller number."""
    _ordered(a)
    right = lift(b, a.type)
    if a is right:
        return FALSE
    if a.op == "const" and right.op == "const":
        return constant(a.data < right.data, BOOL)  # type: ignore[operator]
    return make("lt", BOOL, (a, right))


def is_next(a: Expr, b: Expr) -> Expr:
    """`b` is the immediate successor of `a` in their ordered sort."""
    _ordered(a)
    if not isinstance(a.type, Sort):
        raise at_model_line("is_next is for ordered sorts; numbers have + and -")
    return make("next", BOOL, (a, lift(b, a.type)))


def arithmetic(op: str, a: Expr, b: object) -> Expr:
    """Sum or difference of two numbers."""
    if not isinstance(a.type, IntRange | Number):
        raise at_model_line(f"no arithmetic on {a.type.name}", "numbers: an IntRange or count(...)")
    return make(op, NUMBER, (a, lift(b, NUMBER)))


_INFIX = {"and": " & ", "or": " | ", "eq": " == ", "lt": " < ", "add": " + ", "sub": " - "}


def show(node: Expr) -> str:
    """One line of text that reads like the model's source."""
    if node.op == "const":
        if isinstance(node.type, EnumType) and isinstance(node.data, int):
            return f"{node.type.name}.{node.type.values[node.data]}"
        return str(node.data)
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
