"""Which moves and properties a move bears on, so that a walk looks again only at what may have changed.

A move bears on another when it may write a cell that the other's guard or updates read, or that the other
writes. All of it is read off the grounded formulas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from meterproof.finite.ground import FALSE, Formulas, Grounder
from meterproof.finite.instance import Instance
from meterproof.finite.moves import Move, moves, writes
from meterproof.lang.system import Action, Property

Ints = npt.NDArray[np.int64]
MOST_TARGETS = 63
"""Properties that one walk can watch: one bit each of a signed word."""


class Net(NamedTuple):
    """The moves by action, and what each bears on; moves are numbered as in `Compiled.steps`.

    Action `a` has the moves `first[a]` to `first[a + 1] - 1`; `action` is the converse; `honest[a]` is 1 when it needs
    no capability. Move `m` bears on the moves `bears[start[m]:start[m + 1]]` and on the targets in the bits of
    `watched[m]`. Taken twice in a row, it changes nothing the second time where `once[m]` is 1; it is then not
    among the moves that it bears on.
    """

    first: Ints
    action: Ints
    honest: Ints
    once: Ints
    start: Ints
    bears: Ints
    watched: Ints


def net(instance: Instance, actions: Sequence[Action], targets: Sequence[Property]) -> Net:
    """The net of an instance with these actions, for walks that look for these targets."""
    assert len(targets) <= MOST_TARGETS, "more properties than a walk can watch"
    grounder = Grounder(instance)
    cells = _Cells(grounder.formulas)
    found = list(moves(grounder, actions))
    written: list[int] = []
    looked_at: list[int] = []
    once: list[int] = []
    for move in found:
        changed, reads = _effect(grounder, cells, move)
        written.append(changed)
        looked_at.append(cells(move.guard) | reads | changed)
        once.append(int(not reads & changed))
    by_cell: dict[int, list[int]] = {}
    for m, mask in enumerate(looked_at):
        for cell in _bits(mask):
            by_cell.setdefault(cell, []).append(m)
    bears = [
        sorted({j for cell in _bits(mask) for j in by_cell.get(cell, ()) if j != m or not once[m]})
        for m, mask in enumerate(written)
    ]
    read = [cells(grounder.formula(t.formula)) for t in targets]
    position = {a.name: i for i, a in enumerate(actions)}
    action = [position[m.action.name] for m in found]
    return Net(
        _ints(np.searchsorted(action, range(len(actions) + 1))), _ints(action),
        _ints(int(a.needs is None) for a in actions), _ints(once),
        _ints(np.cumsum([0, *map(len, bears)])), _ints(j for each in bears for j in each),
        _ints(sum(1 << k for k, r in enumerate(read) if r & mask) for mask in written),
    )  # fmt: skip


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class _Cells:
    """The cells that a formula reads, as bits of an integer."""

    def __init__(self, formulas: Formulas) -> None:
        self._formulas = formulas
        self._memo: dict[int, int] = {}

    def __call__(self, formula: int) -> int:
        known = self._memo.get(formula)
        if known is None:
            node = self._formulas.nodes[formula]
            if node[0] == "is":
                known = 1 << node[1]
            else:
                known = 0
                for part in _parts(node):
                    known |= self(part)
            self._memo[formula] = known
        return known


def _parts(node: tuple[object, ...]) -> tuple[int, ...]:
    if node[0] == "not":
        return (node[1],)  # type: ignore[return-value]
    return node[-1] if node[0] in ("and", "or", "atleast") else ()  # type: ignore[return-value]


def _effect(grounder: Grounder, cells: _Cells, move: Move) -> tuple[int, int]:
    """The cells that a move may change, and those that decide what it writes there."""
    f = grounder.formulas
    changed = reads = 0
    for write in writes(grounder, move):
        for value, case in write.cases.items():
            when = f.and_((write.when, case))
            if f.and_((when, f.not_(f.is_(write.cell, value)))) != FALSE:
                changed |= 1 << write.cell
                reads |= cells(when)
    return changed, reads
