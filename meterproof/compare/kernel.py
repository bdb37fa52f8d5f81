"""The compiled loops of a comparison: all successors of some packed states, and what two versions both see of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import uint64

from meterproof.packed.bits import lowest
from meterproof.packed.jit import bare
from meterproof.packed.run import admitted, fitting, overflows, take


@bare
def successors(tables: Any, states: Any, first: Any, words: Any, acc: Any, after: Any, source: Any, via: Any) -> Any:
    """Successors of the rows of `states` from `first` on, as many rows as there is room for.

    Writes the words of each to `after`, its row to `source` and its move to `via`; a move that changes nothing is left
    out. Returns one past the last row expanded, the number of successors, and the move that takes a bounded integer
    out of its range in that row, or -1.
    """
    width, room = states.shape[1], after.shape[0] - tables.moves.shape[0]
    row, n = first, 0
    while row < states.shape[0] and n <= room:
        for i in range(width):
            words[i] = states[row, i]
        for g in range(tables.groups.shape[0]):
            left, _ = fitting(tables, words, g)
            while left != uint64(0):
                m = np.int64(uint64(64) * uint64(g) + lowest(left))
                left &= left - uint64(1)
                if not admitted(tables, m, words, acc):
                    continue
                if overflows(tables, m, words, acc):
                    return row, n, m
                take(tables, m, words, width, acc)
                same = True
                for i in range(width):
                    same = same and words[width + i] == words[i]
                    after[n, i] = words[width + i]
                if not same:
                    source[n] = row
                    via[n] = m
                    n += 1
        row += 1
    return row, n, -1


@bare
def views(states: Any, cells: Any, codes: Any, seen: Any) -> None:
    """What is seen of each state: of every cell its code, in its place.

    `cells[c]` = (word, shift, mask of its bits, where its values' codes begin in `codes`, word and shift of its place).
    """
    for row in range(states.shape[0]):
        for i in range(seen.shape[1]):
            seen[row, i] = 0
        for c in range(cells.shape[0]):
            value = (uint64(states[row, cells[c, 0]]) >> uint64(cells[c, 1])) & uint64(cells[c, 2])
            seen[row, cells[c, 4]] |= np.int64(uint64(codes[cells[c, 3] + np.int64(value)]) << uint64(cells[c, 5]))
