"""Random small protocols that use the whole language, for comparing engines with the interpreter.

A machine is an ordinary `Protocol` whose functions throw dice while they are traced. A machine's seed is all that
there is to it, so a failing one can be made again by its number.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from meterproof.finite.instance import Instance
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import (
    Enum,
    Expr,
    Formula,
    IntRange,
    Protocol,
    Sort,
    System,
    action,
    atleast,
    count,
    exists,
    forall,
    implies,
    invariant,
    is_first,
    is_next,
    ite,
    parameter,
    quiescent,
    reachable,
    require,
    rigid,
    step,
    trace,
    var,
)

Node = Sort("Node")
Token = Sort("Token")
Tick = Sort("Tick", ordered=True)
Mode = Enum("Mode", "idle", "busy")
Colour = Enum("Colour", "red", "green", "blue")
SORTS = (Node, Token, Tick)
LEVELS = (IntRange(0, 2), IntRange(-1, 1), IntRange(3, 4), IntRange(5, 5))
ADVERSARY = "ADV"

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


def _claim(say: Phrases, kind: str) -> Any:
    """Something that few states show, so that it takes some steps to find one, or to see that there is none."""
    rare = say.truth(1) & say.truth(2) & say.dice.choice([True, say.truth(1)])
    return rare if kind == "reachable" else implies(rare, False)


@dataclass(frozen=True)
class Machine:
    """A random protocol at a random small scope, under an adversary that has its capability or not."""

    system: System
    sizes: dict[str, int]
    adversary: frozenset[str]

    @property
    def worlds(self) -> list[Instance]:
        """The first few of its instances."""
        return instances(self.system, resolve(self.system, self.sizes))[:2]


def names(dice: Random) -> list[Name]:
    """Three to five variables; the first is always there, so that something can always be said."""
    domains = [(), (), (Node,), (Node,), (Token,), (Tick,), (Node, Token), (Node, Node)]
    types: list[Type] = [bool, bool, bool, Mode, Colour, Colour, Node, Node, Tick, Tick, *LEVELS]
    rest = [Name(f"v{i}", dice.choice(domains), dice.choice(types)) for i in range(dice.randint(2, 4))]
    return [Name("mode", (), Mode), *rest]


def declare(dice: Random, known: list[Name], pads: list[Name]) -> dict[str, Any]:
    """Declarations of the variables and rigids; `pads` stand anywhere between the variables."""
    body: dict[str, Any] = {
        "f": parameter(Node, default="floor((n-1)/3)"),
        "bad": rigid(Node, at_most="f"),
        "home": rigid(to=Node),
        "dawn": rigid(to=Tick),
        "owner": rigid(Token, to=Node),
    }
    variables = {n.name: var(*n.domain, to=n.to, init=initial(dice, n)) for n in (*known, *pads)}
    return body | {name: variables[name] for name in dice.sample(list(variables), len(variables))}


def initial(dice: Random, name: Name) -> Any:
    """An initial value: a constant, or a function of the rigids and the indexes."""
    if isinstance(name.to, Enum):
        return getattr(name.to, dice.choice(name.to.values))
    if isinstance(name.to, IntRange):
        return dice.randint(name.to.low, name.to.high)
    options: list[Callable[..., Any]] = []
    if name.to is bool:
        options = [lambda s, *index: False, lambda s, *index: True, lambda s, *index: s.bad[s.home]]
    if name.to == Node:
        options = [lambda s, *index: s.home]
    if name.to == Tick:
        options = [lambda s, *index: s.dawn]
    if name.to in name.domain:
        options.append(lambda s, *index: index[name.domain.index(name.to)])
    return _with_arguments(dice.choice(options), ("s", *(f"i{k}" for k in range(len(name.domain)))))


def _with_arguments(function: Callable[..., Any], arguments: tuple[str, ...], sorts: tuple[Any, ...] = ()) -> Any:
    """The function with a signature of so many arguments; the last ones are annotated with the sorts."""
    free = [None] * (len(arguments) - len(sorts))
    function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(a, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=s or inspect.Parameter.empty)
            for a, s in zip(arguments, (*free, *sorts), strict=True)
        ]
    )
    return function


def move(dice: Random, known: list[Name], readable: list[Name], pads: list[Name], sums: bool) -> Any:
    """A random action. With `sums`, updates may carry a bounded integer out of its range."""
    sorts = tuple(dice.choice([*SORTS, Node, Colour]) for _ in range(dice.randint(0, 2)))

    def function(s: Any, *individuals: Expr) -> Any:
        say = Phrases(dice, readable, (s,), individuals)
        apart = len(sorts) == 2 and sorts[0] == sorts[1]
        if apart:
            require(individuals[0] != individuals[1])
        if dice.random() < 0.5:
            require(s.mode == getattr(Mode, dice.choice(Mode.values)))
        for _ in range(dice.choice([0, 0, 1, 1, 2])):
            require(say.truth(2) | say.truth(1) | dice.choice([False, say.truth(0)]))
        changed = dice.sample(known, min(len(known), dice.randint(1, 3)))
        changes = {n.name: _change(say, n, apart, sums) for n in changed}
        for pad in dice.sample(pads, min(len(pads), 2)):
            changes[pad.name] = dice.choice([pad.to.low, pad.to.high])
        return s.set(**{name: value for name, value in changes.items() if value is not None})

    return _with_arguments(function, ("s", *(f"x{i}" for i in range(len(sorts)))), sorts)


def _change(say: Phrases, name: Name, apart: bool, sums: bool) -> Any:
    """A new value for a variable: at one or two cells or at all; None where nothing of its sort can be said."""

    dice = say.dice

    def value(phrases: Phrases) -> Any:
        if name.to is bool:
            return dice.choice([True, False, phrases.truth(1)])
        if isinstance(name.to, IntRange) and sums and dice.random() < 0.5:
            return phrases.number(2)
        if isinstance(name.to, Enum) and dice.random() < 0.6:
            return getattr(name.to, dice.choice(name.to.values))
        if isinstance(name.to, IntRange) and phrases.can(name.to, 1) and dice.random() < 0.5:
            old = phrases.read_or_scope(name.to, 1)
            return ite(old < name.to.high, old + 1, name.to.low) if name.to.low < name.to.high else old
        return phrases.term(name.to, dice.randint(0, 2) if phrases.can(name.to, 0) else 2)

    if isinstance(name.to, Sort) and not say.can(name.to, 2):
        return None
    if not name.domain:
        return value(say)
    if not all(say.can(sort, 1) for sort in name.domain) or dice.random() < 0.5:
        everywhere = _with_arguments(
            lambda *index: value(say.within(*index)), tuple(f"i{k}" for k in range(len(name.domain)))
        )
        return everywhere
    first = tuple(say.term(sort, 1) for sort in name.domain)
    cells = {first: value(say)}
    if apart and say.scope[0].type in name.domain:
        where = name.domain.index(say.scope[0].type)
        cells = {
            (*first[:where], x, *first[where + 1 :]): value(say) for x in say.scope
        }  # the guard keeps the two apart
    return cells


CLAIMS = {"invariant": invariant, "quiescent": quiescent, "reachable": reachable, "step": step}


def machine(seed: int, *, padded: bool = False, sums: bool = False) -> Machine:
    """The random machine of that number, with three properties of every kind.

    `padded` machines fill a machine word or more; with `sums` a bounded integer may be carried out of its range.
    """
    dice = Random(seed)
    known = names(dice)
    sizes = [dice.randint(1, 6) for _ in range(dice.randint(8, 24))] if padded else []
    pads = [Name(f"pad{i}", (), IntRange(-3, 2**bits - 4)) for i, bits in enumerate(sizes)]
    rigids = [Name("bad", (Node,), bool), Name("home", (), Node), Name("dawn", (), Tick), Name("owner", (Token,), Node)]
    readable = [*known, *rigids, *pads[:2]]
    body = declare(dice, known, pads)
    for i in range(dice.randint(3, 6)):
        function = move(dice, known, readable, pads, sums)
        function.__name__ = f"move{i}"
        body[f"move{i}"] = action(needs=dice.choice([None, ADVERSARY, ADVERSARY]))(function)
    for kind, mark in CLAIMS.items():
        states = ("s", "t") if kind == "step" else ("s",)
        for i in range(3):
            claim = _with_arguments(lambda *states, kind=kind: _claim(Phrases(dice, readable, states), kind), states)
            body[f"{kind}{i}"] = mark(id=f"{kind}{i}")(claim)
    system = trace(type("Machine", (Protocol,), body))
    scope = {Node.name: dice.randint(1, 3), Token.name: dice.randint(1, 3), Tick.name: dice.choice([1, 2, 3, 3])}
    scope["bad"] = dice.randint(0, scope[Node.name])
    return Machine(system, scope, dice.choice([frozenset(), frozenset({ADVERSARY}), frozenset({ADVERSARY})]))
