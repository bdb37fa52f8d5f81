"""What is true of a placement, checked from the placement alone: it does not matter who made it, or how.

An assignment is optimal at its devices if and only if some prices make the dual of the transport problem as large as
its cost (`capacity`). So the check needs no solver: it computes both numbers from the layout, the placement and the
prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from meterproof.errors import InputError
from reference.placement.capacity import dual_value, prices_of
from reference.placement.layout import Counts, Floats, Layout, Placement, limits
from reference.placement.measure import distance_matrix, own_distances

RELATIVE_GAP = 1e-9


@dataclass(frozen=True, eq=False)
class Certificate:
    """What was checked of a placement.

    `within_bounds`: every load is; `overloaded` are the devices above their capacity. `cost` is the sum of distances in
    km, `bound` what no assignment within the bounds to these devices can be below, `gap` their difference: 0 up to
    rounding proves the owners optimal. `nearest` says whether every meter is at a nearest device, which optimal means
    where there are no bounds. `excess` is the largest of the devices' (`median.Medians`): 0 up to rounding proves that
    every device with meters stands at their geometric median.
    """

    within_bounds: bool
    overloaded: tuple[int, ...]
    cost: float
    bound: float
    prices: Floats
    nearest: bool
    excess: float

    @property
    def gap(self) -> float:
        """Cost less bound, in km; never below 0 but for rounding, or for a placement outside of its bounds."""
        return self.cost - self.bound

    @property
    def holds(self) -> bool:
        """Whether the loads are within their bounds and no assignment within them is cheaper."""
        return self.within_bounds and abs(self.gap) <= RELATIVE_GAP * (1.0 + self.cost)


def certify(
    layout: Layout,
    placement: Placement,
    capacity: Counts | None = None,
    lower: Counts = 0,
    prices: Floats | None = None,
) -> Certificate:
    """Check a placement under bounds on the loads, with the prices that came with it or the best that fit it.

    Raises InputError if the placement is not of this layout, the bounds can't be kept by any, or the prices are not one
    finite number a device.
    """
    if len(placement.owner) != len(layout):
        raise InputError(f"{len(placement.owner)} owners", allowed=f"one for each of {len(layout)} meters")
    most, fewest = limits(len(layout), len(placement.devices), capacity, lower)
    matrix = distance_matrix(layout.meters, placement.devices)
    if prices is None:
        prices = prices_of(matrix, placement.owner, most, fewest)
    if prices.shape != most.shape or not np.isfinite(prices).all():
        raise InputError(f"prices of shape {prices.shape}", allowed=f"{len(most)} finite numbers, one a device")
    loads = placement.loads
    own = own_distances(layout.meters, placement.devices, placement.owner)
    return Certificate(
        within_bounds=bool(((fewest <= loads) & (loads <= most)).all()),
        overloaded=tuple(map(int, np.flatnonzero(loads > most))),
        cost=float(own.sum()),
        bound=dual_value(matrix, prices, most, fewest),
        prices=prices,
        nearest=bool((own <= matrix.min(axis=1) + RELATIVE_GAP).all()),
        excess=float(excess(layout, placement).max()),
    )


def excess(layout: Layout, placement: Placement) -> Floats:
    """How far each device is from its meters' geometric median, as `median.Medians.excess`; 0 without meters."""
    towards = layout.meters - placement.devices[placement.owner]
    distance = np.hypot(towards[:, 0], towards[:, 1])
    units = np.divide(towards, distance[:, None], out=np.zeros_like(towards), where=distance[:, None] > 0)
    count = len(placement.devices)
    pull = [np.bincount(placement.owner, weights=units[:, axis], minlength=count) for axis in (0, 1)]
    here = np.bincount(placement.owner, weights=distance == 0, minlength=count)
    return np.maximum(0.0, np.hypot(*pull) - here)
