"""Figs. 4 and 5 again, on many layouts and seeds instead of one: every method on the same layouts, run by run.

The paper compares one run of each method by the variance of 13 loads. Two runs of one method differ as much (ZK-C14),
so nothing here rests on one: `trials` gives the runs, `summary` says what they allow to be said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reference.placement.baselines import area_voronoi, grid, k_means, k_medoids, one_shot_voronoi
from reference.placement.join import Joined, Refusal, join
from reference.placement.layout import Layout, Placement
from reference.placement.loop import Outcome, loop, published
from reference.placement.measure import Measures, measure
from reference.placement.planner import plan
from reference.placement.rules import CHARITABLE, HARDENED, LITERAL, LoopRules
from reference.placement.starts import plus_plus
from reference.placement.storm import recluster_join
from reference.placement.streams import stream
from reference.placement.synthetic import FAMILIES, Family

DEVICES = 13
CAPACITY = 25
MEANS = LoopRules("successive-medians", "centroid", "kept", "centroid")
"""The loop with plain K-means' step 4."""
PRINTED = ("18.74", "25.74", "158.58")
"""The printed variances (3.1, B1.3): K-means, Voronoi, 1 km grid."""


@dataclass(frozen=True)
class Method:
    """A way to place 13 devices (the grid: one a cell) on a layout, from a seed."""

    name: str
    place: Callable[[Layout, int], Placement]


METHODS = (
    Method("the paper's loop", lambda layout, seed: published(layout, DEVICES, LITERAL, seed).placement),
    Method("its loop with means", lambda layout, seed: published(layout, DEVICES, MEANS, seed).placement),
    Method("its loop, k-means++ start", lambda layout, seed: _from_plus_plus(layout, seed)),
    Method("K-means, 1 start", lambda layout, seed: k_means(layout, DEVICES, seed)),
    Method("K-means, 10 starts", lambda layout, seed: k_means(layout, DEVICES, seed, starts=10)),
    Method("k-medoids", lambda layout, seed: k_medoids(layout, DEVICES, seed)),
    Method("Voronoi, random sites", lambda layout, seed: one_shot_voronoi(layout, DEVICES, seed)),
    Method("Voronoi, area-centred", lambda layout, seed: area_voronoi(layout, DEVICES, seed)),
    Method("1 km grid, 16 cells", lambda layout, seed: grid(layout)),
    Method("1 km grid, cells with meters", lambda layout, seed: grid(layout, empty=False)),
    Method("capacity 25", lambda layout, seed: plan(layout, DEVICES, capacity=CAPACITY, seed=seed).placement),
    Method("even loads", lambda layout, seed: _even(layout, seed)),
)


@dataclass(frozen=True)
class Trial:
    """One run: layout and start by their seeds, the placement's numbers, and the meters that are beyond capacity 25."""

    family: str
    layout: int
    seed: int
    method: str
    measures: Measures
    beyond: int


@dataclass(frozen=True)
class StormTrial:
    """What one newcomer changes: in the paper's way (`fewest` and `by_index` as in `storm`), and in ours.

    `moved` meters change device when it joins a placement within capacity under a reach and a budget; None if refused.
    """

    family: str
    layout: int
    fewest: int
    by_index: int
    moved: int | None


@dataclass(frozen=True)
class Ending:
    """How the loop ended with one stop rule on one layout, and after how many rounds."""

    stop_rule: str
    outcome: Outcome
    rounds: int


def trials(
    layouts: int,
    seeds: int,
    seed: int,
    *,
    methods: Sequence[Method] = METHODS,
    families: dict[str, Family] = FAMILIES,
) -> Iterator[Trial]:
    """Run every method on `layouts` layouts of every family, with `seeds` starts each, all drawn from `seed`."""
    for family, draw in families.items():
        for number in range(layouts):
            layout = draw(_number("layout", seed, number))
            for start in range(seeds):
                for method in methods:
                    placement = method.place(layout, _number("start", seed, number, start))
                    beyond = int(np.maximum(placement.loads - CAPACITY, 0).sum())
                    yield Trial(family, number, start, method.name, measure(layout, placement), beyond)


def storms(
    layouts: int, seed: int, *, reach: float = 1.0, budget: int = 5, families: dict[str, Family] = FAMILIES
) -> Iterator[StormTrial]:
    """Let one newcomer into each layout, uniform in the district, in both ways."""
    for family, draw in families.items():
        for number in range(layouts):
            layout = draw(_number("layout", seed, number))
            box = layout.district
            x, y = stream("newcomer", seed, number).uniform(box.low, box.high)
            before = published(layout, DEVICES, LITERAL, _number("start", seed, number, 0)).placement
            storm = recluster_join(layout, before, (x, y), LITERAL, _number("again", seed, number))
            planned = plan(layout, DEVICES, capacity=CAPACITY, seed=_number("start", seed, number, 0)).placement
            joined = join(layout, planned, (x, y), capacity=CAPACITY, budget=budget, reach=reach)
            match joined:
                case Joined(moved=meters):
                    moved: int | None = len(meters)
                case Refusal():
                    moved = None
            yield StormTrial(family, number, storm.fewest, storm.by_index, moved)


def endings(layouts: int, seed: int, *, families: dict[str, Family] = FAMILIES) -> Iterator[Ending]:
    """Run the loop with each variant's rules from the same starts."""
    for draw in families.values():
        for number in range(layouts):
            layout = draw(_number("layout", seed, number))
            for rules in (LITERAL, CHARITABLE, HARDENED):
                run = published(layout, DEVICES, rules, _number("start", seed, number, 0))
                yield Ending(rules.stop_rule, run.outcome, run.rounds)


def _from_plus_plus(layout: Layout, seed: int) -> Placement:
    return loop(layout, plus_plus(layout, DEVICES, seed), HARDENED).placement


def _even(layout: Layout, seed: int) -> Placement:
    fewest, rest = divmod(len(layout), DEVICES)
    return plan(layout, DEVICES, capacity=fewest + (rest > 0), lower=fewest, seed=seed).placement


def _number(purpose: str, seed: int, *index: int) -> int:
    """A seed for one use, of 31 bits, which every library takes."""
    return int(stream(purpose, seed, *index).integers(2**31))
