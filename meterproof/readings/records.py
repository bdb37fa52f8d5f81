"""What the intake says of a readings file: a reading, a refused row and why, or a gap between two readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum

HALF_HOUR = timedelta(minutes=30)


class Reason(Enum):
    """Why a row was refused; the value is the wording of reports and of the rejects file.

    A row that has several faults is given the first that applies, in the order written here.
    """

    MALFORMED = "not a CSV row"
    FIELD_COUNT = "wrong number of fields"
    EMPTY_METER = "empty meter id"
    BAD_DATE = "bad date"
    OFF_GRID = "off the half-hour grid"
    NOT_A_NUMBER = "not a number"
    NOT_FINITE = "NaN or infinite"
    NEGATIVE = "negative"
    OUT_OF_RANGE = "out of range"
    OUT_OF_ORDER = "earlier than the meter's last accepted row"
    DUPLICATE = "repeats the meter's last accepted row"
    CONFLICT = "another value for the time of the meter's last accepted row"


@dataclass(frozen=True, slots=True)
class Reading:
    """Energy that one meter counted in one half hour.

    `at` is the file's own time stamp, without a zone, and always on the half-hour grid; `kwh` is in kilowatt-hours,
    not negative, exactly as the file writes it; `line` is the 1-based line of the file, the header being line 1.
    """

    meter: str
    at: datetime
    kwh: Decimal
    line: int


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was refused: `raw` is its text without the line ending."""

    line: int
    raw: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Gap:
    """Half hours without an accepted row between two consecutive accepted rows of one meter.

    `missing` counts them (at least one); `line` is that of the row at `before`, which ends the gap. A gap is no row.
    """

    meter: str
    after: datetime
    before: datetime
    missing: int
    line: int


Record = Reading | Reject | Gap
