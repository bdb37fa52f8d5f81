"""Topologies, positions and demands from CSV or JSON, each mistake named with its file and row.

A topology in CSV has a header with `a`, `b` and one of `capacity` (packet/s) and `capacity_bit_s`; optional are `load`
or `load_bit_s`, `delay` (such as 2ms), `reliability`, `up` (yes, no) and `a_x`, `a_y`, `b_x`, `b_y`. In JSON it is
{"links": [{"a": .., "b": .., "capacity": ..}, ..]}, with "nodes" ([{"name": .., "x": .., "y": ..}, ..]) and "directed"
if wanted. Demands have `name`, `source`, `target` and `rate` or `rate_bit_s`; positions `name`, `x`, `y`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from meterproof.errors import InputError, nearest
from reference.routing.network import Demand, Link, Topology
from reference.routing.paths import distances
from reference.routing.rows import Row, csv_rows, json_document, json_rows

LINK_COLUMNS = ("a", "b", "capacity", "capacity_bit_s", "load", "load_bit_s", "delay", "reliability", "up",
                "a_x", "a_y", "b_x", "b_y")  # fmt: skip
DEMAND_COLUMNS = ("name", "source", "target", "rate", "rate_bit_s")
POSITION_COLUMNS = ("name", "x", "y")
_YES = {"yes": True, "true": True, "1": True, "up": True, "no": False, "false": False, "0": False, "down": False}
Place = tuple[float, float]


@dataclass(frozen=True)
class _Document:
    """What a topology's text has before it is checked: rows of links, nodes with their positions, directions."""

    links: Iterable[Row]
    nodes: dict[str, Place | None]
    directed: bool


def read_topology(
    text: str, file: str, packet_bytes: int, directed: bool = False, positions: tuple[str, str] | None = None
) -> Topology:
    """The topology of a CSV or JSON text; `positions` is the text and name of a CSV file with coordinates.

    Bits become packets of so many bytes. Raises InputError, with file and row, for anything that is none.
    """
    found = _in_json(text, file, directed) if _is_json(text) else _Document(_links_csv(text, file), {}, directed)
    places = {name: place for name, place in found.nodes.items() if place is not None}
    if positions is not None:
        places |= _positions(csv_rows(*positions, POSITION_COLUMNS, POSITION_COLUMNS))
    names, links = dict.fromkeys([*found.nodes, *places]), list[Link]()
    seen: dict[tuple[str, str], Row] = {}
    for row in found.links:
        link = _link(row, packet_bytes)
        key = (link.a, link.b) if found.directed or link.a < link.b else (link.b, link.a)
        if key in seen:
            before = seen[key]
            there = f"line {before.line}" if before.line else before.place.rstrip(": ")
            raise row.wrong(f"link {link} is that of {there} too", "one link between two nodes")
        seen[key] = row
        links.append(link)
        names |= dict.fromkeys((link.a, link.b))
        for end in ("a", "b"):
            place = _place(row, f"{end}_x", f"{end}_y")
            if place is not None and places.setdefault(row.text(end), place) != place:
                raise row.wrong(f"{row.text(end)} stands elsewhere in an earlier row", "one position a node")
    if not links:
        raise InputError("there are no links in it", file=file, allowed="one row a link after the header")
    return Topology(tuple(names), tuple(links), found.directed, places)


def _link(row: Row, packet_bytes: int) -> Link:
    a, b = row.text("a"), row.text("b")
    if a == b:
        raise row.wrong(f"the link leads from {a} to itself", "two nodes")
    capacity = _rate(row, "capacity", packet_bytes, True)
    load = _rate(row, "load", packet_bytes, False)
    if not 0 <= load <= capacity:
        raise row.wrong(f"load is {_told(load)} packet/s of {_told(capacity)}", "from 0 to the capacity")
    reliability = row.number("reliability") if row.fields.get("reliability") else Fraction(1)
    if not 0 < reliability <= 1:
        raise row.wrong(f"reliability is {row.fields['reliability']}", "above 0, at most 1")
    delay = row.seconds("delay") if row.fields.get("delay") else Fraction(0)
    up = row.fields.get("up", "").lower() or "yes"
    if up not in _YES:
        raise row.wrong(f"up is {row.fields['up']!r}", "yes or no")
    return Link(a, b, capacity, load, delay, reliability, _YES[up])


def _rate(row: Row, column: str, packet_bytes: int, needed: bool) -> Fraction:
    """Packets a second, from a column that has them or has bits; 0 where an optional one is empty."""
    in_packets, in_bits = row.fields.get(column, ""), row.fields.get(f"{column}_bit_s", "")
    if in_packets and in_bits:
        raise row.wrong(f"{column} is given in packets and in bits", f"one of {column} and {column}_bit_s")
    if not in_packets and not in_bits and not needed:
        return Fraction(0)
    chosen = f"{column}_bit_s" if in_bits else column
    value = row.number(chosen)
    if value < 0 or (needed and value == 0):
        raise row.wrong(f"{chosen} is {row.fields[chosen]}", "a number above 0" if needed else "0 or more")
    return value / (8 * packet_bytes) if in_bits else value


def _place(row: Row, x: str, y: str) -> Place | None:
    if not row.fields.get(x) and not row.fields.get(y):
        return None
    return float(row.number(x)), float(row.number(y))


def _positions(rows: Iterable[Row]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for row in rows:
        place = _place(row, "x", "y")
        if place is None:
            raise row.wrong(f"node {row.text('name')} has no position", "x and y")
        if row.text("name") in found:
            raise row.wrong(f"node {row.text('name')} is given twice", "each node once")
        found[row.text("name")] = place
    return found


def _is_json(text: str) -> bool:
    return text.lstrip().startswith(("{", "["))


def _links_csv(text: str, file: str) -> Iterable[Row]:
    return csv_rows(text, file, LINK_COLUMNS, ("a", "b"))


def _in_json(text: str, file: str, directed: bool) -> _Document:
    document: Any = json_document(text, file)
    if not isinstance(document, dict) or "links" not in document:
        raise InputError("the document has no links", file=file, allowed='{"links": [..], "nodes": [..]}')
    one_way = document.get("directed", directed)
    if not isinstance(one_way, bool):
        raise InputError(f"directed is {one_way!r}", file=file, allowed="true or false")
    nodes: dict[str, Place | None] = {}
    for row in json_rows(document.get("nodes", []), file, "nodes", POSITION_COLUMNS):
        if row.text("name") in nodes:
            raise row.wrong(f"node {row.text('name')} is given twice", "each node once")
        nodes[row.text("name")] = _place(row, "x", "y")
    return _Document(json_rows(document["links"], file, "links", LINK_COLUMNS), nodes, one_way or directed)


def read_demands(text: str, file: str, topology: Topology, packet_bytes: int) -> tuple[Demand, ...]:
    """The demands of a CSV or JSON text on a topology.

    Raises InputError, with file and row, for anything that is none, and for a target that no links lead to.
    """
    if _is_json(text):
        document: Any = json_document(text, file)
        listed = document.get("demands") if isinstance(document, dict) else document
        rows = json_rows(listed, file, "demands", DEMAND_COLUMNS)
    else:
        rows = csv_rows(text, file, DEMAND_COLUMNS, ("name", "source", "target"))
    reached = _Reached(topology)
    found: dict[str, Demand] = {}
    for row in rows:
        name, source, target = row.text("name"), row.text("source"), row.text("target")
        for end in (source, target):
            if end not in reached.number:
                hint = nearest(end, reached.number)
                raise row.wrong(f"there is no node {end!r}{hint}", _some(topology.nodes))
        if source == target:
            raise row.wrong(f"the demand goes from {source} to itself", "two nodes")
        if name in found:
            raise row.wrong(f"the name {name!r} is that of an earlier demand", "unique names")
        if target not in reached.by(source):
            raise row.wrong(
                f"no links that are up lead from {source} to {target}", _some(sorted(reached.by(source) - {source}))
            )
        found[name] = Demand(name, source, target, _rate(row, "rate", packet_bytes, True))
    if not found:
        raise InputError("there are no demands in it", file=file, allowed="one row a demand after the header")
    return tuple(found.values())


class _Reached:
    """What can be reached from where over links that are up."""

    def __init__(self, topology: Topology) -> None:
        self.number = {name: n for n, name in enumerate(topology.nodes)}
        self.names = topology.nodes
        self.arcs: list[list[tuple[int, int]]] = [[] for _ in topology.nodes]
        for n in topology.up:
            a, b = self.number[topology.links[n].a], self.number[topology.links[n].b]
            self.arcs[a].append((b, n))
            if not topology.directed:
                self.arcs[b].append((a, n))
        self._known: dict[str, set[str]] = {}

    def by(self, source: str) -> set[str]:
        if source not in self._known:
            away = distances(self.arcs, self.number[source])
            self._known[source] = {name for name, hops in zip(self.names, away, strict=True) if hops < float("inf")}
        return self._known[source]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (", .." if len(names) > 8 else "") or "nothing, as no link that is up leads away"


def _told(value: Fraction) -> str:
    return f"{float(value):g}"
