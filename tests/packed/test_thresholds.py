"""A threshold over members of a relation, the guard of every vote, is exact at its bound and on both sides of it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from meterproof.finite.ground import Formulas
from meterproof.packed.layout import lay_out
from meterproof.packed.program import ACCUMULATORS, POP, Assembler, signed
from meterproof.packed.run import holds

VOTERS = 5


@pytest.mark.parametrize("wanted", [0, 1])
@pytest.mark.parametrize("before", [0, 59, 61, 64], ids=lambda bits: f"behind {bits} bits")
@pytest.mark.parametrize("least", range(1, VOTERS + 1))
def test_at_least_so_many_of_the_voters(least: int, before: int, wanted: int) -> None:
    cells = [range(2)] * (before + VOTERS)
    formulas, layout = Formulas(lambda cell: cells[cell]), lay_out(cells)
    assembler = Assembler(formulas, layout)
    voters = range(before, before + VOTERS)
    entry = assembler.assemble(formulas.atleast(least, [formulas.is_(v, wanted) for v in voters]))
    program, acc = assembler.table(), np.zeros(ACCUMULATORS, dtype=np.int64)
    for votes in product(range(2), repeat=VOTERS):
        words = np.array([signed(w) for w in layout.pack([1] * before + list(votes))], dtype=np.int64)
        assert bool(holds(program, entry, words, acc)) == (votes.count(wanted) >= least)


def test_members_within_one_word_are_counted_by_one_instruction() -> None:
    cells = [range(2)] * VOTERS
    formulas = Formulas(lambda cell: cells[cell])
    assembler = Assembler(formulas, lay_out(cells))
    assembler.assemble(formulas.atleast(3, [formulas.is_(v, 1) for v in range(VOTERS)]))
    assert [row[0] for row in assembler.rows] == [POP]
