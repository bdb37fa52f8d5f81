"""What is compared with what: the subjects of BASE and HEAD side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from meterproof.audit.described import Subject
from meterproof.errors import InputError


@dataclass(frozen=True)
class Pair:
    """A subject of each side, or of one where the other has none. At least one of them is there."""

    base: Subject | None
    head: Subject | None

    @property
    def some(self) -> Subject:
        """HEAD's subject, or BASE's where HEAD has none."""
        found = self.head or self.base
        assert found is not None
        return found

    @property
    def target(self) -> str:
        """The target under which the pair is reported."""
        return self.some.target

    @property
    def reading(self) -> str | None:
        """The reading that is compared: `literal`, or `literal -> charitable` where the two differ."""
        old, new = (None if s is None else s.reading for s in (self.base, self.head))
        return f"{old} -> {new}" if old and new and old != new else new or old


def pairs(base: Sequence[Subject], head: Sequence[Subject]) -> tuple[Pair, ...]:
    """Targets of one name together, in BASE's order; where each side is a single target, these two.

    Under each, readings of one name together; a side without readings is compared with every reading of the other, and
    single readings with each other.
    """
    old, new = _by_target(base), _by_target(head)
    if len(old) == len(new) == 1:
        return tuple(_by_reading(next(iter(old.values())), next(iter(new.values()))))
    names = dict.fromkeys((*old, *new))
    return tuple(pair for name in names for pair in _by_reading(old.get(name, ()), new.get(name, ())))


def _by_target(subjects: Sequence[Subject]) -> dict[str, tuple[Subject, ...]]:
    return {t: tuple(s for s in subjects if s.target == t) for t in dict.fromkeys(s.target for s in subjects)}


def _by_reading(old: Sequence[Subject], new: Sequence[Subject]) -> Iterator[Pair]:
    if not old or not new:
        yield from (Pair(s if old else None, s if new else None) for s in (*old, *new))
    elif len(old) == 1 and (len(new) == 1 or old[0].reading is None):
        yield from (Pair(old[0], s) for s in new)
    elif len(new) == 1 and new[0].reading is None:
        yield from (Pair(s, new[0]) for s in old)
    else:
        by_name = ({s.reading: s for s in subjects} for subjects in (old, new))
        before, after = by_name
        for reading in dict.fromkeys((*before, *after)):
            yield Pair(before.get(reading), after.get(reading))


def narrowed(subjects: Sequence[Subject], reading: str | None, whose: str) -> tuple[Subject, ...]:
    """The subjects under a reading that this side was asked for; InputError where none has it."""
    if reading is None:
        return tuple(subjects)
    found = tuple(s for s in subjects if s.reading == reading or s.failure is not None)
    if not found:
        known = ", ".join(sorted({s.reading for s in subjects if s.reading})) or "none: nothing is left open"
        raise InputError(f"{whose} has no reading {reading!r}", allowed=known)
    return found
