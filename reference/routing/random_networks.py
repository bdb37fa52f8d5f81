"""Networks of edge devices as those of Figs. 6 and 7, whose topology, capacities and demands the paper does not print.

Devices lie uniformly on the paper's 3.5 km x 4 km; those within radio range are linked, and a minimum spanning tree
keeps all of them connected. Link capacities are uniform in the paper's 25 to 128 KB/s, packets have its 360 bytes. One
device has won the competition and sends the block to every other one.

The networks of one seed are nested: the one of n devices has the first n positions of all, and a link keeps its
capacity. So growth from one n to another is that of one network.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import networkx as nx
import numpy as np

from reference.routing.network import Demand, Limits, Link, Problem, Topology
from reference.routing.paths import distances

AREA_KM = (3.5, 4.0)
RADIUS_KM = 1.6
PACKET_BYTES = 360
CAPACITY_BYTES = (25_000, 128_000)
"""Slowest and fastest link, bytes a second: "25 to 128 KByte/s", with a kilobyte of 1000."""
LEAST_RELIABILITY = Fraction(9, 10)
"""Share of packets that arrive over the longest link within range; it falls with the square of the distance."""
MOST_DEVICES = 64


def network(devices: int, seed: int) -> Topology:
    """The network of the first `devices` of one seed's devices, named d1, d2 and so on; deterministic."""
    draw = np.random.default_rng(seed)
    all_places = draw.uniform((0, 0), AREA_KM, size=(MOST_DEVICES, 2))
    all_bytes = draw.integers(*CAPACITY_BYTES, size=(MOST_DEVICES, MOST_DEVICES), endpoint=True)
    places = all_places[:devices]
    names = tuple(f"d{number + 1}" for number in range(devices))
    apart = {(i, j): float(np.hypot(*(places[i] - places[j]))) for i, j in combinations(range(devices), 2)}
    whole = nx.Graph()
    whole.add_weighted_edges_from((i, j, distance) for (i, j), distance in apart.items())
    tree = {(min(edge), max(edge)) for edge in nx.minimum_spanning_edges(whole, data=False)}
    links = tuple(
        Link(
            names[i],
            names[j],
            Fraction(int(all_bytes[i, j]), PACKET_BYTES),
            reliability=_reliability(distance),
        )
        for (i, j), distance in apart.items()
        if distance <= RADIUS_KM or (i, j) in tree
    )
    return Topology(
        names, links, positions={name: (float(x), float(y)) for name, (x, y) in zip(names, places, strict=True)}
    )


def _reliability(distance: float) -> Fraction:
    lost = (1 - LEAST_RELIABILITY) * Fraction(round(min(distance / RADIUS_KM, 2.0) ** 2 * 10**6), 10**6)
    return 1 - lost


def block_unicast(topology: Topology, rate: Fraction, limits: Limits) -> Problem:
    """The first device sends `rate` packets a second to every other one, on routes of their own.

    The bound on hops is raised to the distance of the farthest device, as otherwise nothing could reach it.
    """
    winner, *others = topology.nodes
    demands = tuple(Demand(f"{winner}->{other}", winner, other, rate) for other in others)
    problem = Problem(topology, demands, limits)
    if limits.hops is None or not others:
        return problem
    return Problem(topology, demands, replace(limits, hops=max(limits.hops, eccentricity(topology, winner))))


def eccentricity(topology: Topology, node: str) -> int:
    """The most hops that any node is away."""
    number = {name: n for n, name in enumerate(topology.nodes)}
    arcs: list[list[tuple[int, int]]] = [[] for _ in number]
    for n in topology.up:
        a, b = number[topology.links[n].a], number[topology.links[n].b]
        arcs[a].append((b, n))
        arcs[b].append((a, n))
    return int(max(distances(arcs, number[node])))
