"""Loads are counted as one would by listing them, and the printed variances mean what B1.3 says."""

from __future__ import annotations

from collections import Counter
from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.placement.counting import LoadCounts, Reading, least_largest, load_counts, readings


@given(st.integers(1, 5), st.integers(0, 11))
@settings(max_examples=30)
def test_counts_are_those_of_a_list_of_all_multisets(devices: int, meters: int) -> None:
    listed: dict[int, Counter[int]] = {}
    for loads in combinations_with_replacement(range(meters + 1), devices):
        if sum(loads) == meters:
            listed.setdefault(sum(load * load for load in loads), Counter())[max(loads)] += 1
    for squares in range(meters * meters + 2):
        expected = dict(listed.get(squares, {}))
        assert load_counts(devices, meters, squares).by_largest == expected
        assert least_largest(devices, meters, squares) == min(expected, default=None)


@pytest.mark.parametrize(("devices", "meters"), [(7, 20), (9, 16), (6, 31)])
def test_both_ways_to_count_agree_beyond_what_can_be_listed(devices: int, meters: int) -> None:
    for squares in range(meters * meters // devices, meters * meters // 2, 3):
        counted = load_counts(devices, meters, squares).by_largest
        assert least_largest(devices, meters, squares) == min(counted, default=None)


@pytest.mark.parametrize(("printed", "squares"), [("18.74", 7148), ("25.74", 7232), ("158.58", 8826)])
def test_each_printed_variance_is_the_sample_variance_of_13_loads(printed: str, squares: int) -> None:
    assert readings(printed, 300, range(12, 17)) == (Reading(13, 1, squares),)


def test_only_one_number_of_devices_and_divisor_fits_all_three() -> None:
    fits = [{(r.devices, r.ddof) for r in readings(p, 300, range(5, 25))} for p in ("18.74", "25.74", "158.58")]
    assert set.intersection(*fits) == {(13, 1)}


def test_18_74_is_within_capacity_25_for_three_load_multisets_only() -> None:
    counts = load_counts(13, 300, 7148)
    assert (counts.total, counts.within(25), counts.within(24)) == (18116, 3, 0)


def test_the_other_two_are_beyond_capacity_25_whatever_the_loads() -> None:
    assert least_largest(13, 300, 7232) == 26
    assert least_largest(13, 300, 8826) == 30


def test_sums_that_no_loads_have_are_no_readings() -> None:
    assert load_counts(13, 300, 7149) == LoadCounts({})
    assert least_largest(13, 300, 7149) is None
    assert readings("0.01", 300, range(13, 14)) == ()
    with pytest.raises(InputError, match="at least one load"):
        load_counts(0, 3, 9)
