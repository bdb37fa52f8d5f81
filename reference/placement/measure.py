"""What a placement is judged by: distances (eq. 1), their sum (eq. 3), and how even the loads are (Fig. 5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reference.placement.layout import Floats, Ints, Layout, Placement


@dataclass(frozen=True)
class Measures:
    """A placement in numbers: km in all, the sample variance of the loads, the largest load, devices without meters."""

    distance: float
    variance: float
    largest: int
    empty: int


def measure(layout: Layout, placement: Placement) -> Measures:
    """The placement's numbers."""
    loads = placement.loads
    return Measures(
        distance=float(distances(layout, placement).sum()),
        variance=variance_of_loads(loads),
        largest=int(loads.max()),
        empty=int((loads == 0).sum()),
    )


def distances(layout: Layout, placement: Placement) -> Floats:
    """Each meter's distance to its device in km, M of them."""
    return own_distances(layout.meters, placement.devices, placement.owner)


def own_distances(meters: Floats, devices: Floats, owner: Ints) -> Floats:
    """The same for places and owners that are no placement yet."""
    difference = meters - devices[owner]
    return np.hypot(difference[:, 0], difference[:, 1])


def distance_matrix(meters: Floats, devices: Floats) -> Floats:
    """The distance of every meter to every device in km, M x N (eq. 1)."""
    difference = meters[:, None, :] - devices[None, :, :]
    return np.hypot(difference[..., 0], difference[..., 1])


def nearest_owner(meters: Floats, devices: Floats) -> Ints:
    """Step 3 (ZK-R16): each meter's nearest device, the lowest index where two are equally near.

    This is membership in the cells of the devices' Voronoi diagram (ZK-C14).
    """
    nearest: Ints = distance_matrix(meters, devices).argmin(axis=1)
    return nearest


def variance_of_loads(loads: Ints) -> float:
    """The sample variance (ddof = 1) of the devices' loads, 0 for one device: the reading that fits Fig. 5 (B1.3)."""
    return float(np.var(loads, ddof=1)) if len(loads) > 1 else 0.0
