"""The schemes that are compared: the paper's, its rivals, and better ones.

A scheme places the demands one after another, each on the path that its objective likes best among those that fit.
Some then search: they move one demand at a time to a better path until none is left. No scheme splits a demand.

The paper leaves its greedy strategy out ("not described here", ZK-R41). Read here: demands in the order given, each on
the simple path that gives the least L_load (8) after it; of equal ones the shortest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from reference.routing import objectives
from reference.routing.ground import Candidates, Ground, Rows
from reference.routing.objectives import Columns, Objective
from reference.routing.placement import Placement, scaled_variance

RESTARTS = 10
"""Orders of the demands that restarts try, the one given included."""


@dataclass(frozen=True)
class Scheme:
    """An objective, whether a local search follows, and in how many orders of the demands it is tried."""

    name: str
    doc: str
    objective: Objective
    search: bool = False
    orders: int = 1


SCHEMES: dict[str, Scheme] = {
    each.name: each
    for each in (
        Scheme("shortest", "fewest links [17]", objectives.hops),
        Scheme("reliability", "most packets that arrive [18]", objectives.reliability),
        Scheme("residual", "most idle bandwidth left on the path [19]", objectives.residual),
        Scheme("greedy", "the paper's: least L_load after each demand", objectives.balance),
        Scheme("greedy-search", "the paper's, then local search", objectives.balance, True),
        Scheme("restarts", f"the same in {RESTARTS} orders of the demands", objectives.balance, True, RESTARTS),
        Scheme("min-delay", "least mean delay of all packets, then local search", objectives.expected_delay, True),
        Scheme("least-utilised", "least busiest link, then links, then L_load", objectives.utilisation, True),
    )
}
"""By name. Numbers in brackets are the works that the paper compares itself with (3.2, ZK-R42)."""


def place(ground: Ground, scheme: Scheme, seed: int = 0) -> Placement | int:
    """All demands placed by a scheme, or the number of the demand at which it was stuck in the order given.

    The seed draws the orders of restarts; of all orders that are not stuck the best by the objective is returned, the
    first of equal ones. Nothing else is random.
    """
    order, random = list(range(len(ground.rates))), Random(seed)
    best: Placement | None = None
    stuck: int | None = None
    for number in range(scheme.orders):
        if number:
            random.shuffle(order)
        found = in_order(ground, scheme.objective, order)
        if isinstance(found, int):
            stuck = found if stuck is None else stuck
            continue
        if scheme.search:
            improve(found, scheme.objective)
        if best is None or scaled_variance(found) < scaled_variance(best):
            best = found
    if best is None:
        assert stuck is not None
        return stuck
    return best


def in_order(ground: Ground, objective: Objective, order: Sequence[int]) -> Placement | int:
    """Each demand in turn on its best path that fits, or the demand that has none."""
    at = Placement(ground)
    for demand in order:
        found = best_path(at, demand, objective)
        if found is None:
            return demand
        at.put(demand, *found)
    return at


def best_path(at: Placement, demand: int, objective: Objective) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The nodes and links of the best path that fits, among the candidates, and if none of these does among others."""
    among = at.ground.candidates(demand)
    row = _best_row(at, demand, objective, among)
    if row is None and not among.complete:
        among = at.ground.open_candidates(demand, at.room())
        row = _best_row(at, demand, objective, among)
    return None if row is None else (among.nodes[row], among.links[row])


def _best_row(at: Placement, demand: int, objective: Objective, among: Candidates) -> int | None:
    rows = at.roomy(demand, among)
    return next(at.fitting(demand, among, ranked(at, demand, objective, among, rows)), None)


def ranked(at: Placement, demand: int, objective: Objective, among: Candidates, rows: Rows) -> Rows:
    """The rows in the order of preference."""
    if not len(rows):
        return rows
    columns = objective(at, demand, among.table[rows])
    return rows[np.lexsort((*reversed(_keys(columns)),))]


def _keys(columns: Columns) -> Columns:
    """Columns that numpy can sort: whole numbers beyond 64 bits by their rank. The sort keeps equal rows in order."""
    return [np.unique(each, return_inverse=True)[1] if each.dtype == object else each for each in columns]


def improve(at: Placement, objective: Objective) -> int:
    """Move one demand at a time to a strictly better path, round after round, until none moves; how many moved.

    It ends: a move lowers a whole number that is not negative, or keeps it and lowers the next.
    """
    moved, last = 0, -1
    while last != moved:
        last = moved
        for demand in range(len(at.nodes)):
            nodes, links = at.take(demand)
            found = best_path(at, demand, objective)
            if found is not None and _score(at, demand, objective, found[1]) < _score(at, demand, objective, links):
                nodes, links = found
                moved += 1
            at.put(demand, nodes, links)
    return moved


def _score(at: Placement, demand: int, objective: Objective, links: tuple[int, ...]) -> tuple[int, ...]:
    table = np.array([links], dtype=np.intp)
    return tuple(int(column[0]) for column in objective(at, demand, table))
