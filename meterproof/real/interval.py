"""A median with an interval that assumes nothing of the distribution, for times that have long tails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from meterproof.errors import InputError


@dataclass(frozen=True)
class Interval:
    """The median of `count` samples, and the order statistics `low` and `high` (of ranks `rank` and count+1-rank).

    They enclose the median of the distribution that the samples were drawn from with probability `coverage` at least,
    provided that the samples are independent.
    """

    median: float
    low: float
    high: float
    count: int
    rank: int
    coverage: float


def median_interval(samples: Sequence[float], confidence: float = 0.95) -> Interval:
    """The narrowest symmetric pair of order statistics with at least this confidence, by the binomial distribution.

    That so many of n samples lie below the true median is binomial with p = 1/2, whatever the distribution is (W. J.
    Conover, Practical Nonparametric Statistics, section 3.2). Raises InputError for too few samples.
    """
    ranked, n = sorted(samples), len(samples)
    rank = _rank(n, confidence)
    if rank == 0:
        raise InputError(
            f"{n} samples give no interval of {confidence:.0%}", allowed="more repetitions: 6 or more for 95 %"
        )
    middle = ranked[n // 2] if n % 2 else (ranked[n // 2 - 1] + ranked[n // 2]) / 2
    return Interval(middle, ranked[rank - 1], ranked[n - rank], n, rank, float(1 - 2 * _below(n, rank)))


def _rank(n: int, confidence: float) -> int:
    """The greatest rank whose pair covers enough; 0 if not even the extremes do."""
    rank, spared = 0, (1 - Fraction(confidence)) / 2
    tail = Fraction(0)
    while rank < (n + 1) // 2 and (tail := tail + Fraction(comb(n, rank), 2**n)) <= spared:
        rank += 1
    return rank


def _below(n: int, rank: int) -> Fraction:
    """The probability that fewer than `rank` of n samples lie below the median."""
    return Fraction(sum(comb(n, k) for k in range(rank)), 2**n)
