"""Routes that are placed one after another, what they load, and which further path still fits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reference.routing.ground import Candidates, Ground, Rows
from reference.routing.paths import Path


class Placement:
    """The routes of some demands on the links, by numbers. `loads` is in the ground's unit.

    What fits keeps the capacity of each link and T_max: of each link alone, or of every whole route that is placed.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.loads = list(ground.before)
        self.nodes: list[tuple[int, ...] | None] = [None] * len(ground.rates)
        self.paths: list[Path] = [()] * len(ground.rates)
        self.users: list[set[int]] = [set() for _ in ground.links]
        limits = ground.problem.limits
        self._bound = limits.delay if limits.delay_bound == "path" else None

    def put(self, demand: int, nodes: tuple[int, ...], links: Path) -> None:
        """Place a demand on a path."""
        self.nodes[demand], self.paths[demand] = nodes, links
        for link in links:
            self.loads[link] += self.ground.rates[demand]
            self.users[link].add(demand)

    def take(self, demand: int) -> tuple[tuple[int, ...], Path]:
        """Lift a demand off its path, which is returned."""
        nodes, links = self.nodes[demand], self.paths[demand]
        assert nodes is not None
        for link in links:
            self.loads[link] -= self.ground.rates[demand]
            self.users[link].remove(demand)
        self.nodes[demand], self.paths[demand] = None, ()
        return nodes, links

    @property
    def chosen(self) -> tuple[tuple[int, ...], ...]:
        """The nodes of every demand's path, once all are placed."""
        return tuple(nodes for nodes in self.nodes if nodes is not None)

    def room(self) -> list[int]:
        """What each link may still take."""
        return [limit - load for limit, load in zip(self.ground.limit, self.loads, strict=True)]

    def roomy(self, demand: int, among: Candidates, rows: Rows | None = None) -> Rows:
        """Those of the rows (of all, if none are given) whose links all have room for the demand."""
        rate = self.ground.rates[demand]
        enough = np.array([*(room >= rate for room in self.room()), True])
        rows = np.arange(len(among.links)) if rows is None else rows
        return rows[enough[among.table[rows]].all(axis=1)]

    def fits(self, demand: int, links: Path) -> bool:
        """Whether the demand may take the path now, with all others where they are."""
        ground, rate = self.ground, self.ground.rates[demand]
        if any(self.loads[link] + rate > ground.limit[link] for link in links):
            return False
        if self._bound is None:
            return True
        new = dict.fromkeys(links, rate)
        others = set[int]().union(*(self.users[link] for link in links))
        return all(
            ground.fast([(link, self.loads[link] + new.get(link, 0)) for link in path], self._bound)
            for path in (links, *(self.paths[other] for other in sorted(others)))
        )

    def fitting(self, demand: int, among: Candidates, rows: Rows) -> Iterator[int]:
        """The rows that fit, in the order given."""
        return (int(row) for row in rows if self.fits(demand, among.links[row]))


def scaled_variance(at: Placement) -> int:
    """E^2 times the variance of the idle bandwidth, in squares of the ground's unit."""
    idle = [of - load for of, load in zip(at.ground.capacity, at.loads, strict=True)]
    return len(idle) * sum(each * each for each in idle) - sum(idle) ** 2
