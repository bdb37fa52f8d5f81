"""The compiled walk. It takes arrays only, so no model ever needs recompiling.

The enabled moves of the current state are kept up to date rather than found anew: after a move, only the guards
that it bears on are looked at again. So a step is drawn among all enabled moves, and costs a few guards.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import uint64

from meterproof.packed.compile import INVARIANT, QUIESCENT, REACH, REACH_QUIET, STEP
from meterproof.packed.jit import bare
from meterproof.packed.run import enabled, holds, overflows, take
from meterproof.walk.place import (
    AT,
    ENDS,
    FULL,
    GOLDEN,
    IDLE,
    LONGEST,
    SEEN,
    STEPS,
    STREAM,
    WALKS,
    begin,
    draw,
    mark,
    mixed,
)

MORE, FOUND, OVERFLOW, STUCK = range(4)
"""Why `wander` returned: budget spent, a target decided, a bounded integer out of range, no move at the start."""


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
        h = mixed(h ^ uint64(place.words[i]))
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
            stream = begin(place, seed, weighted)
            p[AT] = 0
            if anew:
                if counting:
                    _keep(place, width)
                if _judge(tables, net, place, targets, found, acc, np.int64(-1)):
                    why = FOUND
                    break
        stream += GOLDEN
        m = draw(net, place, mixed(stream))
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
            mark(net, place, m, False)
        else:
            p[STEPS] += 1
            p[AT] += 1
            p[LONGEST] = max(p[LONGEST], p[AT])
            place.taken[net.action[m]] += 1
            for i in range(width):
                words[i] = words[width + i]
            if net.once[m] == 1:
                mark(net, place, m, stepwise and enabled(tables, m, words, acc))
            for i in range(net.start[m], net.start[m + 1]):
                j = net.bears[i]
                mark(net, place, j, enabled(tables, j, words, acc))
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
