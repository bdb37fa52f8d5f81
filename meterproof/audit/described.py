"""What the code of one side says, as data that leaves its process: rules, traced systems, and the claims on them."""

from __future__ import annotations

from dataclasses import dataclass

from meterproof.audit.outcome import Value
from meterproof.claims import Expected, Plan
from meterproof.lang.system import Property, System
from meterproof.verdict import Verdict


@dataclass(frozen=True)
class RuleSaid:
    """A rule's value under one reading, with where it stands. `file` is relative to the study's root."""

    name: str
    value: Value
    cites: tuple[str, ...]
    doc: str
    file: str
    line: int


@dataclass(frozen=True)
class Stated:
    """One guarantee as a side states it: the machine's system with this property, and how it is tried.

    `number` is the guarantee's place among those of the side.
    """

    number: int
    id: str
    machine: str
    system: System
    plans: tuple[Plan, ...]
    expected: Expected | None
    least: Verdict
    note: str | None = None

    @property
    def claim(self) -> Property:
        """The property itself."""
        return self.system.property(self.id)


@dataclass(frozen=True)
class Unread:
    """A guarantee whose machine or statement does not load, and the reason."""

    id: str
    machine: str
    reason: str


@dataclass(frozen=True)
class Subject:
    """A target under one reading (None where the spec leaves nothing open). `failure` says why it could not be read.

    `others` are the guarantees of machines that nobody asked for, which were not traced: id and machine. `machines` are
    those of the model, whether anything is stated of them or not.
    """

    target: str
    reading: str | None
    rules: tuple[RuleSaid, ...] = ()
    guarantees: tuple[Stated | Unread, ...] = ()
    failure: str | None = None
    others: tuple[tuple[str, str], ...] = ()
    machines: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As results and traces write it: `bc-ami@published (literal)`."""
        return f"{self.target} ({self.reading})" if self.reading else self.target

    def guarantee(self, id: str) -> Stated | Unread | None:
        """The guarantee of that id, if it is stated."""
        return next((g for g in self.guarantees if g.id == id), None)


@dataclass(frozen=True)
class Described:
    """All subjects of a side. `root` is where its files lay while they were read."""

    root: str
    subjects: tuple[Subject, ...]

    def place(self, file: str) -> str:
        """A file as it is named in results: relative to the study."""
        return file.removeprefix(self.root).lstrip("/\\") if file.startswith(self.root) else file
