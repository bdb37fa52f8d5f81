"""A start for many devices: the meters are halved again and again, until each part is what one device serves.

The parts keep to the capacities, so that devices stand as dense as meters do, and every later assignment has at least
this one to choose from.
"""

from __future__ import annotations

import math

import numpy as np

from reference.placement.layout import Floats, Ints


def bisect(meters: Floats, capacity: Ints, seed: int) -> Ints:
    """One device for each of M meters, no device above its capacity; loads are in proportion to the capacities.

    Each part is cut across its longer side, after the plane was turned by an angle that the seed draws. The capacities
    must suffice in all (`layout.bounds` says so).
    """
    angle = float(np.random.default_rng(seed).uniform(0.0, math.pi / 2))
    cos, sin = math.cos(angle), math.sin(angle)
    turned = meters @ np.array([[cos, -sin], [sin, cos]])
    room = np.concatenate([[0], np.cumsum(capacity)])
    owner = np.empty(len(meters), np.int64)
    order = np.arange(len(meters))
    parts = [(0, len(meters), 0, len(capacity))]
    while parts:
        begin, end, first, last = parts.pop()
        here = order[begin:end]
        if last - first == 1:
            owner[here] = first
            continue
        middle = (first + last) // 2
        share = (room[middle] - room[first]) / max(1, room[last] - room[first])
        cut = _whole(
            share * (end - begin), end - begin - int(room[last] - room[middle]), int(room[middle] - room[first])
        )
        if 0 < cut < end - begin:
            at = turned[here]
            axis = int(np.argmax(np.ptp(at, axis=0)))
            order[begin:end] = here[np.argpartition(at[:, axis], cut)]
        parts += [(begin, begin + cut, first, middle), (begin + cut, end, middle, last)]
    return owner


def _whole(value: float, low: int, high: int) -> int:
    """The nearest whole number in between."""
    return min(max(round(value), low, 0), high)
