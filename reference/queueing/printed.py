"""Eq. (5) to (7) of Zhai et al. as they stand, to show what differs. Do not plan with these.

The formula for the loss is right. What eq. (6) calls the mean queue length L_s is the number in the system; what it
calls a waiting time is thus the sojourn time. Its middle part, "L_s rho-bar" with "mean service intensity" rho-bar, is
a product in the text that we have, but only the quotient over the effective rate lambda (1 - P_loss), its right part,
is a time; a fraction bar may have been lost in typesetting. In eq. (7) the loss has no index of the node.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from reference.queueing.quantities import Queue, Seconds


@dataclass(frozen=True)
class Printed:
    """Eq. (6) in floats as written; nan for 0/0, as at rho = 1, and for what overflows.

    `product` is L_s times lambda (1 - P_loss), in packets^2 a second; `quotient` is in seconds.
    """

    loss: float
    length: float
    product: float
    quotient: float


def as_printed(queue: Queue) -> Printed:
    """Eq. (6) for a queue."""
    rho, full = queue.load, queue.capacity
    try:
        loss = (1 - rho) / (1 - rho ** (full + 1)) * rho**full
        length = rho / (1 - rho) - (full + 1) * rho ** (full + 1) / (1 - rho ** (full + 1))
        intensity = queue.arrivals * (1 - loss)
        return Printed(loss, length, length * intensity, length / intensity)
    except (ZeroDivisionError, OverflowError):
        return Printed(math.nan, math.nan, math.nan, math.nan)


def total(queue: Queue, hops: int, wait: Seconds) -> float:
    """Eq. (7) for r nodes that are all alike, in seconds: r (tau + P_loss t_rw)."""
    each = as_printed(queue)
    return hops * (each.quotient + each.loss * wait)
