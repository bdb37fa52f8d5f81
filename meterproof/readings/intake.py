"""The intake proper: lines of text in, records out, one at a time.

Laws (tests/readings/test_intake.py tries each):

- every line after the header that is not blank gives exactly one Reading or one Reject, in the file's order;
- the accepted readings of a meter have strictly increasing times;
- for each meter, accepted readings and missing half hours together fill the time from its first to its last reading;
- what is said of a meter does not depend on the rows of other meters.

Order. Of each meter only the last accepted reading is kept, so memory grows with the number of meters and not with the
number of rows. A row of the same time is a DUPLICATE (equal value) or a CONFLICT (another value; the first one stays).
An earlier row is OUT_OF_ORDER, even where it would fill a gap or repeats an older row: meters report forwards, and to
tell the cases apart every row would have to be remembered. Meters may be interleaved in any way.

Blank lines (only white space) are no rows, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from meterproof.errors import InputError
from meterproof.readings.layout import LAYOUTS, Layout, detect
from meterproof.readings.records import HALF_HOUR, Gap, Reading, Reason, Record, Reject
from meterproof.readings.rows import MalformedRow, parse_energy, parse_time, split_row


def read_lines(lines: Iterable[str], *, file: str | None = None) -> Iterator[Record]:
    """The records of a readings file given as its lines, the header first; `file` only names it in messages.

    A Gap comes just before the Reading that ends it. The header is read at once, the rest as the result is consumed.
    Raises InputError for a file without lines or with an unknown header.
    """
    numbered = enumerate(lines, start=1)
    first = next(numbered, None)
    if first is None:
        allowed = "a header, " + " or ".join(repr(",".join(layout.header)) for layout in LAYOUTS) + ", and rows"
        raise InputError("the file is empty", file=file, allowed=allowed)
    _, header = first
    return _records(numbered, detect(header, file=file))


def _records(numbered: Iterable[tuple[int, str]], layout: Layout) -> Iterator[Record]:
    last: dict[str, Reading] = {}
    for line, text in numbered:
        if not text.strip():
            continue
        row = parse_row(text, line, layout)
        if isinstance(row, Reason):
            yield _refuse(text, line, row)
            continue
        before = last.get(row.meter)
        refused = None if before is None else out_of_sequence(before, row)
        if refused is not None:
            yield _refuse(text, line, refused)
            continue
        gap = None if before is None else gap_between(before, row)
        if gap is not None:
            yield gap
        last[row.meter] = row
        yield row


def parse_row(text: str, line: int, layout: Layout) -> Reading | Reason:
    """One row looked at alone: a reading, or the first reason to refuse it."""
    try:
        fields = split_row(text)
    except MalformedRow:
        return Reason.MALFORMED
    if len(fields) != len(layout.header):
        return Reason.FIELD_COUNT
    meter = fields[layout.meter].strip()
    if not meter:
        return Reason.EMPTY_METER
    at = parse_time(fields[layout.at])
    if isinstance(at, Reason):
        return at
    kwh = parse_energy(fields[layout.kwh])
    if isinstance(kwh, Reason):
        return kwh
    return Reading(meter, at, kwh, line)


def out_of_sequence(before: Reading, row: Reading) -> Reason | None:
    """Why a row may not follow the last accepted reading of its meter; None if it may."""
    if row.at > before.at:
        return None
    if row.at < before.at:
        return Reason.OUT_OF_ORDER
    return Reason.DUPLICATE if row.kwh == before.kwh else Reason.CONFLICT


def gap_between(before: Reading, row: Reading) -> Gap | None:
    """The half hours that lie between two readings of a meter, the second being the later; None if there are none."""
    missing = (row.at - before.at) // HALF_HOUR - 1
    return Gap(row.meter, before.at, row.at, missing, row.line) if missing else None


def _refuse(text: str, line: int, reason: Reason) -> Reject:
    return Reject(line, text.rstrip("\r\n"), reason)
