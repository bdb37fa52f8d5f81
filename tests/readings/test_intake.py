"""The laws of the intake, tried on files with every fault that a row can have."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.readings import HALF_HOUR, SHORT, Gap, Layout, Reading, Reason, Record, Reject, read_lines
from tests.readings.messy import METERS, START, energies, header, layouts, messy_files, row, slots


def of_meter(records: list[Record], meter: str) -> list[Reading]:
    return [record for record in records if isinstance(record, Reading) and record.meter == meter]


@given(messy_files())
def test_every_row_is_accepted_or_rejected_once_and_in_order(lines: list[str]) -> None:
    rows = [number for number, line in enumerate(lines, start=1) if number > 1 and line.strip()]
    records = read_lines(lines)
    assert [record.line for record in records if not isinstance(record, Gap)] == rows


@given(messy_files())
def test_a_reject_holds_the_row_as_it_stands(lines: list[str]) -> None:
    for record in read_lines(lines):
        if isinstance(record, Reject):
            assert record.raw == lines[record.line - 1].rstrip("\r\n")


@given(messy_files())
def test_the_accepted_times_of_a_meter_strictly_increase_on_the_grid(lines: list[str]) -> None:
    records = list(read_lines(lines))
    for meter in METERS:
        times = [reading.at for reading in of_meter(records, meter)]
        assert all(earlier < later for earlier, later in pairwise(times))
        assert all((at - datetime.min) % HALF_HOUR == 0 * HALF_HOUR for at in times)


@given(messy_files())
def test_readings_and_missing_half_hours_fill_the_time_of_a_meter(lines: list[str]) -> None:
    records = list(read_lines(lines))
    for meter in METERS:
        readings = of_meter(records, meter)
        missing = sum(record.missing for record in records if isinstance(record, Gap) and record.meter == meter)
        if readings:
            assert len(readings) + missing == (readings[-1].at - readings[0].at) // HALF_HOUR + 1
        else:
            assert missing == 0


@given(messy_files())
def test_a_gap_stands_between_two_consecutive_readings_just_before_the_second(lines: list[str]) -> None:
    records = list(read_lines(lines))
    for place, gap in enumerate(records):
        if isinstance(gap, Gap):
            before, after = of_meter(records[:place], gap.meter)[-1], records[place + 1]
            assert isinstance(after, Reading)
            assert (gap.meter, gap.after, gap.before, gap.line) == (after.meter, before.at, after.at, after.line)
            assert gap.missing >= 1


@given(layouts, st.lists(st.tuples(st.sampled_from(METERS), slots, energies)))
def test_what_is_said_of_a_meter_does_not_depend_on_other_meters(
    layout: Layout, rows: list[tuple[str, datetime, Decimal]]
) -> None:
    lines = [header(layout), *(row(layout, *fields) for fields in rows)]
    for meter in METERS:
        # The other meters' rows become blank lines, so that line numbers stay.
        alone = [line if number == 0 or line.startswith(meter) else "\n" for number, line in enumerate(lines)]
        together = [record for record in read_lines(lines) if lines[record.line - 1].startswith(meter)]
        assert list(read_lines(alone)) == together


@given(messy_files())
def test_accepted_rows_written_out_again_are_all_accepted(lines: list[str]) -> None:
    accepted = [record for record in read_lines(lines) if isinstance(record, Reading)]
    again = [header(SHORT), *(row(SHORT, reading.meter, reading.at, reading.kwh) for reading in accepted)]
    second = [record for record in read_lines(again) if not isinstance(record, Gap)]
    assert [(r.meter, r.at, r.kwh) for r in second if isinstance(r, Reading)] == [
        (r.meter, r.at, r.kwh) for r in accepted
    ]
    assert len(second) == len(accepted)


@given(messy_files())
def test_a_file_with_every_line_doubled_gives_the_same_readings_and_a_duplicate_of_each(lines: list[str]) -> None:
    doubled = [lines[0], *(line for line in lines[1:] for _ in range(2))]
    once = [record for record in read_lines(lines) if isinstance(record, Reading)]
    twice = list(read_lines(doubled))
    readings = [record for record in twice if isinstance(record, Reading)]
    assert [(r.meter, r.at, r.kwh) for r in readings] == [(r.meter, r.at, r.kwh) for r in once]
    duplicates = {record.line for record in twice if isinstance(record, Reject) and record.reason is Reason.DUPLICATE}
    assert duplicates >= {reading.line + 1 for reading in readings}


def at(n: int) -> datetime:
    return START + n * HALF_HOUR


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ((at(5), "0.20"), Reason.DUPLICATE),
        ((at(5), "0.21"), Reason.CONFLICT),
        ((at(4), "0.2"), Reason.OUT_OF_ORDER),
        ((at(6), "Null"), Reason.NOT_A_NUMBER),
    ],
)
def test_a_row_that_does_not_follow_the_last_accepted_one_is_refused_and_that_one_stays(
    second: tuple[datetime, str], reason: Reason
) -> None:
    lines = [header(SHORT), row(SHORT, "M", at(5), "0.2"), row(SHORT, "M", *second), row(SHORT, "M", at(7), "0.3")]
    assert list(read_lines(lines)) == [
        Reading("M", at(5), Decimal("0.2"), 2),
        Reject(3, lines[2].rstrip("\n"), reason),
        Gap("M", at(5), at(7), 1, 4),
        Reading("M", at(7), Decimal("0.3"), 4),
    ]


def test_an_out_of_order_row_does_not_move_the_meter_back() -> None:
    lines = [header(SHORT), *(row(SHORT, "M", at(n), "0.1") for n in (5, 3, 4, 6))]
    kinds = [record.reason if isinstance(record, Reject) else type(record) for record in read_lines(lines)]
    assert kinds == [Reading, Reason.OUT_OF_ORDER, Reason.OUT_OF_ORDER, Reading]


def test_a_file_without_lines_is_refused_before_anything_is_taken() -> None:
    with pytest.raises(InputError, match="empty") as caught:
        read_lines([], file="a.csv")
    assert caught.value.file == "a.csv"
    assert "LCLid,tstp" in str(caught.value)


def test_an_unknown_header_is_refused_before_anything_is_taken() -> None:
    with pytest.raises(InputError, match="unknown header"):
        read_lines(["time,kwh\n"])


def test_a_header_alone_is_a_file_of_no_rows() -> None:
    assert list(read_lines([header(SHORT), "\n"])) == []


def test_memory_does_not_grow_with_the_number_of_rows() -> None:
    def lines(rows: int) -> Iterator[str]:
        yield header(SHORT)
        for n in range(rows):
            yield row(SHORT, METERS[n % 2], START + (n // 2) * HALF_HOUR, "0.1")

    def peak(rows: int) -> int:
        tracemalloc.start()
        assert sum(1 for _ in read_lines(lines(rows))) == rows
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(20_000) < 2 * peak(1_000)
