"""A district has the file's own readings, slot by slot; what it lacks is resampled, called so, and drawn by seed."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from meterproof.errors import InputError
from meterproof.readings import District, district
from meterproof.readings.district import LEAST

HEADER = "LCLid,tstp,energy(kWh/hh)\n"
START = datetime(2013, 1, 1)


def written(tmp_path: Path, meters: int, slots: int, leave_out: tuple[int, ...] = ()) -> Path:
    path = tmp_path / "r.csv"
    rows = (
        f"M{meter},{START + slot * timedelta(minutes=30)},{slot}.{meter}\n"
        for slot in range(slots)
        for meter in range(meters)
        if slot not in leave_out
    )
    path.write_text(HEADER + "".join(rows))
    return path


def of(path: Path, slots: int | None = None, meters: int | None = None, seed: int = 0) -> District:
    return district(path, None, slots=slots, meters=meters, seed=seed)


def test_the_files_own_meters_come_first_with_their_own_readings(tmp_path: Path) -> None:
    found = of(written(tmp_path, 2, 96), slots=48, meters=2)
    assert found.meters == ("M0", "M1") and found.made == ()
    assert found.start == START and found.available == 96 and len(found.rows) == 48
    assert found.rows[7] == {"M0": Decimal("7.0"), "M1": Decimal("7.1")}
    assert found.left_out == (0, 96)


def test_fewer_meters_than_the_file_has_are_its_first(tmp_path: Path) -> None:
    found = of(written(tmp_path, 3, 48), meters=1)
    assert found.meters == ("M0",) and found.left_out == (2, 96)


def test_further_meters_are_resampled_from_the_same_half_hour(tmp_path: Path) -> None:
    found = of(written(tmp_path, 2, 48), meters=5)
    assert found.meters == ("M0", "M1", "SYN1", "SYN2", "SYN3") and found.made == ("SYN1", "SYN2", "SYN3")
    for slot, row in enumerate(found.rows):
        assert {row[m] for m in found.made} <= {row["M0"], row["M1"]}, slot
    assert found.readings == 5 * 48


def test_without_a_number_there_are_at_least_a_few_meters(tmp_path: Path) -> None:
    assert len(of(written(tmp_path, 1, 48)).meters) == LEAST
    assert len(of(written(tmp_path, LEAST + 2, 48)).meters) == LEAST + 2


def test_the_seed_draws_what_is_resampled_and_nothing_else(tmp_path: Path) -> None:
    path = written(tmp_path, 2, 48)
    one, same, other = (of(path, meters=4, seed=seed).rows for seed in (1, 1, 2))
    assert one == same != other
    assert [row["M0"] for row in one] == [row["M0"] for row in other]


def test_a_gap_is_a_slot_without_a_reading(tmp_path: Path) -> None:
    found = of(written(tmp_path, 1, 49, leave_out=(3,)), meters=1)
    assert found.rows[3] == {} and found.readings == 48


@pytest.mark.parametrize(
    ("slots", "meters", "message"),
    [(144, 1, "not enough for 3 days: there are 1 day and 2 half hours"), (None, 2, "no reading at 01:30 to resample")],
)
def test_more_than_there_is_is_refused(slots: int | None, meters: int, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        of(written(tmp_path, 1, 50, leave_out=(3,)), slots, meters)


def test_a_meter_that_is_called_as_those_that_are_made_up_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, 1, 48)
    path.write_text(path.read_text().replace("M0", "SYN1"))
    with pytest.raises(InputError, match="a meter 'SYN1'"):
        of(path, meters=2)


def test_a_file_without_readings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(HEADER)
    with pytest.raises(InputError, match="no readings in it"):
        of(path)
