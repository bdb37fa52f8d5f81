"""Placement for many meters: `python -m benchmarks.placement_scale 10000 100000 --layouts uniform towns`.

One row a size and layout, in a process of its own, so that its peak memory is its own: seconds on the clock and of
the processor, with one thread, the gap to the least possible at these devices, and the mean distance. Positions are
drawn from the seed; these meters do not exist. Before the clock starts, a small layout has compiled what is compiled.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from reference.placement.layout import Layout
from reference.placement.scale import place

DENSITY = 300 / 14.0
"""Meters a square kilometre: the 300 on 3.5 km x 4 km of Zhai et al. (B1.1)."""
TOWN, SPREAD = 500, 0.25
"""Meters of a town on average, and how far they lie from its centre (standard deviation, km)."""


def uniform(meters: int, seed: int) -> NDArray[np.float64]:
    """Meters independently and uniformly in a square."""
    side = np.sqrt(meters / DENSITY)
    return np.random.default_rng(seed).uniform(0, side, (meters, 2))


def towns(meters: int, seed: int) -> NDArray[np.float64]:
    """Meters about the centres of towns, whose sizes are as uneven as Pareto's law with exponent 1.2 has it."""
    random = np.random.default_rng(seed)
    centres = random.uniform(0, np.sqrt(meters / DENSITY), (max(20, meters // TOWN), 2))
    shares = random.pareto(1.2, len(centres)) + 0.1
    chosen = random.choice(len(centres), meters, p=shares / shares.sum())
    return centres[chosen] + random.normal(0, SPREAD, (meters, 2))


LAYOUTS: dict[str, Callable[[int, int], NDArray[np.float64]]] = {"uniform": uniform, "towns": towns}


def row(layout: str, meters: int, devices: int, capacity: int, seed: int) -> dict[str, object]:
    """One placement, measured."""
    place(Layout(uniform(500, seed)), 25, capacity=22, seed=seed)
    drawn = Layout(LAYOUTS[layout](meters, seed))
    begun, worked = time.perf_counter(), time.process_time()
    told = [""]

    def tell(stage: str, done: int, total: int) -> None:
        if stage != told[0]:
            told[0] = stage
            print(f"{time.perf_counter() - begun:8.1f} s  {stage}", file=sys.stderr, flush=True)

    plan = place(drawn, devices, capacity=capacity, seed=seed, tell=tell)
    return {
        "layout": layout,
        "meters": meters,
        "devices": devices,
        "capacity": capacity,
        "largest load": int(plan.placement.loads.max()),
        "rounds": len(plan.history),
        "km a meter": round(plan.assigned.cost / meters, 5),
        "gap": plan.assigned.gap,
        "seconds": round(time.perf_counter() - begun, 1),
        "processor seconds": round(time.process_time() - worked, 1),
        "peak MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "load of the machine": round(os.getloadavg()[1], 1),
    }


def rows(sizes: list[int], layouts: list[str], each: int, capacity: int, seed: int) -> Iterator[dict[str, object]]:
    """All sizes and layouts, each in a fresh process."""
    for meters in sizes:
        for layout in layouts:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                yield alone.submit(row, layout, meters, -(-meters // each), capacity, seed).result()


def main() -> None:
    """Print the rows as they come."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("meters", type=int, nargs="*", default=[10_000, 100_000])
    options.add_argument("--layouts", nargs="+", choices=LAYOUTS, default=list(LAYOUTS))
    options.add_argument("--each", type=int, default=25, help="meters a device on average")
    options.add_argument("--capacity", type=int, default=25)
    options.add_argument("--seed", type=int, default=0)
    asked = options.parse_args()
    for each in rows(asked.meters, asked.layouts, asked.each, asked.capacity, asked.seed):
        print(", ".join(f"{name} {value}" for name, value in each.items()), flush=True)


if __name__ == "__main__":
    main()
