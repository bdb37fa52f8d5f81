"""A plan keeps to its bounds, never gains distance on the way, and ends where neither half-step helps (ZK-P12, P13)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.placement.certify import certify
from reference.placement.layout import Layout
from reference.placement.measure import measure
from reference.placement.planner import plan
from reference.placement.synthetic import FAMILIES, streets, thomas
from tests.reference.placement.layouts import layouts_with_devices


@given(layouts_with_devices(), st.integers(0, 3), st.integers(0, 2**20))
@settings(max_examples=50)
def test_a_plan_is_within_bounds_certified_and_never_got_worse(case: tuple[Layout, int], slack: int, seed: int) -> None:
    layout, devices = case
    lower, rest = divmod(len(layout), devices)
    capacity = lower + (rest > 0) + slack
    found = plan(layout, devices, capacity=capacity, lower=lower, seed=seed)
    assert found.settled
    assert (np.diff(found.history) <= 1e-9).all()
    certificate = certify(layout, found.placement, capacity, lower, found.prices)
    assert certificate.holds
    assert certificate.excess <= 1e-9
    assert certificate.cost == pytest.approx(found.history[-1], abs=1e-9)


@pytest.mark.parametrize("family", FAMILIES)
def test_25_meters_a_device_are_enough_on_every_family_where_nearest_device_is_not(family: str) -> None:
    layout = FAMILIES[family](1)
    bounded, free = plan(layout, 13, capacity=25, seed=1), plan(layout, 13, seed=1)
    assert measure(layout, bounded.placement).largest == 25
    assert measure(layout, free.placement).largest > 25
    assert certify(layout, bounded.placement, 25, prices=bounded.prices).holds
    assert certify(layout, free.placement, prices=free.prices).nearest
    assert not certify(layout, bounded.placement, 25, prices=bounded.prices).nearest


def test_even_loads_differ_by_one_at_most() -> None:
    loads = plan(streets(2), 13, capacity=24, lower=23, seed=0).placement.loads
    assert sorted(set(loads)) == [23, 24]


def test_more_starts_are_never_worse_and_a_seed_repeats_them() -> None:
    layout = thomas(5)
    one, three, again = (plan(layout, 13, capacity=25, seed=3, starts=starts) for starts in (1, 3, 3))
    assert three.history[-1] <= one.history[-1]
    assert np.array_equal(three.placement.devices, again.placement.devices)
    assert three.start == again.start


def test_what_cannot_be_planned_is_refused() -> None:
    with pytest.raises(InputError, match="total capacity is 299 for 300 meters"):
        plan(thomas(0), 13, capacity=23, seed=0)
    with pytest.raises(InputError, match="300 meters for 301 devices"):
        plan(thomas(0), 301, seed=0)
    with pytest.raises(InputError, match="0 starts"):
        plan(thomas(0), 13, seed=0, starts=0)
