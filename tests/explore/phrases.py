"""Random expressions of the language, over some variables and the individuals in scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from meterproof.lang import (
    Enum,
    Expr,
    Formula,
    IntRange,
    Sort,
    atleast,
    count,
    exists,
    forall,
    implies,
    is_first,
    is_next,
    ite,
)

Node = Sort("Node")
Token = Sort("Token")
Tick = Sort("Tick", ordered=True)
Mode = Enum("Mode", "idle", "busy")
Colour = Enum("Colour", "red", "green", "blue")
SORTS = (Node, Token, Tick)
LEVELS = (IntRange(0, 2), IntRange(-1, 1), IntRange(3, 4), IntRange(5, 5))

Type = Sort | Enum | IntRange | type[bool]


@dataclass(frozen=True)
class Name:
    """A variable that formulas may read: its name, its argument sorts and its values."""

    name: str
    domain: tuple[Sort, ...]
    to: Type


class Phrases:
    """Draws expressions over some variables, one or two states, and the individuals in scope."""

    def __init__(self, dice: Random, names: list[Name], states: tuple[Any, ...], scope: tuple[Expr, ...] = ()) -> None:
        self.dice, self.names, self.states, self.scope = dice, names, states, scope

    def within(self, *individuals: Expr) -> Phrases:
        """The same with more individuals in scope."""
        return Phrases(self.dice, self.names, self.states, (*self.scope, *individuals))

    def pick(self, *options: Any) -> Any:
        return self.dice.choice(options)

    def can(self, type_: Type, depth: int) -> bool:
        """Whether a term of the type can be said without literals."""
        if any(x.type == type_ for x in self.scope):
            return True
        return depth > 0 and any(n.to == type_ and self.readable(n, depth) for n in self.names)

    def readable(self, name: Name, depth: int) -> bool:
        return all(self.can(sort, depth - 1) for sort in name.domain)

    def read(self, name: Name, depth: int) -> Expr:
        """The variable at indexes that may themselves be read: `s.status[s.owner[m]]`."""
        found = getattr(self.pick(*self.states), name.name)
        index = tuple(self.term(sort, depth - 1) for sort in name.domain)
        return found[index] if index else found

    def term(self, type_: Any, depth: int) -> Any:
        """A term of a sort or an enum, or a number of a bounded integer's range."""
        options: list[Callable[[], Any]] = [lambda x=x: x for x in self.scope if x.type == type_]
        options += [
            lambda n=n: self.read(n, depth)
            for n in self.names
            if n.to == type_ and depth > 0 and self.readable(n, depth)
        ] * 2
        if isinstance(type_, Enum):
            options.append(lambda: getattr(type_, self.pick(*type_.values)))
        if isinstance(type_, IntRange):
            options.append(lambda: self.pick(*range(type_.low, type_.high + 1)))
        if depth > 1 and self.can(type_, depth - 1):
            options.append(
                lambda: ite(self.truth(depth - 1), self.read_or_scope(type_, depth - 1), self.term(type_, depth - 1))
            )
        return self.pick(*options)()

    def read_or_scope(self, type_: Any, depth: int) -> Expr:
        """A term of the type that is no literal."""
        options: list[Callable[[], Expr]] = [lambda x=x: x for x in self.scope if x.type == type_]
        options += [lambda n=n: self.read(n, depth) for n in self.names if n.to == type_ and self.readable(n, depth)]
        return self.pick(*options)()

    def number(self, depth: int) -> Expr:
        """A number: a count, a bounded integer, or a sum."""
        options: list[Callable[[], Expr]] = [lambda: self.counted(depth - 1)]
        options += [
            lambda n=n: self.read(n, depth)
            for n in self.names
            if isinstance(n.to, IntRange) and depth > 0 and self.readable(n, depth)
        ] * 2
        if depth > 1:
            options.append(lambda: self.number(depth - 1) + self.pick(1, 2, self.number(depth - 1)))
            options.append(lambda: self.pick(1, self.number(depth - 1)) - self.number(depth - 1))
            options.append(lambda: ite(self.truth(depth - 1), self.number(depth - 1), self.number(depth - 1)))
        return self.pick(*options)()

    def counted(self, depth: int) -> Expr:
        return count(self.pick(*SORTS, Colour), lambda x: self.within(x).truth(depth))

    def truth(self, depth: int) -> Any:
        """A boolean: mostly an expression, now and then True or False."""
        options: list[Callable[[], Any]] = [self.compared_enum]
        options += [lambda n=n: self.read(n, 2) for n in self.names if n.to is bool and self.readable(n, 2)] * 3
        options += [lambda t=t: self.alike(t) for t in (*SORTS, *LEVELS) if self.can(t, 1)]
        if self.can(Tick, 1):
            options.append(self.ordered)
        if depth > 0:
            options += [lambda: self.connected(depth), lambda: self.quantified(depth), lambda: self.counting(depth)]
        if self.dice.random() < 0.03:
            return self.pick(True, False)
        return self.pick(*options)()

    def compared_enum(self) -> Expr:
        type_ = self.pick(*(n.to for n in self.names if isinstance(n.to, Enum) and self.readable(n, 1)))
        left, right = self.read_or_scope(type_, 1), self.term(type_, 1)
        return left == right if self.dice.random() < 0.5 else left != right

    def alike(self, type_: Any) -> Expr:
        left, right = self.read_or_scope(type_, 1), self.term(type_, 1)
        if isinstance(type_, IntRange):
            return self.pick(left == right, left < right, right <= left)
        return self.pick(left == right, left != right)

    def ordered(self) -> Expr:
        left, right = self.read_or_scope(Tick, 1), self.term(Tick, 1)
        return self.pick(left < right, left >= right, is_next(left, right), is_first(left))

    def connected(self, depth: int) -> Any:
        a, b = self.truth(depth - 1), self.truth(depth - 1)
        return self.pick(
            lambda: a & b, lambda: a | b, lambda: implies(a, b), lambda: ite(self.truth(depth - 1), a, b),
            lambda: implies(a, b) & implies(b, a),
        )()  # fmt: skip

    def quantified(self, depth: int) -> Expr:
        quantifier = self.pick(forall, exists)
        if self.dice.random() < 0.5:
            return quantifier(self.pick(*SORTS, Mode), lambda x: self.within(x).truth(depth - 1))
        return quantifier(
            self.pick(*SORTS), self.pick(*SORTS, Colour), lambda x, y: self.within(x, y).truth(depth - 1)
        )  # fmt: skip

    def counting(self, depth: int) -> Expr:
        if self.dice.random() < 0.5:
            left = self.number(depth)
            right = self.number(depth - 1) if isinstance(left.type, IntRange) else self.pick(0, 1, 2)
            return self.pick(left == right, left < right, left >= right)
        threshold = self.pick(0, 1, 2, Formula.parse("n-f"), Formula.parse("floor((n+f)/2)+1"), Formula.parse("f+1"))
        return atleast(threshold, self.pick(*SORTS), lambda x: self.within(x).truth(depth - 1))
