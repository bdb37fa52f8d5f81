"""A search of all plans, which finds one, or tells that there is none because all are looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reference.routing.ground import Candidates, Ground, Rows
from reference.routing.objectives import Objective
from reference.routing.placement import Placement
from reference.routing.schemes import ranked

MOST_TRIES = 20_000
"""Paths that are tried, unless told otherwise."""


@dataclass(frozen=True)
class Searched:
    """A plan if one was found; else whether all plans have been looked at. `tries` counts paths that were tried."""

    found: Placement | None
    exhausted: bool
    tries: int


def backtrack(ground: Ground, objective: Objective, most_tries: int = MOST_TRIES) -> Searched:
    """Depth first: the demand with the fewest paths that fit, its best path first, and back where some demand has none.

    What fits now but not later is never missed: a further route only adds load, so that no path comes to fit. Of
    demands that are alike (ends and rate) only one order of paths is looked at. The search is exhaustive when every
    demand's list of paths is complete and the tries suffice.
    """
    at = Placement(ground)
    lists = [ground.candidates(demand) for demand in range(len(ground.rates))]
    search = _Search(at, lists, objective, most_tries)
    found = search.go({demand: np.arange(len(each.links)) for demand, each in enumerate(lists)})
    complete = all(each.complete for each in lists) and not search.spent
    return Searched(at if found else None, not found and complete, search.tries)


class _Search:
    def __init__(self, at: Placement, lists: list[Candidates], objective: Objective, most_tries: int) -> None:
        self.at, self.lists, self.objective, self.most_tries = at, lists, objective, most_tries
        self.tries = 0
        self.spent = False
        self.kind = list(zip(at.ground.pairs, at.ground.rates, strict=True))

    def go(self, left: dict[int, Rows]) -> bool:
        """Place those that are left, each on one of its rows."""
        if not left:
            return True
        at = self.at
        left = {demand: at.roomy(demand, self.lists[demand], rows) for demand, rows in left.items()}
        demand = min(left, key=lambda each: (len(left[each]), -at.ground.rates[each], each))
        among, rows = self.lists[demand], left.pop(demand)
        alike = {other for other in left if self.kind[other] == self.kind[demand]}
        tried: list[int] = []
        for row in ranked(at, demand, self.objective, among, rows):
            if not at.fits(demand, among.links[row]):
                continue
            if self.tries >= self.most_tries:
                self.spent = True
                return False
            self.tries += 1
            at.put(demand, among.nodes[row], among.links[row])
            if self.go(
                {other: np.setdiff1d(paths, tried) if other in alike else paths for other, paths in left.items()}
            ):
                return True
            at.take(demand)
            tried.append(row)
        return False
