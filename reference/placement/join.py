"""Meters that join and leave one at a time, without moving the others about (ZK-R8, R19, R22, C18).

The paper runs its clustering again from random points when the space reserved for newcomers is used up; whoever
changes device then has his key material migrated, each time by a vote of the whole chain (ZK-R20). Here a newcomer
goes to the nearest device with room. Only if there is none within reach do others make room, along a chain of moves
to a device that has some: as few moves as possible, at most `budget`, and of those chains one with the least extra
distance.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from meterproof.errors import InputError
from reference.placement.layout import Bools, Counts, Floats, Ints, Layout, Placement, limits, points
from reference.placement.measure import distance_matrix


@dataclass(frozen=True, eq=False)
class Joined:
    """The layout with the newcomer as its last meter, the placement, and which meters changed device for it."""

    layout: Layout
    placement: Placement
    moved: tuple[int, ...]


@dataclass(frozen=True)
class Refusal:
    """The newcomer was not let in, and nothing has changed. `nearest` is its nearest device's distance in km."""

    reason: str
    nearest: float


def join(
    layout: Layout,
    placement: Placement,
    meter: tuple[float, float],
    *,
    capacity: Counts,
    budget: int,
    reach: float = np.inf,
    name: str | None = None,
) -> Joined | Refusal:
    """Let a meter (x, y in km) in, or refuse.

    No meter that joins or moves is farther than `reach` km from its new device. `capacity` is the most that a device
    may own. Raises InputError for a budget below 0, a name where the others have none or the other way round, or a
    capacity that this placement breaks already.
    """
    if budget < 0:
        raise InputError(f"a budget of {budget} meters", allowed="0 or more")
    if bool(layout.names) != (name is not None):
        raise InputError("the newcomer's name does not fit the layout", allowed="names for all meters or for none")
    most, _ = limits(len(layout), len(placement.devices), capacity)
    if (placement.loads > most).any():
        device = int(np.flatnonzero(placement.loads > most)[0])
        raise InputError(f"device {device} owns {placement.loads[device]} meters", allowed=f"{most[device]} at most")
    newcomer = points([meter], "newcomer")
    all_meters = np.vstack([layout.meters, newcomer])
    cost = distance_matrix(all_meters, placement.devices)
    cost[cost > reach] = np.inf
    nearest = float(distance_matrix(newcomer, placement.devices).min())
    if not np.isfinite(cost[-1]).any():
        return Refusal(f"no device within reach of {reach:g} km", nearest)
    room = placement.loads < most
    if not room.any():
        return Refusal(
            f"no device has room for one more: {len(layout)} meters fill all of {most.sum()} places", nearest
        )
    chain = _shortest_chain(cost, placement.owner, room, budget)
    if chain is None:
        return Refusal(f"nobody can make room within reach by moving at most {budget} meters", nearest)
    owner = np.append(placement.owner, chain[0])
    moved = []
    for giver, taker in pairwise(chain):
        meter_moved = _cheapest_move(cost[:-1], placement.owner, giver)[1][taker]
        owner[meter_moved] = taker
        moved.append(int(meter_moved))
    names = (*layout.names, name) if name is not None else ()
    area = None if layout.area is None else layout.area.grown_to(newcomer)
    return Joined(Layout(all_meters, names, area), Placement(placement.devices, owner), tuple(moved))


def leave(layout: Layout, placement: Placement, meter: int) -> tuple[Layout, Placement]:
    """The layout and placement without that meter; no other meter changes device.

    Raises InputError for an index out of range, and for the last meter.
    """
    if not 0 <= meter < len(layout):
        raise InputError(f"there is no meter {meter}", allowed=f"0 to {len(layout) - 1}")
    names = tuple(name for i, name in enumerate(layout.names) if i != meter)
    without = Layout(np.delete(layout.meters, meter, axis=0), names, layout.area)
    return without, Placement(placement.devices, np.delete(placement.owner, meter))


def _shortest_chain(cost: Floats, owner: Ints, room: Bools, budget: int) -> list[int] | None:
    """Devices that the newcomer and those who make room for it go to: the fewest, then the cheapest.

    A chain of the fewest moves enters no device twice, so that its moves don't get in each other's way.
    """
    distance = cost[-1]
    arcs = np.array([_cheapest_move(cost[:-1], owner, device)[0] for device in range(len(room))])
    befores: list[Ints] = []
    while not np.isfinite(distance[room]).any():
        if len(befores) == budget:
            return None
        through = distance[:, None] + arcs
        befores.append(through.argmin(axis=0))
        distance = through.min(axis=0)
    chain = [int(np.where(room, distance, np.inf).argmin())]
    for before in reversed(befores):
        chain.append(int(before[chain[-1]]))
    return chain[::-1]


def _cheapest_move(cost: Floats, owner: Ints, device: int) -> tuple[Floats, Ints]:
    """For every other device the least extra distance of a meter of this device that moves there, and which meter."""
    members = np.flatnonzero(owner == device)
    if not len(members):
        return np.full(cost.shape[1], np.inf), np.full(cost.shape[1], -1)
    extra = cost[members] - np.nan_to_num(cost[members, device], posinf=0.0)[:, None]
    best = extra.argmin(axis=0)
    return extra[best, np.arange(cost.shape[1])], members[best]
