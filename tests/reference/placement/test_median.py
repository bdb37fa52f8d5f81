"""A geometric median has the least sum of distances, and the certificate says so without knowing how it was found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.placement.certify import excess
from reference.placement.layout import Floats, Layout, Placement
from reference.placement.median import centroids, geometric_medians, medoids
from tests.reference.placement.layouts import layouts

ROOT_3 = 3**0.5


def total(meters: Floats, point: Floats) -> float:
    return float(np.hypot(*(meters - point).T).sum())


@given(layouts(most=12), st.integers(0, 2**20))
@settings(max_examples=60)
def test_no_other_point_is_nearer_to_all(layout: Layout, seed: int) -> None:
    owner = np.zeros(len(layout), dtype=np.int64)
    found = geometric_medians(layout.meters, owner, 1)
    assert found.certified()
    least = total(layout.meters, found.points[0])
    probes = found.points[0] + np.random.default_rng(seed).normal(0.0, 0.3, (50, 2))
    for point in (*probes, *layout.meters, layout.meters.mean(axis=0)):
        assert least <= total(layout.meters, point) + 1e-9


@given(layouts(least=6, most=20), st.data())
@settings(max_examples=40)
def test_clusters_found_together_are_those_found_alone_and_empty_ones_have_none(
    layout: Layout, data: st.DataObject
) -> None:
    owner = np.array(data.draw(st.lists(st.sampled_from([0, 2, 3]), min_size=len(layout), max_size=len(layout))))
    found = geometric_medians(layout.meters, owner, 5)
    for device in range(5):
        members = layout.meters[owner == device]
        if not len(members):
            assert np.isnan(found.points[device]).all()
            continue
        alone = geometric_medians(members, np.zeros(len(members), dtype=np.int64), 1)
        assert total(members, found.points[device]) == pytest.approx(total(members, alone.points[0]), abs=1e-9)


@pytest.mark.parametrize(
    ("meters", "median"),
    [
        ([[0, 0], [1, 0], [0.5, ROOT_3 / 2]], [0.5, ROOT_3 / 6]),
        ([[0, 0], [1, 0.1], [-1, 0.1]], [0, 0]),
        ([[0, 0], [1, 0], [7, 0]], [1, 0]),
        ([[0, 0], [0, 0], [0, 0], [4, 1], [3, 2]], [0, 0]),
        ([[0, 0], [2, 0], [2, 2], [0, 2]], [1, 1]),
    ],
    ids=["Fermat point", "a corner of 120 degrees or more", "on a line", "many at one place", "square"],
)
def test_known_medians(meters: Floats, median: Floats) -> None:
    found = geometric_medians(np.array(meters, float), np.zeros(len(meters), dtype=np.int64), 1)
    assert found.points[0] == pytest.approx(median, abs=1e-9)


@given(layouts(least=3, most=12))
@settings(max_examples=40)
def test_the_certificate_bounds_how_much_better_a_median_is(layout: Layout) -> None:
    owner = np.zeros(len(layout), dtype=np.int64)
    best = total(layout.meters, geometric_medians(layout.meters, owner, 1).points[0])
    for place in (layout.meters[:1], layout.meters.mean(axis=0)[None]):
        away = np.hypot(*(layout.meters - place[0]).T)
        assert away.sum() - best <= excess(layout, Placement(place, owner))[0] * away.max() + 1e-9


@given(layouts(least=2, most=10))
@settings(max_examples=30)
def test_a_medoid_is_the_best_of_the_meters_and_no_better_than_the_median(layout: Layout) -> None:
    owner = np.zeros(len(layout), dtype=np.int64)
    medoid = total(layout.meters, medoids(layout.meters, owner, 1)[0])
    assert medoid == pytest.approx(min(total(layout.meters, each) for each in layout.meters))
    assert medoid >= total(layout.meters, geometric_medians(layout.meters, owner, 1).points[0]) - 1e-9


def test_the_two_readings_of_the_central_point_and_the_centroid_differ() -> None:
    meters, owner = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [10.0, 10.0]]), np.zeros(4, dtype=np.int64)
    places = {
        tuple(np.round(found[0], 6))
        for found in (
            geometric_medians(meters, owner, 1).points,
            medoids(meters, owner, 1),
            centroids(meters, owner, 1),
        )
    }
    assert len(places) == 3
