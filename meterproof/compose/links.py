"""Whether the parts of a whole fit together: nothing is assumed that nobody gives, and no circle bears itself.

A guarantee *rests on* another at the same height, or at lower heights only. At the same height there may be no circle;
then heights can be gone through from the lowest, and at each of them guarantees in an order in which each comes after
all it rests on there. So a circle is broken where one of its links goes to lower heights: by induction on height.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import networkx as nx

from meterproof.compose.guarantees import Guarantee
from meterproof.compose.table import Composition

Known = Callable[[str], Guarantee | None]
"""The guarantee of an id in a hardened target of the whole, or None."""
SAFE = ("invariant", "step")
"""Kinds of property that carry over from an ideal to what refines it."""


@dataclass(frozen=True, order=True)
class Link:
    """That `user` rests on `giver`, for the sake of assumption `via` (None: as a part of a clause)."""

    user: str
    giver: str
    via: str | None = None
    below: bool = False


@dataclass(frozen=True)
class Circle:
    """Guarantees that rest on each other, the last one on the first; `below` are assumptions that break it."""

    ids: tuple[str, ...]
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class Links:
    """What was found of a table.

    `reached` are all guarantees that the theorem rests on, in the order of being reached. `used` gives the guarantees
    that need an assumption. `open` and `refused` say in a sentence each what nobody gives, and what does not count;
    `idle` are entries that nothing needs. `circles` are refused, `by_height` are broken. `order` gives rounds: each
    guarantee is in a later one than those that it rests on at its height; empty where there is a circle.
    """

    reached: dict[str, Guarantee]
    used: dict[str, tuple[str, ...]]
    open: tuple[str, ...]
    idle: tuple[str, ...]
    refused: tuple[str, ...]
    links: tuple[Link, ...]
    circles: tuple[Circle, ...]
    by_height: tuple[Circle, ...]
    order: tuple[tuple[str, ...], ...]

    @property
    def closed(self) -> bool:
        """Whether nothing is open, idle or refused, and no circle is left."""
        return not (self.open or self.idle or self.refused or self.circles)


def find_links(
    table: Composition, known: Known, shows: Callable[[str], bool] = lambda _: True, clause: str | None = None
) -> Links:
    """All that the theorem rests on, or one clause of it alone, which says nothing of idle entries.

    `shows` tells whether a test or file that a condition names is there.
    """
    walk = _Walk(table, known)
    walk.theorem(clause)
    if clause is None:
        walk.conditions(shows)
    walk.follow()
    idle: tuple[str, ...] = ()
    if clause is None:
        walk.apart()
        idle = tuple(_idle(table, walk))
    links = tuple(dict.fromkeys(walk.links))
    circles, by_height, order = _ordered(walk.reached, links)
    return Links(
        walk.reached, {id: tuple(users) for id, users in walk.used.items()}, tuple(dict.fromkeys(walk.open)), idle,
        tuple(dict.fromkeys(walk.refused)), links, circles, by_height, order,
    )  # fmt: skip


@dataclass
class _Walk:
    """What has been reached so far; `needed` are the capabilities that each guarantee must withstand."""

    table: Composition
    known: Known
    reached: dict[str, Guarantee] = field(default_factory=dict)
    needed: dict[str, frozenset[str]] = field(default_factory=dict)
    used: dict[str, dict[str, None]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    def theorem(self, only: str | None) -> None:
        """Reach the theorem, its clauses and their parts."""
        whole = frozenset(self.table.against)
        theorem = self.reach(self.table.of, whole)
        stated = () if theorem is None else tuple(i for i in theorem.cites if i != theorem.id and self._is_here(i))
        if theorem is not None and only is None:
            self.refused += [
                f"clause {id} of {theorem.id} is not in the table" for id in stated if id not in self.table.clauses
            ]
        for clause, parts in self.table.clauses.items():
            if only is not None and clause != only:
                continue
            found = self.reach(clause, whole)
            if theorem is not None and clause not in stated:
                self.refused.append(f"{clause} is no clause of {theorem.id}, which does not cite it")
            self.links.append(Link(self.table.of, clause))
            for part in parts:
                self.reach(part, whole | (frozenset() if found is None else found.against))
                self.links.append(Link(clause, part))

    def _is_here(self, id: str) -> bool:
        """Whether the id is a guarantee of the theorem's own machine."""
        found, theorem = self.known(id), self.known(self.table.of)
        return found is not None and theorem is not None and found.machine == theorem.machine

    def conditions(self, shows: Callable[[str], bool]) -> None:
        """Reach what shows that the conditions are met."""
        for each in self.table.conditions:
            for id in each.ids:
                self.reach(id, frozenset(self.table.against), safe=False)
            missing = [what for what in (*each.tests, *each.files) if not shows(what)]
            self.open += [f"condition {each.title!r}: there is no {what}" for what in missing]
            if not (each.ids or each.tests or each.files):
                self.open.append(f"condition {each.title!r}: nothing shows it")

    def reach(self, id: str, needed: frozenset[str], *, safe: bool = True) -> Guarantee | None:
        """The guarantee, which is to withstand these capabilities; what is wrong with it is noted."""
        found = self.known(id)
        if found is None:
            self.refused.append(f"{id} is in no hardened target of the whole")
            return None
        if not found.holds:
            self.refused.append(f"{id} is not claimed to hold in {found.target}")
        if safe and found.kind not in SAFE:
            self.refused.append(f"{id} is of kind {found.kind}, which does not carry over")
        if any(id in each.ids for each in self.table.apart):
            self.refused.append(f"{id} is said to be apart, and used")
        before = self.needed.get(id)
        self.needed[id] = needed | (before or frozenset())
        if self.needed[id] != before:
            self.waiting.append(id)
        self.reached[id] = found
        return found

    def follow(self) -> None:
        """Reach whoever gives what is assumed, until there is nothing new; then see who withstands too little."""
        while self.waiting:
            user = self.reached[self.waiting.pop(0)]
            if user.machine not in self.table.grounds:
                self.open.append(f"grounds: the table does not say what {user.machine} takes for granted ({user.id})")
            for id in dict.fromkeys((*user.assumes, *self.table.grounds.get(user.machine, ()))):
                self.assume(user, id, below=False, on_the_way=())
        for id, found in self.reached.items():
            weak = (self.needed[id] & found.moves) - found.against
            if weak and found.kind != "reachable":
                self.refused.append(f"{id} is claimed against too little: {found.machine} has moves for {_and(weak)}")

    def assume(self, user: Guarantee, id: str, *, below: bool, on_the_way: tuple[str, ...]) -> None:
        """That the user needs an assumption: of whom, by the table."""
        self.used.setdefault(id, {}).setdefault(user.id)
        entry = self.table.entry(id)
        if entry is None or not (entry.by or entry.outside):
            self.open.append(f"{id}, which {user.id} assumes, is given by nobody")
            return
        if id in on_the_way:
            self.refused.append(f"{id} comes down to itself: {' <- '.join((*on_the_way, id))}")
            return
        for giver in entry.by:
            if self.table.entry(giver) is not None:
                self.assume(user, giver, below=below or entry.below, on_the_way=(*on_the_way, id))
            else:
                self.reach(giver, self.needed[user.id])
                self.links.append(Link(user.id, giver, id, below or entry.below))

    def apart(self) -> None:
        """See that what is apart is claimed, and that its assumptions are told."""
        for each in self.table.apart:
            for id in each.ids:
                found = self.known(id)
                if found is None or not found.holds:
                    self.refused.append(
                        f"{id}, which is said to be apart, is not claimed to hold anywhere in the whole"
                    )
                    continue
                told = (*each.assumptions, *(a.id for a in self.table.assumptions))
                self.open += [f"{a}, which {id} assumes, is not told" for a in found.assumes if a not in told]


def _idle(table: Composition, walk: _Walk) -> Iterator[str]:
    """Entries that nothing needs."""
    yield from (f"{a.id} is needed by nothing" for a in table.assumptions if a.id not in walk.used)
    machines = {g.machine for g in walk.reached.values()}
    yield from (f"grounds of {m} are told, and nothing of it is used" for m in table.grounds if m not in machines)
    for each in table.apart:
        cited = {a for g in map(walk.known, each.ids) if g is not None for a in g.assumes}
        yield from (f"{a} is needed by nothing that is apart" for a in each.assumptions if a not in cited)


def _ordered(
    reached: Iterable[str], links: Iterable[Link]
) -> tuple[tuple[Circle, ...], tuple[Circle, ...], tuple[tuple[str, ...], ...]]:
    """Circles at one height, circles that go to lower ones, and the order within a height, if there is one."""
    whole, level = nx.DiGraph(), nx.DiGraph()
    for graph in (whole, level):
        graph.add_nodes_from(reached)
    for each in links:
        whole.add_edge(each.user, each.giver)
        if not each.below:
            level.add_edge(each.user, each.giver)
    circles = tuple(_shortest(level, part) for part in _knots(level))
    broken: dict[tuple[str, ...], dict[str, None]] = {}
    for each in sorted(link for link in links if link.below):
        if nx.has_path(whole, each.giver, each.user):
            ids = _turned(nx.shortest_path(whole, each.giver, each.user))
            broken.setdefault(ids, {}).setdefault(each.via or "")
    by_height = tuple(Circle(ids, tuple(via)) for ids, via in broken.items())
    order = () if circles else tuple(tuple(sorted(r)) for r in nx.topological_generations(level.reverse()))
    return circles, by_height, order


def _knots(graph: nx.DiGraph) -> list[list[str]]:
    """Sets of guarantees that all rest on each other, or one that rests on itself."""
    parts = [sorted(part) for part in nx.strongly_connected_components(graph)]
    return sorted(part for part in parts if len(part) > 1 or graph.has_edge(part[0], part[0]))


def _shortest(graph: nx.DiGraph, knot: list[str]) -> Circle:
    """A shortest circle of a knot."""
    within = graph.subgraph(knot)
    paths = [nx.shortest_path(within, giver, user) for user, giver in sorted(within.edges)]
    return Circle(_turned(min(paths, key=len)))


def _turned(circle: list[str]) -> tuple[str, ...]:
    """The circle from its least id on, so that one circle is told in one way."""
    start = circle.index(min(circle))
    return (*circle[start:], *circle[:start])


def _and(words: Iterable[str]) -> str:
    return " and ".join(sorted(words))
