"""The report's sums agree with the records, and kilowatt-hours are never rounded."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from meterproof.readings import SHORT, Gap, Reading, Reject, Tally, read_lines, summarise
from tests.readings.messy import METERS, START, header, messy_files, row


@given(messy_files())
def test_rows_are_the_accepted_and_the_rejected(lines: list[str]) -> None:
    report = summarise(read_lines(lines))
    assert report.rows == sum(1 for line in lines[1:] if line.strip())
    assert report.rows == report.accepted + sum(report.rejected.values())


@given(messy_files())
def test_every_sum_is_that_of_the_records(lines: list[str]) -> None:
    records = list(read_lines(lines))
    report = summarise(records)
    readings = [record for record in records if isinstance(record, Reading)]
    assert report.accepted == len(readings)
    assert report.rejected == Counter(record.reason for record in records if isinstance(record, Reject))
    assert report.gaps == sum(isinstance(record, Gap) for record in records)
    assert report.missing == sum(record.missing for record in records if isinstance(record, Gap))
    assert report.meters == len({reading.meter for reading in readings})
    for meter, total in report.totals.items():
        assert Fraction(total) == sum(Fraction(reading.kwh) for reading in readings if reading.meter == meter)


@given(st.lists(st.sampled_from(["999999999", "0.000000000000000000000001", "1e8", "0.1"]), min_size=1, max_size=50))
def test_totals_of_the_largest_and_the_finest_readings_are_exact(values: list[str]) -> None:
    readings = [Reading("M", START, Decimal(value), line) for line, value in enumerate(values, start=2)]
    assert Fraction(summarise(readings).totals["M"]) == sum(Fraction(value) for value in values)


@given(messy_files())
def test_a_tally_passes_the_records_on_unchanged(lines: list[str]) -> None:
    tally = Tally()
    assert list(tally.watch(read_lines(lines))) == list(read_lines(lines))
    assert tally.report() == summarise(read_lines(lines))


def test_a_report_that_was_given_does_not_change() -> None:
    tally = Tally()
    tally.add(Reading("M", START, Decimal(1), 2))
    early = tally.report()
    tally.add(Reading("M", START, Decimal(1), 3))
    assert (early.accepted, early.totals["M"]) == (1, Decimal(1))
    assert tally.report().totals["M"] == 2


def test_the_report_as_json_keeps_every_digit_and_names_reasons_in_words() -> None:
    lines = [header(SHORT), row(SHORT, METERS[0], START, "1e-7"), row(SHORT, METERS[0], START, "0.3")]
    report = summarise(read_lines(lines)).as_json()
    assert json.loads(json.dumps(report)) == {
        "rows": 2,
        "accepted": 1,
        "rejected": {"another value for the time of the meter's last accepted row": 1},
        "gaps": 0,
        "missing_half_hours": 0,
        "meters": 1,
        "kwh": {METERS[0]: "0.0000001"},
    }
