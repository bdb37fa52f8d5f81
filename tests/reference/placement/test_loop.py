"""The paper's loop: distances fall with each half-step, but as printed it does not end (ZK-P13, C16).

`successive-medians` ends everywhere; what is tried here is every small case, and drawn ones.
"""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings

from meterproof.errors import InputError
from reference.placement.layout import Floats, Layout
from reference.placement.loop import Outcome, loop, published
from reference.placement.measure import nearest_owner
from reference.placement.rules import CHARITABLE, HARDENED, LITERAL, LoopRules
from reference.placement.synthetic import thomas, uniform
from tests.reference.placement.layouts import starts

FOUR = Layout([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [10.0, 10.0]])


@given(starts())
@settings(max_examples=40)
def test_the_sum_of_distances_never_rises(case: tuple[Layout, Floats]) -> None:
    layout, start = case
    for rules in (HARDENED, LoopRules(empty_cluster="kept"), LoopRules(centre="medoid")):
        assert (np.diff(loop(layout, start, rules).history) <= 1e-9).all()


@given(starts())
@settings(max_examples=40)
def test_where_no_device_moves_any_more_every_meter_is_at_its_nearest(case: tuple[Layout, Floats]) -> None:
    layout, start = case
    run = loop(layout, start, HARDENED, epsilon=0.0)
    assert run.ended
    assert np.array_equal(run.placement.owner, nearest_owner(layout.meters, run.placement.devices))


def test_successive_medians_ends_for_every_layout_and_start_on_a_small_grid() -> None:
    places = list(product((0.0, 1.0, 2.0), (0.0, 1.0)))
    runs = 0
    for meters in combinations(places, 4):
        for start in combinations(places, 2):
            run = loop(Layout(np.array(meters)), np.array(start), HARDENED, epsilon=0.0)
            assert run.outcome is Outcome.STOPPED, (meters, start)
            runs += 1
    assert runs == 15 * 15


def test_as_printed_the_loop_never_ends_on_a_concrete_layout() -> None:
    """The centres settle, away from where they started, and step 5 goes on comparing them with that."""
    run = published(uniform(0), 13, LITERAL, seed=0)
    assert run.outcome is Outcome.REPEATS
    assert not run.ended
    assert min(run.gaps) > 0.1
    assert loop(uniform(0), published(uniform(0), 13, HARDENED, seed=0).placement.devices, LITERAL).ended


def test_comparing_the_median_with_the_centroid_need_not_end_either() -> None:
    run = loop(FOUR, np.array([[5.0, 5.0]]), CHARITABLE)
    assert run.outcome is Outcome.REPEATS
    assert run.gaps == pytest.approx([3.18] * len(run.gaps), abs=0.005)
    assert loop(FOUR, np.array([[5.0, 5.0]]), HARDENED).ended


def test_an_end_can_also_be_out_of_bounds() -> None:
    run = published(uniform(0), 13, HARDENED, seed=0)
    assert loop(uniform(0), run.placement.devices + 0.3, HARDENED, rounds=1).outcome is Outcome.BOUND


@pytest.mark.parametrize(("rule", "devices_used"), [("kept", 1), ("reseeded", 2)])
def test_a_device_without_meters_stays_without_unless_it_is_reseeded(rule: str, devices_used: int) -> None:
    run = loop(FOUR, np.array([[0.0, 0.0], [99.0, 99.0]]), LoopRules(empty_cluster=rule))
    assert run.ended
    assert (run.placement.loads > 0).sum() == devices_used


def test_a_round_that_reseeds_a_device_is_not_the_last() -> None:
    """The square's median is its centroid, so the rule would be met with one device still on its way."""
    square = Layout([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    run = loop(square, np.array([[0.5, 0.5], [99.0, 99.0]]), CHARITABLE)
    assert run.gaps[0] == 0.0
    assert (run.placement.loads > 0).all()


def test_the_final_position_is_the_centroid_or_the_median() -> None:
    start = np.array([[5.0, 5.0]])
    median, centroid = (loop(FOUR, start, LoopRules(final_position=at)).placement for at in ("median", "centroid"))
    assert centroid.devices[0] == pytest.approx([2.75, 2.75])
    assert np.hypot(*(median.devices[0] - centroid.devices[0])) == pytest.approx(3.18, abs=0.005)


def test_a_run_is_repeated_by_its_seed() -> None:
    first, again, other = (published(thomas(1), 13, LITERAL, seed) for seed in (4, 4, 5))
    assert np.array_equal(first.placement.devices, again.placement.devices)
    assert not np.array_equal(first.placement.devices, other.placement.devices)


def test_rules_have_the_values_that_are_named_and_no_others() -> None:
    with pytest.raises(InputError, match="did you mean 'kept'"):
        LoopRules(empty_cluster="keep")
    with pytest.raises(InputError, match="4 meters for 5 devices"):
        published(FOUR, 5, LITERAL, seed=0)
    with pytest.raises(InputError, match="at least one round"):
        loop(FOUR, np.array([[0.0, 0.0]]), LITERAL, rounds=0)
