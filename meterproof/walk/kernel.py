"""The compiled walk. It takes arrays only, so no model ever needs recompiling.

The enabled moves of the current state are kept up to date rather than found anew: after a move, only the guards
that it bears on are looked at again. So a step is drawn among all enabled moves, and costs a few guards.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import uint64

from meterproof.packed.compile import INVARIANT, QUIESCENT, REACH, REACH_QUIET, STEP
from meterproof.packed.jit import bare, compiled
from meterproof.packed.run import enabled, holds, overflows, take

Ints = npt.NDArray[np.int64]
MORE, FOUND, OVERFLOW, STUCK = range(4)
"""Why `wander` returned: budget spent, a target decided, a bounded integer out of range, no move at the start."""
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
def _mixed(x: Any) -> Any:
    """The output function of splitmix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014)."""
    x = (x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB)
    return x ^ (x >> uint64(31))


@compiled(inline="always")
def _below(bits: Any, bound: Any) -> Any:
    """A number below `bound` from 32 random bits; it is off by less than 1 in 2**32 / `bound`."""
    return np.int64((bits * uint64(bound)) >> uint64(32))


@compiled(inline="always")
def _copy(source: Any, to: Any) -> None:
    """Without the second copy that numba makes of slices, which may overlap."""
    for i in range(source.shape[0]):
        to[i] = source[i]


@compiled(inline="always")
def _mark(net: Any, place: Any, m: Any, on: Any) -> None:
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
    _copy(place.initial, place.words)
    for m in range(net.action.shape[0]):
        place.order[m] = m
        place.where[m] = m
    for m in range(net.action.shape[0]):
        _mark(net, place, m, enabled(tables, m, place.words, place.acc))
    _copy(place.order, place.order0)
    _copy(place.where, place.where0)
    _copy(place.live, place.live0)


@bare
def _begin(place: Any, seed: Any, weighted: Any) -> Any:
    """Go back to the initial state, with random numbers and weights of this walk's own; the state of its stream.

    A quarter of the walks draw among all enabled moves alike. The others draw an action first, by weights that
    stay through the walk: a power of two by how rarely it was taken so far, or drawn, or both.
    """
    p, weight, taken = place.progress, place.weight, place.taken
    stream = _mixed(uint64(seed) + GOLDEN * uint64(p[WALKS] + 1))
    p[WALKS] += 1
    _copy(place.initial, place.words)
    _copy(place.order0, place.order)
    _copy(place.where0, place.where)
    _copy(place.live0, place.live)
    temper: Any = 0
    if weighted:
        stream += GOLDEN
        temper = np.int64(_mixed(stream) >> uint64(62))
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
            power += _below(_mixed(stream) >> uint64(32), BOLD + 1)
        weight[a] = np.int64(1) << power
    return stream


@compiled(inline="always")
def _draw(net: Any, place: Any, bits: Any) -> Any:
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


@bare
def is_quiet(tables: Any, net: Any, words: Any, acc: Any) -> Any:
    """Whether no honest move is enabled, not even one that changes nothing."""
    for a in range(net.honest.shape[0]):
        if net.honest[a] == 1:
            for m in range(net.first[a], net.first[a + 1]):
                if enabled(tables, m, words, acc):
                    return False
    return True


@bare
def _judge(tables: Any, net: Any, place: Any, targets: Any, found: Any, acc: Any, watched: Any) -> Any:
    """Note the open targets that the current state decides; of those of single states only the `watched` ones."""
    decided = False
    quiet = 2
    for k in range(targets.shape[0]):
        kind = targets[k, 0]
        if found[k] >= 0 or kind == STEP:
            continue
        if kind in (INVARIANT, REACH):
            if (watched >> k) & 1 == 0:
                continue
        else:
            for a in range(net.honest.shape[0]):
                if net.honest[a] == 1 and place.live[a] > 0:
                    quiet = 0
            if quiet == 0:
                continue
        if holds(tables.program, targets[k, 1], place.words, acc) != (kind in (REACH, REACH_QUIET)):
            continue
        if kind in (QUIESCENT, REACH_QUIET):
            if quiet == 2:  # moves that change nothing are not counted as enabled
                quiet = 1 if is_quiet(tables, net, place.words, acc) else 0
            if quiet == 0:
                continue
        found[k] = place.progress[AT]
        decided = True
    return decided


@bare
def _judge_step(tables: Any, place: Any, targets: Any, found: Any, acc: Any) -> Any:
    """Note the open step properties that the step just written to `words` decides."""
    decided = False
    for k in range(targets.shape[0]):
        if targets[k, 0] == STEP and found[k] < 0 and not holds(tables.program, targets[k, 1], place.words, acc):
            found[k] = place.progress[AT] + 1
            decided = True
    return decided


@bare
def _keep(place: Any, width: Any) -> None:
    """Count the current state among those seen, while there is room."""
    p = place.progress
    mask = uint64(place.slots.shape[0] - 1)
    h = GOLDEN
    for i in range(width):
        h = _mixed(h ^ uint64(place.words[i]))
    at = np.int64(h & mask)
    while place.slots[at] >= 0:
        row = place.slots[at]
        same = True
        for i in range(width):
            same = same and place.kept[row, i] == place.words[i]
        if same:
            return
        at = np.int64(uint64(at + 1) & mask)
    if p[SEEN] == place.kept.shape[0]:
        p[FULL] = 1
        return
    place.slots[at] = p[SEEN]
    for i in range(width):
        place.kept[p[SEEN], i] = place.words[i]
    p[SEEN] += 1


@bare
def wander(
    tables: Any, net: Any, place: Any, targets: Any, found: Any, seed: Any, budget: Any, weighted: Any
) -> Any:  # fmt: skip
    """Draw up to `budget` moves, in walks as long as `place.path`, and go on later where it stopped.

    `found[k]` = number of moves in `place.path` that decide target k, or -1 while it is open. On OVERFLOW the
    last move of the path is the one that overflows. Returns why it stopped.
    """
    words, path, acc, p = place.words, place.path, place.acc, place.progress
    width = place.initial.shape[0]
    counting = place.slots.shape[0] > 0
    stepwise, quietly = False, False
    for k in range(targets.shape[0]):
        stepwise = stepwise or targets[k, 0] == STEP
        quietly = quietly or targets[k, 0] in (QUIESCENT, REACH_QUIET)
    stream = uint64(p[STREAM])
    why = MORE
    for _ in range(budget):
        if p[AT] < 0 or p[AT] == path.shape[0]:
            anew = p[WALKS] == 0
            stream = _begin(place, seed, weighted)
            p[AT] = 0
            if anew:
                if counting:
                    _keep(place, width)
                if _judge(tables, net, place, targets, found, acc, np.int64(-1)):
                    why = FOUND
                    break
        stream += GOLDEN
        m = _draw(net, place, _mixed(stream))
        if m < 0:
            p[ENDS] += 1
            if p[AT] == 0:
                why = STUCK
                break
            p[AT] = -1
            continue
        path[p[AT]] = m
        if overflows(tables, m, words, acc):
            p[AT] += 1
            why = OVERFLOW
            break
        take(tables, m, words, width, acc)
        decided = stepwise and _judge_step(tables, place, targets, found, acc)
        same = True
        for i in range(width):
            same = same and words[i] == words[width + i]
        if same:
            p[IDLE] += 1
            _mark(net, place, m, False)
        else:
            p[STEPS] += 1
            p[AT] += 1
            p[LONGEST] = max(p[LONGEST], p[AT])
            place.taken[net.action[m]] += 1
            for i in range(width):
                words[i] = words[width + i]
            if net.once[m] == 1:
                _mark(net, place, m, stepwise and enabled(tables, m, words, acc))
            for i in range(net.start[m], net.start[m + 1]):
                j = net.bears[i]
                _mark(net, place, j, enabled(tables, j, words, acc))
            if counting:
                _keep(place, width)
            if net.watched[m] != 0 or quietly:
                decided = _judge(tables, net, place, targets, found, acc, net.watched[m]) or decided
        if decided:
            why = FOUND
            break
    p[STREAM] = np.int64(stream)
    return why


@bare
def _shows(tables: Any, net: Any, acc: Any, words: Any, kind: Any, entry: Any) -> Any:
    """Whether a state decides a target that is no step property."""
    if holds(tables.program, entry, words, acc) != (kind in (REACH, REACH_QUIET)):
        return False
    return kind in (INVARIANT, REACH) or is_quiet(tables, net, words, acc)


@bare
def replay(
    tables: Any, net: Any, acc: Any, words: Any, path: Any, kind: Any, entry: Any, taken: Any, states: Any
) -> Any:
    """Take the moves of `path` that are enabled, up to the first state or step that decides a target.

    `words` begins with the initial state. The moves taken are written to `taken` and the states to the rows of
    `states`, from the initial one on. Returns how many moves were taken, or -1 when nothing decides the target.
    """
    width = states.shape[1]
    n = 0
    for j in range(width):
        states[0, j] = words[j]
    shown = kind != STEP and _shows(tables, net, acc, words, kind, entry)
    for i in range(path.shape[0]):
        m = path[i]
        if shown or not enabled(tables, m, words, acc) or overflows(tables, m, words, acc):
            continue
        take(tables, m, words, width, acc)
        shown = kind == STEP and not holds(tables.program, entry, words, acc)
        for j in range(width):
            words[j] = words[width + j]
            states[n + 1, j] = words[j]
        taken[n] = m
        n += 1
        shown = shown or (kind != STEP and _shows(tables, net, acc, words, kind, entry))
    return n if shown else -1
