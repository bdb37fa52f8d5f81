"""Propositional formulas and the programs made from them say the same in every state."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.finite.ground import FALSE, TRUE, Formulas
from meterproof.packed.layout import lay_out
from meterproof.packed.program import ACCUMULATORS, Assembler, signed
from meterproof.packed.run import holds

Meaning = Callable[[tuple[int, ...]], bool]

CELLS = (range(2), range(3), range(2), range(5, 7), range(4), range(1), range(-1, 1), range(2))
"""Cells that formulas speak of: some with two values, some with more, one with a single value."""
STATES = list(product(*CELLS))
FILLERS = (0, 57, 61, 64, 120)
"""Bits before the cells: they move the cells to the end of a word, over a border, and exactly behind it."""


def grown(dice: Random, formulas: Formulas, depth: int) -> tuple[int, Meaning]:
    """A random formula, built bottom-up, next to what it means by its construction."""
    if depth == 0 or dice.random() < 0.3:
        cell = dice.randrange(len(CELLS))
        value = dice.choice([*CELLS[cell], CELLS[cell][-1] + 1] if dice.random() < 0.2 else list(CELLS[cell]))
        return formulas.is_(cell, value), lambda s: s[cell] == value
    kind = dice.choice(["not", "and", "or", "atleast", "atleast"])
    parts = [grown(dice, formulas, depth - 1) for _ in range(1 if kind == "not" else dice.randint(1, 5))]
    if kind == "atleast" and dice.random() < 0.3:
        parts.append(dice.choice(parts))
    ids, meanings = [p[0] for p in parts], [p[1] for p in parts]
    if kind == "not":
        return formulas.not_(ids[0]), lambda s: not meanings[0](s)
    if kind == "and":
        return formulas.and_(ids), lambda s: all(m(s) for m in meanings)
    if kind == "or":
        return formulas.or_(ids), lambda s: any(m(s) for m in meanings)
    least = dice.randint(-1, len(parts) + 1)
    return formulas.atleast(least, ids), lambda s: sum(m(s) for m in meanings) >= least


def said(formula: int, formulas: Formulas, filler: int) -> list[bool]:
    """What the formula's compiled program answers in each of `STATES`, with `filler` bits set before the cells."""
    shifted = Formulas(lambda cell: range(2) if cell < filler else CELLS[cell - filler])
    layout = lay_out([range(2)] * filler + list(CELLS))
    assembler = Assembler(shifted, layout)
    entry = assembler.assemble(_shift(formula, formulas, shifted, filler))
    program = assembler.table()
    acc = np.zeros(ACCUMULATORS, dtype=np.int64)
    answers = []
    for state in STATES:
        words = np.array([signed(w) for w in layout.pack([1] * filler + list(state))], dtype=np.int64)
        answers.append(bool(holds(program, entry, words, acc)))
    return answers


def _shift(formula: int, old: Formulas, new: Formulas, by: int) -> int:
    """The same formula about cells `by` places further on."""
    node = old.nodes[formula]
    match node[0]:
        case "true" | "false":
            return formula
        case "is":
            return new.is_(node[1] + by, node[2])
        case "not":
            return new.not_(_shift(node[1], old, new, by))
        case "and":
            return new.and_([_shift(part, old, new, by) for part in node[1]])
        case _:
            return new.atleast(node[1], [_shift(part, old, new, by) for part in node[2]])


@settings(max_examples=400)
@given(st.integers(0, 10**9), st.sampled_from(FILLERS))
def test_a_program_answers_as_the_formula_was_meant(seed: int, filler: int) -> None:
    formulas = Formulas(lambda cell: CELLS[cell])
    formula, meaning = grown(Random(seed), formulas, 4)
    assert said(formula, formulas, filler) == [meaning(state) for state in STATES]


@pytest.fixture
def formulas() -> Formulas:
    return Formulas(lambda cell: CELLS[cell])


def test_one_cell_never_has_two_values(formulas: Formulas) -> None:
    assert formulas.and_([formulas.is_(1, 0), formulas.is_(1, 2)]) == FALSE
    inner = formulas.and_([formulas.is_(1, 0), formulas.is_(0, 1)])
    assert formulas.and_([inner, formulas.is_(1, 2)]) == FALSE
    assert formulas.or_([formulas.not_(formulas.is_(1, 0)), formulas.not_(formulas.is_(1, 2))]) == TRUE


def test_a_cell_with_a_value_need_not_be_told_what_it_is_not(formulas: Formulas) -> None:
    busy = formulas.is_(1, 0)
    assert formulas.and_([busy, formulas.not_(formulas.is_(1, 2))]) == busy


def test_the_opposite_of_a_two_valued_cell_is_its_other_value(formulas: Formulas) -> None:
    assert formulas.not_(formulas.is_(3, 5)) == formulas.is_(3, 6)
    assert formulas.not_(formulas.is_(6, -1)) == formulas.is_(6, 0)


def test_values_that_a_cell_cannot_have_are_false_and_its_only_one_is_true(formulas: Formulas) -> None:
    assert formulas.is_(0, 2) == FALSE
    assert formulas.is_(5, 0) == TRUE


def test_a_formula_and_its_opposite_decide(formulas: Formulas) -> None:
    some = formulas.atleast(2, [formulas.is_(1, 1), formulas.is_(4, 3), formulas.is_(0, 1)])
    assert formulas.and_([some, formulas.not_(some)]) == FALSE
    assert formulas.or_([some, formulas.not_(some)]) == TRUE


@pytest.mark.parametrize("least", range(-1, 5))
def test_thresholds_count_what_is_certain_and_what_repeats(formulas: Formulas, least: int) -> None:
    on = formulas.is_(0, 1)
    formula = formulas.atleast(least, [TRUE, FALSE, on, on])
    expected = [1 + 2 * state[0] >= least for state in STATES]
    assert said(formula, formulas, 0) == expected


def test_thresholds_count_cells_and_not_their_bits(formulas: Formulas) -> None:
    parts = [formulas.is_(4, 3), formulas.is_(1, 2), formulas.is_(0, 1)]
    expected = [(state[4] == 3) + (state[1] == 2) + (state[0] == 1) >= 2 for state in STATES]
    assert said(formulas.atleast(2, parts), formulas, 0) == expected


def test_thresholds_count_over_two_words(formulas: Formulas) -> None:
    parts = [formulas.is_(0, 1), formulas.is_(2, 1), formulas.is_(7, 1), formulas.is_(3, 6)]
    expected = [state[0] + state[2] + state[7] + (state[3] == 6) >= 3 for state in STATES]
    assert said(formulas.atleast(3, parts), formulas, 62) == expected


def test_the_order_of_operands_makes_no_difference(formulas: Formulas) -> None:
    parts = [formulas.is_(cell, CELLS[cell][0]) for cell in (0, 1, 2, 4)]
    for some in combinations(parts, 3):
        assert formulas.and_(some) == formulas.and_(reversed(some))
        assert formulas.or_(some) == formulas.or_(reversed(some))
        assert formulas.atleast(2, some) == formulas.atleast(2, reversed(some))
