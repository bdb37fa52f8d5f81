"""Compiled evaluation of packed models: they take arrays only, so no model ever needs recompiling."""

from __future__ import annotations

from typing import Any

from numba import uint64

from meterproof.packed.bits import popcount
from meterproof.packed.jit import bare, compiled


@compiled(inline="always")
def _matches(program: Any, at: Any, words: Any) -> Any:
    """How many of a row's fields have their values: those whose bits all are 0 once the values are xored away."""
    mask, highest = uint64(program[at, 2]), uint64(program[at + 1, 2])
    x = (uint64(words[program[at, 1]]) & mask) ^ uint64(program[at, 3])
    low = mask ^ highest
    return popcount(~(((x & low) + low) | x) & highest)


@bare
def holds(program: Any, entry: Any, words: Any, acc: Any) -> Any:
    """Run a branching program on `words`: the state, then (for steps) the state after it."""
    at = entry
    while at >= 0:
        kind = program[at, 0]
        if kind == 0:
            at = program[at, 4] if (words[program[at, 1]] & program[at, 2]) == program[at, 3] else program[at, 5]
        elif kind == 1:
            count = popcount(uint64(words[program[at, 1]] & program[at, 2]))
            at = program[at, 4] if count >= program[at, 3] else program[at, 5]
        elif kind == 6:
            at = program[at, 4] if _matches(program, at, words) >= program[at + 1, 3] else program[at, 5]
        elif kind == 5:
            at = program[at, 4] if acc[program[at, 1]] >= program[at, 3] else program[at, 5]
        else:
            if kind == 2:
                acc[program[at, 3]] = 0
            elif kind == 3:
                acc[program[at, 3]] += popcount(uint64(words[program[at, 1]] & program[at, 2]))
            elif kind == 7:
                acc[program[at + 1, 3]] += _matches(program, at, words)
            else:
                acc[program[at, 3]] += 1
            at = program[at, 4]
    return at == -1


@compiled(inline="always")
def fitting(tables: Any, words: Any, g: Any) -> Any:
    """As bits, of moves 64 g to 64 g + 63: those whose tests all hold in the state `words`, and plain idle ones.

    A plain move is idle where it changes nothing. All are compared at once: each four bits of the state strike out
    those that they contradict.
    """
    scan = tables.scan
    fit = idle = ~uint64(0)
    for e in range(scan.spans[g, 0], scan.spans[g, 1]):
        word = uint64(words[uint64(scan.nibbles[e, 0])])
        four = (word >> uint64(scan.nibbles[e, 1])) & uint64(15)
        fit &= scan.fits[e, four]
        idle &= scan.idle[e, four]
    return fit, idle


@compiled(inline="always")
def admitted(tables: Any, m: Any, words: Any, acc: Any) -> Any:
    """Whether a move whose tests hold can happen: what no test can say holds as well."""
    for k in range(tables.moves[m, 7], tables.moves[m, 8]):
        if not holds(tables.program, tables.shared[k], words, acc):
            return False
    return tables.moves[m, 0] == -1 or holds(tables.program, tables.moves[m, 0], words, acc)


@compiled(inline="always")
def admitted_once(tables: Any, m: Any, words: Any, acc: Any, memo: Any, stamp: Any) -> Any:
    """`admitted`, where what several guards share is evaluated once a state.

    `memo` has an entry for each row of the program; `stamp` is a number from 1 that no other state has.
    """
    for k in range(tables.moves[m, 7], tables.moves[m, 8]):
        entry = uint64(tables.shared[k])
        if memo[entry] >> 1 != stamp:
            memo[entry] = stamp << 1 | holds(tables.program, tables.shared[k], words, acc)
        if memo[entry] & 1 == 0:
            return False
    return tables.moves[m, 0] == -1 or holds(tables.program, tables.moves[m, 0], words, acc)


@compiled(inline="always")
def enabled(tables: Any, m: Any, words: Any, acc: Any) -> Any:
    """Whether move `m` can happen in the state `words`."""
    for t in range(tables.moves[m, 5], tables.moves[m, 6]):
        if (words[tables.tests[t, 0]] & tables.tests[t, 1]) != tables.tests[t, 2]:
            return False
    return admitted(tables, m, words, acc)


@compiled(inline="always")
def overflows(tables: Any, m: Any, words: Any, acc: Any) -> Any:
    """Whether move `m`, taken in the state `words`, takes a bounded integer out of its range."""
    return tables.moves[m, 3] != -2 and holds(tables.program, tables.moves[m, 3], words, acc)


@bare
def take(tables: Any, m: Any, words: Any, width: Any, acc: Any) -> None:
    """Write the state after move `m` behind the state before it: `words[width:]` from `words[:width]`."""
    for i in range(width):
        words[width + i] = words[i]
    for u in range(tables.moves[m, 1], tables.moves[m, 2]):
        if tables.updates[u, 0] == -1 or holds(tables.program, tables.updates[u, 0], words, acc):
            at = width + tables.updates[u, 1]
            words[at] = (words[at] & tables.updates[u, 2]) | tables.updates[u, 3]
