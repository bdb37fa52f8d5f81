"""A bound below which no assignment within capacity can cost, from any prices at the devices, over all devices.

For prices p >= 0, weak duality of the transport problem says that to serve every meter within capacity costs at least

    sum over meters of min over ALL devices j of (d_ij + p_j)   -   sum over devices of capacity_j * p_j.

The minimum is taken by a k-d tree over the devices whose boxes carry their least price: a box is passed over only when
its distance plus that price shows that nothing in it can be better, so no device is left out for being far.

The compiled functions call none of other files: numba notices changes of this file alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meterproof.packed.jit import compiled
from reference.placement.layout import Floats, Ints

LEAF = 8
"""Devices in a leaf at most."""
DEEP = 64
"""Entries of the stack of boxes to visit: one a level, and no tree has so many levels."""


@dataclass(frozen=True, eq=False)
class PriceTree:
    """Devices with prices in a balanced k-d tree: node v has the children 2v+1 and 2v+2, and no child is a leaf's."""

    order: NDArray[np.int32]
    span: NDArray[np.int32]
    box: Floats
    least: Floats
    at: Floats
    prices: Floats

    @classmethod
    def of(cls, devices: Floats, prices: Floats) -> PriceTree:
        """The tree of N devices (N x 2, km) with their N prices (km)."""
        levels = max(0, math.ceil(math.log2(len(devices) / LEAF)))
        nodes = 2 ** (levels + 1) - 1
        order = np.arange(len(devices), dtype=np.int32)
        span = np.zeros((nodes, 2), np.int32)
        span[0] = 0, len(devices)
        box = np.empty((nodes, 4))
        least = np.empty(nodes)
        for node in range(nodes):
            begin, end = span[node]
            here = devices[order[begin:end]]
            low, high = here.min(axis=0), here.max(axis=0)
            box[node] = *low, *high
            least[node] = prices[order[begin:end]].min()
            if 2 * node + 2 < nodes:
                half = (end - begin) // 2
                axis = int(np.argmax(high - low))
                order[begin:end] = order[begin:end][np.argpartition(here[:, axis], half)]
                span[2 * node + 1] = begin, begin + half
                span[2 * node + 2] = begin + half, end
        return cls(order, span, box, least, np.ascontiguousarray(devices[order]), prices[order])

    def cheapest(self, meters: Floats, count: int) -> tuple[NDArray[np.int32], Floats]:
        """For each meter the `count` devices of least distance plus price, ascending, and these sums: two M x count.

        -1 and infinity where there are fewer devices.
        """
        found = np.full((len(meters), count), -1, np.int32)
        sums = np.full((len(meters), count), np.inf)
        _search(meters, self.order, self.span, self.box, self.least, self.at, self.prices, found, sums)
        return found, sums


def lower_bound(meters: Floats, devices: Floats, capacity: Ints, prices: Floats) -> float:
    """What every assignment of the meters to the devices within capacity costs at least, in km; prices are >= 0.

    It holds for any prices, and is the optimum for those of an optimal assignment, up to the rounding of a sum.
    """
    _, sums = PriceTree.of(devices, prices).cheapest(meters, 1)
    return value(sums, capacity, prices)


def value(sums: Floats, capacity: Ints, prices: Floats) -> float:
    """The bound, from what `PriceTree.cheapest` found for these prices."""
    return math.fsum(sums[:, 0]) - math.fsum(capacity * prices)


@compiled
def _search(
    meters: Any, order: Any, span: Any, box: Any, least: Any, at: Any, prices: Any, found: Any, sums: Any
) -> None:
    """Insert what is found for each meter into its rows of `found` and `sums`, which is full of infinity at first."""
    nodes = span.shape[0]
    last = found.shape[1] - 1
    stack = np.empty(DEEP, np.int64)
    bounds = np.empty(DEEP)
    for i in range(meters.shape[0]):
        x, y = meters[i, 0], meters[i, 1]
        stack[0], bounds[0] = 0, 0.0
        size = 1
        while size > 0:
            size -= 1
            node = stack[size]
            if bounds[size] >= sums[i, last]:
                continue
            while 2 * node + 2 < nodes:
                near, far = 2 * node + 1, 2 * node + 2
                near_bound = _reach(box, least, near, x, y)
                far_bound = _reach(box, least, far, x, y)
                if far_bound < near_bound:
                    near, far = far, near
                    near_bound, far_bound = far_bound, near_bound
                if far_bound < sums[i, last]:
                    stack[size], bounds[size] = far, far_bound
                    size += 1
                node = near
                if near_bound >= sums[i, last]:
                    break
            else:
                for k in range(span[node, 0], span[node, 1]):
                    total = math.sqrt((at[k, 0] - x) ** 2 + (at[k, 1] - y) ** 2) + prices[k]
                    if total < sums[i, last]:
                        slot = last
                        while slot > 0 and sums[i, slot - 1] > total:
                            sums[i, slot] = sums[i, slot - 1]
                            found[i, slot] = found[i, slot - 1]
                            slot -= 1
                        sums[i, slot] = total
                        found[i, slot] = order[k]


@compiled
def _reach(box: Any, least: Any, node: Any, x: Any, y: Any) -> Any:
    """What every device in the box of a node costs at least."""
    across = max(box[node, 0] - x, x - box[node, 2], 0.0)
    along = max(box[node, 1] - y, y - box[node, 3], 0.0)
    return math.sqrt(across * across + along * along) + least[node]
