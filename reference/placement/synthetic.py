"""Layouts drawn from a seed, since the paper's Fig. 4(a) comes without coordinates (B1.1).

Four families on its district of 3.5 km x 4 km, from even to uneven: uniform, streets, mixed (half uniform, half
clusters), and clusters as of Thomas's process, whose number of meters is fixed here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from meterproof.errors import InputError
from reference.placement.layout import Box, Floats, Layout
from reference.placement.streams import stream

AREA = Box((0.0, 0.0), (3.5, 4.0))
METERS = 300
PARENTS = 20
SPREAD = 0.25
STREETS = 14
STREET = 1.0
VERGE = 0.02

Family = Callable[[int], Layout]


def uniform(seed: int, meters: int = METERS, area: Box = AREA) -> Layout:
    """Meters independently and uniformly in the area."""
    return _layout(_uniform(stream("uniform", seed), meters, area), area)


def thomas(seed: int, meters: int = METERS, area: Box = AREA) -> Layout:
    """Each meter normal about one of 20 uniform parents, 0.25 km in each direction; draws outside are drawn again."""
    return _layout(_clustered(stream("thomas", seed), meters, area), area)


def streets(seed: int, meters: int = METERS, area: Box = AREA) -> Layout:
    """14 streets of 1 km, alternately east-west and north-south, their middles uniform in the area.

    A meter is uniform along a random street and 20 m about it (normal); draws outside the area are drawn again.
    """
    random = stream("streets", seed)
    middles = _uniform(random, STREETS, area)
    heading = np.eye(2)[np.arange(STREETS) % 2]

    def draw(count: int) -> Floats:
        which = random.integers(STREETS, size=count)
        along = random.uniform(-STREET / 2, STREET / 2, (count, 1)) * heading[which]
        return middles[which] + along + random.normal(0.0, VERGE, (count, 1)) * heading[which][:, ::-1]

    return _layout(_inside(draw, meters, area), area)


def mixed(seed: int, meters: int = METERS, area: Box = AREA) -> Layout:
    """Half of the meters uniform, the others in clusters."""
    random = stream("mixed", seed)
    return _layout(
        np.vstack([_uniform(random, meters // 2, area), _clustered(random, meters - meters // 2, area)]), area
    )


FAMILIES: dict[str, Family] = {"uniform": uniform, "streets": streets, "mixed": mixed, "thomas": thomas}


def _uniform(random: np.random.Generator, meters: int, area: Box) -> Floats:
    return random.uniform(area.low, area.high, (meters, 2))


def _clustered(random: np.random.Generator, meters: int, area: Box) -> Floats:
    parents = _uniform(random, PARENTS, area)
    return _inside(lambda count: random.normal(parents[random.integers(PARENTS, size=count)], SPREAD), meters, area)


def _inside(draw: Callable[[int], Floats], meters: int, area: Box) -> Floats:
    found = np.full((meters, 2), np.nan)
    while len(outside := np.flatnonzero(~((found >= area.low) & (found <= area.high)).all(axis=1))):
        found[outside] = draw(len(outside))
    return found


def _layout(meters: Floats, area: Box) -> Layout:
    if not len(meters):
        raise InputError("a layout of 0 meters", allowed="at least one meter")
    return Layout(meters, area=area)
