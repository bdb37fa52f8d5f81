"""Which round settings fit Table 1, and how much such a fit is worth.

The grid is ours: 12 link rates within the printed 25 to 128 KByte/s with either kilo, M and r from 1 to 20, and 12
waits. Which values count as round was decided knowing the table, so `chance` is a guide and no level of significance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reference.queueing.exponential import exponential
from reference.queueing.quantities import PerSecond, Queue, Seconds
from reference.queueing.table1 import BUILD, RATES, Row, Setting, link

KILOBYTES = (25, 32, 40, 48, 50, 64, 75, 80, 96, 100, 120, 128)
KILOS = (1000, 1024)
CAPACITIES = tuple(range(1, 21))
HOPS = tuple(range(1, 21))
WAITS = (0, 10, 20, 25, 30, 40, 50, 60, 75, 80, 100, 150)
"""Milliseconds."""
LINKS = tuple(product(KILOBYTES, KILOS))

Change = Literal["each", "smooth"]
"""How `chance` changes the table: every row by its own factor, or all by a scale and a power of lambda."""


@dataclass(frozen=True)
class Fit:
    """One combination and its largest relative error over the rows."""

    kilobytes: int
    kilo: int
    capacity: int
    hops: int
    milliseconds: int
    error: float

    @property
    def setting(self) -> Setting:
        """What it stands for."""
        rate = link(self.kilobytes, self.kilo)
        return Setting(rate, self.capacity, self.hops, Seconds(self.milliseconds / 1000))

    @property
    def told(self) -> str:
        """The combination in words."""
        unit = "KiB/s" if self.kilo == 1024 else "KByte/s"
        return f"{self.kilobytes} {unit}, M = {self.capacity}, r = {self.hops}, t_rw = {self.milliseconds} ms"


def size() -> int:
    """The number of combinations."""
    return grid()[..., 0].size


@cache
def grid() -> NDArray[np.float64]:
    """Eq. (7) in milliseconds for every combination and row: [link, capacity, wait, hops, row]."""
    shape = (len(LINKS), len(CAPACITIES), len(RATES))
    sojourn, loss = np.empty(shape), np.empty(shape)
    for (i, of), (j, capacity), (k, rate) in product(enumerate(LINKS), enumerate(CAPACITIES), enumerate(RATES)):
        found = exponential(Queue(PerSecond(rate), link(*of), capacity))
        sojourn[i, j, k], loss[i, j, k] = 1000 * found.sojourn, found.loss
    each = sojourn[:, :, None, :] + loss[:, :, None, :] * np.array(WAITS)[None, None, :, None]
    made: NDArray[np.float64] = each[:, :, :, None, :] * np.array(HOPS)[:, None]
    made.setflags(write=False)
    return made


def best(count: int, table: Row = BUILD, waits: int = len(WAITS)) -> tuple[Fit, ...]:
    """The combinations with the smallest largest relative error, best first; of the first so many waits only."""
    errors = _errors(table)[:, :, :waits]
    order = np.argsort(errors, axis=None, kind="stable")[:count]
    return tuple(_fit(np.unravel_index(at, errors.shape), errors) for at in order)


def within(limit: float, table: Row = BUILD) -> tuple[Fit, ...]:
    """All combinations whose largest relative error is within a limit, best first."""
    return best(int((_errors(table) <= limit).sum()), table)


def chance(limit: float, tables: int, seed: int, change: Change = "each", spread: float = 0.1) -> float:
    """The share of changed tables that some combination fits within the limit as well.

    "each": every row times 1 + u, with u uniform in +-spread. "smooth": row i times (1 + u) (lambda_i / 100)^v, with u
    and v uniform in +-spread, so that the curve stays one.
    """
    draw = np.random.default_rng(seed)
    rows = len(RATES) if change == "each" else 1
    factors = 1 + draw.uniform(-spread, spread, (tables, rows))
    if change == "smooth":
        factors = factors * (np.array(RATES) / 100) ** draw.uniform(-spread, spread, (tables, 1))
    flat = grid().reshape(-1, len(RATES))
    flat = flat[np.argsort(flat[:, 0])]
    changed = np.array(BUILD) * factors
    low = np.searchsorted(flat[:, 0], changed[:, 0] * (1 - limit), "left")
    high = np.searchsorted(flat[:, 0], changed[:, 0] * (1 + limit), "right")
    near = zip(low, high, changed, strict=True)
    return sum(bool((np.abs(flat[a:b] / row - 1).max(axis=1) <= limit).any()) for a, b, row in near) / tables


def _errors(table: Row) -> NDArray[np.float64]:
    made: NDArray[np.float64] = np.abs(grid() / np.array(table) - 1).max(axis=-1)
    return made


def _fit(at: tuple[np.intp, ...], errors: NDArray[np.float64]) -> Fit:
    i, j, k, h = at
    return Fit(*LINKS[i], CAPACITIES[j], HOPS[h], WAITS[k], float(errors[at]))
