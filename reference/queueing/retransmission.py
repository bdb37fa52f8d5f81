"""What loss costs when lost packets are sent again after a constant time t_rw, eq. (7) and beyond.

Eq. (7) adds P t_rw: the wait of one retransmission, which is taken to succeed. A packet that is sent until it is
accepted is sent again P / (1 - P) times in the mean. These retransmissions arrive too: with new packets at rate lambda
the rate of all, if they are taken as Poisson, is a fixed point of lambda' = lambda / (1 - P(lambda')).

lambda' (1 - P(lambda')) is what the server accepts: it grows with lambda' from 0 to mu and never reaches mu. So there
is one fixed point if lambda < mu, and none otherwise: what is to be sent again then piles up without bound.

Poisson they are only if waits are long and spread. After a constant wait, packets that were lost together come back
together, and are lost again more often than the fixed point says (see `simulation.simulate_retries`).
"""

from __future__ import annotations

import math

from reference.queueing.quantities import Measures, Queue, Seconds, Solve


def once(found: Measures, wait: Seconds) -> Seconds:
    """The mean wait for retransmission of eq. (7), P t_rw: at most one, and it succeeds."""
    return Seconds(found.loss * wait)


def until_success(queue: Queue, found: Measures, wait: Seconds) -> Seconds:
    """The mean wait for retransmissions until one is accepted, t_rw P / (1 - P), the arrivals being what they are."""
    return Seconds(wait * found.loss * queue.arrivals / found.accepted)


def with_retries(queue: Queue, solve: Solve) -> Queue | None:
    """The queue at which all transmissions arrive when `queue.arrivals` are the new packets; None if lambda >= mu.

    Raises InputError if lambda is so near to mu that the rate leaves what `solve` can do.
    """
    if queue.arrivals >= queue.service:
        return None

    def accepts(rate: float) -> bool:
        return solve(queue.offered(rate)).accepted >= queue.arrivals

    low, high = float(queue.arrivals), float(queue.arrivals)
    while not accepts(high):
        low, high = high, 2 * high
    while low < (middle := math.sqrt(low) * math.sqrt(high)) < high:
        low, high = (low, middle) if accepts(middle) else (middle, high)
    return queue.offered(high)
