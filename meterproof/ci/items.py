"""One guarantee as a test item: what came of it, in words, where to look, and the run that shows it. Data only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

Outcome = Literal["passed", "failed", "undecided", "skipped"]
"""`failed`: decided, and not as it should be. `undecided`: not shown as it should be, nor its contrary. `skipped`: not
asked, or nothing is demanded of it."""
Verb = Literal["check", "audit"]


@dataclass(frozen=True)
class Place:
    """A line (from 1) of a file: a path with forward slashes, relative to the repository where it lies in it."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Tree:
    """Where files are told from: `top` is the repository, `root` the study, from which relative paths start."""

    top: Path
    root: Path

    def place(self, file: str | Path, line: int | None) -> Place:
        """The place of a line, or of the first where none is known."""
        whole = (self.root / file).resolve()
        top = self.top.resolve()
        return Place(whole.relative_to(top).as_posix() if whole.is_relative_to(top) else whole.as_posix(), line or 1)


@dataclass(frozen=True)
class Leg:
    """A step of a run, or another place to look at: what happens there, and the values that it gives, by variable."""

    text: str
    place: Place | None = None
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Turn:
    """What one machine of an audit newly allows and newly forbids, in words, at a scope."""

    subject: str
    scope: str
    allowed: str
    forbidden: str

    @property
    def is_none(self) -> bool:
        """Whether it was shown that the machine does the same as before."""
        return self.allowed == self.forbidden == "nothing"


@dataclass(frozen=True)
class Acceptance:
    """Somebody's word that a finding may stand until the end of the day `expires` (UTC), and why."""

    id: str
    target: str
    reading: str | None
    reason: str
    expires: date
    place: Place


@dataclass(frozen=True)
class Item:
    """What came of one guarantee of one target under one reading.

    `guarantee` is its id, `verdict` the word that decides (of an audit, the change), `message` one line, `detail` all
    that is to be said, with the run. `place` is the line to look at: of a rule, a guard, or the property itself.
    `subject` is what an acceptance is of: a target, and behind it in brackets its reading, if it has one. `ours` marks
    an error of the workbench, which cannot be accepted. `accepted` is the acceptance that applies; `overdue` one that
    would, had it not expired.
    """

    verb: Verb
    protocol: str
    target: str
    subject: str
    reading: str | None
    guarantee: str
    title: str
    outcome: Outcome
    verdict: str
    message: str
    detail: str = ""
    seconds: float = 0.0
    place: Place | None = None
    related: tuple[Leg, ...] = ()
    run: tuple[Leg, ...] = ()
    cites: tuple[str, ...] = ()
    ours: bool = False
    accepted: Acceptance | None = None
    overdue: Acceptance | None = None

    @property
    def name(self) -> str:
        """What it is of: `bc-ami@published (literal)`."""
        return f"{self.target} ({self.reading})" if self.reading else self.target

    @property
    def rule(self) -> str:
        """The guarantee's name among those of all protocols: `bc-ami/IS-P4`."""
        return f"{self.protocol}/{self.guarantee}"

    @property
    def found(self) -> bool:
        """Whether it is a finding: failed or undecided, accepted or not."""
        return self.outcome in ("failed", "undecided")

    @property
    def fails(self) -> bool:
        """Whether it fails the run."""
        return self.found and self.accepted is None

    @property
    def told(self) -> str:
        """The message, and what was said of accepting it."""
        if self.accepted is not None:
            return f"accepted until {self.accepted.expires}: {self.accepted.reason} ({self.message})"
        if self.overdue is not None:
            return f"{self.message}; it was accepted until {self.overdue.expires}, which is over"
        return self.message

    @property
    def identity(self) -> str:
        """The same for the same guarantee in every run, wherever its lines move: 32 hex digits."""
        return _hash(self.verb, self.target, self.reading or "", self.guarantee)

    @property
    def likeness(self) -> str:
        """The same for what is found in the same way: the outcome, the verdict and the run. 32 hex digits."""
        return _hash(self.outcome, self.verdict, *(leg.text for leg in self.run))


def accept(items: Iterable[Item], acceptances: Iterable[Acceptance], today: date) -> tuple[Item, ...]:
    """The items, where findings that are accepted today say so, and those that no longer are say that, too.

    An acceptance without a reading is for every reading. Of several that fit, the one that lasts longest counts.
    """
    known = tuple(acceptances)
    return tuple(_accept(item, known, today) for item in items)


def _accept(item: Item, acceptances: tuple[Acceptance, ...], today: date) -> Item:
    fitting = [a for a in acceptances if _fits(a, item)]
    if not fitting or not item.found or item.ours:
        return item
    last = max(fitting, key=lambda a: a.expires)
    return replace(item, accepted=last) if today <= last.expires else replace(item, overdue=last)


def _fits(a: Acceptance, item: Item) -> bool:
    target = item.subject.partition(" (")[0]
    return (a.id, a.target) == (item.guarantee, target) and a.reading in (None, _reading(item))


def _reading(item: Item) -> str | None:
    return item.subject.partition(" (")[2].removesuffix(")") or None


def unused(items: Iterable[Item], acceptances: Iterable[Acceptance]) -> tuple[Acceptance, ...]:
    """Acceptances whose guarantees were all asked, and none of which is a finding: they can be deleted."""
    asked = [i for i in items if i.outcome != "skipped"]
    found = []
    for a in acceptances:
        fitting = [i for i in asked if _fits(a, i)]
        if fitting and not any(i.found for i in fitting):
            found.append(a)
    return tuple(found)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
