"""B1.1 to B1.5: the paper's figures on placement (3.1, Figs. 4 and 5) against what we get, computed here.

Only what is quick and does not hang on a seed; the distributions over layouts are docs/placement.md's.
"""

from __future__ import annotations

from math import ceil
from statistics import median

from reference.figures import Figure
from reference.placement.baselines import grid
from reference.placement.compare import CAPACITY, DEVICES, PRINTED
from reference.placement.counting import Reading, least_largest, load_counts, readings
from reference.placement.loop import published
from reference.placement.measure import measure
from reference.placement.rules import HARDENED
from reference.placement.synthetic import METERS, uniform

LAYOUTS = 40
NAMES = ("K-means", "Voronoi", "1 km grid")
BREAKS = "No loads within the capacity have it; the text may mean requests at one time, and not meters, by its 25."
GRID_CELLS = 4 * 4
"""3.5 km x 4 km cut at 1 km."""


def figures() -> tuple[Figure, ...]:
    """One row a figure; B1.3 has one for the three variances together, and one for each of them under the capacity."""
    fits = {printed: readings(printed, METERS, range(8, 25)) for printed in PRINTED}
    return (_district(), _devices(), _variances(fits), *_under_capacity(), *_percentages(), _complexity())


def _district() -> Figure:
    variances = [measure(layout, grid(layout)).variance for layout in map(uniform, range(LAYOUTS))]
    reached = sum(variance >= float(PRINTED[2]) for variance in variances)
    return Figure(
        "B1.1",
        "300 meters in a grid of 3.5 km x 4 km",
        "Fig. 4(a); positions in no table",
        f"the grid's variance on {LAYOUTS} uniform layouts: {min(variances):.1f} to {max(variances):.1f}, median "
        f"{median(variances):.1f}; at or above {PRINTED[2]} in {reached}",
        "not reproducible",
        "The positions are not published; the printed grid variance means that they are far from uniform.",
    )


def _devices() -> Figure:
    fewest = ceil(METERS / CAPACITY)
    fits = fewest < DEVICES
    return Figure(
        "B1.2",
        f"N = {DEVICES} for at most {CAPACITY} simultaneous requests a device",
        f"{METERS} meters, some margin",
        f"at least {fewest}; {DEVICES} leave {DEVICES * CAPACITY - METERS} places, are {DEVICES / fewest - 1:.1%} more "
        f"than that, and own {METERS / DEVICES:.2f} meters each in the mean",
        "agrees" if fits else "contradicted",
        "As a total. Nothing in the algorithm keeps a single device to it (ZK-C15).",
    )


def _variances(fits: dict[str, tuple[Reading, ...]]) -> Figure:
    shared = set.intersection(*({(each.devices, each.ddof) for each in found} for found in fits.values()))
    squares = {
        printed: [each.squares for each in found if (each.devices, each.ddof) in shared]
        for printed, found in fits.items()
    }
    said = "; ".join(f"N = {devices}, divisor N - {ddof}" for devices, ddof in sorted(shared))
    sums = ", ".join(str(each) for found in squares.values() for each in found)
    return Figure(
        "B1.3",
        f"variances {', '.join(PRINTED)}",
        f"loads of the devices, Fig. 5; whole numbers that sum to {METERS}, N from 8 to 24",
        f"{said}: sums of squares {sums}",
        "agrees" if shared == {(DEVICES, 1)} else "contradicted",
        "The one number of devices and divisor that fit all three. So the grid has 13 devices too, though it has "
        f"{GRID_CELLS} cells.",
    )


def _under_capacity() -> tuple[Figure, ...]:
    rows = []
    for name, printed in zip(NAMES, PRINTED, strict=True):
        (squares,) = (each.squares for each in readings(printed, METERS, range(DEVICES, DEVICES + 1)) if each.ddof == 1)
        least = least_largest(DEVICES, METERS, squares)
        setting = f"{name}, {DEVICES} loads, none above {CAPACITY}"
        if least is None or least > CAPACITY:
            ours = f"the largest load is {least} or more"
            rows.append(Figure("B1.3", printed, setting, ours, "contradicted", BREAKS))
            continue
        counts = load_counts(DEVICES, METERS, squares)
        ours = f"{counts.within(CAPACITY)} of the {counts.total} load multisets with this variance"
        why = "Not impossible, but only with just these loads; positions, seed and stop are not published."
        rows.append(Figure("B1.3", printed, setting, ours, "not reproducible", why))
    return tuple(rows)


def _percentages() -> tuple[Figure, ...]:
    k_means, *others = map(float, PRINTED)
    rows = []
    whys = (
        "The arithmetic. Two starts of one method differ as much in most layouts (ZK-C14, docs/placement.md).",
        "The arithmetic. The grid is laid without regard to the meters, and has more cells than 13.",
    )
    for name, other, printed, why in zip(NAMES[1:], others, ("27.20 %", "88.18 %"), whys, strict=True):
        ours = 1 - k_means / other
        agrees = f"{ours:.2%}".replace("%", " %") == printed
        rows.append(
            Figure(
                "B1.4",
                f"{printed} lower variance",
                f"K-means against {name}, from the printed variances",
                f"{ours:.3%}",
                "agrees" if agrees else "contradicted",
                why,
            )
        )
    return tuple(rows)


def _complexity() -> Figure:
    """Distances computed by the loop on 300 meters, and on 4 times as many with 4 times the devices (ZK-R12)."""
    small, large = (
        published(uniform(0, meters=times * METERS), times * DEVICES, HARDENED, 0).rounds * times**2 * METERS * DEVICES
        for times in (1, 4)
    )
    ratio = large / small
    return Figure(
        "B1.5",
        "O(N) for K-means, O(N lg N) for Voronoi",
        "3.1; N is the number of devices in 2.1 and the size of the input here",
        f"{small} distances for {METERS} meters and {DEVICES} devices, {large} for 4 times as many: {ratio:.1f} times",
        "contradicted" if ratio > 4 else "agrees",
        "A round costs meters times devices, and devices grow with meters (ZK-R12, C13); nearest-centre assignment is "
        "Voronoi membership, so the two rivals do the same work (ZK-C14).",
    )
