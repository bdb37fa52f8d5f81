"""Synthetic readings: real values at their own half hour of a day, the same ones for the same seed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.readings import HALF_HOUR, Profile, Reading, Size, from_file, resample, resampled

HEADER = "LCLid,tstp,energy(kWh/hh)\n"
START = datetime(2013, 1, 1)
DAYS = [Reading("M", START + slot * HALF_HOUR, Decimal(slot), slot) for slot in range(3 * 48)]
PROFILE = Profile.of(DAYS)
SIZES = st.builds(Size, st.integers(1, 12), st.integers(1, 120))


@given(size=SIZES, seed=st.integers())
def test_every_meter_has_each_half_hour_once_with_a_value_of_that_half_hour(size: Size, seed: int) -> None:
    made = list(resample(PROFILE, size, seed))
    assert len(made) == size.meters * size.half_hours == len({(each.meter, each.at) for each in made})
    assert [each.line for each in made] == list(range(1, len(made) + 1))
    assert all(each.at == START + (each.line - 1) // size.meters * HALF_HOUR for each in made)
    assert all(each.kwh % 48 == each.at.hour * 2 + each.at.minute // 30 for each in made)
    assert made == list(resample(PROFILE, size, seed))


def test_the_draw_is_that_of_the_seed() -> None:
    """A golden prefix: a change of it would change every stored run."""
    drawn = [int(each.kwh) // 48 for each in islice(resample(PROFILE, Size(10, 1), 0), 10)]
    assert drawn == [2, 0, 2, 1, 0, 2, 1, 1, 1, 2]
    assert drawn != [int(each.kwh) // 48 for each in islice(resample(PROFILE, Size(10, 1), 1), 10)]


@pytest.mark.parametrize("text", ["", "5", "x5", "5x", "0x5", "5x0", "-1x5", "1.5x2", "5X5", "100000x100000", "5x5x5"])
def test_other_sizes_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="METERSxHALFHOURS"):
        Size.parse(text)


@given(size=SIZES)
def test_a_size_is_written_as_it_is_read(size: Size) -> None:
    assert Size.parse(str(size)) == size


def test_a_half_hour_without_a_reading_cannot_be_resampled() -> None:
    with pytest.raises(InputError, match="no reading at 23:30"):
        Profile.of(DAYS[:47])


def test_a_source_can_be_gone_through_again_and_its_digest_is_that_of_its_content(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    for path, value in zip(paths, ("0.1", "0.1", "0.2"), strict=True):
        path.write_text(HEADER + f"M,2013-01-01 00:00:00,{value}\nM,bad,1\n")
    a, b, c = (from_file(path, None) for path in paths)
    assert a.digest == b.digest != c.digest
    assert list(a.readings()) == list(a.readings()) and a.report.accepted == 1
    assert a.rejects == tmp_path / "a.csv.rejects.csv" and a.rejects.exists()


def test_a_resampled_source_sums_what_it_gives(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    path.write_text(HEADER + "".join(f"M,{each.at},{each.kwh}\n" for each in DAYS[:48]))
    source = resampled([path], Size(2, 48), 0)
    assert source.report.totals == {"SYN1": sum(range(48)), "SYN2": sum(range(48))}
    assert source.synthetic == Size(2, 48) and source.rejects is None and "day.csv" in source.name
    assert source.digest != resampled([path], Size(2, 47), 0).digest
