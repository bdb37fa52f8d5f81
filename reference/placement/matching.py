"""Meters into devices of limited capacity at least cost, one after the other: exact over the arcs that it is given.

Each meter enters by a shortest augmenting path (the Hungarian method with capacities: Jonker and Volgenant, Computing
38, 1987). Devices carry prices p >= 0; at all times every meter that is in sits where d + p is least among its arcs,
and a device with room has price 0. So when all are in, the assignment is of least cost, and the prices show it
(`dual`).

Paths end at the nearest room, so the work of a meter grows with how far that is, not with the size of the network. The
compiled functions call none of other files: numba notices changes of this file alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meterproof.packed.jit import compiled

Reals = NDArray[np.float64]
Indices = NDArray[np.int32]

OUT = -1
"""The device of a meter that is not in; also an arc that is not there."""
CHUNK = 20_000
"""Meters between two reports of progress."""


@dataclass(frozen=True)
class Matching:
    """Where each meter is, what each device costs beyond the way to it, and how many devices the paths looked at."""

    device: Indices
    prices: Reals
    scanned: int


class NoRoom(Exception):
    """The arcs given admit no assignment of all meters."""


def match(
    arcs: Indices,
    costs: Reals,
    capacity: Indices,
    order: NDArray[np.int64],
    start: Reals | None = None,
    progress: Callable[[int], None] | None = None,
) -> Matching:
    """The assignment of least cost over the arcs.

    `arcs[i]` are the devices that meter i may go to, `costs[i]` their ascending costs; `OUT` where there are fewer. The
    meters enter in the given order, which decides ties and time, never the cost. Where the capacity is just enough,
    `start` may be any prices >= 0; else they must be 0, the default, since a device that keeps room must have no price.
    `progress` is told how many are in. Raises NoRoom.
    """
    meters, devices = len(arcs), len(capacity)
    first = np.zeros(devices + 1, np.int64)
    np.cumsum(capacity, out=first[1:])
    device = np.full(meters, OUT, np.int32)
    prices = np.zeros(devices) if start is None else start.copy()
    state = (
        np.zeros(devices, np.int32),  # load
        first,
        np.zeros(first[-1], np.int32),  # members of each device, from first[j] on
        np.zeros(meters, np.int32),  # a meter's place among its device's members
        np.zeros(devices),  # length of the path to a device
        np.zeros(devices, np.int32),  # the meter that a path moves there
        np.zeros(devices, np.int32),  # the device's place in the heap, or one of the states below
        np.zeros(devices, np.int64),  # the search that touched it last
        np.zeros(devices, np.int32),  # heap
        np.zeros(devices, np.int32),  # devices scanned by this search
    )
    scanned = 0
    for begin in range(0, meters, CHUNK):
        part = order[begin : begin + CHUNK]
        looked = _enter(part, begin, arcs, costs, capacity, device, prices, *state)
        if looked < 0:
            raise NoRoom
        scanned += looked
        if progress is not None:
            progress(begin + len(part))
    return Matching(device, prices, scanned)


@compiled
def _enter(
    order: Any, begun: Any, arcs: Any, costs: Any, capacity: Any, device: Any, prices: Any,
    load: Any, first: Any, members: Any, place: Any, path: Any, via: Any, spot: Any, touched: Any, heap: Any,
    closed: Any,
) -> Any:  # fmt: skip
    """Let these meters in; the number of devices scanned, or -1 when one finds no room."""
    scanned = 0
    for number in range(order.shape[0]):
        entering = order[number]
        search = begun + number + 1
        size, done = 0, 0
        best, goal = np.inf, OUT  # the nearest room so far
        at, base = OUT, 0.0  # the full device that the path is at, and the path's length to it
        while True:
            for k in range(1 if at == OUT else load[at]):
                meter = entering if at == OUT else members[first[at] + k]
                here = 0.0
                if at != OUT:
                    for a in range(arcs.shape[1]):
                        if arcs[meter, a] == at:
                            here = base - costs[meter, a] - prices[at]
                            break
                for a in range(arcs.shape[1]):
                    to = arcs[meter, a]
                    if to == OUT or here + costs[meter, a] >= best:
                        break
                    length = here + costs[meter, a] + prices[to]
                    if length >= best:
                        continue
                    if load[to] < capacity[to]:
                        best, goal = length, to
                        via[to] = meter
                        continue
                    if touched[to] != search:
                        touched[to] = search
                        spot[to] = size
                        heap[size] = to
                        size += 1
                    elif spot[to] == OUT or length >= path[to]:
                        continue
                    path[to] = length
                    via[to] = meter
                    _rise(heap, spot, path, spot[to])
            if size == 0 or path[heap[0]] >= best:
                break
            at = heap[0]
            base = path[at]
            spot[at] = OUT
            closed[done] = at
            done += 1
            size -= 1
            if size > 0:
                heap[0] = heap[size]
                spot[heap[0]] = 0
                _sink(heap, spot, path, size)
        if goal == OUT:
            return -1
        scanned += done
        for k in range(done):
            prices[closed[k]] += best - path[closed[k]]
        slot = load[goal]
        load[goal] += 1
        to = goal
        while to != OUT:
            meter = via[to]
            left, hole = device[meter], place[meter]
            members[first[to] + slot] = meter
            device[meter] = to
            place[meter] = slot
            to, slot = left, hole
    return scanned


@compiled
def _rise(heap: Any, spot: Any, path: Any, k: Any) -> None:
    """Restore the order of the heap above its entry k."""
    moved = heap[k]
    while k > 0:
        parent = (k - 1) // 2
        if path[heap[parent]] <= path[moved]:
            break
        heap[k] = heap[parent]
        spot[heap[k]] = k
        k = parent
    heap[k] = moved
    spot[moved] = k


@compiled
def _sink(heap: Any, spot: Any, path: Any, size: Any) -> None:
    """Restore the order of the heap below its top."""
    moved, k = heap[0], 0
    while 2 * k + 1 < size:
        child = 2 * k + 1
        if child + 1 < size and path[heap[child + 1]] < path[heap[child]]:
            child += 1
        if path[moved] <= path[heap[child]]:
            break
        heap[k] = heap[child]
        spot[heap[k]] = k
        k = child
    heap[k] = moved
    spot[moved] = k
