"""M/D/1/M: every packet takes the same time, as packets of 360 byte do on one link.

The number left behind by departures is a Markov chain on 0..M-1 (Kendall). Where A is the number of arrivals in one
service, Poisson with mean rho, departures go from j+1 to j as often as from j or less to more than j:

    x[j+1] P(A = 0) = x[0] P(A > j) + sum_{i=1..j} x[i] P(A > j-i+1)

Packets that are lost in one service are those beyond the room that is left at its start: x[0] E(A-(M-1))^+ +
sum_{i>=1} x[i] E(A-(M-i))^+. For each departure one packet was accepted, so x[0..M-1] and these losses are also the
shares of time with 0..M packets, up to a factor. Nothing is subtracted.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reference.queueing.quantities import Measures, Queue, measured

STEEPEST = 500.0
"""The load from which on P(A = 0) is left out: e^-500 is beyond any figure of a float."""
_BIG = 1e50


def fixed(queue: Queue) -> Measures:
    """The measures of M/D/1/M, for any load; from `STEEPEST` on, every departure leaves all places but one taken."""
    rho, full = queue.load, queue.capacity
    if rho >= STEEPEST:
        return measured(queue, [1.0, rho] if full == 1 else [*[0.0] * (full - 1), 1.0, rho - 1])
    none, more, beyond = _arrivals(rho, full)
    x = np.zeros(full + 1)
    x[0] = 1.0
    for j in range(full - 1):
        x[j + 1] = (x[0] * more[j] + np.dot(x[1 : j + 1], more[j:0:-1])) / none
        if x[j + 1] > _BIG:
            x /= x[j + 1]
    x[full] = x[0] * beyond[full - 1] + np.dot(x[1:full], beyond[full - 1 : 0 : -1])
    return measured(queue, x.tolist())


def _arrivals(rho: float, full: int) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Of the arrivals A in one service: P(A = 0), P(A > k) and E(A - k)^+ for k = 0..M, adding small to large."""
    last = max(full, rho)
    ratios = rho / np.arange(1.0, last + 12 * math.sqrt(last) + 60)
    of = math.exp(-rho) * np.concatenate(([1.0], np.cumprod(ratios)))
    more = np.cumsum(of[::-1])[::-1][1:]
    beyond = np.cumsum(more[::-1])[::-1]
    return float(of[0]), more[: full + 1], beyond[: full + 1]
