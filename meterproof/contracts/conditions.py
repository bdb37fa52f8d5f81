"""The clauses of a rule: what each admits, and whether one admits only what another does. Intervals are half-open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from meterproof.contracts.request import DAY, MOST, Request

WordName = Literal["who", "service", "action", "data", "jurisdiction"]
WORDS: tuple[WordName, ...] = get_args(WordName)
"""The clauses that name words of the vocabulary."""
CLAUSES = (*WORDS, "amount", "hours", "weekdays", "dates")
"""All clauses, in the order in which they are told."""


@dataclass(frozen=True)
class Words:
    """The request's word is one of these."""

    name: WordName
    words: frozenset[str]

    def admits(self, request: Request) -> bool:
        """Whether the clause is met."""
        return getattr(request, self.name) in self.words

    def within(self, other: Clause) -> bool:
        """Whether the other clause is of the same name and admits all that this one does."""
        return isinstance(other, Words) and self.name == other.name and self.words <= other.words


@dataclass(frozen=True)
class Amounts:
    """The amount is in this unit, at least `start` and less than `end`. Without a unit: there is no amount."""

    unit: str | None
    start: int = 0
    end: int = MOST + 1

    name = "amount"

    def admits(self, request: Request) -> bool:
        """Whether the clause is met."""
        if request.amount is None or self.unit is None:
            return request.unit == self.unit
        return request.unit == self.unit and self.start <= request.amount.value < self.end

    def within(self, other: Clause) -> bool:
        """Whether the other clause is of the same name and admits all that this one does."""
        return isinstance(other, Amounts) and (
            self.unit == other.unit and other.start <= self.start and self.end <= other.end
        )


@dataclass(frozen=True)
class Hours:
    """From minute `start` of the day to before minute `end`, which is on the next day unless it is later than `start`.

    The halves before and after midnight each belong to the weekday and date that they fall on.
    """

    start: int
    end: int

    name = "hours"

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The same within one day: one interval, or one up to midnight and one from midnight on."""
        if self.start < self.end:
            return ((self.start, self.end),)
        return ((self.start, DAY), (0, self.end)) if self.end else ((self.start, DAY),)

    def admits(self, request: Request) -> bool:
        """Whether the clause is met."""
        return any(start <= request.minute < end for start, end in self.spans)

    def within(self, other: Clause) -> bool:
        """Whether the other clause is of the same name and admits all that this one does."""
        return isinstance(other, Hours) and all(
            any(low <= start and end <= high for low, high in other.spans) for start, end in self.spans
        )


@dataclass(frozen=True)
class Weekdays:
    """The day is one of these, 0 for Monday to 6 for Sunday."""

    days: frozenset[int]

    name = "weekdays"

    def admits(self, request: Request) -> bool:
        """Whether the clause is met."""
        return request.weekday in self.days

    def within(self, other: Clause) -> bool:
        """Whether the other clause is of the same name and admits all that this one does."""
        return isinstance(other, Weekdays) and self.days <= other.days


@dataclass(frozen=True)
class Dates:
    """From day `start` to before day `end`, counted from 1970-01-01; `end` may be open."""

    start: int
    end: int | None

    name = "dates"

    def admits(self, request: Request) -> bool:
        """Whether the clause is met."""
        return self.start <= request.day and (self.end is None or request.day < self.end)

    def within(self, other: Clause) -> bool:
        """Whether the other clause is of the same name and admits all that this one does."""
        if not isinstance(other, Dates) or self.start < other.start:
            return False
        return other.end is None or (self.end is not None and self.end <= other.end)


Clause = Words | Amounts | Hours | Weekdays | Dates
