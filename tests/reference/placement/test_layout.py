"""A layout has meters at finite places, a placement gives each of them one device, impossible bounds are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from meterproof.errors import InputError
from reference.placement.layout import Box, Layout, Placement, bounds, limits
from reference.placement.measure import measure, nearest_owner, variance_of_loads
from reference.placement.synthetic import AREA, FAMILIES


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Layout([]), "no meters"),
        (lambda: Layout([[0.0, 1.0, 2.0]]), "shape"),
        (lambda: Layout([["a", "b"]]), "not numbers"),
        (lambda: Layout([[0.0, 0.0], [0.0, np.nan]]), "row 1 of the meters is not finite"),
        (lambda: Layout([[0.0, 0.0]], ("a", "b")), "2 names for 1 meters"),
        (lambda: Layout([[0.0, 0.0], [1.0, 1.0]], ("a", "a")), "two meters are named 'a'"),
        (lambda: Layout([[9.0, 0.0]], area=AREA), "outside the area"),
        (lambda: Box((1.0, 0.0), (0.0, 1.0)), "no box"),
        (lambda: Placement([[0.0, 0.0]], [0, 1]), "owned by device 1 .allowed: 0 to 0"),
        (lambda: Placement([[0.0, 0.0]], [-1]), "owned by device -1"),
        (lambda: Placement([[0.0, 0.0]], [0.5]), "wrong shape or type"),
        (lambda: bounds(3, 0), "0 devices"),
        (lambda: bounds(3, 4), "3 meters for 4 devices .allowed: 1 to 3 devices"),
        (lambda: limits(300, 13, 23), "total capacity is 299 for 300 meters .*at 23 a device, 14 devices"),
        (lambda: limits(300, 13, 25, 24), "must own 312 of 300 meters"),
        (lambda: limits(9, 3, [3, 3]), "is not a count"),
        (lambda: limits(9, 3, -1), "is not a count"),
        (lambda: limits(9, 3, 4, [0, 5, 0]), "device 1 must own 5 meters and may own 4"),
    ],
)
def test_input_that_means_nothing_is_refused_with_what_would_be_allowed(make: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        make()
    assert error.value.allowed


def test_fewer_meters_than_devices_may_exist_but_not_be_planned() -> None:
    most, fewest = limits(3, 4)
    assert list(most) == [3, 3, 3, 3]
    assert list(fewest) == [0, 0, 0, 0]


def test_arrays_are_read_only() -> None:
    placement = Placement([[0.0, 0.0]], [0, 0])
    with pytest.raises(ValueError, match="read-only"):
        placement.owner[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        Layout([[0.0, 0.0]]).meters[0, 0] = 1.0


def test_a_placement_is_measured_by_distance_variance_and_largest_load() -> None:
    layout = Layout([[0.0, 0.0], [3.0, 4.0], [3.0, 0.0]])
    found = measure(layout, Placement([[0.0, 0.0], [3.0, 0.0], [9.0, 9.0]], [0, 0, 1]))
    assert (found.distance, found.variance, found.largest, found.empty) == (5.0, 1.0, 2, 1)
    assert variance_of_loads(np.array([7])) == 0.0


def test_of_two_devices_equally_near_the_first_owns_the_meter() -> None:
    owner = nearest_owner(np.array([[1.0, 0.0], [3.0, 0.0]]), np.array([[2.0, 0.0], [0.0, 0.0], [2.0, 0.0]]))
    assert list(owner) == [0, 0]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_synthetic_layout_is_the_papers_size_in_its_district_and_comes_back_with_its_seed(family: str) -> None:
    layout = FAMILIES[family](7)
    assert len(layout) == 300
    assert layout.district == AREA
    assert np.array_equal(layout.meters, FAMILIES[family](7).meters)
    assert not np.array_equal(layout.meters, FAMILIES[family](8).meters)


def test_a_seed_below_zero_is_refused() -> None:
    with pytest.raises(InputError, match="0 or more"):
        FAMILIES["uniform"](-1)
