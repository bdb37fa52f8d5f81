"""The smallest instances where the paper's scheme, or its objective, goes wrong; and a search that shows them minimal.

`INCOMPLETE` (ZK-C26): on a triangle of capacity 10 with 3 on A-B already, the greedy scheme sends A->B around over C
(variance 2 against 18) and has no room left for A->C, although both direct routes fit. `filled` (ZK-C24): whoever sends
useless traffic over the other links of an idle network lowers L_load, to 0 on a triangle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from random import Random

import networkx as nx

from reference.routing.backtracking import backtrack
from reference.routing.balance import variance
from reference.routing.ground import Ground
from reference.routing.network import Demand, Link, Plan, Problem, Route, Topology, idle
from reference.routing.objectives import balance
from reference.routing.optimum import brute_force
from reference.routing.schemes import in_order

NAMES = ("A", "B", "C", "D")


def _problem(
    nodes: int, links: tuple[tuple[int, int], ...], capacity: int, before: tuple[int, ...], demands: tuple[_Demand, ...]
) -> Problem:
    topology = Topology(
        NAMES[:nodes],
        tuple(
            Link(NAMES[a], NAMES[b], Fraction(capacity), Fraction(load))
            for (a, b), load in zip(links, before, strict=True)
        ),
    )
    routed = tuple(
        Demand(f"{number}: {NAMES[a]}->{NAMES[b]}", NAMES[a], NAMES[b], Fraction(rate))
        for number, (a, b, rate) in enumerate(demands, 1)
    )
    return Problem(topology, routed)


_Demand = tuple[int, int, int]
TRIANGLE = ((0, 1), (1, 2), (0, 2))
INCOMPLETE = _problem(3, TRIANGLE, 10, (3, 0, 0), ((0, 1, 6), (0, 2, 6)))
"""ZK-C26 as the dossier has it."""


@dataclass(frozen=True)
class Size:
    """By what instances are ordered, first to last: nodes, demands, links with a load before, links, capacity, and the
    sum of rates and loads."""

    nodes: int
    demands: int
    loaded: int
    links: int
    capacity: int
    traffic: int


def smaller(nodes: int, demands: int, loaded: int, capacity: int) -> Iterator[tuple[Size, Problem]]:
    """All instances of so many nodes, demands, links loaded before, and one whole capacity of all links.

    Connected graphs up to isomorphism, with loads and demands in every way on them; whole rates and loads up to the
    capacity.
    """
    pairs = tuple(combinations(range(nodes), 2))
    seen: list[nx.Graph] = []
    for count in range(nodes - 1, len(pairs) + 1):
        for links in combinations(pairs, count):
            graph = nx.Graph(links)
            graph.add_nodes_from(range(nodes))
            if not nx.is_connected(graph) or any(nx.is_isomorphic(graph, each) for each in seen):
                continue
            seen.append(graph)
            for where in combinations(range(count), loaded):
                yield from _with_traffic(nodes, links, where, demands, capacity)


def _with_traffic(
    nodes: int, links: tuple[tuple[int, int], ...], where: tuple[int, ...], demands: int, capacity: int
) -> Iterator[tuple[Size, Problem]]:
    pairs = tuple((a, b) for a, b in product(range(nodes), repeat=2) if a < b)
    for values in product(range(1, capacity + 1), repeat=len(where)):
        before = [0] * len(links)
        for link, value in zip(where, values, strict=True):
            before[link] = value
        for ends in product(pairs, repeat=demands):
            for rates in product(range(1, capacity + 1), repeat=demands):
                chosen = tuple((a, b, rate) for (a, b), rate in zip(ends, rates, strict=True))
                size = Size(nodes, demands, len(where), len(links), capacity, sum(values) + sum(rates))
                yield size, _problem(nodes, links, capacity, tuple(before), chosen)


def is_trap(problem: Problem) -> bool:
    """Whether the greedy scheme gets stuck although a plan exists."""
    ground = Ground(problem)
    order = range(len(ground.rates))
    return isinstance(in_order(ground, balance, order), int) and backtrack(ground, balance).found is not None


@dataclass(frozen=True)
class Minimal:
    """The first trap of a search in the order of `Size`, and how many smaller or equal instances were looked at."""

    problem: Problem
    size: Size
    looked_at: int


def smallest_trap(most_capacity: int = 10) -> Minimal:
    """The smallest instance in the order of `Size` up to the triangle with two demands and one loaded link.

    Below that order lie: one node, which has no demand; two nodes, where a demand has one path, so that the greedy
    scheme has no choice; one demand, for which it finds any path there is. Three nodes and two demands without any load
    are searched up to `most_capacity`. Raises LookupError if there is none.
    """
    looked_at = 0
    for loaded in (0, 1):
        found: list[tuple[Size, Problem]] = []
        for capacity in range(1, most_capacity + 1):
            for size, problem in smaller(3, 2, loaded, capacity):
                looked_at += 1
                if is_trap(problem):
                    found.append((size, problem))
            if found:
                size, problem = min(found, key=lambda each: (each[0].links, each[0].capacity, each[0].traffic))
                return Minimal(problem, size, looked_at)
    raise LookupError(f"no trap up to capacity {most_capacity}")


def filled(links: int = 3) -> tuple[Fraction, Fraction]:
    """L_load (8), summed, of a ring of unit links: with one unit over one link, and with filler over all others."""
    names = tuple(f"n{number}" for number in range(links))
    ring = Topology(names, tuple(Link(a, b, Fraction(1)) for a, b in zip(names, (*names[1:], names[0]), strict=True)))
    one = Demand("honest", names[0], names[1], Fraction(1))
    more = tuple(Demand(f"filler {n}", names[n], names[(n + 1) % links], Fraction(1)) for n in range(1, links))
    alone, all_of_them = Problem(ring, (one,)), Problem(ring, (one, *more))
    return variance(idle(alone, _direct(alone))), variance(idle(all_of_them, _direct(all_of_them)))


def _direct(problem: Problem) -> Plan:
    return Plan(tuple(Route(each.name, (each.source, each.target)) for each in problem.demands))


def around(links: int) -> tuple[Fraction, Fraction]:
    """L_load, summed, of an idle ring with one unit from a node to its neighbour: over 1 hop, and over all others."""
    names = tuple(f"n{number}" for number in range(links))
    ring = Topology(names, tuple(Link(a, b, Fraction(1)) for a, b in zip(names, (*names[1:], names[0]), strict=True)))
    problem = Problem(ring, (Demand("one", names[0], names[1], Fraction(1)),))
    short, long = Route("one", names[:2]), Route("one", (names[0], *reversed(names[1:])))
    return variance(idle(problem, Plan((short,)))), variance(idle(problem, Plan((long,))))


@dataclass(frozen=True)
class Odds:
    """Of random small instances with a plan: at how many the greedy scheme is stuck, and at how many it is worse than
    the optimum."""

    instances: int
    feasible: int
    stuck: int
    worse: int


def odds(instances: int, seed: int) -> Odds:
    """Complete networks of four nodes with three demands: whole capacities from 8 to 16, loads to 4, rates to 6."""
    random = Random(seed)
    links = tuple(combinations(range(4), 2))
    feasible = stuck = worse = 0
    for _ in range(instances):
        capacities = [random.randint(8, 16) for _ in links]
        loads = [random.randint(0, 4) for _ in links]
        ends = [random.sample(range(4), 2) for _ in range(3)]
        demands = tuple((a, b, random.randint(1, 6)) for a, b in ends)
        problem = _problem(4, links, 16, tuple(loads), demands)
        own = (
            replace(link, capacity=Fraction(each))
            for link, each in zip(problem.topology.links, capacities, strict=True)
        )
        ground = Ground(Problem(Topology(problem.topology.nodes, tuple(own)), problem.demands))
        best = brute_force(ground)
        if best.plan is None:
            continue
        feasible += 1
        found = in_order(ground, balance, range(3))
        if isinstance(found, int):
            stuck += 1
        elif variance(idle(ground.problem, ground.plan(found.chosen))) > (best.variance or 0):
            worse += 1
    return Odds(instances, feasible, stuck, worse)
