"""A problem with numbers for names and whole numbers for rates: what schemes and searches work on.

Rates and capacities are multiplied by their common denominator, so that comparisons of loads are exact and fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice, pairwise
from math import inf, lcm

import numpy as np
from numpy.typing import NDArray

from reference.routing.delay import seconds, within
from reference.routing.network import Plan, Problem, Route
from reference.routing.paths import Arcs, OutOfSteps, Path, simple_paths

Rows = NDArray[np.int64]
"""Numbers of candidates."""

MOST_PATHS = 400
"""How many paths of a pair of nodes are looked at, unless told otherwise: its shortest."""


@dataclass(frozen=True)
class Candidates:
    """Paths of one pair of nodes, the shortest first. `table` has their links, filled up with the number of no link."""

    nodes: tuple[tuple[int, ...], ...]
    links: tuple[Path, ...]
    table: NDArray[np.intp]
    hops: NDArray[np.int64]
    complete: bool


class Ground:
    """A problem by numbers. `unit` is what 1 stands for, packets a second; links that are down are left out."""

    def __init__(self, problem: Problem, most_paths: int = MOST_PATHS) -> None:
        self.problem, self.most_paths = problem, most_paths
        topology, limits = problem.topology, problem.limits
        self.links = tuple(topology.links[number] for number in topology.up)
        fractions = [value for link in self.links for value in (link.capacity, link.load)]
        fractions += [demand.rate for demand in problem.demands]
        scale = lcm(*(value.denominator for value in fractions))
        self.unit = Fraction(1, scale)
        self.number = {name: number for number, name in enumerate(topology.nodes)}
        self.capacity = [int(link.capacity * scale) for link in self.links]
        self.before = [int(link.load * scale) for link in self.links]
        self.rates = [int(demand.rate * scale) for demand in problem.demands]
        self.ends = [(self.number[link.a], self.number[link.b]) for link in self.links]
        self.pairs = [(self.number[demand.source], self.number[demand.target]) for demand in problem.demands]
        self.hops = min(limits.hops or inf, max(len(topology.nodes) - 1, 1))
        self.arcs, self.back = self._arcs(topology.directed)
        self._delays: dict[tuple[int, int], float] = {}
        self._candidates: dict[tuple[int, int], Candidates] = {}

    def _arcs(self, directed: bool) -> tuple[Arcs, Arcs]:
        out: list[list[tuple[int, int]]] = [[] for _ in self.number]
        into: list[list[tuple[int, int]]] = [[] for _ in self.number]
        for link, (a, b) in enumerate(self.ends):
            for one, other in ((a, b),) if directed else ((a, b), (b, a)):
                out[one].append((other, link))
                into[other].append((one, link))
        for each in (*out, *into):
            each.sort()
        return out, into

    @cached_property
    def limit(self) -> list[int]:
        """The most that each link may carry: its capacity, or the load at which it alone takes all of T_max."""
        bound = self.problem.limits.delay
        if bound is None:
            return list(self.capacity)
        return [self._most(link, bound) for link in range(len(self.links))]

    def _most(self, link: int, bound: Fraction) -> int:
        """By bisection, as the delay grows with the load; -1 if even the idle link is too slow."""
        low, high = -1, self.capacity[link]
        while low < high:
            middle = (low + high + 1) // 2
            if self.fast(((link, middle),), bound):
                low = middle
            else:
                high = middle - 1
        return low

    def delay(self, link: int, load: int) -> float:
        """Seconds that the link delays a packet at this load."""
        found = self._delays.get((link, load))
        if found is None:
            found = self._delays[link, load] = seconds(self.links[link], load * self.unit, self.problem.limits)
        return found

    def fast(self, path: Sequence[tuple[int, int]], bound: Fraction) -> bool:
        """Whether links at these loads take `bound` seconds at most together; exact."""
        about = sum(self.delay(link, load) for link, load in path)
        there = ((self.links[link], load * self.unit) for link, load in path)
        return within(there, bound, self.problem.limits, about)

    def candidates(self, demand: int) -> Candidates:
        """The paths of a demand within the bound on hops, whatever is loaded."""
        pair = self.pairs[demand]
        if pair not in self._candidates:
            self._candidates[pair] = self._list(*pair)
        return self._candidates[pair]

    def open_candidates(self, demand: int, limit: Sequence[int]) -> Candidates:
        """The same over the links that `limit`, the room left on each, admits: for where the shortest are all full."""
        rate = self.rates[demand]
        return self._list(*self.pairs[demand], limit=limit, rate=rate)

    def _list(self, source: int, target: int, limit: Sequence[int] = (), rate: int = 0) -> Candidates:
        usable = (lambda link: limit[link] >= rate) if limit else (lambda link: True)
        found: list[tuple[tuple[int, ...], Path]] = []
        try:
            all_paths = simple_paths(self.arcs, self.back, source, target, int(self.hops), usable)
            for each in islice(all_paths, self.most_paths):
                found.append(each)
            complete = next(all_paths, None) is None
        except OutOfSteps:
            complete = False
        width = max((len(links) for _, links in found), default=0)
        table = np.full((len(found), width), len(self.links), dtype=np.intp)
        for row, (_, links) in enumerate(found):
            table[row, : len(links)] = links
        hops = np.array([len(links) for _, links in found], dtype=np.int64)
        return Candidates(tuple(nodes for nodes, _ in found), tuple(links for _, links in found), table, hops, complete)

    def plan(self, chosen: Sequence[tuple[int, ...]]) -> Plan:
        """The plan whose demands take these nodes, in order."""
        names, demands = self.problem.topology.nodes, self.problem.demands
        pairs = zip(demands, chosen, strict=True)
        return Plan(tuple(Route(demand.name, tuple(names[node] for node in nodes)) for demand, nodes in pairs))

    def nodes(self, route: Route) -> tuple[int, ...]:
        """A route's nodes by number."""
        return tuple(self.number[node] for node in route.nodes)

    @cached_property
    def between(self) -> dict[tuple[int, int], int]:
        """The link of a step from node to node."""
        return {(here, node): link for here, arcs in enumerate(self.arcs) for node, link in arcs}

    def path(self, nodes: Sequence[int]) -> Path:
        """The links of a path by its nodes."""
        return tuple(self.between[step] for step in pairwise(nodes))
