"""What the paper's loop is compared with: K-means as everybody runs it, Voronoi cells, the 1 km grid, k-medoids.

Fig. 5 sets "K-means" against "Voronoi". Giving meters to the nearest centre is membership in the centres' Voronoi
cells, so an iterated Voronoi scheme with the same central points is the same algorithm (ZK-C14). What differs, and
stands here, is Voronoi without iteration, and Voronoi cells centred in the area instead of among the meters.
"""

from __future__ import annotations

import numpy as np

from meterproof.errors import InputError
from reference.placement.layout import Box, Floats, Ints, Layout, Placement, bounds
from reference.placement.loop import loop
from reference.placement.measure import nearest_owner
from reference.placement.median import centroids, geometric_medians
from reference.placement.rules import LoopRules
from reference.placement.starts import plus_plus, random_start


def k_means(layout: Layout, devices: int, seed: int, *, starts: int = 1) -> Placement:
    """scikit-learn's K-means (k-means++ starts, the best of them by squared distance), devices at the means."""
    from sklearn.cluster import KMeans

    bounds(len(layout), devices)
    found = KMeans(devices, n_init=starts, random_state=seed).fit(layout.meters)
    return Placement(found.cluster_centers_, nearest_owner(layout.meters, found.cluster_centers_))


def k_medoids(layout: Layout, devices: int, seed: int) -> Placement:
    """Alternating k-medoids: the loop with devices at meters, from a k-means++ start, until no device moves."""
    return loop(layout, plus_plus(layout, devices, seed), LoopRules(centre="medoid"), epsilon=0.0).placement


def one_shot_voronoi(layout: Layout, devices: int, seed: int) -> Placement:
    """The Voronoi cells of random sites in the box around the meters; each device at its cell's geometric median."""
    bounds(len(layout), devices)
    return _at_medians(layout, random_start(layout.box, devices, seed))


def area_voronoi(layout: Layout, devices: int, seed: int, *, samples: int = 2000, rounds: int = 100) -> Placement:
    """The centroidal Voronoi tessellation of the district, blind to where the meters are (Lloyd on a lattice of it).

    About `samples` lattice points stand for the area. Each device serves its cell's meters from their geometric median.
    """
    bounds(len(layout), devices)
    lattice = _lattice(layout.district, samples)
    sites = random_start(layout.district, devices, seed)
    for _ in range(rounds):
        means = centroids(lattice, nearest_owner(lattice, sites), devices)
        moved = np.where(np.isnan(means), sites, means)
        if np.allclose(moved, sites, rtol=0.0, atol=1e-6):
            break
        sites = moved
    return _at_medians(layout, sites)


def grid(layout: Layout, cell: float = 1.0, *, empty: bool = True) -> Placement:
    """One device a square cell of `cell` km, from the district's lower corner; 3.5 km x 4 km make 16 cells.

    A device stands at its meters' geometric median. With `empty`, cells without meters have a device too, in their
    middle. Raises InputError for a cell that is not above 0.
    """
    if not cell > 0:
        raise InputError(f"cells of {cell} km", allowed="a length above 0")
    box = layout.district
    columns, rows = (
        max(1, int(np.ceil((high - low) / cell - 1e-9))) for low, high in zip(box.low, box.high, strict=True)
    )
    place = np.floor((layout.meters - box.low) / cell).astype(np.int64)
    owner: Ints = np.minimum(place[:, 0], columns - 1) + columns * np.minimum(place[:, 1], rows - 1)
    if not empty:
        _, owner = np.unique(owner, return_inverse=True)
        return Placement(geometric_medians(layout.meters, owner, int(owner.max()) + 1).points, owner)
    index = np.arange(columns * rows)
    middles = box.low + (np.column_stack([index % columns, index // columns]) + 0.5) * cell
    medians = geometric_medians(layout.meters, owner, len(index)).points
    return Placement(np.where(np.isnan(medians), np.minimum(middles, box.high), medians), owner)


def _at_medians(layout: Layout, sites: Floats) -> Placement:
    owner = nearest_owner(layout.meters, sites)
    medians = geometric_medians(layout.meters, owner, len(sites)).points
    return Placement(np.where(np.isnan(medians), sites, medians), owner)


def _lattice(box: Box, samples: int) -> Floats:
    (left, bottom), (right, top) = box.low, box.high
    step = max(np.sqrt((right - left) * (top - bottom) / samples), 1e-9)
    x, y = (
        low + (np.arange(max(1, round((high - low) / step))) + 0.5) * step
        for low, high in ((left, right), (bottom, top))
    )
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
