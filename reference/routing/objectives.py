"""By what a scheme prefers one path to another: columns of whole numbers, less is better, the first column first.

Paths that are equal in all columns are taken in the order of the candidates: by hops, then by nodes. Logarithms and
delays are rounded to 1e-12 before they are added, so that the order of additions decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.routing.placement import Placement

Column = NDArray[Any]
"""Whole numbers: of 64 bits, or Python's own where these could overflow."""
Columns = list[Column]
Objective = Callable[[Placement, int, NDArray[np.intp]], Columns]
"""The columns of a demand's paths, given as a table of links, if it were added to what is placed."""

ROUNDED = 1e12
_FITS_64_BITS = 2**62


def hops(at: Placement, demand: int, table: NDArray[np.intp]) -> Columns:
    """Shortest path, as [17]: fewest links."""
    return [(table < len(at.loads)).sum(axis=1)]


def reliability(at: Placement, demand: int, table: NDArray[np.intp]) -> Columns:
    """Communication reliability, as [18]: the greatest share of packets that arrive, the product over the links."""
    lost = [round(-log(link.reliability) * ROUNDED) for link in at.ground.links]
    return [np.array([*lost, 0])[table].sum(axis=1)]


def residual(at: Placement, demand: int, table: NDArray[np.intp]) -> Columns:
    """Residual capacity, as [19]: the greatest idle bandwidth on the path's busiest link; then fewest links."""
    idle = [limit - load for limit, load in zip(at.ground.capacity, at.loads, strict=True)]
    none = max(idle, default=0)
    return [-_exact([*idle, none], none)[table].min(axis=1, initial=none), *hops(at, demand, table)]


def balance(at: Placement, demand: int, table: NDArray[np.intp]) -> Columns:
    """L_load (8), as the paper: the least variance of idle bandwidth over links, times the square of their number.

    With Q the sum of squares of B and S its sum, that is E Q - S^2. A rate r over a link changes Q by r^2 - 2 r B.
    """
    rate, count = at.ground.rates[demand], len(at.loads)
    idle = [limit - load for limit, load in zip(at.ground.capacity, at.loads, strict=True)]
    largest = count * count * max((each * each for each in idle), default=0)
    change = _exact([*(rate * rate - 2 * rate * each for each in idle), 0], largest)
    squares = sum(each * each for each in idle) + change[table].sum(axis=1)
    total = sum(idle) - rate * (table < count).sum(axis=1)
    if largest >= _FITS_64_BITS:
        total = total.astype(object)
    return [count * squares - total * total]


def expected_delay(at: Placement, demand: int, table: NDArray[np.intp]) -> Columns:
    """Mean delay of all packets: the least growth of the sum over links of load times delay, the packets under way."""
    ground, rate = at.ground, at.ground.rates[demand]
    unit = float(ground.unit) * ROUNDED

    def under_way(link: int, load: int) -> int:
        return round(ground.delay(link, load) * load * unit)

    growth = [under_way(link, load + rate) - under_way(link, load) for link, load in enumerate(at.loads)]
    return [np.array([*growth, 0])[table].sum(axis=1)]


def utilisation(at: Placement, demand: int, table: NDArray[np.intp]) -> Columns:
    """What ZK-C24 asks for: least utilisation of the busiest link of all, then fewest links, then L_load."""
    rate, capacity = at.ground.rates[demand], at.ground.capacity
    now = max((load / of for load, of in zip(at.loads, capacity, strict=True)), default=0.0)
    after = [(load + rate) / of for load, of in zip(at.loads, capacity, strict=True)]
    busiest = np.rint(np.array([*after, 0.0])[table].max(axis=1, initial=now) * ROUNDED)
    return [busiest, *hops(at, demand, table), *balance(at, demand, table)]


def _exact(values: list[int], largest: int) -> Column:
    """An array of whole numbers that cannot overflow while nothing is larger than `largest`."""
    return np.array(values, dtype=np.int64 if largest < _FITS_64_BITS else object)
