"""The two layouts of Low Carbon London half-hourly files, told apart by the header line."""

from __future__ import annotations

from dataclasses import dataclass

from meterproof.errors import InputError
from meterproof.readings.rows import MalformedRow, split_row

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a layout keeps the meter, the time and the energy; a column with no place here (the tariff) is not read."""

    name: str
    header: tuple[str, ...]
    meter: int
    at: int
    kwh: int


SHORT = Layout("short", ("LCLid", "tstp", "energy(kWh/hh)"), meter=0, at=1, kwh=2)
RAW = Layout("raw", ("LCLid", "stdorToU", "DateTime", "KWH/hh (per half hour)"), meter=0, at=2, kwh=3)
LAYOUTS = (SHORT, RAW)


def detect(header: str, *, file: str | None = None) -> Layout:
    """The layout whose column names the header line holds, in this order.

    A byte order mark, quotes, a line ending and blanks around a name do not count: the published raw files end their
    header in a blank, and spreadsheets drop it. Raises InputError, at line 1, for any other header.
    """
    text = header.removeprefix(BYTE_ORDER_MARK)
    try:
        names = tuple(name.strip() for name in split_row(text))
    except MalformedRow:
        names = ()
    for layout in LAYOUTS:
        if layout.header == names:
            return layout
    allowed = " or ".join(repr(",".join(layout.header)) for layout in LAYOUTS)
    raise InputError(f"unknown header {_shortened(text)!r}", file=file, line=1, allowed=allowed)


def _shortened(text: str, most: int = 80) -> str:
    """The text for a message: without its line ending, and cut after `most` characters."""
    text = text.rstrip("\r\n")
    return text if len(text) <= most else text[:most] + "..."
