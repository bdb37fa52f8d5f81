"""Which loads fit a printed variance: exact, by dynamic programming over the devices' loads (B1.3, ZK-C15).

Loads are whole numbers that sum to the meters, so a variance printed to two decimals leaves few sums of squares, for
few numbers of devices, and for each of them a finite number of load multisets that can be counted one and all.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isqrt

import numpy as np

from meterproof.errors import InputError


@dataclass(frozen=True)
class Reading:
    """A number of devices, a divisor (N - ddof), and the sum of squares of loads that a printed variance then means."""

    devices: int
    ddof: int
    squares: int


@dataclass(frozen=True)
class LoadCounts:
    """How many load multisets have this sum and sum of squares, by their largest load.

    `by_largest[c]` counts those whose largest load is c; only those above 0 are listed.
    """

    by_largest: dict[int, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_largest.values())

    def within(self, capacity: int) -> int:
        """How many have no load above the capacity."""
        return sum(count for largest, count in self.by_largest.items() if largest <= capacity)


def readings(printed: str, meters: int, devices: range) -> tuple[Reading, ...]:
    """Every number of devices, divisor (N or N - 1) and sum of squares whose variance is printed like that.

    `printed` is a decimal such as "18.74", and stands for all that rounds to it (half either way). A sum of squares
    counts if some loads have it.
    """
    found = []
    half = Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
    for count in devices:
        for ddof in (0, 1):
            if count <= ddof:
                continue
            low, high = (
                (Fraction(printed) + sign * half) * (count - ddof) + Fraction(meters**2, count) for sign in (-1, 1)
            )
            for squares in range(ceil(low), floor(high) + 1):
                if least_largest(count, meters, squares) is not None:
                    found.append(Reading(count, ddof, squares))
    return tuple(found)


def load_counts(devices: int, meters: int, squares: int) -> LoadCounts:
    """Count the multisets of `devices` loads >= 0 with sum `meters` and sum of squares `squares`.

    Loads are taken by their distance d from the rounded mean: the sums of d and of d^2 are then small, and the table
    has a cell for each number of loads so far and each pair of sums. Values of d enter in rising order, so the
    multisets that each value completes are those in which it is the largest. Raises InputError for devices below 1 or
    other counts below 0.
    """
    mean, goal, spread = _centred(devices, meters, squares)
    if goal * goal > devices * spread:
        return LoadCounts({})
    reach = isqrt(devices * spread)
    # ways[k, reach + s, q]: multisets of k values of d so far with sum s and sum of squares q.
    ways = np.zeros((devices + 1, 2 * reach + 1, spread + 1), dtype=np.int64)
    ways[0, reach, 0] = 1
    by_largest: dict[int, int] = {}
    complete = 0
    for d in range(max(-mean, -isqrt(spread)), isqrt(spread) + 1):
        left, right = max(0, d), min(0, d)
        for k in range(devices):
            taken = ways[k + 1, left : 2 * reach + 1 + right, d * d :]
            taken += ways[k, left - d : 2 * reach + 1 + right - d, : spread + 1 - d * d]
        now = int(ways[devices, reach + goal, spread])
        if now > complete:
            by_largest[mean + d] = now - complete
            complete = now
    return LoadCounts(by_largest)


def least_largest(devices: int, meters: int, squares: int) -> int | None:
    """The least that the largest of such loads can be, None if there are no such loads at all.

    The same sums as in `load_counts`, reached or not, as the bits of one integer for each number of loads; a sum of
    squares is odd where the sum is. Raises InputError likewise.
    """
    mean, goal, spread = _centred(devices, meters, squares)
    if goal * goal > devices * spread or (squares - meters) % 2:
        return None
    reach = isqrt(devices * spread)
    width = 2 * (spread + 1)
    inside = sum(((1 << (spread + 1)) - 1) << (row * width) for row in range(2 * reach + 1))
    reached = [1 << (reach * width)] + [0] * devices
    target = 1 << ((reach + goal) * width + spread)
    for d in range(max(-mean, -isqrt(spread)), isqrt(spread) + 1):
        shift = d * width + d * d
        for k in range(devices):
            moved = reached[k] << shift if shift >= 0 else reached[k] >> -shift
            reached[k + 1] |= moved & inside
        if reached[devices] & target:
            return mean + d
    return None


def _centred(devices: int, meters: int, squares: int) -> tuple[int, int, int]:
    """The rounded mean load, and the sums of the loads' distances from it and of their squares."""
    if devices < 1 or meters < 0 or squares < 0:
        allowed = "at least one load, counts of 0 or more"
        raise InputError(f"{devices} loads, {meters} meters, squares {squares}", allowed=allowed)
    mean = round(Fraction(meters, devices))
    return mean, meters - devices * mean, squares - 2 * mean * meters + devices * mean * mean
