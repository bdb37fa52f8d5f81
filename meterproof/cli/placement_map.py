"""The map of a placement: meters in the colour of their device, devices with their loads, a scale bar.

Of more devices than an eye can tell apart, it shows instead how far each meter is from its own.
"""

from __future__ import annotations

import heapq
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meterproof.cli.pictures import COLOURS, INK, SOFT, WARNING, figure, save

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

VECTOR = 3_000
"""Meters up to which the picture is SVG."""
SPOKES = 20_000
"""Meters up to which a line leads from each to its device."""
APART = 2_000
"""Devices up to which they have colours."""
LABELS = 60
"""Devices up to which each has its load beside it."""
SIDE = 8.0
"""Inches of the longer side of the map."""
WIDE, BAR = 6.5, 1.3
"""Inches that the title needs, and a bar of colours."""


def draw(folder: Path, meters: Floats, devices: Floats, owner: Ints, capacity: int, title: str, remark: str) -> Path:
    """Write `map.svg`, or `map.png` for many meters, into the folder; returns its path.

    Positions are in km, K x 2; `owner` has the device index of each meter. InputError when it cannot be written.
    """
    few = len(meters) <= VECTOR
    everything = np.concatenate([meters, devices])
    low, high = everything.min(axis=0), everything.max(axis=0)
    width, height = np.maximum(high - low, 0.2 * max(float((high - low).max()), 1e-3))
    scale = SIDE / max(width, height)
    bar = BAR if len(devices) > APART else 0.0
    with figure(max(WIDE, width * scale + 0.4 + bar), height * scale + 1.5) as made:
        axes = made.add_subplot()
        axes.set_aspect("equal")
        axes.set_axis_off()
        axes.margins(0.03)
        if len(devices) <= APART:
            colours = np.array(COLOURS)[colouring(devices)]
            if len(meters) <= SPOKES:
                _spokes(axes, meters, devices, owner, colours)
            size = max(0.5, min(16.0, 40_000 / len(meters)))
            axes.scatter(*meters.T, s=size, c=colours[owner], linewidths=0, zorder=2)
            square, edge = max(3.0, min(55.0, 6_000 / len(devices))), 1.0 if few else 0.0
            axes.scatter(*devices.T, s=square, c=colours, marker="s", zorder=3, edgecolors=INK, linewidths=edge)
        else:
            _ways(made, axes, meters, devices, owner)
        if len(devices) <= LABELS:
            _loads(axes, devices, owner, capacity)
            remark += "\nsquares: devices, with their loads (bold: full; red: above the capacity)"
        _scale_bar(axes, float(width))
        made.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
        made.supxlabel(remark, x=0.01, ha="left", fontsize=9, color=SOFT)
        return save(made, folder / ("map.svg" if few else "map.png"), dpi=200 if len(meters) <= 50_000 else 300)


def _ways(made: Any, axes: Any, meters: Floats, devices: Floats, owner: Ints) -> None:
    """Each meter in a colour for its distance to its device."""
    ways = np.hypot(*(meters - devices[owner]).T)
    farthest_last = np.argsort(ways, kind="stable")
    size = max(0.3, 40_000 / len(meters))
    points = axes.scatter(
        *meters[farthest_last].T, s=size, c=ways[farthest_last], cmap="viridis_r", linewidths=0,
        vmin=0.0, vmax=max(float(np.quantile(ways, 0.99)), 1e-6),
    )  # fmt: skip
    bar = made.colorbar(points, ax=axes, shrink=0.5, aspect=30, extend="max")
    bar.set_label("distance to the own device in km (darkest: the farthest hundredth)")


def _spokes(axes: Any, meters: Floats, devices: Floats, owner: Ints, colours: NDArray[np.str_]) -> None:
    from matplotlib.collections import LineCollection

    lines = np.stack([meters, devices[owner]], axis=1)
    width = 0.6 if len(meters) <= VECTOR else 0.3
    axes.add_collection(
        LineCollection(list(lines), colors=list(colours[owner]), linewidths=width, alpha=0.55, zorder=1)
    )


def _loads(axes: Any, devices: Floats, owner: Ints, capacity: int) -> None:
    from matplotlib.patheffects import withStroke

    for place, load in zip(devices, np.bincount(owner, minlength=len(devices)), strict=True):
        axes.annotate(
            f"{load} > {capacity}" if load > capacity else f"{load}", place, xytext=(7, 0), textcoords="offset points",
            va="center", fontsize=11, fontweight="bold" if load >= capacity else "normal",
            color=WARNING if load > capacity else INK, zorder=4,
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )  # fmt: skip


def _scale_bar(axes: Any, width: float) -> None:
    """A bar of a round length, about a fifth of the map, below its left corner."""
    from matplotlib.transforms import ScaledTranslation, blended_transform_factory

    length = round_length(width / 5)
    begin = axes.get_xlim()[0] + 0.03 * width
    corner = blended_transform_factory(axes.transData, axes.transAxes)
    below = corner + ScaledTranslation(0, -10 / 72, axes.figure.dpi_scale_trans)
    axes.plot([begin, begin + length], [0, 0], color=INK, lw=3, transform=below, clip_on=False)
    said = f"{length:g} km" if length >= 1 else f"{length * 1000:g} m"
    axes.annotate(said, (begin + length / 2, 0), xytext=(0, -6), xycoords=below, textcoords="offset points",
                  ha="center", va="top", fontsize=10)  # fmt: skip


def round_length(most: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten up to `most`, which is above 0."""
    power: float = 10.0 ** math.floor(math.log10(most))
    return max(power * step for step in (1, 2, 5) if power * step <= most)


def colouring(devices: Floats) -> Ints:
    """A colour number for each device, other than those of its neighbours in the Delaunay triangulation.

    The six of the palette suffice: a planar graph always has a node with five neighbours or fewer, and the last one
    taken away is coloured first (Matula and Beck 1983). Devices in one line have the next ones as neighbours.
    """
    neighbours = _neighbours(devices)
    degree = [len(each) for each in neighbours]
    queue = [(d, node) for node, d in enumerate(degree)]
    heapq.heapify(queue)
    gone = [False] * len(devices)
    taken: list[int] = []
    while queue:
        d, node = heapq.heappop(queue)
        if gone[node] or d != degree[node]:
            continue
        gone[node] = True
        taken.append(node)
        for other in neighbours[node]:
            if not gone[other]:
                degree[other] -= 1
                heapq.heappush(queue, (degree[other], other))
    colour, used = np.full(len(devices), -1, np.int64), [0] * len(COLOURS)
    for node in reversed(taken):
        near = {int(colour[other]) for other in neighbours[node]}
        colour[node] = min((c for c in range(len(COLOURS)) if c not in near), key=lambda c: (used[c], c))
        used[colour[node]] += 1
    return colour


def _neighbours(devices: Floats) -> list[set[int]]:
    from scipy.spatial import Delaunay, QhullError

    found: list[set[int]] = [set() for _ in devices]
    order = [int(i) for i in np.lexsort(devices.T)]
    pairs = list(pairwise(order))
    try:
        corners = Delaunay(devices, qhull_options="Qbb Qc Qz Q12").simplices
        pairs = [(int(a), int(b)) for row in corners for a, b in ((row[0], row[1]), (row[1], row[2]), (row[2], row[0]))]
    except (QhullError, ValueError):
        pass  # too few devices, or all in one line
    for a, b in pairs:
        found[a].add(b)
        found[b].add(a)
    return found
