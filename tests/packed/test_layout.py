"""Cells in machine words: every state has its own words, and they give the state back."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from meterproof.packed.layout import WORD, lay_out
from meterproof.packed.program import signed

RANGES = st.builds(lambda low, size: range(low, low + size), st.integers(-5, 5), st.integers(1, 70))


@st.composite
def cells_with_values(draw: Any) -> tuple[list[range], list[int]]:
    """Value ranges of some cells, and a state that takes the first, the last or any value of each."""
    cells = draw(st.lists(RANGES, min_size=1, max_size=40))
    values = [draw(st.sampled_from([c[0], c[-1], draw(st.sampled_from(c))])) for c in cells]
    return cells, values


@given(cells_with_values())
def test_a_packed_state_gives_its_values_back(given_: tuple[list[range], list[int]]) -> None:
    cells, values = given_
    layout = lay_out(cells)
    packed = layout.pack(values)
    assert len(packed) == layout.words
    assert all(0 <= word < 1 << WORD for word in packed)
    assert layout.unpack(packed) == values
    assert layout.unpack([signed(word) for word in packed]) == values


@given(st.lists(RANGES, min_size=1, max_size=40))
def test_no_bit_belongs_to_two_cells_and_no_cell_straddles_words(cells: list[range]) -> None:
    layout = lay_out(cells)
    used = [0] * layout.words
    for at, values in enumerate(cells):
        place = layout[at]
        assert place.shift + place.bits <= WORD
        assert 1 << place.bits >= len(values)
        assert used[place.word] & place.mask == 0
        used[place.word] |= place.mask


@given(st.lists(RANGES, min_size=1, max_size=40))
def test_the_state_after_a_step_lies_just_behind_the_state_before(cells: list[range]) -> None:
    layout = lay_out(cells)
    for at in range(len(cells)):
        before, after = layout[at], layout[at + len(cells)]
        assert after.word == before.word + layout.words
        assert (after.shift, after.bits, after.low) == (before.shift, before.bits, before.low)


def test_sixty_four_bits_fill_one_word_and_one_more_opens_the_next() -> None:
    assert lay_out([range(2)] * 64).words == 1
    assert lay_out([range(16)] * 16).words == 1
    assert lay_out([range(2)] * 65).words == 2
    assert lay_out([range(4)] * 31 + [range(2)] * 3).words == 2
    assert lay_out([range(2)] * 64).pack([1] * 64) == [(1 << 64) - 1]


def test_a_cell_that_does_not_fit_any_more_leaves_the_rest_of_its_word_empty() -> None:
    layout = lay_out([range(2)] * 63 + [range(4)])
    assert (layout[63].word, layout[63].shift) == (1, 0)


def test_cells_with_one_value_need_no_bits_even_behind_a_full_word() -> None:
    layout = lay_out([range(2)] * 64 + [range(7, 8)])
    assert layout.words == 1
    assert layout.unpack(layout.pack([1] * 64 + [7])) == [1] * 64 + [7]
