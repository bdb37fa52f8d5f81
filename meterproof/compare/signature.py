"""The joint signature of two versions, and their formulas said over it, so that one can be asked about the other.

Sorts and variables are the same when they have the same name. A sort is ordered if either version orders it; an enum
has the values of both; bounded integers run over both ranges. What a step makes of x is a variable of its own, x'. A
variable with other arguments, or values of another kind, means something else in each version: a formula that reads
it is Incomparable.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from meterproof.lang.expr import Expr, conjoin, constant, disjoin, make, read_of
from meterproof.lang.rewrite import BINDERS, rebuilt
from meterproof.lang.system import System, Variable
from meterproof.lang.types import EnumType, IntRange, Sort, Type

AFTER = "'"
"""What follows a variable's name where its value after a step is meant."""


class Incomparable(Exception):
    """A formula has no meaning that both versions share; the message says why."""


class Signature:
    """What two systems can talk about together."""

    def __init__(self, one: System, other: System) -> None:
        self._types: dict[str, Type] = {}
        named: list[Sort | EnumType] = [*one.sorts, *one.enums, *other.sorts, *other.enums]
        for type_ in named:
            self._types[type_.name] = _joined(self._types.get(type_.name, type_), type_)
        self._variables: dict[str, Variable] = {}
        self._strange: dict[str, str] = {}
        for v in (*one.variables, *other.variables):
            self._add(v)

    def _add(self, v: Variable) -> None:
        domain = tuple(d for d in map(self.type, v.domain) if isinstance(d, Sort))
        own = Variable(v.name, domain, self.type(v.to), (), None, rigid=v.rigid)
        have = self._variables.setdefault(v.name, own)
        both_numbers = isinstance(have.to, IntRange) and isinstance(own.to, IntRange)
        if have.domain != own.domain or (have.to != own.to and not both_numbers):
            self._strange[v.name] = f"{v.name} is {_shape(have)} in one version and {_shape(own)} in the other"
        elif have.rigid != own.rigid:
            self._strange[v.name] = f"{v.name} is fixed before the run in one version and a state variable in the other"
        elif both_numbers:
            self._variables[v.name] = replace(own, to=_joined(have.to, own.to))

    @property
    def variables(self) -> tuple[Variable, ...]:
        """All variables that mean the same in both, rigids first, then with their values after a step."""
        known = [v for v in self._variables.values() if v.name not in self._strange]
        after = [replace(v, name=v.name + AFTER) for v in known if not v.rigid]
        return (*(v for v in known if v.rigid), *(v for v in known if not v.rigid), *after)

    @property
    def types(self) -> tuple[Type, ...]:
        """Sorts and enums of both."""
        return tuple(self._types.values())

    def type(self, type_: Type) -> Type:
        """The joint type that one version's type is part of."""
        joint = self._types.get(type_.name, type_) if isinstance(type_, Sort | EnumType) else type_
        return joint if isinstance(joint, Sort) == isinstance(type_, Sort) else type_

    def say(self, node: Expr, *, after: bool = False) -> Expr:
        """A closed formula of either version over the joint signature, of one state; `after`: of the state after.

        Raises Incomparable where it reads a variable that means something else in each version, and where it counts
        values of an enum that has others in the other version.
        """
        return self._say(node, {}, after)

    def _say(self, node: Expr, to: dict[int, Expr], after: bool) -> Expr:
        if node.uid in to:
            return to[node.uid]
        if node.op == "const":
            return self._constant(node)
        if node.op == "bound":
            if isinstance(self._types.get(node.type.name, node.type), Sort) != isinstance(node.type, Sort):
                raise Incomparable(f"{node.type.name} is a sort in one version and an enum in the other")
            return make("bound", self.type(node.type), (), node.data)
        if node.op in BINDERS:
            return self._binder(node, to, after)
        parts = [self._say(a, to, after) for a in node.args]
        if node.op != "read":
            return rebuilt(node, parts)
        name, phase = read_of(node)
        if name in self._strange:
            raise Incomparable(self._strange[name])
        variable = self._variables[name]
        prime = AFTER if (phase or after) and not variable.rigid else ""
        return make("read", variable.to, tuple(parts), (name + prime, 0))

    def _constant(self, node: Expr) -> Expr:
        joint = self.type(node.type)
        if not isinstance(joint, EnumType) or not isinstance(node.type, EnumType):
            return node
        assert isinstance(node.data, int)
        return constant(joint.values.index(node.type.values[node.data]), joint)

    def _binder(self, node: Expr, to: dict[int, Expr], after: bool) -> Expr:
        """Quantifiers over an enum that the other version extends run over the version's own values."""
        *bound, body = node.args
        grown = [b for b in bound if isinstance(b.type, EnumType) and self.type(b.type) != b.type]
        kept = tuple(self._say(b, to, after) for b in bound if all(b is not g for g in grown))
        if not grown:
            return make(node.op, node.type, (*kept, self._say(body, to, after)), node.data)
        if node.op not in ("forall", "exists"):
            raise Incomparable(f"it counts values of {grown[0].type.name}, of which one version has others")
        bodies = [
            self._say(body, {**to, **{g.uid: v for g, v in zip(grown, values, strict=True)}}, after)
            for values in product(*(self._own(g) for g in grown))
        ]
        whole = conjoin(*bodies) if node.op == "forall" else disjoin(*bodies)
        return whole if not kept or whole.op == "const" else make(node.op, node.type, (*kept, whole), node.data)

    def _own(self, bound: Expr) -> list[Expr]:
        """The values of the version's own enum, as the joint one has them."""
        assert isinstance(bound.type, EnumType)
        return [self._constant(constant(at, bound.type)) for at in range(len(bound.type.values))]


def _joined(one: Type, other: Type) -> Type:
    """The least type that has the values of both."""
    if isinstance(one, EnumType) and isinstance(other, EnumType):
        values = tuple(dict.fromkeys((*one.values, *other.values)))
        return one if values == one.values else EnumType(one.name, *values)
    if isinstance(one, IntRange) and isinstance(other, IntRange):
        return IntRange(min(one.low, other.low), max(one.high, other.high))
    if isinstance(one, Sort) and isinstance(other, Sort):
        return one if one.ordered else other
    return one


def _shape(v: Variable) -> str:
    arguments = ", ".join(d.name for d in v.domain)
    return f"({arguments}) -> {v.to.name}" if arguments else v.to.name
