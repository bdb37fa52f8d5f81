"""The planner that keeps to the capacity: k-means++ start, cheapest assignment within the bounds, geometric medians.

Each half-step is exact, so the sum of distances never rises, and a placement where both have nothing left to gain is
where it ends. That is a local optimum: at these devices no other owners are cheaper (`prices` prove it), and for these
owners no other places are (`median` certifies it). Another start may end better; `starts` of them are tried.
"""

from __future__ import annotations

from dataclasses import dataclass

from meterproof.errors import InputError
from reference.placement.capacity import assign
from reference.placement.layout import Counts, Floats, Ints, Layout, Placement, bounds, points
from reference.placement.measure import distance_matrix, own_distances
from reference.placement.median import geometric_medians
from reference.placement.starts import plus_plus, reseeded

ROUNDS = 200
NOISE = 1e-12


@dataclass(frozen=True, eq=False)
class Plan:
    """A placement within its bounds, the prices that prove its owners optimal, and how it came about.

    `prices` has N numbers in km, 0 for a device with slack. `history` is the sum of distances in km after the first
    assignment and after every half-step from there; it never rises by more than rounding. `settled` is false if
    `ROUNDS` cut it off. `seed` and `start` (0 to starts - 1) repeat it.
    """

    placement: Placement
    prices: Floats
    history: tuple[float, ...]
    settled: bool
    seed: int
    start: int


def plan(
    layout: Layout, devices: int, *, capacity: Counts | None = None, lower: Counts = 0, seed: int, starts: int = 1
) -> Plan:
    """The best of `starts` alternations from k-means++ starts drawn from the seed.

    `capacity` is the most meters a device may own (one number, one a device, or None for no limit), `lower` the fewest;
    `lower=len(layout) // devices` with the capacity one more makes loads even. Raises InputError if the bounds can't be
    kept (naming total capacity, meters, and what is allowed) or `starts` is below 1.
    """
    if starts < 1:
        raise InputError(f"{starts} starts", allowed="at least one")
    most, fewest = bounds(len(layout), devices, capacity, lower)
    found = (
        improve(layout, plus_plus(layout, devices, seed, i), most, fewest, seed=seed, start=i) for i in range(starts)
    )
    return min(found, key=lambda each: each.history[-1])


def improve(layout: Layout, devices: Floats, most: Ints, fewest: Ints, *, seed: int = 0, start: int = 0) -> Plan:
    """Alternate from given devices (N x 2) until neither half-step gains anything."""
    places = points(devices, "devices")
    assigned = assign(distance_matrix(layout.meters, places), most, fewest)
    history = [assigned.cost]
    for _ in range(ROUNDS):
        medians = geometric_medians(layout.meters, assigned.owner, len(places)).points
        better = reseeded(layout, medians, assigned.owner)
        between = float(own_distances(layout.meters, better, assigned.owner).sum())
        again = assign(distance_matrix(layout.meters, better), most, fewest)
        gains = history[-1] - again.cost > NOISE * (1.0 + history[0])
        history += [between, again.cost] if gains else [between]
        if not gains:
            # The owners stay, so that every device is at its median; the new prices prove them optimal from there.
            return Plan(Placement(better, assigned.owner), again.prices, tuple(history), True, seed, start)
        places, assigned = better, again
    return Plan(Placement(places, assigned.owner), assigned.prices, tuple(history), False, seed, start)
