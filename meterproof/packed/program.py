"""Formulas as short-circuit branching programs over the words of a state.

A program is a table of nodes; each tests something and jumps to one of two nodes, or ends. A conjunction
of cells in one word is one masked comparison; quantifiers are gone; thresholds are population counts, also those
over cells of several bits (fields of a word are compared all at once; Warren, *Hacker's Delight*, section 6-1).

| kind | test or effect |
| --- | --- |
| EQ | word & mask == value |
| POP | popcount(word & mask) >= value |
| RESET | acc[value] = 0 |
| ADD | acc[value] += popcount(word & mask) |
| INC | acc[value] += 1 |
| REACHED | acc[word] >= value |
| MATCH | at least k fields of the word have their value |
| SUM | acc[k] += the number of such fields |

For MATCH and SUM the mask covers the fields, the value holds what each is compared with, and the row behind holds
the highest bit of each field as its mask, and k as its value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from meterproof.finite.ground import FALSE, TRUE, Formulas
from meterproof.packed.layout import WORD, Layout

EQ, POP, RESET, ADD, INC, REACHED, MATCH, SUM, BEHIND = range(9)
ACCEPT, REJECT = -1, -2
ACCUMULATORS = 16


@dataclass(frozen=True)
class Fields:
    """Some cells of one word: their bits, the values that they are compared with, and the highest bit of each."""

    word: int
    mask: int
    value: int
    highest: int

    def joined(self, other: Fields) -> Fields:
        """These cells and those of another group of the same word."""
        return Fields(self.word, self.mask | other.mask, self.value | other.value, self.highest | other.highest)


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
        self._matches: dict[tuple[int, ...], int] = {}

    def table(self) -> npt.NDArray[np.int64]:
        """All nodes, one row each: kind, word, mask, value, next if so, next if not."""
        rows = [(k, w, signed(m), signed(v), t, f) for k, w, m, v, t, f in self.rows] or [(EQ, 0, 0, 0, ACCEPT, REJECT)]
        return np.array(rows, dtype=np.int64)

    def tests(self, formula: int) -> list[tuple[int, int, int]]:
        """The masked comparisons (word, mask, value) that a conjunction starts with; the most telling one first."""
        cells = sorted((p for p in self._parts(formula) if self._is_cell(p)), key=self._word)
        fields = [self._masked(list(group)) for _, group in groupby(cells, key=self._word)]
        fields.sort(key=lambda test: -test[1].bit_count())
        return [(word, signed(mask), signed(value)) for word, mask, value in fields]

    def rest(self, formula: int) -> list[int]:
        """The conjuncts beside those that `tests` cover."""
        return [p for p in self._parts(formula) if p != TRUE and not self._is_cell(p)]

    def conjunction(self, parts: Iterable[int]) -> int:
        """The entry of a program that accepts where all the parts hold."""
        return self.assemble(self._formulas.and_(parts))

    def _parts(self, formula: int) -> tuple[int, ...]:
        node = self._formulas.nodes[formula]
        return tuple(node[1]) if node[0] == "and" else (formula,)

    def _emit(self, *row: int) -> int:
        key = (row[0], row[1], row[2], row[3], row[4], row[5])
        if key not in self._emitted:
            self._emitted[key] = len(self.rows)
            self.rows.append(key)
        return self._emitted[key]

    def _emit_fields(self, kind: int, fields: Fields, k: int, yes: int, no: int) -> int:
        """A MATCH or SUM with the row behind it."""
        key = (kind, fields.word, fields.mask, fields.value, yes, no, k)
        if key not in self._matches:
            self._matches[key] = len(self.rows)
            self.rows.append((kind, fields.word, fields.mask, fields.value, yes, no))
            self.rows.append((BEHIND, 0, fields.highest, k, ACCEPT, REJECT))
        return self._matches[key]

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
        return self._emit(EQ, *self._masked(cells), yes, no)

    def _masked(self, cells: Iterable[int]) -> tuple[int, int, int]:
        """Word, mask and value of cells that lie in one word."""
        word = mask = value = 0
        for formula in cells:
            _, cell, wanted = self._formulas.nodes[formula]
            place = self._layout[cell]
            word, mask, value = place.word, mask | place.mask, value | place.pattern(wanted)
        return word, mask, value

    def _conjunction(self, parts: Iterable[int], yes: int, no: int, level: int) -> int:
        """Cells first, word by word; then cells that must not have a value, word by word; then the rest."""
        kinds = {p: self._formulas.nodes[p][0] for p in parts}
        cells = [p for p, kind in kinds.items() if kind == "is"]
        others = [p for p, kind in kinds.items() if kind == "not" and self._is_cell(self._formulas.nodes[p][1])]
        rest = [p for p in kinds if p not in {*cells, *others}]
        entry = yes
        for part in reversed(rest):
            entry = self.assemble(part, entry, no, level)
        for fields in reversed(self._fields([self._formulas.nodes[p][1] for p in others])):
            entry = self._some(fields, 1, no, entry)
        cells.sort(key=self._word)
        for _, group in reversed([(w, list(g)) for w, g in groupby(cells, key=self._word)]):
            entry = self._compare(group, entry, no)
        return entry

    def _is_cell(self, formula: int) -> bool:
        return bool(self._formulas.nodes[formula][0] == "is")

    def _fields(self, formulas: Iterable[int]) -> list[Fields]:
        """Cells with values, gathered by word; a cell that comes twice opens another group."""
        groups: list[Fields] = []
        for formula in formulas:
            _, cell, wanted = self._formulas.nodes[formula]
            place = self._layout[cell]
            one = Fields(place.word, place.mask, place.pattern(wanted), 1 << (place.shift + place.bits - 1))
            at = next((i for i, g in enumerate(groups) if g.word == one.word and not g.mask & one.mask), None)
            if at is None:
                groups.append(one)
            else:
                groups[at] = groups[at].joined(one)
        return groups

    def _some(self, fields: Fields, least: int, yes: int, no: int) -> int:
        """At least so many of the fields have their values."""
        if fields.mask == fields.value == fields.highest:
            return self._emit(POP, fields.word, fields.mask, least, yes, no)
        if fields.highest.bit_count() == 1:
            return self._emit(EQ, fields.word, fields.mask, fields.value, yes, no)
        return self._emit_fields(MATCH, fields, least, yes, no)

    def _word(self, formula: int) -> int:
        return self._layout[self._formulas.nodes[formula][1]].word

    def _threshold(self, least: int, parts: tuple[int, ...], yes: int, no: int, level: int) -> int:
        """Cells are counted all at once, word by word; the other parts one by one."""
        groups = self._fields(p for p in parts if self._is_cell(p))
        rest = [p for p in parts if not self._is_cell(p)]
        if not rest and len(groups) == 1:
            return self._some(groups[0], least, yes, no)
        assert level < ACCUMULATORS, "thresholds nest deeper than the kernel's accumulators"
        entry = self._emit(REACHED, level, 0, least, yes, no)
        for part in reversed(rest):
            entry = self.assemble(part, self._emit(INC, 0, 0, level, entry, entry), entry, level + 1)
        for fields in groups:
            if fields.mask == fields.value == fields.highest:
                entry = self._emit(ADD, fields.word, fields.mask, level, entry, entry)
            else:
                entry = self._emit_fields(SUM, fields, level, entry, entry)
        return self._emit(RESET, 0, 0, level, entry, entry)
