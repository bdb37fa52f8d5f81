"""The visited states are an exact set: each is new once, and none is taken for another, whatever their hashes are."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from meterproof.explore.visited import FREE, add_row, add_word, hash_of

SLOTS = 64


@pytest.mark.parametrize("colliding", [False, True])
def test_states_of_one_word(colliding: bool) -> None:
    """With one hash for all, and with the last slot for the first state, so that probing goes round the end."""
    table, dice = np.full(SLOTS, FREE, dtype=np.int64), Random(1)
    seen: set[int] = set()
    for _ in range(300):
        word = dice.randrange(40)
        hash_ = np.uint64(SLOTS - 1) if colliding else hash_of(np.array([word]), 0, 1)
        assert bool(add_word(table, np.uint64(hash_), word)) == (word not in seen)
        seen.add(word)


@pytest.mark.parametrize("colliding", [False, True])
@pytest.mark.parametrize("words", [1, 2, 3])
def test_states_of_several_words_have_a_row_each(words: int, colliding: bool) -> None:
    table, dice = np.full(SLOTS, FREE, dtype=np.int64), Random(words)
    states, after = np.zeros((SLOTS, words), dtype=np.int64), np.zeros((1, words), dtype=np.int64)
    rows: dict[tuple[int, ...], int] = {}
    for _ in range(400):
        state = tuple(dice.randrange(4 if words < 3 else 3) for _ in range(words))
        after[0] = state
        hash_ = np.uint64(SLOTS - 1) if colliding else np.uint64(hash_of(after[0], 0, words))
        row = int(add_row(table, hash_, states, len(rows), after, 0))
        assert row == rows.setdefault(state, len(rows))
        states[row] = state
