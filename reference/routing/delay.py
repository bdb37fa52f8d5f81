"""How long a packet takes over a link at a load: the sojourn of M/M/1/M (6), which (7) sums over the links of a route.

The queue itself is `reference.queueing`'s. A link serves at its capacity; the sojourn, which the paper calls waiting
time, contains the service (ZK-C21). It grows with the load, so that a bound on the delay of one link is a bound on its
load. Values are floats where schemes compare them, and rational numbers where a limit is met or missed.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import cast

from reference.queueing.exact import exponential_exactly
from reference.queueing.exponential import exponential
from reference.queueing.quantities import PerSecond, Queue
from reference.routing.network import Limits, Link

NEAR = 1e-9
"""Floats that differ by less, relatively, are compared as rational numbers; their own error is some 1e-14."""


def seconds(link: Link, load: Fraction, limits: Limits) -> float:
    """What the link delays a packet when it carries `load` packets a second: fixed, sojourn, and one retry if lost."""
    if load == 0:
        return float(link.delay + 1 / link.capacity)
    found = exponential(Queue(PerSecond(float(load)), PerSecond(float(link.capacity)), limits.queue))
    return float(link.delay) + found.sojourn + found.loss * float(limits.retransmission)


def exact_seconds(link: Link, load: Fraction, limits: Limits) -> Fraction:
    """The same as a rational number."""
    if load == 0:
        return link.delay + 1 / link.capacity
    # The queue's rates are declared as floats; its exact solution takes any rational number.
    rates = cast(PerSecond, load), cast(PerSecond, link.capacity)
    found = exponential_exactly(Queue(*rates, limits.queue))
    return link.delay + found["sojourn"] + found["loss"] * limits.retransmission


def within(path: Iterable[tuple[Link, Fraction]], bound: Fraction, limits: Limits, about: float | None = None) -> bool:
    """Whether links at these loads delay a packet by `bound` seconds at most, all together.

    `about` is their sum in floats, where the caller has it; it decides unless it is too near to the bound.
    """
    path = list(path)
    total = sum(seconds(link, load, limits) for link, load in path) if about is None else about
    if abs(total - float(bound)) > NEAR * float(bound):
        return total < bound
    return sum((exact_seconds(link, load, limits) for link, load in path), Fraction(0)) <= bound
