"""A row alone: which times and energies are taken, and the reason for each that is not."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from meterproof.readings import HALF_HOUR, RAW, SHORT, Reading, Reason
from meterproof.readings.intake import parse_row
from meterproof.readings.rows import parse_energy, parse_time
from tests.readings.messy import any_text


@given(st.integers(0, 48 * 365 * 50), st.sampled_from(["", ".0", ".0000000"]))
def test_every_half_hour_is_read_back_as_written(n: int, fraction: str) -> None:
    at = datetime(1990, 1, 1) + n * HALF_HOUR
    assert parse_time(f"{at}{fraction}") == at


@given(st.datetimes(), st.sampled_from(["", ".0000000", ".0000001"]))
@example(datetime(2012, 12, 18, 15, 13, 41), ".0000000")
@example(datetime(2013, 1, 1, 0, 15), "")
@example(datetime(2013, 1, 1, 0, 30), ".0000001")
def test_only_whole_half_hours_are_on_the_grid(at: datetime, fraction: str) -> None:
    on_grid = (at.minute, at.second) in {(0, 0), (30, 0)} and fraction != ".0000001"
    parsed = parse_time(f"{at.replace(microsecond=0).isoformat(' ')}{fraction}")
    assert parsed == (at.replace(microsecond=0) if on_grid else Reason.OFF_GRID)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2013-01-01",
        "2013-02-30 00:00:00",
        "0000-01-01 00:00:00",
        "2013-01-01 24:00:00",
        "2013-01-01T00:00:00",
        "2013-01-01 00:00:00+00:00",
        "2013-01-01 00:00:00Z",
        "2013-W01-1 00:00:00",
        "01/01/2013 00:00",
        "2013-1-1 00:00:00",
        "2013-01-01 00:00:00.",
        "2013-01-01 00:00:00.\u0660",
    ],
)
def test_any_other_form_of_time_is_a_bad_date(text: str) -> None:
    assert parse_time(text) is Reason.BAD_DATE


@given(st.decimals(min_value=0, max_value=Decimal("999999999.999"), places=3))
def test_energy_is_the_exact_decimal_that_is_written(kwh: Decimal) -> None:
    assert str(parse_energy(str(kwh))) == str(kwh)


@given(st.floats(min_value=1e-6, max_value=1e6))
def test_energy_printed_by_a_program_with_binary_fractions_is_taken(kwh: float) -> None:
    assert parse_energy(repr(kwh)) == Decimal(repr(kwh))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Null", Reason.NOT_A_NUMBER),
        ("", Reason.NOT_A_NUMBER),
        ("1_0", Reason.NOT_A_NUMBER),
        ("0,5", Reason.NOT_A_NUMBER),
        ("0x1", Reason.NOT_A_NUMBER),
        ("٣", Reason.NOT_A_NUMBER),
        ("NaN", Reason.NOT_FINITE),
        ("sNaN", Reason.NOT_FINITE),
        ("inf", Reason.NOT_FINITE),
        ("-Infinity", Reason.NOT_FINITE),
        ("-0.001", Reason.NEGATIVE),
        ("-1e400", Reason.NEGATIVE),
        ("1e9", Reason.OUT_OF_RANGE),
        ("1e400", Reason.OUT_OF_RANGE),
        ("0e400", Reason.OUT_OF_RANGE),
        ("1e-25", Reason.OUT_OF_RANGE),
    ],
)
def test_what_is_no_energy_has_its_reason(text: str, reason: Reason) -> None:
    assert parse_energy(text) is reason


@pytest.mark.parametrize("text", ["-0", "-0.0", "0", " 0 ", "+0"])
def test_zero_has_no_sign(text: str) -> None:
    parsed = parse_energy(text)
    assert parsed == 0
    assert not str(parsed).startswith("-")


@given(any_text)
def test_any_text_gives_a_reading_of_energy_in_range_or_a_reason(text: str) -> None:
    parsed = parse_energy(text)
    assert isinstance(parsed, Reason) or (parsed.is_finite() and 0 <= parsed < 10**9)
    if isinstance(parsed, Decimal):
        assert re.search(r"[0-9]", text)


GOOD = Reading("MAC000002", datetime(2013, 1, 1), Decimal("0.219"), 2)


@pytest.mark.parametrize(
    "text",
    [
        "MAC000002,2013-01-01 00:00:00,0.219",
        "MAC000002,2013-01-01 00:00:00,0.219\n",
        "MAC000002,2013-01-01 00:00:00,0.219\r\n",
        " MAC000002 , 2013-01-01 00:00:00.0000000 , 0.219 \n",
        '"MAC000002","2013-01-01 00:00:00","0.219"\n',
        ' "MAC000002", "2013-01-01 00:00:00", "0.219"\n',
    ],
)
def test_quotes_blanks_and_line_endings_do_not_count(text: str) -> None:
    assert parse_row(text, 2, SHORT) == GOOD


@pytest.mark.parametrize("tariff", ["Std", "ToU", ""])
def test_the_tariff_of_a_raw_row_is_not_read(tariff: str) -> None:
    assert parse_row(f"MAC000002,{tariff},2013-01-01 00:00:00.0000000,0.219\n", 2, RAW) == GOOD


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('"MAC000002,2013-01-01 00:00:00,0.219', Reason.MALFORMED),
        ('"MAC"000002,2013-01-01 00:00:00,0.219', Reason.MALFORMED),
        ("MAC000002,2013-01-01 00:00:00", Reason.FIELD_COUNT),
        ("MAC000002,Std,2013-01-01 00:00:00,0.219", Reason.FIELD_COUNT),
        (" ,soon,Null", Reason.EMPTY_METER),
        ("MAC000002,soon,Null", Reason.BAD_DATE),
        ("MAC000002,2013-01-01 00:10:00,Null", Reason.OFF_GRID),
        ("MAC000002,2013-01-01 00:00:00,Null", Reason.NOT_A_NUMBER),
    ],
)
def test_a_row_with_several_faults_has_the_first_reason(text: str, reason: Reason) -> None:
    assert parse_row(text, 2, SHORT) is reason
