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
    IntRange,
    Protocol,
    Sort,
    System,
    action,
    implies,
    invariant,
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
from tests.explore.phrases import LEVELS, SORTS, Colour, Mode, Name, Node, Phrases, Tick, Token, Type

ADVERSARY = "ADV"


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


def declare(dice: Random, known: list[Name], pads: list[Name], ghosts: list[Name]) -> dict[str, Any]:
    """Declarations of the variables and rigids; `pads` and `ghosts` stand anywhere between the variables."""
    body: dict[str, Any] = {
        "f": parameter(Node, default="floor((n-1)/3)"),
        "bad": rigid(Node, at_most="f"),
        "home": rigid(to=Node),
        "dawn": rigid(to=Tick),
        "owner": rigid(Token, to=Node),
    }
    variables = {n.name: var(*n.domain, to=n.to, init=initial(dice, n)) for n in (*known, *pads)}
    variables |= {n.name: var(*n.domain, to=n.to, init=initial(dice, n), ghost=True) for n in ghosts}
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


def move(
    dice: Random, known: list[Name], readable: list[Name], pads: list[Name], ghosts: list[Name], sums: bool
) -> Any:
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
        haunted = Phrases(dice, [*readable, *ghosts], (s,), individuals)
        for ghost in dice.sample(ghosts, min(len(ghosts), 1)):
            changes[ghost.name] = _change(haunted, ghost, apart, sums)
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


def machine(
    seed: int, *, padded: bool = False, wide: bool = False, haunted: bool = False, sums: bool = False
) -> Machine:
    """The random machine of that number, with three properties of every kind.

    `padded` machines fill a machine word or more, `wide` ones more than 16 words. `haunted` ones have ghosts, and some
    of their properties may read them. With `sums` a bounded integer may be carried out of its range.
    """
    dice = Random(seed)
    known = names(dice)
    sizes = [dice.randint(1, 6) for _ in range(dice.randint(8, 24))] if padded else []
    sizes = [6] * dice.randint(165, 200) if wide else sizes
    pads = [Name(f"pad{i}", (), IntRange(-3, 2**bits - 4)) for i, bits in enumerate(sizes)]
    rigids = [Name("bad", (Node,), bool), Name("home", (), Node), Name("dawn", (), Tick), Name("owner", (Token,), Node)]
    readable = [*known, *rigids, *pads[:2]]
    ghosts = [Name(f"ghost{i}", n.domain, n.to) for i, n in enumerate(names(dice)[1:])] if haunted else []
    said = [*readable, *(ghosts if haunted and dice.random() < 0.5 else [])]
    body = declare(dice, known, pads, ghosts)
    for i in range(dice.randint(3, 6)):
        function = move(dice, known, readable, pads, ghosts, sums)
        function.__name__ = f"move{i}"
        body[f"move{i}"] = action(needs=dice.choice([None, ADVERSARY, ADVERSARY]))(function)
    for kind, mark in CLAIMS.items():
        states = ("s", "t") if kind == "step" else ("s",)
        for i in range(3):
            claim = _with_arguments(lambda *states, kind=kind: _claim(Phrases(dice, said, states), kind), states)
            body[f"{kind}{i}"] = mark(id=f"{kind}{i}")(claim)
    system = trace(type("Machine", (Protocol,), body))
    scope = {Node.name: dice.randint(1, 3), Token.name: dice.randint(1, 3), Tick.name: dice.choice([1, 2, 3, 3])}
    scope["bad"] = dice.randint(0, scope[Node.name])
    return Machine(system, scope, dice.choice([frozenset(), frozenset({ADVERSARY}), frozenset({ADVERSARY})]))
