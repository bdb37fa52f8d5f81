"""Figs. 6 and 7 again: what schemes do on the same networks of 1 to 20 devices, and how much better that is.

Only instances on which every scheme found a plan enter, and schemes are compared instance by instance: averages over
what each scheme happened to solve can turn a comparison round. With one device there is no link and (8) is 0/0
(ZK-C34), with two there is one link and no choice, so that growth is told from 3 and from 5 devices, not from 1.

Limits are those of (9) as printed: the delay of each link, and 4 hops, or as many as the farthest device needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from reference.routing.ground import Ground
from reference.routing.network import Limits
from reference.routing.placement import Placement, scaled_variance
from reference.routing.random_networks import block_unicast, network
from reference.routing.schemes import SCHEMES, place

LIMITS = Limits(hops=4, delay=Fraction(1, 10), queue=20, delay_bound="per-node")
COMPARED = ("shortest", "reliability", "residual", "greedy", "greedy-search", "min-delay", "least-utilised")
RIVALS = ("shortest", "reliability", "residual")
"""The works [17], [18] and [19] of the paper, in its order."""
PRINTED_BUILD_TIME = (19.83, 8.18, 14.40)
PRINTED_BALANCE = (73.05, 49.94, 42.16)
"""By how many per cent growth from 1 to 10 devices is less than the rivals' (3.2)."""
RESAMPLES = 2000
"""Of the bootstrap."""

Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """One plan: L_load (8) with its root, packets a second; mean and slowest delay of the demands, seconds; mean hops.

    Without demands there is nothing to measure, without links no L_load: those are None.
    """

    balance: float | None
    mean_delay: float | None
    slowest: float | None
    hops: float | None


METRICS = ("balance", "mean_delay", "slowest", "hops")


def measured(at: Placement) -> Measured:
    """What a complete placement gives."""
    ground = at.ground
    balance = sqrt(scaled_variance(at)) / len(ground.links) * float(ground.unit) if ground.links else None
    if not at.paths:
        return Measured(balance, None, None, None)
    delays = [sum(ground.delay(link, at.loads[link]) for link in path) for path in at.paths]
    hops = [len(path) for path in at.paths]
    return Measured(balance, sum(delays) / len(delays), max(delays), sum(hops) / len(hops))


@dataclass(frozen=True)
class Cell:
    """All schemes on the networks of so many devices at one rate, packet/s for each demand.

    `kept` are the seeds on which every scheme found a plan, and `values[metric][scheme]` what each has on them, in that
    order; `stuck` counts how often each scheme found none.
    """

    devices: int
    rate: int
    seeds: int
    kept: tuple[int, ...]
    stuck: dict[str, int]
    values: dict[str, dict[str, tuple[float, ...]]]

    def of(self, metric: str, scheme: str, seeds: Sequence[int] | None = None) -> Samples:
        """The values of a scheme on these seeds, all of which must be kept; on all that are if none are given."""
        values = self.values[metric][scheme]
        chosen = self.kept if seeds is None else seeds
        return np.array([values[self.kept.index(seed)] for seed in chosen])


def compare(devices: int, rate: int, seeds: int, schemes: Sequence[str] = COMPARED) -> Cell:
    """The schemes on the networks of seeds 0, 1, .., at this rate."""
    found: dict[int, dict[str, Measured]] = {}
    stuck = dict.fromkeys(schemes, 0)
    for seed in range(seeds):
        ground = Ground(block_unicast(network(devices, seed), Fraction(rate), LIMITS))
        placed = {scheme: place(ground, SCHEMES[scheme]) for scheme in schemes}
        for scheme, each in placed.items():
            stuck[scheme] += isinstance(each, int)
        all_of_them = {scheme: measured(at) for scheme, at in placed.items() if isinstance(at, Placement)}
        if len(all_of_them) == len(schemes):
            found[seed] = all_of_them
    values = {
        metric: {
            scheme: tuple(value for each in found.values() if (value := getattr(each[scheme], metric)) is not None)
            for scheme in schemes
        }
        for metric in METRICS
    }
    return Cell(devices, rate, seeds, tuple(found), stuck, values)


@dataclass(frozen=True)
class Estimate:
    """A figure over instances, and the percentile bootstrap's 95 % interval, which draws instances with repetition."""

    value: float
    low: float
    high: float
    count: int


def estimate(samples: Sequence[Samples], of: Callable[..., Samples], seed: int) -> Estimate:
    """`of` the means of paired samples (same length, one row an instance); deterministic for a seed.

    Raises ValueError for samples of no instance.
    """
    table = np.stack(samples)
    count = table.shape[1]
    if count == 0:
        raise ValueError("no instance to estimate from")
    drawn = np.random.default_rng(seed).integers(0, count, size=(RESAMPLES, count))
    again = of(*table[:, drawn].mean(axis=2))
    low, high = np.percentile(again, (2.5, 97.5))
    return Estimate(float(of(*table.mean(axis=1))), float(low), float(high), count)


def curve(cell: Cell, metric: str, scheme: str, seed: int = 0) -> Estimate | None:
    """The mean of one scheme; None where it is not defined on this many devices."""
    values = cell.of(metric, scheme) if cell.values[metric][scheme] else np.array([])
    return estimate([values], lambda mean: mean, seed) if len(values) else None


def ratio(cell: Cell, metric: str, scheme: str, base: str = "shortest", seed: int = 0) -> Estimate | None:
    """The mean over instances of the scheme's value over the base's: each instance counts the same.

    None where a value is 0 or not defined.
    """
    if not cell.values[metric][scheme]:
        return None
    over, under = cell.of(metric, scheme), cell.of(metric, base)
    return estimate([over / under], lambda mean: mean, seed) if under.all() else None


def ratio_of_means(cell: Cell, metric: str, scheme: str, base: str = "shortest", seed: int = 0) -> Estimate | None:
    """The scheme's mean over the base's: instances count by their size, so that of delays the congested ones decide."""
    if not cell.values[metric][scheme]:
        return None
    over, under = cell.of(metric, scheme), cell.of(metric, base)
    return estimate([over, under], lambda a, b: a / b, seed) if under.all() else None


@dataclass(frozen=True)
class Growth:
    """How much less a metric grows with the paper's scheme than with a rival, from one number of devices to another.

    `less` is in per cent of the rival's growth, `points` in percentage points, both of growth relative to the start:
    two things that "smaller by" may mean. `less` is None where the rival grows by less than 1 %.
    """

    rival: str
    metric: str
    start: int
    end: int
    rate: int
    less: Estimate | None
    points: Estimate


def growth(first: Cell, last: Cell, metric: str, rival: str, scheme: str = "greedy", seed: int = 0) -> Growth:
    """Over the seeds that are kept at both sizes; the networks are nested."""
    seeds = [each for each in first.kept if each in last.kept]
    samples = [cell.of(metric, who, seeds) for who in (scheme, rival) for cell in (first, last)]

    def points(a: Samples, b: Samples, c: Samples, d: Samples) -> Samples:
        return 100 * (d / c - b / a)

    def less(a: Samples, b: Samples, c: Samples, d: Samples) -> Samples:
        return 100 * (1 - (b / a - 1) / (d / c - 1))

    start, end = samples[2].mean(), samples[3].mean()
    grows = end > 1.01 * start
    return Growth(
        rival,
        metric,
        first.devices,
        last.devices,
        first.rate,
        estimate(samples, less, seed) if grows else None,
        estimate(samples, points, seed),
    )
