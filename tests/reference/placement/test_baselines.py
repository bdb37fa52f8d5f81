"""The rivals are what they are called, and K-means against Voronoi is no contrast (ZK-C14)."""

from __future__ import annotations

import numpy as np
import pytest

from meterproof.errors import InputError
from reference.placement.baselines import area_voronoi, grid, k_means, k_medoids, one_shot_voronoi
from reference.placement.certify import excess
from reference.placement.layout import Layout
from reference.placement.measure import measure, nearest_owner
from reference.placement.synthetic import AREA, streets, thomas, uniform


@pytest.mark.parametrize("seed", range(3))
def test_clusters_of_k_means_are_the_voronoi_cells_of_its_centres(seed: int) -> None:
    layout = thomas(seed)
    found = k_means(layout, 13, seed)
    assert np.array_equal(found.owner, nearest_owner(layout.meters, found.devices))
    assert measure(layout, found).largest > 25


def test_more_starts_lower_the_squared_distance_of_k_means() -> None:
    layout = streets(0)
    one, ten = (k_means(layout, 13, 0, starts=starts) for starts in (1, 10))
    squared = [((layout.meters - found.devices[found.owner]) ** 2).sum() for found in (one, ten)]
    assert squared[1] <= squared[0]


def test_medoids_are_meters() -> None:
    layout = thomas(1)
    places = {tuple(each) for each in layout.meters}
    assert all(tuple(device) in places for device in k_medoids(layout, 13, 0).devices)


def test_the_area_centred_cells_ignore_the_meters() -> None:
    """One corner full of meters: all of them fall to the few cells there."""
    crowded = Layout(uniform(0).meters / 4, area=AREA)
    assert measure(crowded, area_voronoi(crowded, 13, 0)).empty >= 8
    assert measure(crowded, one_shot_voronoi(crowded, 13, 0)).empty <= 2


def test_the_grid_of_1_km_has_16_cells_and_serves_each_meter_from_its_own() -> None:
    layout = uniform(3)
    found = grid(layout)
    assert len(found.devices) == 16
    cells = np.floor(layout.meters).astype(int)
    for device in range(16):
        assert len({tuple(cell) for cell in cells[found.owner == device]}) <= 1
    assert excess(layout, found).max() <= 1e-9


def test_a_meter_on_the_far_edge_is_in_the_last_cell() -> None:
    found = grid(Layout([[3.5, 4.0], [0.0, 0.0]], area=AREA))
    assert list(found.owner) == [15, 0]
    assert found.devices[3] == pytest.approx([3.5, 0.5])


def test_cells_without_meters_can_go_without_a_device() -> None:
    layout = streets(4)
    every, used = grid(layout), grid(layout, empty=False)
    assert len(used.devices) == (every.loads > 0).sum() < 16
    assert sorted(used.loads) == sorted(every.loads[every.loads > 0])


def test_cells_of_no_size_are_refused() -> None:
    with pytest.raises(InputError, match="a length above 0"):
        grid(uniform(0), cell=0.0)
