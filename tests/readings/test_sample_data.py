"""The sample files of data/ are what data/NOTICE.md says they are."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from meterproof.readings import Gap, Reading, Reason, Reject, read_readings, summarise

DATA = Path(__file__).parents[2] / "data"
SHORT_FILE = DATA / "lcl_MAC000002_2013-01-01_7d.csv"
RAW_FILE = DATA / "lcl_MAC000002_2012-10-12_raw.csv"


def test_the_short_sample_is_one_household_for_seven_whole_days() -> None:
    report = summarise(read_readings(SHORT_FILE))
    assert (report.rows, report.accepted, report.gaps) == (7 * 48, 7 * 48, 0)
    assert report.totals == {"MAC000002": Decimal("74.9339999")}
    readings = [record for record in read_readings(SHORT_FILE) if isinstance(record, Reading)]
    assert readings[0].at == datetime(2013, 1, 1)
    assert readings[-1].at == datetime(2013, 1, 7, 23, 30)


def test_the_raw_sample_keeps_its_duplicate_row_and_its_gap() -> None:
    records = list(read_readings(RAW_FILE))
    assert [record for record in records if not isinstance(record, Reading)] == [
        Gap("MAC000002", datetime(2012, 10, 12, 10, 30), datetime(2012, 10, 12, 11, 30), 1, 23),
        Reject(385, "MAC000002,Std,2012-10-20 00:00:00.0000000,0.2", Reason.DUPLICATE),
    ]
    report = summarise(records)
    assert (report.rows, report.accepted, report.missing) == (431, 430, 1)


def test_the_samples_stay_small() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 60_000
