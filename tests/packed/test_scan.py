"""Comparing a state with all tests at once says what comparing it with each of them says."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.packed.layout import WORD
from meterproof.packed.program import signed
from meterproof.packed.scan import Scan, scan

PATTERNS = st.integers(0, (1 << WORD) - 1)


@st.composite
def moves_and_states(draw: Any) -> tuple[list[list[tuple[int, int, int]]], list[list[int]]]:
    """Tests of up to 150 moves on up to three words, and states of which some pass some of them."""
    words = draw(st.integers(1, 3))
    sparse = st.builds(lambda a, b: a & b, PATTERNS, PATTERNS)
    one = st.tuples(sparse, PATTERNS).map(lambda x: (x[0], x[0] & x[1]))
    some = draw(st.lists(st.dictionaries(st.integers(0, words - 1), one, max_size=2), min_size=1, max_size=6))
    moves = [some[draw(st.integers(0, len(some) - 1))] for _ in range(draw(st.integers(1, 150)))]
    states = [[draw(PATTERNS) for _ in range(words)] for _ in range(3)]
    states += [[each.get(w, (0, 0))[1] for w in range(words)] for each in some]
    return [[(w, signed(m), signed(v)) for w, (m, v) in sorted(each.items())] for each in moves], states


def read_off(found: Scan, table: Any, state: list[int]) -> set[int]:
    """The moves that one of a scan's tables leaves in a state."""
    moves = set()
    for g, (first, last) in enumerate(found.spans):
        left = (1 << WORD) - 1
        for e in range(first, last):
            word, shift = (int(x) for x in found.nibbles[e])
            left &= int(table[e, (state[word] >> shift) & 15])
        moves |= {WORD * g + i for i in range(WORD) if left >> i & 1}
    return moves


def passes(state: list[int], test: tuple[int, int, int]) -> bool:
    word, mask, value = test
    return signed(state[word] & (mask % (1 << WORD))) == value


@settings(max_examples=60)
@given(moves_and_states())
def test_a_scan_finds_the_moves_whose_tests_hold_and_those_that_change_nothing(given_: tuple[Any, Any]) -> None:
    tests, states = given_
    effects = [each[0] if len(each) == 1 else None for each in reversed(tests)]
    found = scan(tests, effects, len(states[0]))
    for state in states:
        fits = {i for i, each in enumerate(tests) if all(passes(state, t) for t in each)}
        idle = {i for i, effect in enumerate(effects) if effect is not None and passes(state, effect)}
        assert read_off(found, found.fits, state) == fits
        assert read_off(found, found.idle, state) == idle


def test_no_moves_make_an_empty_scan() -> None:
    assert [len(table) for table in scan([], [], 2)] == [0, 0, 0, 0]
    assert scan([], [], 2).fits.dtype == np.uint64
