"""Where the devices stand before the first round, and where one goes that is left without meters."""

from __future__ import annotations

import numpy as np

from reference.placement.layout import Box, Floats, Ints, Layout, bounds
from reference.placement.measure import own_distances
from reference.placement.streams import stream


def random_start(box: Box, devices: int, seed: int) -> Floats:
    """N points, uniform in the box: step 1 (ZK-R14), where the box is the one around the meters."""
    return stream("random-start", seed).uniform(box.low, box.high, (devices, 2))


def plus_plus(layout: Layout, devices: int, seed: int, start: int = 0) -> Floats:
    """N meters' positions, each next one drawn with odds of the squared distance to those before (k-means++).

    From Arthur and Vassilvitskii 2007; `start` counts draws from one seed. Where fewer places than devices differ,
    the rest repeat places at random. Raises InputError for fewer meters than devices.
    """
    bounds(len(layout), devices)
    random = stream("plus-plus", seed, start)
    chosen = [int(random.integers(len(layout)))]
    squared = ((layout.meters - layout.meters[chosen[0]]) ** 2).sum(axis=1)
    for _ in range(devices - 1):
        odds = squared / squared.sum() if squared.any() else None
        chosen.append(int(random.choice(len(layout), p=odds)))
        squared = np.minimum(squared, ((layout.meters - layout.meters[chosen[-1]]) ** 2).sum(axis=1))
    return layout.meters[chosen]


def reseeded(layout: Layout, centres: Floats, owner: Ints) -> Floats:
    """The centres, with the rows that are nan moved to the meters that are farthest from their own devices.

    The farthest comes first, and the lower index of equals. A device for which no meter is left that stands apart from
    its own device goes to the farthest one all the same. The sum of distances to the nearest device does not rise.
    """
    empty = np.flatnonzero(np.isnan(centres).any(axis=1))
    away = own_distances(layout.meters, centres, owner)
    filled = centres.copy()
    filled[empty] = layout.meters[np.argsort(-away, kind="stable")[: len(empty)]]
    return filled
