"""Where a walk is: its enabled moves, kept by action, its random numbers, and the move that it draws next.

Compiled functions over arrays only.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import uint64

from meterproof.packed.jit import bare, compiled
from meterproof.packed.run import enabled

Ints = npt.NDArray[np.int64]
STEPS, WALKS, IDLE, ENDS, LONGEST, AT, STREAM, TEMPER, SEEN, FULL, FIELDS = range(11)
"""Fields of `Place.progress`: steps taken, walks begun, moves drawn that change nothing, dead ends met, most steps of
a walk; length of the current walk (-1: begin another), its random numbers, whether it weighs moves or actions; states
kept and whether some were not."""
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""Step of a random stream: the golden ratio as a fraction of 2**64."""
BOLD, BIAS = 12, 10
"""Weights are powers of two: of at most this in a walk with a temper of its own, and for rareness."""


class Place(NamedTuple):
    """Where a walk is, and what was counted.

    `order` has the moves of each action together, the `live[a]` enabled ones first, and `where` the position
    of each move; `order0`, `where0` and `live0` are those of the initial state. `taken` counts by action.
    `slots` and `kept` are a table of the states seen, or empty; `acc` is room for counting in guards.
    """

    words: Ints
    initial: Ints
    order: Ints
    where: Ints
    live: Ints
    order0: Ints
    where0: Ints
    live0: Ints
    weight: Ints
    taken: Ints
    path: Ints
    progress: Ints
    slots: Ints
    kept: Ints
    acc: Ints


@compiled(inline="always")
def mixed(x: Any) -> Any:
    """The output function of splitmix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014)."""
    x = (x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB)
    return x ^ (x >> uint64(31))


@compiled(inline="always")
def _below(bits: Any, bound: Any) -> Any:
    """A number below `bound` from 32 random bits; it is off by less than 1 in 2**32 / `bound`."""
    return np.int64((bits * uint64(bound)) >> uint64(32))


@compiled(inline="always")
def copied(source: Any, to: Any) -> None:
    """Without the second copy that numba makes of slices, which may overlap."""
    for i in range(source.shape[0]):
        to[i] = source[i]


@compiled(inline="always")
def mark(net: Any, place: Any, m: Any, on: Any) -> None:
    """Count a move among the enabled ones, or no longer."""
    a = net.action[m]
    edge = net.first[a] + place.live[a]
    at = place.where[m]
    if on != (at < edge):
        to = edge if on else edge - 1
        other = place.order[to]
        place.order[at] = other
        place.where[other] = at
        place.order[to] = m
        place.where[m] = to
        place.live[a] += 1 if on else -1


@bare
def open_place(tables: Any, net: Any, place: Any) -> None:
    """Find the enabled moves of the initial state."""
    copied(place.initial, place.words)
    for m in range(net.action.shape[0]):
        place.order[m] = m
        place.where[m] = m
    for m in range(net.action.shape[0]):
        mark(net, place, m, enabled(tables, m, place.words, place.acc))
    copied(place.order, place.order0)
    copied(place.where, place.where0)
    copied(place.live, place.live0)


@bare
def begin(place: Any, seed: Any, weighted: Any) -> Any:
    """Go back to the initial state, with random numbers and weights of this walk's own; the state of its stream.

    A quarter of the walks draw among all enabled moves alike. The others draw an action first, by weights that
    stay through the walk: a power of two by how rarely it was taken so far, or drawn, or both.
    """
    p, weight, taken = place.progress, place.weight, place.taken
    stream = mixed(uint64(seed) + GOLDEN * uint64(p[WALKS] + 1))
    p[WALKS] += 1
    copied(place.initial, place.words)
    copied(place.order0, place.order)
    copied(place.where0, place.where)
    copied(place.live0, place.live)
    temper: Any = 0
    if weighted:
        stream += GOLDEN
        temper = np.int64(mixed(stream) >> uint64(62))
    p[TEMPER] = np.int64(temper == 0 or temper == 2)
    for a in range(weight.shape[0]):
        power = 0
        if temper & 1:
            rest = p[STEPS] // (taken[a] + 1)
            while rest > 1 and power < BIAS:
                rest >>= 1
                power += 1
        if temper & 2:
            stream += GOLDEN
            power += _below(mixed(stream) >> uint64(32), BOLD + 1)
        weight[a] = np.int64(1) << power
    return stream


@compiled(inline="always")
def draw(net: Any, place: Any, bits: Any) -> Any:
    """An enabled move, or -1 when there is none."""
    by_move = place.progress[TEMPER] == 1
    total = np.int64(0)
    for a in range(place.weight.shape[0]):
        if place.live[a] > 0:
            total += place.weight[a] * (place.live[a] if by_move else 1)
    m = np.int64(-1)
    if total > 0:
        left = _below(bits >> uint64(32), total)
        a = -1
        while left >= 0:
            a += 1
            if place.live[a] > 0:
                left -= place.weight[a] * (place.live[a] if by_move else 1)
        m = place.order[net.first[a] + _below(bits & uint64(0xFFFFFFFF), place.live[a])]
    return m
