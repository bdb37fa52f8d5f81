"""Hitting sets are found all, and only minimal ones, as trying every combination finds them."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.suggest.hitting import hitting_sets

MATRICES = st.integers(1, 7).flatmap(
    lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=9)
)


@settings(max_examples=150)
@given(MATRICES, st.integers(1, 4))
def test_as_trying_every_combination_finds_them(rows: list[list[bool]], size: int) -> None:
    matrix = np.array(rows, dtype=np.bool_)

    def hits(columns: tuple[int, ...]) -> bool:
        return all(any(row[c] for c in columns) for row in rows)

    wanted = [
        chosen
        for chosen in combinations(range(matrix.shape[1]), size)
        if hits(chosen) and not any(hits(tuple(c for c in chosen if c != left_out)) for left_out in chosen)
    ]
    assert hitting_sets(matrix, size) == wanted


def test_more_columns_than_a_word_has_bits() -> None:
    matrix = np.zeros((2, 130), dtype=np.bool_)
    matrix[0, [3, 129]] = matrix[1, [64, 129]] = True
    assert hitting_sets(matrix, 1) == [(129,)]
    assert hitting_sets(matrix, 2) == [(3, 64)]


def test_more_sets_than_there_is_room_for_at_first() -> None:
    matrix = np.zeros((2, 120), dtype=np.bool_)
    matrix[0, :60] = matrix[1, 60:] = True
    assert len(hitting_sets(matrix, 2)) == 3600
