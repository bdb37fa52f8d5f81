"""The compiled loops of the explorer. They take arrays only, so no model ever needs recompiling.

States are rows of 64-bit words. A batch of rows is expanded first, so that the look-ups of all successors are under
way together; then the batch is committed row by row, in order, which makes the search strictly breadth-first.
"""

from __future__ import annotations

from typing import Any

from numba import uint64

from meterproof.explore.expand import (
    DEADLOCK,
    DEADLOCKS,
    DEPTH,
    GENERATED,
    LEVEL,
    NEXT,
    ROWS,
    STUCK,
    expand,
    take_back,
)
from meterproof.explore.visited import add_row, add_word
from meterproof.packed.compile import INVARIANT, QUIESCENT, REACH, REACH_QUIET, STEP
from meterproof.packed.jit import bare
from meterproof.packed.run import holds, take

EVERY_STATE = 1 << INVARIANT | 1 << REACH
QUIET_STATE = 1 << QUIESCENT | 1 << REACH_QUIET
"""Sets of kinds, as `_judge` takes them."""
MORE, DONE, FULL, OVERFLOW, FOUND, LIMIT = range(6)
"""Why `search` returned: budget spent, queue empty, no room, a bounded integer out of range, all targets found,
more states than wanted."""


@bare
def _judge(row: Any, before: Any, words: Any, kinds: Any, program: Any, targets: Any, found: Any, acc: Any) -> Any:
    """Note for each open target of these kinds whether the state `row` (reached from `before`) decides it; how many."""
    decided = 0
    for k in range(targets.shape[0]):
        if found[k, 0] < 0 and (kinds >> targets[k, 0]) & 1:
            wanted = targets[k, 0] >= REACH
            if holds(program, targets[k, 1], words, acc) == wanted:
                found[k, 0] = row
                found[k, 1] = before
                decided += 1
    return decided


@bare
def _judge_step(row: Any, before: Any, move: Any, words: Any, program: Any, targets: Any, found: Any, acc: Any) -> Any:
    """The same for targets about steps; `words` are the state before and the one after."""
    decided = 0
    for k in range(targets.shape[0]):
        if targets[k, 0] == STEP and found[k, 0] < 0 and not holds(program, targets[k, 1], words, acc):
            found[k, 0] = row
            found[k, 1] = before
            found[k, 2] = move
            decided += 1
    return decided


@bare
def _commit(
    store: Any, batch: Any, size: Any, tables: Any, progress: Any, targets: Any, found: Any,
    limit: Any, inline: Any, every: Any,
) -> Any:  # fmt: skip
    """Look up the successors of the batch's `size` rows and keep the new ones, until a reason to stop or the end."""
    states = store.states
    width = states.shape[1]
    words, acc = batch.words, batch.acc
    recently = uint64(store.recent.shape[0] - 1)
    left = 0
    for k in range(targets.shape[0]):
        left += found[k, 0] < 0
    searching = left > 0
    n, count = 0, progress[ROWS]
    for b in range(size):
        row = progress[NEXT]
        if row == progress[LEVEL]:
            progress[DEPTH] += 1
            progress[LEVEL] = count
        while n < batch.ends[b, 0]:
            if inline:
                word = batch.after[n, 0]
                new = add_word(store.table, batch.hashes[n], word)
                store.recent[(batch.hashes[n] >> uint64(40)) & recently] = word
                at = count if new else 0
            else:
                at = add_row(store.table, batch.hashes[n], states, count, batch.after, n)
                new = at == count
            if new:
                for i in range(width):
                    states[count, i] = batch.after[n, i]
                    words[i] = batch.after[n, i]
                store.parents[count] = row
                store.via[count] = batch.moves[n]
                if left > 0:
                    left -= _judge(count, row, words, EVERY_STATE, tables.program, targets, found, acc)
                count += 1
            if every:
                for i in range(width):
                    words[i] = states[row, i]
                take(tables, batch.moves[n], words, width, acc)  # a step bears on what follows, not on its orbit
                left -= _judge_step(at, row, batch.moves[n], words, tables.program, targets, found, acc)
            n += 1
        progress[GENERATED] += batch.ends[b, 1]
        if batch.flags[b] != 0:
            if batch.flags[b] & STUCK:
                if progress[DEADLOCKS] == 0:
                    progress[DEADLOCK] = row
                progress[DEADLOCKS] += 1
            for i in range(width):
                words[i] = states[row, i]
            left -= _judge(row, store.parents[row], words, QUIET_STATE, tables.program, targets, found, acc)
        progress[NEXT] += 1
        progress[ROWS] = count
        if searching and left == 0:
            return FOUND
        if count > limit:
            return LIMIT
    return MORE


@bare
def search(
    store: Any, batch: Any, progress: Any, tables: Any, targets: Any, found: Any,
    room: Any, limit: Any, budget: Any, inline: Any,
) -> Any:  # fmt: skip
    """Expand some `budget` states, breadth first. Returns why it stopped.

    `found[k]` = row and predecessor that decide target k, the move last, or -1. `room` is how many rows fit; the search
    stops behind the row whose successors make more than `limit` of them. `inline`: the table's slots hold the states.
    """
    every = False
    for k in range(targets.shape[0]):
        every = every or targets[k, 0] == STEP
    if progress[GENERATED] == 0:
        progress[GENERATED] = 1
        for i in range(store.states.shape[1]):
            batch.words[i] = store.states[0, i]
        _judge(0, -1, batch.words, EVERY_STATE, tables.program, targets, found, batch.acc)
    until = progress[NEXT] + budget
    while progress[NEXT] < until:
        if progress[NEXT] == progress[ROWS]:
            return DONE
        undecided = targets.shape[0] == 0
        for k in range(targets.shape[0]):
            undecided = undecided or found[k, 0] < 0
        if not undecided:
            return FOUND
        if progress[ROWS] + batch.after.shape[0] > room:
            return FULL
        first = progress[NEXT]
        size, bad = expand(store, batch, tables, progress, min(until, progress[ROWS]), inline, every)
        why = _commit(store, batch, size, tables, progress, targets, found, limit, inline, every)
        if why != MORE or bad >= 0:
            stop = bad if bad >= 0 else 0
            take_back(store, batch, tables, progress, progress[NEXT], first + size, stop)
        if why == FOUND and progress[NEXT] == progress[ROWS]:
            return DONE
        if why != MORE:
            return why
        if bad >= 0:
            for k in range(found.shape[0]):
                found[k, 0] = first + size
                found[k, 2] = bad
            return OVERFLOW
    return MORE
