"""The tests of all guards, arranged so that a state is compared with 64 of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from meterproof.packed.layout import WORD

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]
Test = tuple[int, int, int]
"""Word, mask and value: the word's bits in the mask must have this value."""
BITS = 4
"""A state is looked at so many bits at a time."""


class Scan(NamedTuple):
    """What the value v of some bits of a state says of moves 64 g and on, the i-th of them in bit i.

    Bit i of `fits[e, v]`: it contradicts no test of the move; of `idle[e, v]`: it is what the move would leave there.
    Which bits of a state: those of `nibbles[e]` = (word, shift); `spans[g]` = (first e, one past the last).
    """

    spans: Ints
    nibbles: Ints
    fits: npt.NDArray[np.uint64]
    idle: npt.NDArray[np.uint64]


def scan(tests: Sequence[Sequence[Test]], effects: Sequence[Test | None], words: int) -> Scan:
    """The scan for moves with these tests, one for each word at most, of states of so many words.

    An effect is the test that tells whether a move changes nothing; None where no test tells.
    """
    padded = -(-len(tests) // WORD) * WORD
    fits = _Patterns(padded, words)
    idle = _Patterns(padded, words)
    for m in range(padded):
        fits.put(m, tests[m] if m < len(tests) else None)
        effect = effects[m] if m < len(effects) else None
        idle.put(m, None if effect is None else [effect])
    spans: list[tuple[int, int]] = []
    nibbles: list[tuple[int, int]] = []
    tables: list[tuple[Bits, Bits]] = []
    for start in range(0, padded, WORD):
        begin = len(nibbles)
        for word in range(words):
            for shift in range(0, WORD, BITS):
                if fits.matter(start, word, shift) or idle.matter(start, word, shift):
                    nibbles.append((word, shift))
                    tables.append((fits.table(start, word, shift), idle.table(start, word, shift)))
        spans.append((begin, len(nibbles)))
    return Scan(
        np.array(spans, dtype=np.int64).reshape(len(spans), 2),
        np.array(nibbles, dtype=np.int64).reshape(len(nibbles), 2),
        np.array([f for f, _ in tables], dtype=np.uint64).reshape(len(tables), 1 << BITS),
        np.array([i for _, i in tables], dtype=np.uint64).reshape(len(tables), 1 << BITS),
    )


class _Patterns:
    """A mask and a value for each word of each move."""

    EVERY = np.arange(1 << BITS, dtype=np.uint64)[:, None]
    PLACE = np.uint64(1) << np.arange(WORD, dtype=np.uint64)

    def __init__(self, moves: int, words: int) -> None:
        self._masks, self._values = np.zeros((2, moves, words), dtype=np.uint64)

    def put(self, m: int, tests: Sequence[Test] | None) -> None:
        """The tests of a move; None is a test that no state passes."""
        if tests is None:
            self._values[m, 0] = 1  # where the mask is 0
            return
        for word, mask, value in tests:
            self._masks[m, word], self._values[m, word] = mask % (1 << WORD), value % (1 << WORD)

    def matter(self, start: int, word: int, shift: int) -> bool:
        """Whether these bits bear on one of the 64 moves from `start` on."""
        return any(x.any() for x in self._cut(start, word, shift))

    def table(self, start: int, word: int, shift: int) -> Bits:
        """For each value of these bits the moves whose tests it does not contradict."""
        mask, value = self._cut(start, word, shift)
        matches: Bits = ((self.EVERY & mask) == value) @ self.PLACE
        return matches

    def _cut(self, start: int, word: int, shift: int) -> tuple[Bits, Bits]:
        low, by = np.uint64((1 << BITS) - 1), np.uint64(shift)
        rows = slice(start, start + WORD)
        return (self._masks[rows, word] >> by) & low, (self._values[rows, word] >> by) & low
