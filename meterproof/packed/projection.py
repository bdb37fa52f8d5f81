"""Ghosts that a packed state need not hold: history that bears on no target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from meterproof.finite.ghosts import without_ghosts
from meterproof.finite.ground import Grounder
from meterproof.finite.moves import Move, writes
from meterproof.lang.system import Property


def left_out(grounder: Grounder, found: Iterable[Move], targets: Sequence[Property]) -> frozenset[str]:
    """Names of the ghosts to leave out, as `finite.ghosts` says which no target needs.

    Where a move may carry one of them out of its range none is left out, as that is an error of the model.
    """
    system = grounder.instance.system
    gone = {v.name for v in system.variables} - {v.name for v in without_ghosts(system, targets).variables}
    ghostly = (w for move in found for w in writes(grounder, move) if grounder.cells[w.cell][0] in gone)
    if gone and any(value not in grounder.values(w.cell) for w in ghostly for value in w.cases):
        return frozenset()
    return frozenset(gone)
