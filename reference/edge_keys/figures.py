"""Every figure that Zhai et al. print, beside what placement, queues, routing and puzzles give here (dossier B1)."""

from __future__ import annotations

from dataclasses import replace

from reference.edge_keys import puzzle_figures
from reference.figures import Figure
from reference.placement import figures as placement
from reference.queueing import figures as queueing
from reference.routing import figures as routing

_UNPRINTED = Figure(
    id="B1.17",
    printed="no value of M, T_max, H_max, t_rw or eps, no topology, link capacity, seed, or type and length of a key",
    setting="section 3",
    ours="each is an option or a parameter here, with a default and in the result where it was used",
    verdict="not reproducible",
    why="the experiments cannot be set up again without them",
)


def figures() -> tuple[Figure, ...]:
    """One row for each number of the paper, under its id in the register, in the dossier's order."""
    found = [*placement.figures(), *queueing.figures(), *puzzle_figures.figures(), *routing.figures(), _UNPRINTED]
    return tuple(replace(each, id=f"ZK-{each.id}") for each in sorted(found, key=_place))


def _place(figure: Figure) -> tuple[int, ...]:
    return tuple(int(part) for part in figure.id.removeprefix("B").split("."))
