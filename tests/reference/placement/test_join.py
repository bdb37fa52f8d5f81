"""A newcomer moves at most `budget` others and breaks nobody's capacity, or is refused; as published it moves a third
of all.

ZK-P14, C18.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.placement.join import Joined, Refusal, join, leave
from reference.placement.layout import Layout, Placement
from reference.placement.loop import published
from reference.placement.measure import distance_matrix, distances
from reference.placement.planner import plan
from reference.placement.rules import LITERAL
from reference.placement.storm import fewest_changes, recluster_join
from reference.placement.synthetic import uniform
from tests.reference.placement.layouts import layouts_with_devices

LINE = Layout([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
ON_LINE = Placement([[0.0, 0.0], [1.5, 0.0], [3.0, 0.0]], [0, 0, 1, 2])


@given(
    layouts_with_devices(),
    st.tuples(st.floats(0, 3), st.floats(0, 3)),
    st.integers(0, 2),
    st.integers(0, 4),
    st.sampled_from([0.4, 1.0, 2.0, np.inf]),
)
@settings(max_examples=80)
def test_a_join_stays_within_budget_reach_and_capacity(
    case: tuple[Layout, int], meter: tuple[float, float], slack: int, budget: int, reach: float
) -> None:
    layout, devices = case
    capacity = -(-len(layout) // devices) + slack
    before = plan(layout, devices, capacity=capacity, seed=0).placement
    after = join(layout, before, meter, capacity=capacity, budget=budget, reach=reach)
    if isinstance(after, Refusal):
        fits = (before.loads < capacity) & (distance_matrix(np.array([meter]), before.devices)[0] <= reach)
        assert not fits.any()
        return
    changed = np.flatnonzero(before.owner != after.placement.owner[:-1])
    assert set(changed) == set(after.moved)
    assert len(after.moved) <= budget
    assert after.placement.loads.max() <= capacity
    assert after.placement.loads.sum() == len(layout) + 1
    assert (distances(after.layout, after.placement)[[*after.moved, -1]] <= reach).all()
    assert np.array_equal(after.placement.devices, before.devices)


def test_with_room_at_the_nearest_device_nobody_moves() -> None:
    after = join(LINE, ON_LINE, (2.9, 0.0), capacity=2, budget=0)
    assert isinstance(after, Joined)
    assert after.moved == ()
    assert after.placement.owner[-1] == 2


def test_a_chain_makes_room_with_the_fewest_moves() -> None:
    """The first device is full and alone within reach: its meter at 1.0 goes to the second."""
    after = join(LINE, ON_LINE, (-0.5, 0.0), capacity=2, budget=1, reach=1.0)
    assert isinstance(after, Joined)
    assert after.moved == (1,)
    assert list(after.placement.owner) == [0, 1, 1, 2, 0]


def test_a_longer_chain_needs_a_larger_budget() -> None:
    full = Placement(ON_LINE.devices, [0, 0, 1, 1])
    refused = join(LINE, full, (-0.5, 0.0), capacity=2, budget=1, reach=1.6)
    assert isinstance(refused, Refusal)
    assert "at most 1 meters" in refused.reason
    assert refused.nearest == pytest.approx(0.5)
    after = join(LINE, full, (-0.5, 0.0), capacity=2, budget=2, reach=1.6)
    assert isinstance(after, Joined)
    assert len(after.moved) == 2
    assert list(after.placement.loads) == [2, 2, 1]


def test_a_full_network_and_an_unreachable_newcomer_are_refused_with_the_reason() -> None:
    full = join(LINE, Placement([[0.0, 0.0], [3.0, 0.0]], [0, 0, 1, 1]), (1.0, 1.0), capacity=2, budget=9)
    assert isinstance(full, Refusal)
    assert "4 meters fill all of 4 places" in full.reason
    far = join(LINE, ON_LINE, (50.0, 0.0), capacity=9, budget=9, reach=2.0)
    assert isinstance(far, Refusal)
    assert far.nearest == pytest.approx(47.0)


def test_who_leaves_takes_nobody_along_and_frees_a_place() -> None:
    layout, placement = leave(LINE, ON_LINE, 1)
    assert list(placement.owner) == [0, 1, 2]
    assert len(layout) == 3
    assert isinstance(join(layout, placement, (0.1, 0.0), capacity=2, budget=0, reach=1.0), Joined)


def test_names_go_along() -> None:
    named = Layout(LINE.meters, ("a", "b", "c", "d"))
    after = join(named, ON_LINE, (0.0, 1.0), capacity=3, budget=0, name="e")
    assert isinstance(after, Joined)
    assert after.layout.names == ("a", "b", "c", "d", "e")
    assert leave(after.layout, after.placement, 1)[0].names == ("a", "c", "d", "e")


def test_wrong_calls_are_refused() -> None:
    for options, message in (
        ({"capacity": 2, "budget": -1}, "0 or more"),
        ({"capacity": [1, 9, 9], "budget": 1}, "device 0 owns 2 meters"),
        ({"capacity": 2, "budget": 1, "name": "x"}, "names for all"),
    ):
        with pytest.raises(InputError, match=message):
            join(LINE, ON_LINE, (0.0, 0.0), **options)
    with pytest.raises(InputError, match="no meter 4"):
        leave(LINE, ON_LINE, 4)


def test_the_published_join_moves_a_large_part_of_the_others() -> None:
    changed = []
    for seed in range(5):
        before = published(uniform(seed), 13, LITERAL, seed).placement
        storm = recluster_join(uniform(seed), before, (1.0, 2.0), LITERAL, 1000 + seed)
        assert len(storm.placement.owner) == 301
        assert storm.fewest <= storm.by_index
        changed.append(storm.fewest)
    assert 50 < np.mean(changed) < 150


def test_matching_keeps_as_many_meters_as_possible() -> None:
    devices = [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]
    before = Placement(devices, [0, 0, 1, 1, 2])
    assert fewest_changes(before, Placement(devices, [2, 2, 0, 0, 1])) == 0
    assert fewest_changes(before, Placement(devices, [2, 2, 0, 1, 1, 0])) == 1
