"""Which of several records about one thing is valid, and when: by the rule `supersession` (ZD-R3, ZD-R11, ZD-C19).

A thing is a subject under a schema; in a series, such as a meter's readings, each time is a thing of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from reference.metering_platform.records import Record
from reference.metering_platform.routing import Denied
from reference.metering_platform.rules import Supersession

SERIES = frozenset({"meter-reading", "market-settlement"})
"""Schemas whose records stand beside each other, one for each time."""

Thing = tuple[str, str, int | None]


def thing(schema: str, subject: str, time: int) -> Thing:
    """What a record is about."""
    return schema, subject, time if schema in SERIES else None


def chain_of(records: Iterable[Record], about: Thing) -> tuple[Record, ...]:
    """The records about this thing in the order in which they were stored."""
    return tuple(each for each in records if thing(each.schema, each.subject, each.time) == about)


def check_new(rule: Supersession, records: Iterable[Record], about: Thing, supersedes: str | None) -> None:
    """Raises Denied (409) unless a new record names the last one about its thing, where records are chained."""
    if rule != "chained":
        return
    earlier = chain_of(records, about)
    last = earlier[-1].record if earlier else None
    if supersedes != last:
        reason = "there is no record to supersede" if last is None else f"it must supersede {last}, the last one"
        raise Denied(409, "supersession", reason, ("ZD-C19",))


def current(
    rule: Supersession, records: Iterable[Record], about: Thing, on: int, height: int | None = None
) -> Record | None:
    """The record about this thing that is valid at the time `on`, on the chain as it was below this height.

    "none": no rule says which; the platform answers with the first that it finds. "latest-stored": the last one stored,
    whatever its time. "chained": the last of the chain that has begun, if it has not ended and is not withdrawn.
    """
    stored = [each for each in chain_of(records, about) if height is None or each.height < height]
    if rule == "chained":
        begun = [each for each in stored if each.valid_from <= on]
        last = begun[-1] if begun else None
        return last if last is not None and last.valid_at(on) and not _is_withdrawn(last, height) else None
    if not stored:
        return None
    return stored[0] if rule == "none" else stored[-1]


def _is_withdrawn(record: Record, height: int | None) -> bool:
    """Whether the chain below this height (None: all of it) has the record's withdrawal."""
    return record.withdrawn is not None and (height is None or record.withdrawn < height)
