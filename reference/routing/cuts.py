"""Cuts: sides of the network that so little leads out of that some demands cannot all cross.

What a link admits is its room: its capacity, or the load at which it alone takes all of T_max, without what it carries
already. In an undirected network a link counts for both directions together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Literal

import networkx as nx

from reference.routing.ground import Ground

MOST_NODES = 12
"""Networks of so many nodes at most have all of their cuts looked at."""
MOST_PACKED = 12
"""So many demands at most are tried to be packed into the links of a cut."""

CutKind = Literal["disconnected", "narrow", "sum", "packing"]


@dataclass(frozen=True)
class Cut:
    """The nodes of one side, the links that lead out of it and what they admit (packets a second), the demands that
    must cross and their rates.

    `kind`: no link at all; a demand that is larger than what any one link admits; demands that are more than all links
    admit together; or demands that cannot be dealt out to the links, as none is to be split.
    """

    kind: CutKind
    side: tuple[str, ...]
    links: tuple[str, ...]
    rooms: tuple[Fraction, ...]
    demands: tuple[str, ...]
    rates: tuple[Fraction, ...]

    @property
    def capacity(self) -> Fraction:
        """What the links admit together."""
        return sum(self.rooms, Fraction(0))

    @property
    def demand(self) -> Fraction:
        """What has to cross."""
        return sum(self.rates, Fraction(0))

    def words(self) -> str:
        """The proof in one sentence."""
        side, crossing = ", ".join(self.side), " and ".join(self.demands)
        if self.kind == "disconnected":
            return f"no link that is up leads out of {{{side}}}, which {crossing} must leave"
        each = ", ".join(f"{link} admits {_told(room)}" for link, room in zip(self.links, self.rooms, strict=True))
        total = f"{_told(self.demand)} packet/s must cross ({crossing})"
        if self.kind == "narrow":
            link = "the only link" if len(self.links) == 1 else "none of the links"
            widest = _told(max(self.rooms))
            return f"{link} out of {{{side}}} admits more than {widest} packet/s ({each}), and {total} on one route"
        if self.kind == "sum":
            return f"the links out of {{{side}}} admit {_told(self.capacity)} packet/s ({each}), and {total}"
        rates = ", ".join(map(_told, self.rates))
        return (
            f"the links out of {{{side}}} admit {_told(self.capacity)} packet/s ({each}), and {total}: "
            f"{rates}, which cannot be dealt out to these links unsplit"
        )


def _told(value: Fraction) -> str:
    return f"{float(value):.6g}"


def cut(ground: Ground, side: Collection[int], rooms: Sequence[int]) -> Cut | None:
    """What the cut around these nodes proves; None if nothing."""
    inside = set(side)
    directed = ground.problem.topology.directed
    links = [n for n, (a, b) in enumerate(ground.ends) if a in inside and b not in inside]
    if not directed:
        links += [n for n, (a, b) in enumerate(ground.ends) if b in inside and a not in inside]
    crossing = [
        number
        for number, (source, target) in enumerate(ground.pairs)
        if (source in inside and target not in inside) or (not directed and target in inside and source not in inside)
    ]
    kind = refuted([max(rooms[n], 0) for n in links], [ground.rates[number] for number in crossing])
    if kind is None:
        return None
    if kind == "narrow":
        widest = max(rooms[n] for n in links)
        crossing = [number for number in crossing if ground.rates[number] > widest][:1]
    names, demands = ground.problem.topology.nodes, ground.problem.demands
    links.sort()
    return Cut(
        kind,
        tuple(names[node] for node in sorted(inside)),
        tuple(str(ground.links[n]) for n in links),
        tuple(max(rooms[n], 0) * ground.unit for n in links),
        tuple(demands[number].name for number in crossing),
        tuple(demands[number].rate for number in crossing),
    )


def refuted(rooms: Sequence[int], rates: Sequence[int]) -> CutKind | None:
    """Why demands of these rates cannot cross links of these rooms, each over one of them; None if they may."""
    if not rates:
        return None
    if not rooms:
        return "disconnected"
    if max(rates) > max(rooms):
        return "narrow"
    if sum(rates) > sum(rooms):
        return "sum"
    if sum(room // min(rates) for room in rooms) < len(rates):
        return "packing"
    if len(rates) <= MOST_PACKED and not _packs(sorted(rooms), sorted(rates, reverse=True)):
        return "packing"
    return None


def _packs(rooms: list[int], rates: list[int]) -> bool:
    """Whether the rates can be dealt out, the largest first; links of equal room are alike."""
    if not rates:
        return True
    if sum(rates) > sum(rooms):
        return False
    for n, room in enumerate(rooms):
        if room >= rates[0] and (n == 0 or rooms[n - 1] != room):
            rest = sorted([*rooms[:n], room - rates[0], *rooms[n + 1 :]])
            if _packs(rest, rates[1:]):
                return True
    return False


def some_sides(ground: Ground) -> Iterator[frozenset[int]]:
    """Sides worth a look: all of them where the nodes are few, else single nodes and least cuts of the flow."""
    nodes = range(len(ground.number))
    if len(nodes) <= MOST_NODES:
        for size in range(1, len(nodes)):
            yield from map(frozenset, combinations(nodes, size))
        return
    for node in nodes:
        yield frozenset({node})
        yield frozenset(nodes) - {node}
    yield from least_cuts(ground)


def least_cuts(ground: Ground) -> Iterator[frozenset[int]]:
    """The side of a least cut between each source and all of its targets, and between all sources of a target and it.

    For demands with one source, or one target, this cut decides whether they could be routed if they might be split.
    If they are of one rate, that counted in whole demands decides whether they can be routed unsplit, but for hops.
    """
    room = [max(limit - load, 0) for limit, load in zip(ground.limit, ground.before, strict=True)]
    least = min(ground.rates, default=1)
    yield from _least_cuts(ground, room, ground.rates)
    yield from _least_cuts(ground, [each // least for each in room], [1] * len(ground.rates))


def _least_cuts(ground: Ground, room: Sequence[int], rates: Sequence[int]) -> Iterator[frozenset[int]]:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(ground.number)))
    for here, arcs in enumerate(ground.arcs):
        for node, link in arcs:
            graph.add_edge(here, node, capacity=room[link])
    for end in (0, 1):
        for node in sorted({pair[end] for pair in ground.pairs}):
            wanted: dict[int, int] = {}
            for pair, rate in zip(ground.pairs, rates, strict=True):
                if pair[end] == node:
                    wanted[pair[1 - end]] = wanted.get(pair[1 - end], 0) + rate
            for other, rate in wanted.items():
                graph.add_edge(*((other, "end") if end == 0 else ("end", other)), capacity=rate)
            _, (side, _) = nx.minimum_cut(graph, *((node, "end") if end == 0 else ("end", node)))
            graph.remove_node("end")
            yield frozenset(each for each in side if each != "end")
