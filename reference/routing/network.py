"""What is routed over what: links with capacities, demands, limits, and a plan with one route a demand.

All quantities are exact: packets a second, and seconds, as fractions. An undirected link shares its capacity between
both directions, as a half-duplex channel does (ZK-C25); in a directed topology each link carries one direction only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal

from meterproof.errors import InputError, nearest

LARGEST_QUEUE = 200
"""The largest M: delays are checked as rational numbers, whose digits grow with it."""

DelayBound = Literal["path", "per-node"]
"""Whether T_max bounds the delay of a whole route, or of each of its links alone as in (9) (ZK-C25)."""


@dataclass(frozen=True)
class Link:
    """A link from `a` to `b`: its capacity and what it carries already, packets a second; what it delays even an only
    packet, seconds; the share of packets that arrive (for the comparison with reliability); and whether it is up."""

    a: str
    b: str
    capacity: Fraction
    load: Fraction = Fraction(0)
    delay: Fraction = Fraction(0)
    reliability: Fraction = Fraction(1)
    up: bool = True

    def __str__(self) -> str:
        return f"{self.a}-{self.b}"


@dataclass(frozen=True)
class Topology:
    """Nodes, and at most one link between two of them (in each direction, where `directed`).

    `positions` has coordinates of nodes in any unit, for pictures. Raises InputError for an unknown or repeated node, a
    link from a node to itself, a repeated link, and numbers that no link can have.
    """

    nodes: tuple[str, ...]
    links: tuple[Link, ...]
    directed: bool = False
    positions: Mapping[str, tuple[float, float]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        known = set(self.nodes)
        if len(known) < len(self.nodes):
            raise InputError("a node is named twice", allowed="each node once")
        seen: set[tuple[str, str]] = set()
        for link in self.links:
            _check_link(link, known)
            if self.key(link.a, link.b) in seen:
                raise InputError(f"link {link} is given twice", allowed="one link between two nodes")
            seen.add(self.key(link.a, link.b))

    def key(self, a: str, b: str) -> tuple[str, str]:
        """By what a link is found: its ends, in either order where links have no direction."""
        return (a, b) if self.directed or a <= b else (b, a)

    @cached_property
    def numbers(self) -> dict[tuple[str, str], int]:
        """The number of each link that is up, by its key."""
        return {self.key(link.a, link.b): number for number, link in enumerate(self.links) if link.up}

    @property
    def up(self) -> tuple[int, ...]:
        """The numbers of the links that are up."""
        return tuple(number for number, link in enumerate(self.links) if link.up)


def _check_link(link: Link, known: set[str]) -> None:
    for end in (link.a, link.b):
        if end not in known:
            raise InputError(
                f"link {link} ends at the unknown node {end!r}{nearest(end, known)}", allowed="a known node"
            )
    if link.a == link.b:
        raise InputError(f"link {link} begins and ends at the same node", allowed="two nodes")
    if link.capacity <= 0:
        raise InputError(f"link {link} has capacity {link.capacity}", allowed="more than 0")
    if not 0 <= link.load <= link.capacity:
        raise InputError(f"link {link} carries {link.load} of {link.capacity}", allowed="a load from 0 to the capacity")
    if link.delay < 0:
        raise InputError(f"link {link} has the delay {link.delay}", allowed="0 or more")
    if not 0 < link.reliability <= 1:
        raise InputError(f"link {link} has the reliability {link.reliability}", allowed="above 0, at most 1")


@dataclass(frozen=True)
class Demand:
    """So many packets a second from one node to another, on one route (not to be split)."""

    name: str
    source: str
    target: str
    rate: Fraction


@dataclass(frozen=True)
class Limits:
    """The constraints of (9): hops H_max, seconds T_max (None: no limit), and M packets in the system of each link.

    `retransmission` is t_rw of (7): every link adds P_loss * t_rw, one retry, as printed (ZK-C22).
    """

    hops: int | None = None
    delay: Fraction | None = None
    queue: int = 20
    delay_bound: DelayBound = "path"
    retransmission: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if self.hops is not None and self.hops < 1:
            raise InputError(f"a bound of {self.hops} hops", allowed="1 or more")
        if self.delay is not None and self.delay <= 0:
            raise InputError(f"a delay of {self.delay} s at most", allowed="more than 0")
        if not 1 <= self.queue <= LARGEST_QUEUE:
            raise InputError(
                f"room for {self.queue} packets, the one in service included", allowed=f"1 to {LARGEST_QUEUE}"
            )
        if self.retransmission < 0:
            raise InputError(f"a retransmission after {self.retransmission} s", allowed="0 or more")


@dataclass(frozen=True)
class Problem:
    """Demands to be routed on a topology within limits. Raises InputError for demands that make no sense on it."""

    topology: Topology
    demands: tuple[Demand, ...]
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        known, names = set(self.topology.nodes), set[str]()
        for demand in self.demands:
            for end in (demand.source, demand.target):
                if end not in known:
                    raise InputError(
                        f"demand {demand.name} names the unknown node {end!r}{nearest(end, known)}",
                        allowed="a node of the topology",
                    )
            if demand.source == demand.target:
                raise InputError(f"demand {demand.name} goes from {demand.source} to itself", allowed="two nodes")
            if demand.rate <= 0:
                raise InputError(f"demand {demand.name} has the rate {demand.rate}", allowed="more than 0")
            if demand.name in names:
                raise InputError(f"demand {demand.name} is given twice", allowed="names that differ")
            names.add(demand.name)


@dataclass(frozen=True)
class Route:
    """The nodes that a demand passes, from its source to its target."""

    demand: str
    nodes: tuple[str, ...]

    @property
    def hops(self) -> int:
        """How many links it takes."""
        return len(self.nodes) - 1

    @property
    def steps(self) -> Iterable[tuple[str, str]]:
        """Its links in order, as pairs of nodes."""
        return pairwise(self.nodes)

    def __str__(self) -> str:
        return "-".join(self.nodes)


@dataclass(frozen=True)
class Plan:
    """One route for every demand of a problem, in the order of the demands."""

    routes: tuple[Route, ...]


def loads(problem: Problem, plan: Plan) -> tuple[Fraction, ...]:
    """What each link carries, by its number: its load before and the rates of the routes over it.

    Raises KeyError for a plan that is none of this problem: an unknown demand, or a step where no link is up.
    """
    topology = problem.topology
    rates = {demand.name: demand.rate for demand in problem.demands}
    total = [link.load for link in topology.links]
    for route in plan.routes:
        for a, b in route.steps:
            total[topology.numbers[topology.key(a, b)]] += rates[route.demand]
    return tuple(total)


def idle(problem: Problem, plan: Plan) -> tuple[Fraction, ...]:
    """B_l of (8) of every link that is up: its capacity without its load."""
    carried, links = loads(problem, plan), problem.topology.links
    return tuple(links[number].capacity - carried[number] for number in problem.topology.up)
