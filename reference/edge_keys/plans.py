"""Placement as edge-keys offers it to `meterproof plan place`: the variant's rules choose the method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from meterproof.errors import InputError, nearest
from meterproof.real.plan import Placed, Tell

METHODS = {
    "capacity": "k-means++ or halves, then medians and cheapest assignments within the capacity (ZK-C15)",
    "paper": "the paper's loop by the variant's rules, from random points; it knows no capacity (ZK-R14 to R18)",
    "kmeans": "K-means from a k-means++ start; it knows no capacity",
}
EXACT, PAIRS = 2_000, 200_000
"""Meters, and pairs of a meter and a device, up to which the capacity method looks at every pair: a few seconds."""
LOOP_PAIRS = 20_000_000
"""Pairs up to which the methods without capacity go: they keep a table of them, of some hundred MiB."""
STARTS = 10
UNBOUNDED = "the capacity, while placing: the method knows none"
LOCAL = "other positions of the devices: alternation ends in a local optimum, and finding the best one is NP-hard"
OBSTACLES = "streets, walls and radio: distances are straight lines"


class PlacementRules(Protocol):
    """The rules that placement reads."""

    @property
    def capacity_checked(self) -> bool: ...
    @property
    def stop_rule(self) -> str: ...
    @property
    def final_position(self) -> str: ...
    @property
    def empty_cluster(self) -> str: ...


def place(
    rules: PlacementRules,
    meters: NDArray[np.float64],
    devices: int | None,
    capacity: int,
    *,
    method: str | None,
    seed: int,
    tell: Tell,
) -> Placed:
    """Devices among meters (M x 2, km); without a method, "capacity" where the rules check it, else "paper".

    Without a number of devices, as many as `fitting` says. Raises InputError for an unknown method, too many pairs for
    one, and a capacity that does not suffice.
    """
    if capacity < 1:
        raise InputError(f"a capacity of {capacity}", allowed="1 meter a device, or more")
    number = fitting(len(meters), capacity) if devices is None else devices
    chosen = method if method is not None else "capacity" if rules.capacity_checked else "paper"
    ways: dict[str, Callable[[], Placed]] = {
        "capacity": lambda: _within(meters, number, capacity, seed, tell),
        "paper": lambda: _paper(rules, meters, number, seed, tell),
        "kmeans": lambda: _kmeans(meters, number, seed, tell),
    }
    if chosen not in ways:
        raise InputError(f"there is no method {chosen!r}{nearest(chosen, METHODS)}", allowed=", ".join(METHODS))
    return ways[chosen]()


def fitting(meters: int, capacity: int) -> int:
    """The least number of devices that have room for the meters, and one more in reserve (ZK-R12; B1.2: 13 for 300).

    Never more than there are meters.
    """
    return min(meters, -(-meters // capacity) + 1)


def _within(meters: NDArray[np.float64], devices: int, capacity: int, seed: int, tell: Tell) -> Placed:
    from reference.placement.layout import Layout

    unchecked = (LOCAL, OBSTACLES)
    layout = Layout(meters)
    if len(meters) <= EXACT and len(meters) * devices <= PAIRS:
        from reference.placement.bisection import bisect
        from reference.placement.capacity import dual_value
        from reference.placement.layout import bounds
        from reference.placement.measure import distance_matrix
        from reference.placement.median import geometric_medians
        from reference.placement.planner import improve, plan

        tell(f"{STARTS + 1} starts", 0, len(meters))
        most, fewest = bounds(len(meters), devices, capacity)
        halves = geometric_medians(meters, bisect(meters, most, seed), devices).points
        exact = min(
            plan(layout, devices, capacity=capacity, seed=seed, starts=STARTS),
            improve(layout, halves, most, fewest, seed=seed, start=STARTS),
            key=lambda each: each.history[-1],
        )
        bound = dual_value(distance_matrix(meters, exact.placement.devices), exact.prices, most, fewest)
        engine = f"all {len(meters) * devices:,} pairs, the best of {STARTS} k-means++ starts and one of halves"
        at, owner = exact.placement.devices, exact.placement.owner
        return Placed("capacity", engine, at, owner, bound, exact.history, unchecked)
    from reference.placement.scale import place as place_many

    many = place_many(layout, devices, capacity=capacity, seed=seed, tell=tell)
    engine = f"few arcs a meter, bounded over all {len(meters) * devices:,} pairs; one start, of halves"
    at, owner = many.placement.devices, many.placement.owner
    return Placed("capacity", engine, at, owner, many.assigned.bound, many.history, unchecked)


def _paper(rules: PlacementRules, meters: NDArray[np.float64], devices: int, seed: int, tell: Tell) -> Placed:
    from reference.placement.layout import Layout
    from reference.placement.loop import published
    from reference.placement.rules import LoopRules

    _refuse_large(len(meters), devices, "paper")
    tell("the paper's loop", 0, len(meters))
    chosen = LoopRules(rules.stop_rule, rules.final_position, rules.empty_cluster)
    run = published(Layout(meters), devices, chosen, seed)
    engine = f"from random points, {run.rounds} rounds, then {ENDINGS[run.outcome.value]}"
    at, owner = run.placement.devices, run.placement.owner
    return Placed("paper", engine, at, owner, None, run.history, (UNBOUNDED, LOCAL, OBSTACLES))


ENDINGS = {
    "stopped": "its stop rule was met",
    "repeats": "cut off: the same centres came back, and its stop rule is never met",
    "bound": "cut off: its stop rule was not met",
}


def _kmeans(meters: NDArray[np.float64], devices: int, seed: int, tell: Tell) -> Placed:
    from reference.placement.layout import Layout
    from reference.placement.loop import loop
    from reference.placement.rules import LoopRules
    from reference.placement.starts import plus_plus

    _refuse_large(len(meters), devices, "kmeans")
    tell("K-means", 0, len(meters))
    layout = Layout(meters)
    run = loop(layout, plus_plus(layout, devices, seed), LoopRules(centre="centroid", final_position="centroid"))
    engine = f"from a k-means++ start, {run.rounds} rounds, then {ENDINGS[run.outcome.value]}"
    at, owner = run.placement.devices, run.placement.owner
    return Placed("kmeans", engine, at, owner, None, run.history, (UNBOUNDED, LOCAL, OBSTACLES))


def _refuse_large(meters: int, devices: int, method: str) -> None:
    if meters * devices > LOOP_PAIRS:
        raise InputError(
            f"{meters:,} meters and {devices:,} devices are too many pairs for {method}",
            allowed=f"--method capacity, or at most {LOOP_PAIRS:,} pairs",
        )
