"""The assignment is the cheapest within its bounds: two other solvers agree, and its prices prove it (ZK-P12)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment, linprog

from meterproof.errors import InputError
from reference.placement.capacity import assign, dual_value, prices_of
from reference.placement.certify import certify
from reference.placement.layout import Floats, Ints, Layout, Placement, bounds
from reference.placement.measure import distance_matrix, nearest_owner
from reference.placement.starts import plus_plus
from reference.placement.synthetic import thomas

Case = tuple[Floats, Ints, Ints]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Costs of few values or many, and bounds that can be kept: equal ones or one a device, tight ones among them."""
    meters, devices = draw(st.integers(1, 14)), draw(st.integers(1, 4))
    devices = min(devices, meters)
    random = np.random.default_rng(draw(st.integers(0, 2**20)))
    values = random.integers(0, 4, (meters, devices)).astype(float)
    cost = values if draw(st.booleans()) else random.uniform(0, 3, (meters, devices))
    fewest = random.multinomial(draw(st.integers(0, meters)), np.ones(devices) / devices)
    extra = random.multinomial(meters - fewest.sum() + draw(st.integers(0, 3)), np.ones(devices) / devices)
    return cost, *bounds(meters, devices, fewest + extra, fewest)


@given(cases())
@settings(max_examples=80)
def test_loads_keep_to_their_bounds_and_the_prices_reach_the_cost(case: Case) -> None:
    cost, most, fewest = case
    found = assign(cost, most, fewest)
    loads = np.bincount(found.owner, minlength=len(most))
    assert (fewest <= loads).all()
    assert (loads <= most).all()
    assert dual_value(cost, found.prices, most, fewest) == pytest.approx(found.cost, abs=1e-9)
    assert (found.prices[loads < most] <= 1e-9).all()
    assert (found.prices[loads > fewest] >= -1e-9).all()


@given(cases())
@settings(max_examples=40)
def test_the_transport_linear_programme_has_the_same_optimum(case: Case) -> None:
    cost, most, fewest = case
    meters, devices = cost.shape
    owned = np.kron(np.eye(meters), np.ones(devices))
    loads = np.kron(np.ones(meters), np.eye(devices))
    solved = linprog(
        cost.ravel(), A_eq=owned, b_eq=np.ones(meters), A_ub=np.vstack([loads, -loads]), b_ub=np.append(most, -fewest)
    )
    assert assign(cost, most, fewest).cost == pytest.approx(solved.fun, abs=1e-9)


@pytest.mark.parametrize("capacity", [24, 25, 30])
def test_the_slot_assignment_has_the_same_cost_at_the_papers_size(capacity: int) -> None:
    layout = thomas(3)
    cost = distance_matrix(layout.meters, plus_plus(layout, 13, 5))
    slots = np.repeat(cost, capacity, axis=1)
    rows, columns = linear_sum_assignment(slots)
    assert assign(cost, *bounds(300, 13, capacity)).cost == pytest.approx(float(slots[rows, columns].sum()), rel=1e-12)


@given(cases(), st.lists(st.floats(-5, 5), min_size=4, max_size=4))
@settings(max_examples=40)
def test_no_prices_at_all_promise_more_than_the_cost(case: Case, prices: list[float]) -> None:
    cost, most, fewest = case
    bound = dual_value(cost, np.array(prices[: len(most)]), most, fewest)
    assert bound <= assign(cost, most, fewest).cost + 1e-9


@given(cases())
@settings(max_examples=40)
def test_prices_are_found_for_an_assignment_that_somebody_else_made(case: Case) -> None:
    cost, most, fewest = case
    found = assign(cost, most, fewest)
    assert dual_value(cost, prices_of(cost, found.owner, most, fewest), most, fewest) == pytest.approx(
        found.cost, abs=1e-9
    )


def test_without_bounds_everyone_is_at_the_nearest_and_nothing_has_a_price() -> None:
    layout = thomas(0)
    devices = plus_plus(layout, 13, 0)
    found = assign(distance_matrix(layout.meters, devices), *bounds(300, 13))
    assert np.array_equal(found.owner, nearest_owner(layout.meters, devices))
    assert not found.prices.any()
    assert found.chains == 0


def test_a_certificate_falls_when_the_assignment_is_spoilt() -> None:
    layout = thomas(2)
    devices = plus_plus(layout, 13, 2)
    found = assign(distance_matrix(layout.meters, devices), *bounds(300, 13, 25))
    whole = certify(layout, Placement(devices, found.owner), 25, prices=found.prices)
    assert whole.holds
    assert whole.gap == pytest.approx(0.0, abs=1e-9)
    swapped = found.owner.copy()
    a, b = 0, int(np.flatnonzero(swapped != swapped[0])[0])
    swapped[[a, b]] = swapped[[b, a]]
    for prices in (found.prices, None):
        spoilt = certify(layout, Placement(devices, swapped), 25, prices=prices)
        assert spoilt.within_bounds
        assert spoilt.gap > 1e-3
        assert not spoilt.holds


def test_an_overloaded_device_is_named() -> None:
    layout = Layout([[0.0, 0.0], [0.1, 0.0], [0.2, 0.0], [5.0, 0.0]])
    devices = [[0.0, 0.0], [5.0, 0.0]]
    found = certify(layout, Placement(devices, [0, 0, 0, 1]), 2)
    assert found.overloaded == (0,)
    assert not found.holds
    assert certify(layout, Placement(devices, [0, 0, 1, 1]), 2).holds
    assert not certify(layout, Placement(devices, [0, 0, 1, 1]), 2).nearest
    assert certify(layout, Placement(devices, [0, 0, 0, 1])).nearest


def test_overload_is_no_certificate_even_where_it_costs_nothing() -> None:
    layout = Layout([[0.0, 0.0], [0.0, 0.0]])
    found = certify(layout, Placement([[0.0, 0.0], [0.0, 0.0]], [0, 0]), 1)
    assert found.gap == 0.0
    assert not found.holds


def test_a_device_may_have_no_room_at_all() -> None:
    layout = Layout([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    devices = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    most, fewest = bounds(3, 3, [0, 2, 1])
    found = assign(distance_matrix(layout.meters, devices), most, fewest)
    assert list(found.owner) == [1, 1, 2]
    assert certify(layout, Placement(devices, found.owner), most, prices=found.prices).holds


def test_what_does_not_fit_is_refused() -> None:
    layout = Layout([[0.0, 0.0], [1.0, 0.0]])
    placement = Placement([[0.0, 0.0]], [0, 0])
    with pytest.raises(InputError, match="total capacity is 1 for 2 meters"):
        certify(layout, placement, 1)
    with pytest.raises(InputError, match="1 owners"):
        certify(layout, Placement([[0.0, 0.0]], [0]))
    with pytest.raises(InputError, match="finite numbers"):
        certify(layout, placement, prices=np.array([np.nan]))
    with pytest.raises(InputError, match="loads from 0 to 1"):
        assign(np.zeros((2, 1)), np.array([1]), np.array([0]))
