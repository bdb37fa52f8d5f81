"""M/M/1/M: exponential service, for any load.

The share of time with k packets is proportional to rho^k. The closed forms of eq. (6) are these sums written out; they
are 0/0 at rho = 1, lose all figures near it and overflow above it, so the sums are evaluated instead.
"""

from __future__ import annotations

from reference.queueing.quantities import Measures, Queue, measured


def exponential(queue: Queue) -> Measures:
    """The measures of M/M/1/M, with a relative error of some 1e-16 times the capacity.

    Above rho = 1 states are counted from the full one, so that no power exceeds 1.
    """
    rho, full = queue.load, queue.capacity
    if rho <= 1:
        return measured(queue, [rho**k for k in range(full + 1)])
    inverse = queue.service / queue.arrivals
    return measured(queue, [inverse ** (full - k) for k in range(full + 1)])
