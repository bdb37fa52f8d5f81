"""The tests of all guards, arranged so that a state is compared with 64 of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from meterproof.packed.layout import WORD

Ints = npt.NDArray[np.int64]
Test = tuple[int, int, int]
"""Word, mask and value: the word's bits in the mask must have this value."""
BITS = 4
"""A state is looked at so many bits at a time."""


class Scan(NamedTuple):
    """Bit i of `fits[e, v]` says that the value v of some bits contradicts no test of move 64 g + i.

    Which bits: those of `nibbles[e]` = (word, shift); `spans[g]` = (first e, one past the last).
    """

    spans: Ints
    nibbles: Ints
    fits: npt.NDArray[np.uint64]


def scan(tests: Sequence[Sequence[Test]], words: int) -> Scan:
    """The scan for moves with these tests, one for each word at most, of states of so many words."""
    padded = -(-len(tests) // WORD) * WORD
    masks, values = np.zeros((2, padded, words), dtype=np.uint64)
    for m, each in enumerate(tests):
        for word, mask, value in each:
            masks[m, word], values[m, word] = mask % (1 << WORD), value % (1 << WORD)
    values[len(tests) :] = 1  # where the mask is 0: what is no move never fits
    spans: list[tuple[int, int]] = []
    nibbles: list[tuple[int, int]] = []
    fits: list[npt.NDArray[np.uint64]] = []
    place = np.uint64(1) << np.arange(WORD, dtype=np.uint64)
    every, low = np.arange(1 << BITS, dtype=np.uint64)[:, None], np.uint64((1 << BITS) - 1)
    for start in range(0, padded, WORD):
        begin = len(nibbles)
        for word in range(words):
            for shift in range(0, WORD, BITS):
                some, wanted = ((x[start : start + WORD, word] >> np.uint64(shift)) & low for x in (masks, values))
                if some.any() or wanted.any():
                    nibbles.append((word, shift))
                    fits.append(((every & some) == wanted) @ place)
        spans.append((begin, len(nibbles)))
    return Scan(
        np.array(spans, dtype=np.int64).reshape(len(spans), 2),
        np.array(nibbles, dtype=np.int64).reshape(len(nibbles), 2),
        np.array(fits, dtype=np.uint64).reshape(len(fits), 1 << BITS),
    )
