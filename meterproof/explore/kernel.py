"""The compiled loops of the explorer. They take arrays only, so no model ever needs recompiling.

States are rows of 64-bit words. A batch of rows is expanded first, so that the look-ups of all successors are under
way together; then the batch is committed row by row, in order, which makes the search strictly breadth-first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import uint64

from meterproof.explore.visited import add_row, add_word, hash_of, summand
from meterproof.packed.bits import lowest, popcount, prefetch
from meterproof.packed.compile import INVARIANT, QUIESCENT, REACH, REACH_QUIET, STEP, Ints
from meterproof.packed.jit import compiled
from meterproof.packed.run import admitted_once, enabled, fitting, holds, overflows, take

EVERY_STATE = 1 << INVARIANT | 1 << REACH
QUIET_STATE = 1 << QUIESCENT | 1 << REACH_QUIET
"""Sets of kinds, as `_judge` takes them."""
MORE, DONE, FULL, OVERFLOW, FOUND, LIMIT = range(6)
"""Why `search` returned: budget spent, queue empty, no room, a bounded integer out of range, all targets found,
more states than wanted."""
NEXT, ROWS, GENERATED, DEPTH, LEVEL, DEADLOCKS, DEADLOCK, TAKEN = range(8)
"""Entries of `progress`: the next row to expand, rows, generated transitions, depth of the row expanded last, the
first row of the level below it, deadlocked states and the first of them, and from TAKEN on how often each move was
taken."""
QUIET, STUCK = 1, 2
"""Bits of a row's flags: only the adversary can move; nobody can."""


bare = compiled(_nrt=False)
"""Without reference counts, which would take most of the time: these functions make no array of their own."""


class Store(NamedTuple):
    """All states: words, the row and the move that each was first reached by, and the table that finds them.

    `recent` holds states of one word that are in the table, so that the commonest look-ups need not ask it.
    """

    states: Ints
    parents: npt.NDArray[np.int32]
    via: npt.NDArray[np.int32]
    table: Ints
    recent: Ints


class Batch(NamedTuple):
    """The successors of some rows, not yet looked up: words, hash and move of each, in the order of rows and moves.

    `ends[b]` = one past the last successor of the b-th row, and how many transitions it has; `flags[b]` as above.
    `words`, `parts` (their hashes) and `acc` are room for the state at hand, `memo` for `admitted_once`,
    and `counts` for `_count`.
    """

    after: Ints
    hashes: npt.NDArray[np.uint64]
    moves: npt.NDArray[np.int32]
    ends: Ints
    flags: npt.NDArray[np.int8]
    words: Ints
    parts: npt.NDArray[np.uint64]
    acc: Ints
    memo: Ints
    counts: npt.NDArray[np.uint64]


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


@compiled(inline="always")
def _count(counts: Any, g: Any, moves: Any) -> None:
    """Count 64 moves at once: bit i of `counts[g, k]` is worth 2**k for move 64 g + i."""
    k = 0
    while moves != uint64(0):
        carried = counts[g, k] & moves
        counts[g, k] ^= moves
        moves = carried
        k += 1


@bare
def _settle(counts: Any, progress: Any) -> None:
    """Add what `_count` has counted to the moves taken."""
    for g in range(counts.shape[0]):
        for k in range(counts.shape[1]):
            left = counts[g, k]
            counts[g, k] = uint64(0)
            while left != uint64(0):
                progress[TAKEN + 64 * g + np.int64(lowest(left))] += 1 << k
                left &= left - uint64(1)


@bare
def _expand(store: Any, batch: Any, tables: Any, progress: Any, last: Any, inline: Any, every: Any) -> Any:
    """Fill the batch from the next rows, up to `last`: (rows, move that takes a number out of its range or -1).

    Steps that change nothing, and states seen a moment ago, are counted and left out unless `every` step is wanted.
    """
    states, after = store.states, batch.after
    width = states.shape[1]
    words, acc = batch.words, batch.acc
    parts = batch.parts
    mask, recently = uint64(store.table.shape[0] - 1), uint64(store.recent.shape[0] - 1)
    swift = inline and not every
    room = uint64(after.shape[0] - tables.moves.shape[0])
    first, n, b = progress[NEXT], uint64(0), 0
    while first + b < last and n <= room and b < batch.ends.shape[0]:
        old, total = states[first + b, 0], uint64(0)
        if inline:
            words[0] = old
        else:
            for i in range(width):
                words[i] = states[first + b, i]
                parts[i] = summand(words[i], i)
                total += parts[i]
        honest, transitions = 0, 0
        for g in range(tables.groups.shape[0]):
            left, idle = fitting(tables, words, g)
            if swift and left & ~tables.groups[g, 0] == uint64(0):
                transitions += popcount(left)
                honest |= left & tables.groups[g, 1] != uint64(0)
                _count(batch.counts, g, left)
                left &= ~idle
                while left != uint64(0):
                    m = uint64(64) * uint64(g) + lowest(left)
                    left &= left - uint64(1)
                    word = (old & tables.plain[m, 1]) | tables.plain[m, 2]
                    hash_ = summand(word, 0)
                    if store.recent[(hash_ >> uint64(40)) & recently] == word:
                        continue
                    prefetch(store.table, hash_ & mask)
                    after[n, 0] = word
                    batch.hashes[n] = hash_
                    batch.moves[n] = m
                    n += uint64(1)
            while left != uint64(0):
                m = uint64(64) * uint64(g) + lowest(left)
                left &= left - uint64(1)
                if tables.plain[m, 0] >= 0:
                    u = uint64(tables.plain[m, 0])
                    word = (words[u] & tables.plain[m, 1]) | tables.plain[m, 2]
                    transitions += 1
                    progress[uint64(TAKEN) + m] += 1
                    honest |= tables.plain[m, 3]
                    if word == words[u] and not every:
                        continue
                    if inline:
                        hash_ = summand(word, 0)
                    else:
                        hash_ = total - parts[u] + summand(word, u)
                        for i in range(width):
                            after[n, i] = words[i]
                    after[n, u] = word
                else:
                    if not admitted_once(tables, m, words, acc, batch.memo, first + b + 1):
                        continue
                    if overflows(tables, m, words, acc):
                        _settle(batch.counts, progress)
                        return b, np.int64(m)
                    transitions += 1
                    progress[uint64(TAKEN) + m] += 1
                    honest |= tables.plain[m, 3]
                    take(tables, m, words, width, acc)
                    same = True
                    for i in range(width):
                        same = same and words[width + i] == words[i]
                        after[n, i] = words[width + i]
                    if same and not every:
                        continue
                    hash_ = hash_of(words, width, width)
                if inline and not every and store.recent[(hash_ >> uint64(40)) & recently] == after[n, 0]:
                    continue
                prefetch(store.table, hash_ & mask)
                batch.hashes[n] = hash_
                batch.moves[n] = m
                n += uint64(1)
        batch.ends[b, 0] = n
        batch.ends[b, 1] = transitions
        batch.flags[b] = (0 if honest else QUIET) | (STUCK if transitions == 0 else 0)
        b += 1
    _settle(batch.counts, progress)
    return b, -1


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
                    words[width + i] = batch.after[n, i]
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
def _take_back(store: Any, batch: Any, tables: Any, progress: Any, first: Any, last: Any, stop: Any) -> None:
    """Uncount the moves of rows that were expanded and not committed; of row `last` those before move `stop`."""
    width = store.states.shape[1]
    words, acc = batch.words, batch.acc
    for row in range(first, last + 1):
        for i in range(width):
            words[i] = store.states[row, i]
        for m in range(tables.moves.shape[0] if row < last else stop):
            if enabled(tables, m, words, acc):
                progress[TAKEN + m] -= 1


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
        size, bad = _expand(store, batch, tables, progress, min(until, progress[ROWS]), inline, every)
        why = _commit(store, batch, size, tables, progress, targets, found, limit, inline, every)
        if why != MORE or bad >= 0:
            stop = bad if bad >= 0 else 0
            _take_back(store, batch, tables, progress, progress[NEXT], first + size, stop)
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
