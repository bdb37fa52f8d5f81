"""Credit scores of users, in whole points (Wang et al., 2.2 and 3.4 (b); WA-R15, WA-R23, WA-C23).

The paper gives no formula. Hardened, a score is a function of the *set* of final records about a user: a sum of points,
held within its bounds once and at the end. So it is the same at every node that has the same records, in whatever order
and however often they came. A record of which a dispute has found that it is not so counts for nothing.

`running_score` is what an implementer may make of the text instead: points are added as facts are heard, the score is
held within its bounds each time, and of two facts about one trade the first one counts. It depends on the order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from meterproof.errors import InputError

Kind = Literal["settled", "default", "violation"]
KINDS: tuple[Kind, ...] = ("settled", "default", "violation")


@dataclass(frozen=True)
class Fact:
    """What one record says about a user. `record` is its hash, by which rulings name it; `subject` is the trade or the
    operation that it is about, and `height` its place on the chain that has it, or -1 while it is hearsay.

    `denies` are other subjects that cannot have been, too, such as another sale of the same quantity.
    """

    record: bytes
    user: bytes
    kind: Kind
    subject: bytes
    height: int
    denies: frozenset[bytes] = frozenset()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"a fact cannot be {self.kind!r}", allowed=", ".join(KINDS))


@dataclass(frozen=True)
class Scale:
    """Points of each kind of fact, the score of a user of whom nothing is known, and the bounds of all scores."""

    points: Mapping[Kind, int] = field(
        default_factory=lambda: MappingProxyType({"settled": 1, "default": -40, "violation": -100})
    )
    start: int = 600
    lowest: int = 0
    highest: int = 1000

    def __post_init__(self) -> None:
        if set(self.points) != set(KINDS):
            raise InputError(f"points for {', '.join(map(str, self.points))}", allowed=", ".join(KINDS))
        if not self.lowest <= self.start <= self.highest:
            raise InputError(
                f"{self.start} points to begin with", allowed=f"{self.lowest} to {self.highest}, as all scores"
            )

    def within(self, points: int) -> int:
        """The nearest score that the bounds admit."""
        return max(self.lowest, min(self.highest, points))


SCALE = Scale()
"""The study's own, as the paper has none."""


def score(user: bytes, facts: Iterable[Fact], void: Collection[bytes] = (), scale: Scale = SCALE) -> int:
    """The user's score by final records, of which those in `void` were found not to be so.

    Whose facts are of others, and repeated ones, make no difference. Raises InputError when two facts have one record.
    """
    known: dict[bytes, Fact] = {}
    for fact in facts:
        if known.setdefault(fact.record, fact) != fact:
            raise InputError(f"two different facts of the record {fact.record.hex()}", allowed="one fact a record")
    counted = (fact for fact in known.values() if fact.user == user and fact.record not in void)
    return scale.within(scale.start + sum(scale.points[fact.kind] for fact in counted))


def first_of_contrary(heard: Iterable[Fact]) -> tuple[Fact, ...]:
    """Those that count where the first of contrary facts does: of two about one subject and user, or where it denies
    the other one's."""
    counted, subjects, denied = list[Fact](), set[tuple[bytes, bytes]](), set[bytes]()
    for fact in heard:
        if (fact.user, fact.subject) not in subjects and fact.subject not in denied:
            counted.append(fact)
            subjects.add((fact.user, fact.subject))
            denied |= fact.denies
    return tuple(counted)


def running_score(user: bytes, heard: Iterable[Fact], scale: Scale = SCALE) -> int:
    """The user's score at a node that adds points as it hears of facts, of contrary ones for the first only."""
    points = scale.start
    for fact in first_of_contrary(heard):
        if fact.user == user:
            points = scale.within(points + scale.points[fact.kind])
    return points
