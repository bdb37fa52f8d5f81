"""Where a device stands among its meters: geometric median, medoid or centroid of every cluster at once.

"The graph's central point" with the least sum of distances (eq. 3, ZK-R17) has two readings: any point of the plane,
which is the geometric (Weber) median, or one of the meters, which is the medoid (ZK-C17). The centroid, the mean, has
the least sum of squared distances and is neither.

The geometric median is found by Weiszfeld's step, guarded where an iterate falls on a meter (Vardi and Zhang 2000),
and by Newton's where that is better. It is certified: a point is a geometric median if and only if the unit vectors
from it to the meters elsewhere sum to a vector no longer than the number of meters at the point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reference.placement.layout import Bools, Floats, Ints

TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Medians:
    """A geometric median for each of N clusters, and how far its certificate is from exact.

    `points` is N x 2, nan for an empty cluster. `excess`, N numbers, is the length of the sum of unit vectors less the
    number of meters at the point, cut at 0: by convexity, the sum of distances from the point is above the least
    possible by at most `excess` times the cluster's largest distance from it.
    """

    points: Floats
    excess: Floats

    def certified(self, tolerance: float = TOLERANCE) -> bool:
        """Whether every point's excess is within the tolerance."""
        return bool((self.excess <= tolerance).all())


def geometric_medians(
    meters: Floats, owner: Ints, devices: int, *, tolerance: float = TOLERANCE, iterations: int = 200
) -> Medians:
    """The geometric medians of the clusters; `owner` has M indices below `devices`.

    It depends on the clusters alone, not on an earlier position. A cluster is done when its excess is within the
    tolerance, when no step lowers its sum of distances in floating point, or after `iterations` steps.
    """
    found, excess = np.full((devices, 2), np.nan), np.zeros(devices)
    clusters = _Clusters.of(meters, owner)
    centre = clusters.mean(clusters.meters)
    for step in range(iterations + 1):
        here = clusters.look(centre)
        newton = clusters.look(centre + here.newton)
        quick = newton.excess <= here.excess / 2
        best = newton.where(quick | (newton.total < here.total), here)
        if not quick.all():
            for point in (centre + here.weiszfeld, clusters.nearest_member(here.distance)):
                there = clusters.look(point)
                best = there.where(~quick & (there.total < best.total), best)
        stuck = ~quick & (best.total >= here.total)
        done: Bools = np.asarray((here.excess <= tolerance) | stuck | (step == iterations))
        found[clusters.index[done]], excess[clusters.index[done]] = centre[done], here.excess[done]
        if done.all():
            break
        clusters, centre = clusters.only(~done), best.centre[~done]
    return Medians(found, excess)


def centroids(meters: Floats, owner: Ints, devices: int) -> Floats:
    """The clusters' means, N x 2, nan for an empty cluster."""
    found = np.full((devices, 2), np.nan)
    clusters = _Clusters.of(meters, owner)
    found[clusters.index] = clusters.mean(clusters.meters)
    return found


def medoids(meters: Floats, owner: Ints, devices: int) -> Floats:
    """Of each cluster the meter with the least sum of distances to its others, the first of equals; nan where empty."""
    found = np.full((devices, 2), np.nan)
    for device in range(devices):
        members = meters[owner == device]
        if len(members):
            gaps = members[:, None, :] - members[None, :, :]
            found[device] = members[np.hypot(gaps[..., 0], gaps[..., 1]).sum(axis=1).argmin()]
    return found


@dataclass(frozen=True, eq=False)
class _Look:
    """The K clusters as seen from a point each: the sum of distances, the excess, and where to step from there."""

    centre: Floats
    distance: Floats
    total: Floats
    excess: Floats
    weiszfeld: Floats
    newton: Floats

    def where(self, chosen: Bools, other: _Look) -> _Look:
        """This look for the chosen clusters, the other for the rest; distances and steps are this one's."""
        return _Look(
            np.where(chosen[:, None], self.centre, other.centre),
            self.distance,
            np.where(chosen, self.total, other.total),
            np.where(chosen, self.excess, other.excess),
            self.weiszfeld,
            self.newton,
        )


@dataclass(frozen=True, eq=False)
class _Clusters:
    """The clusters that are not empty, their meters in one run each: `label` counts them, `first` is where one
    begins."""

    meters: Floats
    label: Ints
    first: Ints
    index: Ints

    @staticmethod
    def of(meters: Floats, owner: Ints) -> _Clusters:
        order = np.argsort(owner, kind="stable")
        index, first, label = np.unique(owner[order], return_index=True, return_inverse=True)
        return _Clusters(meters[order], label, first, index)

    def only(self, kept: Bools) -> _Clusters:
        chosen = kept[self.label]
        label = (np.cumsum(kept) - 1)[self.label[chosen]]
        return _Clusters(self.meters[chosen], label, np.unique(label, return_index=True)[1], self.index[kept])

    def sum(self, values: Floats) -> Floats:
        added: Floats = np.add.reduceat(values, self.first, axis=0)
        return added

    def mean(self, values: Floats) -> Floats:
        return self.sum(values) / self.sum(np.ones(len(values)))[:, None]

    def nearest_member(self, distance: Floats) -> Floats:
        """Of each cluster the meter that is nearest to the point that the distances are from."""
        at_least = np.minimum.reduceat(distance, self.first)[self.label]
        nearest = np.flatnonzero(distance == at_least)
        _, once = np.unique(self.label[nearest], return_index=True)
        return self.meters[nearest[once]]

    def look(self, centre: Floats) -> _Look:
        towards = self.meters - centre[self.label]
        distance = np.hypot(towards[:, 0], towards[:, 1])
        elsewhere: Bools = np.asarray(distance > 0)
        weight = np.divide(1.0, distance, out=np.zeros_like(distance), where=elsewhere)
        x, y = (towards * weight[:, None]).T
        sums = self.sum(np.column_stack([distance, x, y, ~elsewhere, weight, x * x * weight, x * y * weight]))
        total, pull, here, weights, xx, xy = sums[:, 0], sums[:, 1:3], sums[:, 3], sums[:, 4], sums[:, 5], sums[:, 6]
        length = np.hypot(pull[:, 0], pull[:, 1])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            part = np.where(length > here, 1 - here / length, 0.0)
            weiszfeld = part[:, None] * pull / np.where(weights > 0, weights, 1.0)[:, None]
            # The Hessian of the sum of distances is [[yy, -xy], [-xy, xx]] with yy = weights - xx; here its inverse.
            determinant = (weights - xx) * xx - xy * xy
            newton = (
                np.column_stack([(xx * pull[:, 0] + xy * pull[:, 1]), (xy * pull[:, 0] + (weights - xx) * pull[:, 1])])
                / determinant[:, None]
            )
        step = np.where(np.isfinite(newton).all(axis=1, keepdims=True), newton, 0.0)
        return _Look(centre, distance, total, np.maximum(0.0, length - here), weiszfeld, step)
