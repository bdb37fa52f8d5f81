"""The compiled loop that expands states: all their successors, hashed, on the way to being looked up.

Where some individuals are interchangeable, a successor is put into the representative of its orbit first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import uint64

from meterproof.explore.visited import hash_of, summand
from meterproof.packed.bits import lowest, popcount, prefetch
from meterproof.packed.canonical import canonical
from meterproof.packed.compile import Ints
from meterproof.packed.jit import bare, compiled
from meterproof.packed.run import admitted_once, enabled, fitting, overflows, take

NEXT, ROWS, GENERATED, DEPTH, LEVEL, DEADLOCKS, DEADLOCK, TAKEN = range(8)
"""Entries of `progress`: the next row to expand, rows, generated transitions, depth of the row expanded last, the
first row of the level below it, deadlocked states and the first of them, and from TAKEN on how often each move was
taken."""
QUIET, STUCK = 1, 2
"""Bits of a row's flags: only the adversary can move; nobody can."""


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
def expand(store: Any, batch: Any, tables: Any, progress: Any, last: Any, inline: Any, every: Any) -> Any:
    """Fill the batch from the next rows, up to `last`: (rows, move that takes a number out of its range or -1).

    Steps that change nothing, and states seen a moment ago, are counted and left out unless `every` step is wanted.
    """
    states, after = store.states, batch.after
    width = states.shape[1]
    words, acc = batch.words, batch.acc
    parts = batch.parts
    mask, recently = uint64(store.table.shape[0] - 1), uint64(store.recent.shape[0] - 1)
    reduced = tables.orbits.permutations.shape[0] > 0
    swift = inline and not every and not reduced
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
                if tables.plain[m, 0] >= 0 and not reduced:
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
                    if reduced:
                        canonical(tables.orbits, words, width, width)
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
def take_back(store: Any, batch: Any, tables: Any, progress: Any, first: Any, last: Any, stop: Any) -> None:
    """Uncount the moves of rows that were expanded and not committed; of row `last` those before move `stop`."""
    width = store.states.shape[1]
    words, acc = batch.words, batch.acc
    for row in range(first, last + 1):
        for i in range(width):
            words[i] = store.states[row, i]
        for m in range(tables.moves.shape[0] if row < last else stop):
            if enabled(tables, m, words, acc):
                progress[TAKEN + m] -= 1
