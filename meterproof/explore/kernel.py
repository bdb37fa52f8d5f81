"""The compiled loops of the explorer. They take arrays only, so no model ever needs recompiling.

States are rows of 64-bit words, found through an open-addressing table of row numbers; every state is
compared word by word, so there are no fingerprints and no false merges.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, uint64

from meterproof.packed.compile import INVARIANT, QUIESCENT, REACH, REACH_QUIET, STEP
from meterproof.packed.program import ACCUMULATORS
from meterproof.packed.run import enabled, holds, overflows, take

EVERY_STATE = 1 << INVARIANT | 1 << REACH
QUIET_STATE = 1 << QUIESCENT | 1 << REACH_QUIET
"""Sets of kinds, as `_judge` takes them."""
MORE, DONE, FULL, OVERFLOW, FOUND = range(5)
"""Why `search` returned: budget spent, queue empty, no room, a bounded integer out of range, all targets found."""


@njit(cache=True, inline="always")
def _slot(words: Any, start: Any, width: Any, mask: Any) -> Any:
    h = uint64(0x9E3779B97F4A7C15)
    for i in range(width):
        h = (h ^ uint64(words[start + i])) * uint64(0xFF51AFD7ED558CCD)
        h ^= h >> uint64(32)
    return np.int64(h & uint64(mask))


@njit(cache=True)
def _insert(states: Any, table: Any, count: Any, words: Any, start: Any, width: Any) -> Any:
    """The row of a state: an old one, or `count` when the state is new (it is then stored there)."""
    mask = table.shape[0] - 1
    slot = _slot(words, start, width, mask)
    while True:
        row = table[slot]
        if row < 0:
            table[slot] = count
            for i in range(width):
                states[count, i] = words[start + i]
            return count
        same = True
        for i in range(width):
            if states[row, i] != words[start + i]:
                same = False
                break
        if same:
            return row
        slot = (slot + 1) & mask


@njit(cache=True)
def rehash(states: Any, count: Any, table: Any, width: Any) -> None:
    """Fill an empty table with the first `count` states."""
    mask = table.shape[0] - 1
    for row in range(count):
        slot = _slot(states[row], 0, width, mask)
        while table[slot] >= 0:
            slot = (slot + 1) & mask
        table[slot] = row


@njit(cache=True)
def _judge(row: Any, before: Any, words: Any, kinds: Any, program: Any, targets: Any, found: Any, acc: Any) -> None:
    """Note for each open target of these kinds whether the state `row` (reached from `before`) decides it."""
    for k in range(targets.shape[0]):
        if found[k, 0] < 0 and (kinds >> targets[k, 0]) & 1:
            wanted = targets[k, 0] >= REACH
            if holds(program, targets[k, 1], words, acc) == wanted:
                found[k, 0] = row
                found[k, 1] = before


@njit(cache=True)
def search(
    states: Any, table: Any, parents: Any, via: Any, progress: Any, tables: Any,
    targets: Any, found: Any, budget: Any,
) -> Any:  # fmt: skip
    """Expand up to `budget` states, breadth first.

    `progress` = [next row to expand, rows, generated transitions, moves taken ...]; `found[k]` = row and
    predecessor that decide target k, the move last, or -1. Returns why it stopped.
    """
    width = states.shape[1]
    words = np.zeros(2 * width, dtype=np.int64)
    acc = np.zeros(ACCUMULATORS, dtype=np.int64)
    has_steps = False
    for k in range(targets.shape[0]):
        has_steps = has_steps or targets[k, 0] == STEP
    if progress[0] == 0 and progress[2] == 0:
        progress[2] = 1
        for i in range(width):
            words[i] = states[0, i]
        _judge(0, -1, words, EVERY_STATE, tables.program, targets, found, acc)
    for _ in range(budget):
        row = progress[0]
        if row == progress[1]:
            return DONE
        undecided = False
        for k in range(targets.shape[0]):
            undecided = undecided or found[k, 0] < 0
        if not undecided and targets.shape[0] > 0:
            return FOUND
        if progress[1] + tables.moves.shape[0] >= states.shape[0]:
            return FULL
        for i in range(width):
            words[i] = states[row, i]
        quiet = True
        for m in range(tables.moves.shape[0]):
            if not enabled(tables, m, words, acc):
                continue
            if overflows(tables, m, words, acc):
                found[:, 0] = row
                found[:, 2] = m
                return OVERFLOW
            if tables.moves[m, 4] == 1:
                quiet = False
            progress[2] += 1
            progress[3 + m] += 1
            take(tables, m, words, width, acc)
            new = _insert(states, table, progress[1], words, width, width)
            if new == progress[1]:
                progress[1] += 1
                parents[new] = row
                via[new] = m
                for i in range(width):
                    words[i] = states[new, i]
                _judge(new, row, words, EVERY_STATE, tables.program, targets, found, acc)
                for i in range(width):
                    words[i] = states[row, i]
            if has_steps:
                for k in range(targets.shape[0]):
                    if (
                        targets[k, 0] == STEP
                        and found[k, 0] < 0
                        and not holds(tables.program, targets[k, 1], words, acc)
                    ):
                        found[k, 0] = new
                        found[k, 1] = row
                        found[k, 2] = m
        if quiet:
            _judge(row, parents[row], words, QUIET_STATE, tables.program, targets, found, acc)
        progress[0] += 1
    return MORE
