"""Nodes one after the other, all with the same rate and capacity, the first one fed by Poisson arrivals.

What leaves a finite queue is neither Poisson nor as much as what came, so r times the measures of one node, as eq. (7)
has it, overstates delay and loss of the later ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from meterproof.errors import InputError
from reference.queueing.fixed import fixed
from reference.queueing.quantities import Measures, Probability, Queue, Seconds, Solve
from reference.queueing.retransmission import once

AT_ONCE = Seconds(0.0)
"""No wait before a retransmission."""


@dataclass(frozen=True)
class Path:
    """Of a packet over all nodes: the mean delay of those that arrive, and the share that is lost on the way."""

    delay: Seconds
    loss: Probability


def summed(queue: Queue, hops: int, solve: Solve, wait: Seconds = AT_ONCE) -> Seconds:
    """Eq. (7) with the sojourn time W: r (W + P t_rw), every node loaded as the first."""
    each = solve(queue)
    return Seconds(_positive(hops) * (each.sojourn + once(each, wait)))


def thinned(queue: Queue, hops: int, solve: Solve) -> Path:
    """An approximation: each node gets what the one before accepts, and gets it as a Poisson stream."""
    delay, arrives = 0.0, 1.0
    for _ in range(_positive(hops)):
        found: Measures = solve(queue)
        delay += found.sojourn
        arrives *= 1 - found.loss
        queue = queue.offered(found.accepted)
    return Path(Seconds(delay), Probability(1 - arrives))


def fixed_size(queue: Queue, hops: int) -> Path:
    """Exactly, for packets of one size: they leave a node at least 1/mu apart, so later none waits or is lost."""
    first = fixed(queue)
    return Path(Seconds(first.sojourn + (_positive(hops) - 1) / queue.service), first.loss)


def _positive(hops: int) -> int:
    if hops < 1:
        raise InputError(f"a path of {hops} nodes", allowed="1 or more")
    return hops
