"""Hitting sets: the smallest sets of atoms that meet every one of many sets of atoms."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from meterproof.packed.jit import compiled

WORD = 64


def hitting_sets(sets: npt.NDArray[np.bool_], size: int) -> list[tuple[int, ...]]:
    """The minimal sets of exactly `size` columns that have a True in every row, in order.

    Minimal: no column can be left out. Columns are branched on in the row that is not met yet and has the fewest, so
    the work does not grow with the number of columns to the power of `size`.
    """
    counts = sets.sum(axis=1)
    if len(sets) == 0 or counts.min() == 0 or size < 1:
        return [()] if len(sets) == 0 and size == 0 else []
    packed = _packed(sets[np.argsort(counts, kind="stable")])
    found = np.empty((1 << 10, size), dtype=np.int64)
    while True:
        number = int(_search(packed, sets.shape[1], size, found))
        if number <= len(found):
            return sorted(tuple(sorted(row)) for row in found[:number].tolist())
        found = np.empty((number, size), dtype=np.int64)


def _packed(rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint64]:
    """Rows as words of 64 bits, the first column lowest."""
    words = -(-rows.shape[1] // WORD)
    padded = np.zeros((len(rows), words * WORD), dtype=np.bool_)
    padded[:, : rows.shape[1]] = rows
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)


@compiled
def _met(row: Any, mask: Any) -> Any:
    for w in range(row.shape[0]):  # noqa: SIM110 - compiled code has no generators
        if row[w] & mask[w]:
            return True
    return False


@compiled
def _first_unmet(rows: Any, mask: Any, start: Any) -> Any:
    for r in range(start, rows.shape[0]):
        if not _met(rows[r], mask):
            return r
    return rows.shape[0]


@compiled
def _minimal(rows: Any, chosen: Any, size: Any) -> Any:
    mask = np.zeros(rows.shape[1], dtype=np.uint64)
    for out in range(size):
        mask[:] = 0
        for i in range(size):
            if i != out:
                mask[chosen[i] // 64] |= np.uint64(1) << np.uint64(chosen[i] % 64)
        if _first_unmet(rows, mask, 0) == rows.shape[0]:
            return False
    return True


@compiled
def _search(rows: Any, columns: Any, size: Any, found: Any) -> Any:
    """How many there are; as many as there is room for are written into `found`."""
    words = rows.shape[1]
    chosen = np.zeros(size, dtype=np.int64)
    masks = np.zeros((size + 1, words), dtype=np.uint64)
    barred = np.zeros((size + 1, words), dtype=np.uint64)
    options = np.zeros((size, words), dtype=np.uint64)
    unmet = np.zeros(size + 1, dtype=np.int64)
    at = np.zeros(size, dtype=np.int64)
    number = 0
    depth = 0
    fresh = True
    while depth >= 0:
        if fresh:
            first = _first_unmet(rows, masks[depth], unmet[depth])
            unmet[depth] = first
            at[depth] = 0
            options[depth] = 0
            if first < rows.shape[0]:
                for w in range(words):
                    options[depth, w] = rows[first, w] & ~barred[depth, w]
            if depth == size - 1 and first < rows.shape[0]:  # the last column must meet all that is left
                for r in range(first + 1, rows.shape[0]):
                    if not _met(rows[r], masks[depth]):
                        some = False
                        for w in range(words):
                            options[depth, w] &= rows[r, w]
                            some = some or options[depth, w] != 0
                        if not some:
                            break
        fresh = False
        column = at[depth]
        while column < columns and not (options[depth, column // 64] >> np.uint64(column % 64)) & np.uint64(1):
            column += 1
        if column == columns:
            depth -= 1
            continue
        at[depth] = column + 1
        chosen[depth] = column
        bit = np.uint64(1) << np.uint64(column % 64)
        if depth == size - 1:
            if _minimal(rows, chosen, size):
                if number < found.shape[0]:
                    found[number] = chosen
                number += 1
            continue
        masks[depth + 1] = masks[depth]
        masks[depth + 1, column // 64] |= bit
        barred[depth, column // 64] |= bit  # later siblings do without it, so no set is found twice
        barred[depth + 1] = barred[depth]
        unmet[depth + 1] = unmet[depth]
        depth += 1
        fresh = True
    return number
