"""Placement at scale: no device above its capacity, bound <= least possible <= cost, and no device left out of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from meterproof.errors import InputError
from reference.placement.bisection import bisect
from reference.placement.dual import PriceTree, lower_bound
from reference.placement.layout import Floats, Ints, Layout
from reference.placement.matching import NoRoom, match
from reference.placement.measure import distance_matrix
from reference.placement.scale import assign, place


def layout(meters: int, seed: int, clusters: int = 0) -> Floats:
    """Points in a square of 4 km, around so many centres or uniform."""
    random = np.random.default_rng(seed)
    if not clusters:
        return random.uniform(0, 4, (meters, 2))
    centres = random.uniform(0, 4, (clusters, 2))
    return centres[random.integers(clusters, size=meters)] + random.normal(0, 0.1, (meters, 2))


def least(meters: Floats, devices: Floats, capacity: Ints) -> float:
    """The least cost within capacity by another method: each device as so many columns of an assignment problem."""
    costs = np.repeat(distance_matrix(meters, devices), capacity, axis=1)
    return float(costs[linear_sum_assignment(costs)].sum())


instances = st.builds(
    lambda meters, seed, clusters, slack, devices: (
        layout(meters, seed, clusters), layout(devices, seed + 1), -(-meters // devices) + slack, seed,
    ),
    st.integers(12, 300), st.integers(0, 10_000), st.sampled_from([0, 0, 3]), st.integers(0, 3), st.integers(1, 12),
)  # fmt: skip


@given(instances)
@settings(max_examples=25)
def test_the_least_cost_lies_between_bound_and_cost_and_is_both_in_the_end(
    instance: tuple[Floats, Floats, int, int],
) -> None:
    meters, devices, capacity, seed = instance
    most = np.full(len(devices), capacity)
    found = assign(meters, devices, most, seed=seed)
    exact = least(meters, devices, most)
    assert np.bincount(found.owner, minlength=len(devices)).max() <= capacity
    assert found.cost == pytest.approx(np.hypot(*(meters - devices[found.owner]).T).sum())
    assert found.bound <= exact + 1e-9 <= found.cost + 2e-9
    assert found.gap <= 1e-9
    assert (found.prices >= 0).all()


@given(instances, st.integers(0, 1_000))
@settings(max_examples=25)
def test_the_bound_holds_for_any_prices(instance: tuple[Floats, Floats, int, int], seed: int) -> None:
    meters, devices, capacity, _ = instance
    most = np.full(len(devices), capacity)
    prices = np.random.default_rng(seed).exponential(0.3, len(devices))
    assert lower_bound(meters, devices, most, prices) <= least(meters, devices, most) + 1e-9


def test_a_first_pass_with_too_few_arcs_says_how_far_it_may_be_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reference.placement.scale.NEAREST", 2)
    meters, devices = layout(300, 5, clusters=3), layout(15, 6)
    most = np.full(15, 20)
    exact = least(meters, devices, most)
    once = assign(meters, devices, most, seed=0, passes=1)
    assert once.gap > 1e-3
    assert once.bound < exact < once.cost
    more = assign(meters, devices, most, seed=0, passes=20)
    assert more.passes > 1
    assert more.cost == pytest.approx(exact)


@given(st.integers(1, 200), st.integers(0, 1_000), st.integers(1, 6))
@settings(max_examples=25)
def test_the_tree_finds_the_devices_of_least_distance_plus_price(devices: int, seed: int, count: int) -> None:
    places, meters = layout(devices, seed, clusters=seed % 3), layout(30, seed + 1)
    prices = np.random.default_rng(seed).exponential(1.0, devices)
    found, sums = PriceTree.of(places, prices).cheapest(meters, count)
    every = np.sort(distance_matrix(meters, places) + prices, axis=1)[:, :count]
    shown = min(count, devices)
    np.testing.assert_allclose(sums[:, :shown], every, atol=1e-12)
    rows = np.arange(30)[:, None]
    np.testing.assert_allclose((distance_matrix(meters, places) + prices)[rows, found[:, :shown]], every, atol=1e-12)
    assert (found[:, shown:] == -1).all()


@given(st.integers(1, 400), st.integers(1, 40), st.integers(0, 2), st.integers(0, 100))
@settings(max_examples=40)
def test_halving_loses_no_meter_and_keeps_every_capacity(meters: int, devices: int, slack: int, seed: int) -> None:
    devices = min(devices, meters)
    most = np.random.default_rng(seed).integers(0, 2 * slack + 1, devices) + -(-meters // devices)
    owner = bisect(layout(meters, seed), most, seed)
    loads = np.bincount(owner, minlength=devices)
    assert loads.sum() == meters
    assert (loads <= most).all()


@pytest.mark.parametrize("clusters", [0, 6])
@pytest.mark.parametrize("capacity", [25, 27])
def test_a_placement_keeps_its_capacity_and_no_round_makes_it_longer(capacity: int, clusters: int) -> None:
    meters = layout(3_000, 1, clusters)
    plan = place(Layout(meters), 120, capacity=capacity, seed=7)
    assert plan.placement.loads.max() <= capacity
    assert plan.placement.loads.sum() == 3_000
    assert all(b <= a * (1 + 1e-9) for a, b in zip(plan.history, plan.history[1:], strict=False))
    assert plan.history[-1] == plan.assigned.cost < 0.97 * plan.history[0]
    assert plan.assigned.gap <= 1e-9
    prices = plan.assigned.prices
    assert lower_bound(meters, plan.placement.devices, np.full(120, capacity), prices) == plan.assigned.bound
    assert (prices[plan.placement.loads < capacity] == 0).all()


def test_the_same_seed_gives_the_same_placement_and_another_seed_another() -> None:
    meters = Layout(layout(500, 3))
    one, again, other = (place(meters, 25, capacity=22, seed=seed, rounds=3) for seed in (1, 1, 2))
    assert (one.placement.owner == again.placement.owner).all()
    assert one.placement.devices.tobytes() == again.placement.devices.tobytes()
    assert one.placement.devices.tobytes() != other.placement.devices.tobytes()


def test_meters_in_one_place_and_devices_without_meters_are_no_trouble() -> None:
    meters = np.concatenate([np.zeros((50, 2)), np.ones((1, 2))])
    plan = place(Layout(meters), 10, capacity=30, seed=0)
    assert plan.assigned.cost == 0.0
    assert plan.assigned.gap == 0.0
    assert plan.placement.loads.sum() == 51


def test_too_little_capacity_is_refused_and_says_what_would_be_enough() -> None:
    with pytest.raises(InputError, match=r"51 meters.*at 10 a device, 6 devices"):
        place(Layout(layout(51, 0)), 5, capacity=10, seed=0)


def test_arcs_without_room_for_all_are_refused() -> None:
    arcs, costs = np.array([[0, -1], [0, -1], [0, 1]], np.int32), np.array([[1, np.inf], [1, np.inf], [1, 2]])
    with pytest.raises(NoRoom):
        match(arcs, costs, np.array([1, 5], np.int32), np.arange(3))
