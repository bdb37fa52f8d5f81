"""The sums over one intake: rows, refusals, gaps and the energy of each meter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from types import MappingProxyType

from meterproof.readings.records import Gap, Reading, Reason, Record, Reject
from meterproof.readings.rows import FRACTION_DIGITS, WHOLE_DIGITS

# Room for 10**20 of the largest readings; should it ever not do, the sum stops with an error and is never rounded.
EXACT = Context(prec=WHOLE_DIGITS + FRACTION_DIGITS + 20, traps=[Inexact, InvalidOperation, Overflow])


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What became of the rows of a file: `rows` is always `accepted` plus the sum of `rejected`.

    `rejected` holds the reasons that occurred, in the order of Reason; `gaps` counts gaps and `missing` the half hours
    in them; `totals` holds the exact kilowatt-hours of every meter with an accepted row, in order of appearance.
    """

    rows: int
    accepted: int
    rejected: Mapping[Reason, int]
    gaps: int
    missing: int
    totals: Mapping[str, Decimal]

    @property
    def meters(self) -> int:
        """How many meters have an accepted row."""
        return len(self.totals)

    def as_json(self) -> dict[str, object]:
        """The report in JSON's own types; kilowatt-hours are strings, so that no digit is lost."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "rejected": {reason.value: count for reason, count in self.rejected.items()},
            "gaps": self.gaps,
            "missing_half_hours": self.missing,
            "meters": self.meters,
            "kwh": {meter: format(total, "f") for meter, total in self.totals.items()},
        }


class Tally:
    """Keeps the sums while records pass by, for a file that is read once and never held."""

    def __init__(self) -> None:
        self._accepted = 0
        self._rejected: Counter[Reason] = Counter()
        self._gaps = 0
        self._missing = 0
        self._totals: dict[str, Decimal] = {}

    def add(self, record: Record) -> None:
        """Count one record."""
        match record:
            case Reading(meter, _, kwh, _):
                self._accepted += 1
                self._totals[meter] = EXACT.add(self._totals.get(meter, Decimal(0)), kwh)
            case Reject(_, _, reason):
                self._rejected[reason] += 1
            case Gap():
                self._gaps += 1
                self._missing += record.missing

    def watch(self, records: Iterable[Record]) -> Iterator[Record]:
        """The same records, each counted as it is taken."""
        for record in records:
            self.add(record)
            yield record

    def report(self) -> IntakeReport:
        """The sums so far; later records do not change a report that was given."""
        rejected = {reason: self._rejected[reason] for reason in Reason if self._rejected[reason]}
        return IntakeReport(
            rows=self._accepted + sum(rejected.values()),
            accepted=self._accepted,
            rejected=MappingProxyType(rejected),
            gaps=self._gaps,
            missing=self._missing,
            totals=MappingProxyType(dict(self._totals)),
        )


def summarise(records: Iterable[Record]) -> IntakeReport:
    """The report of all the records, which are consumed."""
    tally = Tally()
    for record in records:
        tally.add(record)
    return tally.report()
