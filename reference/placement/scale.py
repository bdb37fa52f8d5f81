"""Placement for up to millions of meters: the planner's alternation with few arcs a meter, bounded over all pairs.

`planner.plan` looks at every pair of a meter and a device. Here each meter has arcs only to the devices that matter to
it: the nearest, those of least distance plus price at the last prices, and its own, so that there always is a feasible
assignment among them. The assignment over these arcs is of least cost (`matching`), and `dual` bounds from its prices,
over all devices, what any assignment costs. Where the two differ, arcs were missing: they are added, and it is solved
again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from meterproof.packed.jit import compiled
from reference.placement.bisection import bisect
from reference.placement.dual import PriceTree, value
from reference.placement.layout import Counts, Floats, Ints, Layout, Placement, bounds
from reference.placement.matching import match
from reference.placement.median import geometric_medians
from reference.placement.starts import reseeded

NEAREST = 10
CHEAPEST = 4
"""Arcs of a meter: to the nearest devices, and to those of least distance plus price."""
EXACT = 1e-9
"""A gap that rounding may leave: the assignment is called optimal."""
NEAR = 1e-3
"""A gap that does between two rounds, where the devices move anyway."""
PASSES, FEW = 10, 6
"""Passes at most: in the last round, and in those before."""

Tell = Callable[[str, int, int], None]
"""Is told of progress: the stage, how many meters are done, and of how many."""


def _silent(stage: str, done: int, total: int) -> None:
    pass


@dataclass(frozen=True, eq=False)
class Assigned:
    """An assignment within capacity at given devices, with a bound that holds for all assignments there.

    `owner` has M device indices, `prices` N km, `cost` and `bound` are km in all: bound <= least possible <= cost.
    """

    owner: Ints
    prices: Floats
    cost: float
    bound: float
    passes: int

    @property
    def gap(self) -> float:
        """How far above the least possible the cost may be, as a part of the bound; infinite if that says nothing."""
        if self.cost <= self.bound:
            return 0.0
        return (self.cost - self.bound) / self.bound if self.bound > 0 else math.inf


@dataclass(frozen=True, eq=False)
class ScaledPlan:
    """A placement within capacity. `history` has the total distance in km after each round, which never grows."""

    placement: Placement
    assigned: Assigned
    history: tuple[float, ...]
    seed: int


def place(
    layout: Layout,
    devices: int,
    *,
    capacity: Counts,
    seed: int,
    rounds: int = 30,
    settled: float = 1e-4,
    tell: Tell = _silent,
) -> ScaledPlan:
    """Devices at the geometric medians of what they serve, no device above its capacity.

    It starts with parts of equal load (`bisection`), then alternates medians and the assignment of least cost, until a
    round saves less than `settled` of the distance, or for `rounds` rounds. Raises InputError as `layout.bounds` does.
    """
    most, _ = bounds(len(layout), devices, capacity)
    parts = bisect(layout.meters, most, seed)
    order = np.argsort(parts, kind="stable")  # neighbours beside each other in memory, which halves the time
    sorted_, owner, prices = Layout(layout.meters[order]), parts[order], np.zeros(devices)
    history: list[float] = []
    last = False
    while not last:
        number = len(history) + 1
        tell(f"round {number}: medians", 0, len(layout))
        at = reseeded(sorted_, geometric_medians(sorted_.meters, owner, devices).points, owner)
        last = number == rounds or (number > 2 and history[-2] - history[-1] <= settled * history[-2])
        assigned = assign(
            sorted_.meters, at, most, seed=seed, base=owner, prices=prices, enough=EXACT if last else NEAR,
            passes=PASSES if last else FEW,
            tell=lambda stage, done, total: tell(f"round {len(history) + 1}: {stage}", done, total),
        )  # fmt: skip
        owner, prices = assigned.owner, assigned.prices
        history.append(assigned.cost)
    given = np.empty_like(owner)
    given[order] = owner
    return ScaledPlan(Placement(at, given), replace(assigned, owner=given), tuple(history), seed)


def assign(
    meters: Floats,
    devices: Floats,
    capacity: Ints,
    *,
    seed: int,
    base: Ints | None = None,
    prices: Floats | None = None,
    enough: float = EXACT,
    passes: int = PASSES,
    tell: Tell = _silent,
) -> Assigned:
    """The assignment of least cost within capacity: passes are made until the gap is `enough`, at most so many.

    `base` is any assignment within capacity and `prices` a guess of the devices' prices; both only save work. The cost
    is never above that of `base`. The seed orders the meters.
    """
    order = np.random.default_rng(seed).permutation(len(meters))
    base = _in_rows(meters, devices, capacity) if base is None else base
    nearest, _ = PriceTree.of(devices, np.zeros(len(devices))).cheapest(meters, NEAREST)
    known = [nearest, base[:, None].astype(np.int32)]
    if prices is not None and prices.any():
        known.append(PriceTree.of(devices, prices).cheapest(meters, CHEAPEST)[0])
    arcs = np.concatenate(known, axis=1)
    full = int(capacity.sum()) == len(meters)
    for done in range(1, passes + 1):
        costs = np.empty(arcs.shape)
        _sort(meters, devices, arcs, costs)
        found = match(
            arcs, costs, capacity.astype(np.int32), order, prices if full else None,
            progress=partial(_tell_pass, tell, done, len(meters)),
        )  # fmt: skip
        del costs
        tell("bound", len(meters), len(meters))
        prices = found.prices - found.prices.min() if full else found.prices
        cheapest, sums = PriceTree.of(devices, prices).cheapest(meters, CHEAPEST)
        ways = np.hypot(*(meters - devices[found.device]).T)
        result = Assigned(found.device.astype(np.int64), prices, math.fsum(ways), value(sums, capacity, prices), done)
        if result.gap <= enough:
            break
        arcs = np.concatenate([arcs, cheapest], axis=1)
    return result


def _tell_pass(tell: Tell, number: int, total: int, done: int) -> None:
    tell("assignment" if number == 1 else f"assignment, pass {number}", done, total)


def _in_rows(meters: Floats, devices: Floats, capacity: Ints) -> Ints:
    """Some assignment within capacity: both from west to east, each device filled before the next."""
    places = np.repeat(np.argsort(devices[:, 0], kind="stable"), capacity[np.argsort(devices[:, 0], kind="stable")])
    owner = np.empty(len(meters), np.int64)
    owner[np.argsort(meters[:, 0], kind="stable")] = places[: len(meters)]
    return owner


@compiled
def _sort(meters: Any, devices: Any, arcs: Any, costs: Any) -> None:
    """Order each meter's arcs by distance, which goes to `costs`; drop those that are there twice."""
    for i in range(arcs.shape[0]):
        size = 0
        for a in range(arcs.shape[1]):
            to = arcs[i, a]
            arcs[i, a] = -1
            costs[i, a] = np.inf
            known = to < 0
            for b in range(size):
                known = known or arcs[i, b] == to
            if known:
                continue
            cost = math.sqrt((meters[i, 0] - devices[to, 0]) ** 2 + (meters[i, 1] - devices[to, 1]) ** 2)
            slot = size
            while slot > 0 and costs[i, slot - 1] > cost:
                arcs[i, slot] = arcs[i, slot - 1]
                costs[i, slot] = costs[i, slot - 1]
                slot -= 1
            arcs[i, slot] = to
            costs[i, slot] = cost
            size += 1
