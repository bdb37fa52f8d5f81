"""Where devices stand, which meters they own, and by which routes they reach the master station (ZK-R8, ZK-R40)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import hypot

import numpy as np

from meterproof.errors import InputError
from reference.grid.plan import DayPlan, Site
from reference.placement import planner
from reference.placement.join import Refusal, join
from reference.placement.layout import Layout, Placement
from reference.routing.network import Demand, Limits, Link, Problem, Topology

MASTER = "master"
NEAREST = 3
CAPACITY = Fraction(40)
"""Packets a second that a link carries."""
RATE = Fraction(1, 10)
"""Packets a second of one meter at the busiest time."""

Point = tuple[float, float]


def name_of(device: int) -> str:
    return f"device-{device}"


def placed(plan: DayPlan, sites: Sequence[Site]) -> tuple[tuple[Point, ...], dict[str, int]]:
    """Where each device stands, in km, and the device of each of these meters. Raises InputError for too many meters.

    Where there are fewer meters than devices, those without meters stand at the master station.
    """
    count = min(plan.device_count, len(sites))
    layout = Layout(np.array([[each.x_km, each.y_km] for each in sites]), tuple(each.name for each in sites))
    made = planner.plan(layout, count, capacity=plan.device_capacity, seed=plan.seed).placement
    points = [(float(x), float(y)) for x, y in made.devices]
    centre = (sum(x for x, _ in points) / count, sum(y for _, y in points) / count)
    points += [centre] * (plan.device_count - count)
    return tuple(points), {each.name: int(owner) for each, owner in zip(sites, made.owner, strict=True)}


def home_for(
    plan: DayPlan, devices: Sequence[Point], owners: Mapping[str, int], alive: Sequence[int], meter: str
) -> int | None:
    """The nearest device that is alive and has room for one more meter; None if there is none."""
    sites = {each.name: each for each in plan.meters}
    others = [name for name in owners if name != meter]
    x, y = sites[meter].x_km, sites[meter].y_km
    if not others:
        return min(alive, key=lambda each: hypot(devices[each][0] - x, devices[each][1] - y), default=None)
    layout = Layout(np.array([[sites[name].x_km, sites[name].y_km] for name in others]))
    placement = Placement(np.array(devices), np.array([owners[name] for name in others]))
    most = [plan.device_capacity if each in alive else int(load) for each, load in enumerate(placement.loads)]
    found = join(layout, placement, (x, y), capacity=most, budget=0)
    return None if isinstance(found, Refusal) else int(found.placement.owner[-1])


def routes(
    devices: Sequence[Point], loads: Mapping[int, int], alive: Sequence[int], seed: int
) -> Mapping[int, tuple[str, ...]]:
    """The planned route of each living device to the master station, certified to be within the links' capacity.

    Links lead to the nearest few nodes. Raises InputError if there is no plan, or none is found.
    """
    points = {MASTER: _centre([devices[each] for each in alive]), **{name_of(each): devices[each] for each in alive}}
    # z3, which checks the plan, takes its time to load.
    from reference.routing.router import Routed, route

    names = tuple(points)
    pairs: set[tuple[str, str]] = set()
    reached = [MASTER]
    for _ in alive:
        # The nearest node outside joins those inside, so that all are connected; then each has its nearest ones.
        inside, outside = min(
            ((a, b) for a in reached for b in names if b not in reached),
            key=lambda pair: (_away(points[pair[0]], points[pair[1]]), pair),
        )
        reached.append(outside)
        pairs.add((min(inside, outside), max(inside, outside)))
    for name in names:
        near = sorted(
            (each for each in names if each != name), key=lambda each: (_away(points[name], points[each]), each)
        )
        pairs |= {(min(name, each), max(name, each)) for each in near[:NEAREST]}
    links = tuple(Link(a, b, CAPACITY) for a, b in sorted(pairs))
    demands = tuple(Demand(name_of(each), name_of(each), MASTER, RATE * max(loads.get(each, 0), 1)) for each in alive)
    answer = route(Problem(Topology(names, links), demands, Limits()), "shortest", seed)
    if not isinstance(answer, Routed):
        raise InputError("no routes from the devices to the master station are found", allowed="fewer meters a device")
    return {each: found.nodes for each, found in zip(alive, answer.certificate.plan.routes, strict=True)}


def _centre(points: Sequence[Point]) -> Point:
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _away(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
