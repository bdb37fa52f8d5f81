"""The picture of a plan: the network with its links as wide and as dark as they are used, and every demand's route."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meterproof.cli.pictures import COLOURS, INK, figure, save

if TYPE_CHECKING:
    from meterproof.real.plan_route import Answer

Point = tuple[float, float]

SIDE = 6.5
"""Inches of the longer side."""
LANES = 12
"""Routes up to which each is drawn as a line of its own beside its links."""
LABELS = 60
"""Nodes up to which each has its name."""
GAP = 0.045
"""Inches between the lines of two routes on one link."""
MARGIN = 0.07
"""What is left free around the nodes, as a share of the sides."""
LEAST = 3.2
"""Inches that either side has at least."""


def draw(path: Path, answer: Answer, title: str) -> Path:
    """Write the picture as SVG; InputError when that is not possible. Nodes without coordinates are placed by a layout
    that minimises stress over hops."""
    places = layout(answer)
    xs, ys = zip(*places.values(), strict=True)
    span = max(max(xs) - min(xs), max(ys) - min(ys))
    scale = SIDE / span
    lanes = len(answer.routes) if len(answer.routes) <= LANES else 0
    width = max((max(xs) - min(xs)) * scale, LEAST) * (1 + 2 * MARGIN) + 1.3
    height = max((max(ys) - min(ys)) * scale, LEAST) * (1 + 2 * MARGIN) + 1.2 + 0.2 * ((lanes + 1) // 2)
    with figure(width, height) as made:
        axes = made.add_subplot()
        axes.set_aspect("equal", adjustable="datalim")
        axes.set_axis_off()
        axes.margins(MARGIN)
        shared = _shared(answer) if lanes else {}
        _links(made, axes, answer, places, shared)
        if lanes:
            _lanes(axes, answer, places, shared, 1 / scale)
            made.legend(
                loc="outside lower left", ncols=2, fontsize=8, frameon=False, handlelength=2.2, labelcolor=INK,
                title=_remark(answer), title_fontsize=9, alignment="left",
            )  # fmt: skip
        else:
            made.supxlabel(_remark(answer), x=0.01, ha="left", fontsize=9, color=INK)
        _nodes(axes, answer, places)
        made.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
        return save(made, path)


def _remark(answer: Answer) -> str:
    measures = answer.measures
    return (
        f"slowest route {1000 * measures['slowest_s']:.4g} ms, mean {1000 * measures['mean_delay_s']:.4g} ms; "
        f"busiest link {measures['busiest_utilisation']:.1%} of its capacity\n"
        "squares: sources; dashed links carry nothing, dotted links are down"
    )


def layout(answer: Answer) -> dict[str, Point]:
    """A point for every node: the coordinates given, if all nodes have some, else one of Kamada and Kawai."""
    if all(node in answer.positions for node in answer.nodes):
        found = {node: answer.positions[node] for node in answer.nodes}
        if len(set(found.values())) > 1:
            return found
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(answer.nodes)
    graph.add_edges_from((link.a, link.b) for link in answer.links)
    made = nx.kamada_kawai_layout(graph)
    return {node: (float(x), float(y)) for node, (x, y) in made.items()}


def _shared(answer: Answer) -> dict[frozenset[str], list[int]]:
    """The routes on each link, by number."""
    found: dict[frozenset[str], list[int]] = {}
    for number, route in enumerate(answer.routes):
        for step in pairwise(route.nodes):
            found.setdefault(frozenset(step), []).append(number)
    return found


def _links(
    made: Any, axes: Any, answer: Answer, places: dict[str, Point], shared: dict[frozenset[str], list[int]]
) -> None:
    """Links in the shade of their use; with lanes, wide enough to show on both sides of them."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap, Normalize
    from matplotlib.ticker import PercentFormatter

    shades = LinearSegmentedColormap.from_list("use", ["#e3e3e3", "#f2c14e", "#d1495b", "#5a1030"])
    thin = 1.0 if len(answer.links) <= 400 else 0.4
    for link in answer.links:
        (x, y), (u, v) = places[link.a], places[link.b]
        use = link.utilisation
        if link.load > 0 and link.up:
            lanes = 72 * GAP * len(shared.get(frozenset((link.a, link.b)), ()))
            axes.plot([x, u], [y, v], color=shades(use), lw=(lanes + 4 + 4 * use) * thin, zorder=1)
        else:
            axes.plot([x, u], [y, v], color="#bbbbbb", ls=(0, (4, 3)) if link.up else ":", lw=0.9 * thin, zorder=0)
        if link.load > 0 and len(answer.links) <= 40:
            axes.annotate(
                f"{use:.0%}", ((x + u) / 2, (y + v) / 2), ha="center", va="center", fontsize=8, color=INK, zorder=5,
                bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.85},
            )  # fmt: skip
    bar = made.colorbar(
        ScalarMappable(Normalize(0, 1), shades), ax=axes, shrink=0.55, aspect=26, pad=0.02, format=PercentFormatter(1.0)
    )
    bar.set_label("use of a link's capacity", fontsize=9)
    bar.outline.set_visible(False)


def _lanes(
    axes: Any, answer: Answer, places: dict[str, Point], shared: dict[frozenset[str], list[int]], inch: float
) -> None:
    """Each route as a thin line of its own, beside those that share its links."""
    for number, route in enumerate(answer.routes):
        points: list[Point] = []
        for a, b in pairwise(route.nodes):
            sharing = shared[frozenset((a, b))]
            lane = (sharing.index(number) - (len(sharing) - 1) / 2) * GAP * inch
            points += _beside(places[a], places[b], lane, a < b, 0.12 * inch)
        colour = COLOURS[number % len(COLOURS)]
        style = "-" if number < len(COLOURS) else (0, (3, 1.5))
        label = f"{route.demand}: {route.rate:.4g} packet/s, {1000 * route.seconds:.3g} ms"
        axes.plot(*zip(*points, strict=True), color=colour, lw=1.6, ls=style, label=label, zorder=3)
        (x, y), (u, v) = points[-2:]
        axes.annotate(
            "", (u, v), (x + 0.9 * (u - x), y + 0.9 * (v - y)), zorder=3,
            arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.4, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip


def _beside(a: Point, b: Point, lane: float, forward: bool, short: float) -> list[Point]:
    """The ends of a line parallel to that from a to b, a lane's width to one side whatever the direction."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.hypot(dx, dy) or 1.0
    sign = 1.0 if forward else -1.0
    nx, ny = -dy / length * lane * sign, dx / length * lane * sign
    cut = min(short, 0.25 * length)
    ex, ey = dx / length * cut, dy / length * cut
    return [(a[0] + nx + ex, a[1] + ny + ey), (b[0] + nx - ex, b[1] + ny - ey)]


def _nodes(axes: Any, answer: Answer, places: dict[str, Point]) -> None:
    from matplotlib.patheffects import withStroke

    ends = {route.source for route in answer.routes}
    size = 90 if len(places) <= LABELS else 14
    for marker, chosen in (("s", [n for n in places if n in ends]), ("o", [n for n in places if n not in ends])):
        if chosen:
            xs, ys = zip(*(places[node] for node in chosen), strict=True)
            axes.scatter(xs, ys, s=size, marker=marker, c="white", edgecolors=INK, linewidths=1.3, zorder=4)
    if len(places) <= LABELS:
        for node, place in places.items():
            axes.annotate(
                node, place, xytext=(7, 6), textcoords="offset points", fontsize=10, fontweight="bold", color=INK,
                zorder=6, path_effects=[withStroke(linewidth=3, foreground="white")],
            )  # fmt: skip
