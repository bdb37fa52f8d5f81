"""One line of a readings file: its fields, its time and its energy. Nothing here knows of other lines."""

from __future__ import annotations

import csv
import re
from datetime import datetime
from decimal import Decimal, InvalidOperation

from meterproof.readings.records import Reason

# The short files write whole seconds, the raw ones seven digits more; other ISO 8601 forms do not occur in either.
TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\d (?:[01]\d|2[0-3]):\d\d:\d\d)(?:\.(\d{1,9}))?", re.ASCII)

# Energy lies below 10**WHOLE_DIGITS kWh and is written with at most FRACTION_DIGITS decimals: wider than any meter,
# wide enough for floating-point numbers as Python prints them, and narrow enough that the sum of a file stays exact.
WHOLE_DIGITS = 9
FRACTION_DIGITS = 24


class MalformedRow(ValueError):
    """A line that is not one CSV row: a quote is not closed, or text follows a closing quote."""


def split_row(text: str) -> list[str]:
    """The fields of one CSV line, quotes (also after a blank) taken off. Raises MalformedRow."""
    try:
        return next(csv.reader((text.rstrip("\r\n"),), skipinitialspace=True, strict=True), [])
    except csv.Error as error:
        raise MalformedRow(str(error)) from error


def parse_time(text: str) -> datetime | Reason:
    """The half hour that `YYYY-MM-DD hh:mm:ss`, with or without a fraction of a second, names.

    No zone is applied: both layouts write times without one. Returns BAD_DATE or OFF_GRID for any other text.
    """
    match = TIMESTAMP.fullmatch(text.strip())
    if match is None:
        return Reason.BAD_DATE
    seconds, fraction = match.groups()
    try:
        at = datetime.fromisoformat(seconds)
    except ValueError:
        return Reason.BAD_DATE
    on_grid = at.minute % 30 == 0 and at.second == 0 and not (fraction or "").strip("0")
    return at if on_grid else Reason.OFF_GRID


def parse_energy(text: str) -> Decimal | Reason:
    """Kilowatt-hours as the exact decimal number the text writes; minus zero is zero.

    Returns NOT_A_NUMBER (such as the raw files' "Null"), NOT_FINITE, NEGATIVE, or OUT_OF_RANGE for a number of
    10**9 or more, or of more than 24 decimals.
    """
    text = text.strip()
    if "_" in text or not text.isascii():
        return Reason.NOT_A_NUMBER
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Reason.NOT_A_NUMBER
    if not value.is_finite():
        return Reason.NOT_FINITE
    if value < 0:
        return Reason.NEGATIVE
    _, _, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if exponent < -FRACTION_DIGITS or value.adjusted() >= WHOLE_DIGITS:
        return Reason.OUT_OF_RANGE
    return value.copy_abs()
