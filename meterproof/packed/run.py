"""Compiled evaluation of packed models: they take arrays only, so no model ever needs recompiling."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, uint64


@njit(cache=True, inline="always")
def _popcount(word: Any) -> Any:
    x = uint64(word)
    x = x - ((x >> uint64(1)) & uint64(0x5555555555555555))
    x = (x & uint64(0x3333333333333333)) + ((x >> uint64(2)) & uint64(0x3333333333333333))
    x = (x + (x >> uint64(4))) & uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * uint64(0x0101010101010101)) >> uint64(56))


@njit(cache=True)
def holds(program: Any, entry: Any, words: Any, acc: Any) -> Any:
    """Run a branching program on `words`: the state, then (for steps) the state after it."""
    at = entry
    while at >= 0:
        kind = program[at, 0]
        if kind == 0:
            at = program[at, 4] if (words[program[at, 1]] & program[at, 2]) == program[at, 3] else program[at, 5]
        elif kind == 1:
            count = _popcount(words[program[at, 1]] & program[at, 2])
            at = program[at, 4] if count >= program[at, 3] else program[at, 5]
        elif kind == 5:
            at = program[at, 4] if acc[program[at, 1]] >= program[at, 3] else program[at, 5]
        else:
            if kind == 2:
                acc[program[at, 3]] = 0
            elif kind == 3:
                acc[program[at, 3]] += _popcount(words[program[at, 1]] & program[at, 2])
            else:
                acc[program[at, 3]] += 1
            at = program[at, 4]
    return at == -1


@njit(cache=True, inline="always")
def enabled(tables: Any, m: Any, words: Any, acc: Any) -> Any:
    """Whether move `m` can happen in the state `words`."""
    return holds(tables.program, tables.moves[m, 0], words, acc)


@njit(cache=True, inline="always")
def overflows(tables: Any, m: Any, words: Any, acc: Any) -> Any:
    """Whether move `m`, taken in the state `words`, takes a bounded integer out of its range."""
    return tables.moves[m, 3] != -2 and holds(tables.program, tables.moves[m, 3], words, acc)


@njit(cache=True)
def take(tables: Any, m: Any, words: Any, width: Any, acc: Any) -> None:
    """Write the state after move `m` behind the state before it: `words[width:]` from `words[:width]`."""
    for i in range(width):
        words[width + i] = words[i]
    for u in range(tables.moves[m, 1], tables.moves[m, 2]):
        if tables.updates[u, 0] == -1 or holds(tables.program, tables.updates[u, 0], words, acc):
            at = width + tables.updates[u, 1]
            words[at] = (words[at] & tables.updates[u, 2]) | tables.updates[u, 3]
