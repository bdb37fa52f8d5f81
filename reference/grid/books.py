"""The books of those who watch a day: what was so, kept apart from what any party believes.

Whoever keeps them knows the simulation: which meter measured what and sent it, who lived where, whose key was in force
by which block of the key chain, which blocks replicas decided, and what the law was at each height.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow

EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, Overflow])
"""Sums of readings are never rounded."""


@dataclass(frozen=True)
class Refusal:
    """An item that somebody did not take, with the reason: from whom, what, why, by which rule, in which slot, and the
    kWh of the file that went with it (None if it was no reading of the file)."""

    slot: int
    who: str
    what: str
    reason: str
    rule: str
    kwh: Decimal | None = None


@dataclass(frozen=True)
class Stay:
    """Somebody lives where a meter is, from a slot until before another; None: still."""

    resident: str
    first: int
    until: int | None = None


@dataclass(frozen=True)
class Bar:
    """A resident is denied the readings of a service, from a slot until before another."""

    resident: str
    service: str
    first: int
    until: int


@dataclass(frozen=True)
class Books:
    """What was so.

    `emitted` are the slots of the readings that each meter has sent; `counted` where each is on a chain, by meter and
    slot; `taken` how often the platform has it. `valid` has for each meter and key the blocks by which it was in force:
    from, and until before (None: still). `editions` are those of the law, each with the slot from which it is in force,
    and `barred` are denials, as they were entered. `file`, `absent`, `ledger` and `platform` are sums of kWh by meter,
    `absent` of what was counted while no meter was there. `violated` has the first reason of each that is violated.
    """

    emitted: Mapping[str, frozenset[int]] = field(default_factory=dict)
    counted: Mapping[tuple[str, int], tuple[tuple[str, int], ...]] = field(default_factory=dict)
    taken: Mapping[tuple[str, int], int] = field(default_factory=dict)
    valid: Mapping[tuple[str, bytes], tuple[tuple[int, int | None], ...]] = field(default_factory=dict)
    lived: Mapping[str, tuple[Stay, ...]] = field(default_factory=dict)
    decided: Mapping[tuple[str, int], bytes] = field(default_factory=dict)
    editions: tuple[tuple[int, int], ...] = ()
    barred: tuple[Bar, ...] = ()
    file: Mapping[str, Decimal] = field(default_factory=dict)
    absent: Mapping[str, Decimal] = field(default_factory=dict)
    ledger: Mapping[str, Decimal] = field(default_factory=dict)
    platform: Mapping[str, Decimal] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    violated: Mapping[str, str] = field(default_factory=dict)
    shown: int = 0

    def violate(self, monitor: str, why: str) -> Books:
        """With this monitor violated; its first reason stays."""
        return self if monitor in self.violated else replace(self, violated={**self.violated, monitor: why})

    def refuse(self, refusal: Refusal) -> Books:
        return replace(self, refusals=(*self.refusals, refusal))

    def tenant(self, meter: str, slot: int) -> str | None:
        """Who lived where the meter is, in this slot."""
        stays = self.lived.get(meter, ())
        found = (each.resident for each in stays if each.first <= slot and (each.until is None or slot < each.until))
        return next(found, None)

    def edition(self, slot: int) -> int:
        """The edition of the law that is in force in this slot."""
        return max(edition for edition, first in self.editions if first <= slot)

    def is_barred(self, resident: str, service: str, slot: int) -> bool:
        """Whether the resident is denied the service's readings in this slot."""
        return any((each.resident, each.service) == (resident, service) and each.first <= slot < each.until
                   for each in self.barred)  # fmt: skip

    def was_valid(self, meter: str, key: bytes, first: int, last: int) -> bool:
        """Whether the key was the meter's by some block from `first` to `last`."""
        spans = self.valid.get((meter, key), ())
        return first <= last and any(begun <= last and (ended is None or first < ended) for begun, ended in spans)


def added(sums: Mapping[str, Decimal], meter: str, kwh: Decimal) -> Mapping[str, Decimal]:
    """The sums with so much more of a meter."""
    return {**sums, meter: EXACT.add(sums.get(meter, Decimal(0)), kwh)}
