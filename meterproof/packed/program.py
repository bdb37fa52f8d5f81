"""Formulas as short-circuit branching programs over the words of a state.

A program is a table of nodes; each tests something and jumps to one of two nodes, or ends. A conjunction
of cells in one word is one masked comparison; quantifiers are gone; thresholds are population counts.

| kind | test or effect |
| --- | --- |
| EQ | word & mask == value |
| POP | popcount(word & mask) >= value |
| RESET | acc[value] = 0 |
| ADD | acc[value] += popcount(word & mask) |
| INC | acc[value] += 1 |
| REACHED | acc[word] >= value |
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import numpy as np
import numpy.typing as npt

from meterproof.finite.ground import FALSE, TRUE, Formulas
from meterproof.packed.layout import WORD, Layout

EQ, POP, RESET, ADD, INC, REACHED = range(6)
ACCEPT, REJECT = -1, -2
ACCUMULATORS = 16


def signed(word: int) -> int:
    """A 64-bit pattern as the signed integer that numpy stores."""
    return word - (1 << WORD) if word >> (WORD - 1) else word


class Assembler:
    """Emits programs for the formulas of one grounding into one table."""

    def __init__(self, formulas: Formulas, layout: Layout) -> None:
        self._formulas, self._layout = formulas, layout
        self.rows: list[tuple[int, int, int, int, int, int]] = []
        self._memo: dict[tuple[int, int, int, int], int] = {}
        self._emitted: dict[tuple[int, int, int, int, int, int], int] = {}

    def table(self) -> npt.NDArray[np.int64]:
        """All nodes, one row each: kind, word, mask, value, next if so, next if not."""
        rows = [(k, w, signed(m), signed(v), t, f) for k, w, m, v, t, f in self.rows] or [(EQ, 0, 0, 0, ACCEPT, REJECT)]
        return np.array(rows, dtype=np.int64)

    def _emit(self, *row: int) -> int:
        key = (row[0], row[1], row[2], row[3], row[4], row[5])
        if key not in self._emitted:
            self._emitted[key] = len(self.rows)
            self.rows.append(key)
        return self._emitted[key]

    def assemble(self, formula: int, yes: int = ACCEPT, no: int = REJECT, level: int = 0) -> int:
        """The entry of a program that goes to `yes` where the formula holds, else to `no`."""
        if formula in (TRUE, FALSE):
            return yes if formula == TRUE else no
        key = (formula, yes, no, level)
        if key not in self._memo:
            self._memo[key] = self._build(formula, yes, no, level)
        return self._memo[key]

    def _build(self, formula: int, yes: int, no: int, level: int) -> int:
        node = self._formulas.nodes[formula]
        if node[0] == "not":
            return self._negated(node[1], yes, no, level)
        if node[0] == "is":
            return self._compare([formula], yes, no)
        if node[0] == "and":
            return self._conjunction(node[1], yes, no, level)
        return self._threshold(node[1], node[2], yes, no, level)

    def _negated(self, formula: int, yes: int, no: int, level: int) -> int:
        return self.assemble(formula, no, yes, level)

    def _compare(self, cells: Iterable[int], yes: int, no: int) -> int:
        """One comparison for cells that lie in one word."""
        word = mask = value = 0
        for formula in cells:
            _, cell, wanted = self._formulas.nodes[formula]
            place = self._layout[cell]
            word, mask, value = place.word, mask | place.mask, value | place.pattern(wanted)
        return self._emit(EQ, word, mask, value, yes, no)

    def _conjunction(self, parts: Iterable[int], yes: int, no: int, level: int) -> int:
        cells = [p for p in parts if self._formulas.nodes[p][0] == "is"]
        rest = [p for p in parts if self._formulas.nodes[p][0] != "is"]
        entry = yes
        for part in reversed(rest):
            entry = self.assemble(part, entry, no, level)
        cells.sort(key=self._word)
        for _, group in reversed([(w, list(g)) for w, g in groupby(cells, key=self._word)]):
            entry = self._compare(group, entry, no)
        return entry

    def _word(self, formula: int) -> int:
        return self._layout[self._formulas.nodes[formula][1]].word

    def _threshold(self, least: int, parts: tuple[int, ...], yes: int, no: int, level: int) -> int:
        """Single bits are counted by popcount, the other parts one by one."""
        masks: dict[int, int] = {}
        rest: list[int] = []
        for part in parts:
            node = self._formulas.nodes[part]
            place = self._layout[node[1]] if node[0] == "is" else None
            single = place is not None and place.bits == 1 and place.pattern(node[2]) == place.mask
            if place is not None and single and not masks.get(place.word, 0) & place.mask:
                masks[place.word] = masks.get(place.word, 0) | place.mask
            else:
                rest.append(part)
        if not rest and len(masks) == 1:
            [(word, mask)] = masks.items()
            return self._emit(POP, word, mask, least, yes, no)
        assert level < ACCUMULATORS, "thresholds nest deeper than the kernel's accumulators"
        entry = self._emit(REACHED, level, 0, least, yes, no)
        for part in reversed(rest):
            entry = self.assemble(part, self._emit(INC, 0, 0, level, entry, entry), entry, level + 1)
        for word, mask in masks.items():
            entry = self._emit(ADD, word, mask, level, entry, entry)
        return self._emit(RESET, 0, 0, level, entry, entry)
