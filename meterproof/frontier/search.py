"""The border between what a guarantee stands and what breaks it, found by asking about few strengths.

In the manner of MARCO (M. H. Liffiton, A. Previti, A. Malik, J. Marques-Silva, *Fast, flexible MUS enumeration*,
Constraints 21, 2016): ask about a strongest strength of which nothing is known. If it is stood, so is all below it. If
it breaks the guarantee, take away what its run does not use, then one thing after another while it still breaks.
Here a question may also stay open; from then on, weakest strengths are asked first, as they are the cheapest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product
from typing import Generic, TypeVar

from meterproof.errors import InputError
from meterproof.frontier.outcome import Bounds, Standing
from meterproof.frontier.strength import Strength, maximal, minimal

LARGEST = 1 << 14
"""Strengths that a lattice may have: each is looked at, though few are asked about."""

B = TypeVar("B")
K = TypeVar("K")


@dataclass(frozen=True)
class Breaks(Generic[B]):
    """The strength asked about breaks the guarantee, since this one, of its own or weaker, does."""

    strength: Strength
    shown: B


@dataclass(frozen=True)
class Holds(Generic[K]):
    """The guarantee stands the strength asked about."""

    shown: K


@dataclass(frozen=True)
class Open:
    """It could not be decided."""

    why: str


Answer = Breaks[B] | Holds[K] | Open
Ask = Callable[[Strength], Answer[B, K]]


def lattice(most: Strength) -> tuple[Strength, ...]:
    """All strengths up to `most`, weaker ones before stronger ones. InputError where they are too many."""
    capabilities = sorted(most.capabilities)
    size = 2 ** len(capabilities)
    for _, number in most.corruptions:
        size *= number + 1
    if size > LARGEST:
        raise InputError(f"there are {size:,} adversaries to tell apart", allowed=f"{LARGEST:,}, as in a smaller scope")
    subsets = [frozenset(c) for r in range(len(capabilities) + 1) for c in combinations(capabilities, r)]
    sets = [s for s, _ in most.corruptions]
    numbers = list(product(*(range(n + 1) for _, n in most.corruptions)))
    each = (Strength(c, tuple(zip(sets, n, strict=True))) for c in subsets for n in numbers)
    return tuple(sorted(each, key=lambda s: s.key))


@dataclass
class Map(Generic[B, K]):
    """What is known so far of each strength up to `everybody`, of which those up to `limit` are asked about."""

    everybody: Strength
    limit: Strength
    breaks: dict[Strength, B] = field(default_factory=dict)
    holds: dict[Strength, K] = field(default_factory=dict)
    open: dict[Strength, str] = field(default_factory=dict)

    @property
    def bounds(self) -> Bounds:
        """The weakest strengths known to break, the strongest known not to."""
        return Bounds(minimal(self.breaks), maximal(self.holds), self.everybody)

    def standing(self, strength: Strength) -> Standing:
        """What is known of a strength."""
        return Bounds(tuple(self.breaks), tuple(self.holds), self.everybody).standing(strength)

    @cached_property
    def points(self) -> tuple[Strength, ...]:
        """All strengths there are, weaker ones before stronger ones. InputError where they are too many."""
        return lattice(self.everybody)

    @property
    def undecided(self) -> tuple[Strength, ...]:
        """The strengths of which nothing is known, weaker ones first."""
        bounds = self.bounds
        return tuple(p for p in self.points if bounds.standing(p) == "undecided")

    def next(self) -> Strength | None:
        """The strength to ask about: a strongest one, or once a question stayed open, a weakest; None at the end."""
        left = [p for p in self.undecided if p <= self.limit and p not in self.open]
        if not left:
            return None
        return left[0] if self.open else max(left, key=lambda p: p.size)


def explore(found: Map[B, K], ask: Ask[B, K], first: Iterable[Strength] = ()) -> None:
    """Ask until every strength up to the limit is decided or was asked about; those of `first` come first.

    `ask` must be monotone. What it says is kept at once, so that whoever is interrupted has it.
    """
    for seed in first:
        _place(found, ask, seed.within(found.limit))
    while (next_ := found.next()) is not None:
        _place(found, ask, next_)


def _place(found: Map[B, K], ask: Ask[B, K], seed: Strength) -> None:
    """Ask about one strength; if it breaks the guarantee, go down until what is next below is stood or stays open."""
    if found.standing(seed) != "undecided" or seed in found.open:
        return
    answer = ask(seed)
    if isinstance(answer, Holds):
        found.holds[seed] = answer.shown
    elif isinstance(answer, Open):
        found.open[seed] = answer.why
    else:
        found.breaks[answer.strength] = answer.shown
        for below in answer.strength.below():
            _place(found, ask, below)
            if found.standing(below) == "breaks":
                return
