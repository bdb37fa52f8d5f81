"""The plan with the least L_load (8): by trying all of them where they are few, else as mixed-integer programs.

L_load is E Q - S^2 over E^2, with E links, Q the sum of B^2 and S the sum of B. S depends on the total T of rate times
hops alone, so that with T fixed what is left is Q: separable and convex in the links' loads, which are whole multiples
of the rates' greatest common divisor. Each T gives one linear program in binary choices of paths: a link's load is a
sum of unit increments whose costs grow. A T is skipped when not even T spread over the links without regard to
routes beats what is known.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import gcd, prod

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from meterproof.errors import InputError
from reference.routing.ground import Ground
from reference.routing.network import Plan
from reference.routing.placement import Placement, scaled_variance

LARGEST_BRUTE_FORCE = 2_000_000
"""Combinations of paths that brute force agrees to try."""
LARGEST_PROGRAM = 40_000
"""Unit increments of a program: links times units that may lie on them."""


@dataclass(frozen=True)
class Optimum:
    """The best plan and its variance of idle bandwidth, (packet/s)^2; None where there is no plan.

    `proved`: every T was solved to the end (by the program's floating-point bounds) or skipped with reason, over
    complete lists of paths. `solved` and `skipped` count the totals T.
    """

    plan: Plan | None
    variance: Fraction | None
    proved: bool
    solved: int = 0
    skipped: int = 0


def brute_force(ground: Ground) -> Optimum:
    """The optimum by trying every combination of paths. Raises InputError for too many of them, or incomplete lists."""
    lists = [ground.candidates(demand) for demand in range(len(ground.rates))]
    combinations = prod(len(each.links) for each in lists)
    if combinations > LARGEST_BRUTE_FORCE or not all(each.complete for each in lists):
        raise InputError(f"{combinations:,} combinations of paths", allowed=f"{LARGEST_BRUTE_FORCE:,} for brute force")
    best: tuple[int, Plan] | None = None
    for rows in product(*(range(len(each.links)) for each in lists)):
        at = Placement(ground)
        for demand, row in enumerate(rows):
            if not at.fits(demand, lists[demand].links[row]):
                break
            at.put(demand, lists[demand].nodes[row], lists[demand].links[row])
        else:
            value = scaled_variance(at)
            if best is None or value < best[0]:
                best = value, ground.plan(at.chosen)
    if best is None:
        return Optimum(None, None, True)
    return Optimum(best[1], _variance(ground, best[0]), True)


def _variance(ground: Ground, value: int) -> Fraction:
    return Fraction(value, len(ground.links) ** 2) * ground.unit**2


def optimum(ground: Ground, start: Placement | None = None, seconds: float = 60.0) -> Optimum:
    """The optimum, by one program for each total T. `start` is a plan that is known, whose value prunes.

    Each program has `seconds`; the result is not `proved` when one of them runs out of it. Raises InputError when the
    rates have so small a common divisor that the increments are too many, and where whole routes have a bound on
    delay: that is not in these programs.
    """
    limits = ground.problem.limits
    if limits.delay is not None and limits.delay_bound == "path":
        raise InputError("the optimum under a bound on the delay of whole routes", allowed="no bound, or one a link")
    if not ground.rates:
        at = Placement(ground)
        return Optimum(ground.plan(()), _variance(ground, scaled_variance(at)), True)
    program = _Program(ground)
    best = None if start is None else (scaled_variance(start), start.chosen)
    proved, solved, skipped = all(ground.candidates(d).complete for d in range(len(ground.rates))), 0, 0
    for total in sorted(program.totals(), key=lambda each: (program.bound(each), each)):
        if best is not None and program.bound(total) >= best[0]:
            skipped += 1
            continue
        solved += 1
        found, ended = program.solve(total, seconds)
        proved = proved and ended
        if found is not None and (best is None or scaled_variance(found) < best[0]):
            best = scaled_variance(found), found.chosen
    if best is None:
        return Optimum(None, None, proved, solved, skipped)
    return Optimum(ground.plan(best[1]), _variance(ground, best[0]), proved, solved, skipped)


class _Program:
    """The programs of one problem, which differ in T only. Loads are counted in `step`, the rates' common divisor."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.step = gcd(*ground.rates) or 1
        self.weights = [rate // self.step for rate in ground.rates]
        self.lists = [ground.candidates(demand) for demand in range(len(ground.rates))]
        units = sum(self.weights)
        room = [limit - load for limit, load in zip(ground.limit, ground.before, strict=True)]
        self.most = [max(0, min(units, each // self.step)) for each in room]
        if sum(self.most) > LARGEST_PROGRAM:
            raise InputError(
                f"{sum(self.most):,} units of load on links", allowed=f"{LARGEST_PROGRAM:,} for the optimum"
            )
        self.idle = [of - load for of, load in zip(ground.capacity, ground.before, strict=True)]
        self._bounds: Mapping[int, int] | None = None

    def cost(self, link: int, units: int) -> int:
        """What the link's units-th unit adds to Q."""
        before = self.idle[link] - (units - 1) * self.step
        return (before - self.step) ** 2 - before**2

    def totals(self) -> list[int]:
        """The totals of weight times hops that some choice of paths has."""
        sums = {0}
        for weight, each in zip(self.weights, self.lists, strict=True):
            sums = {total + weight * int(hops) for total in sums for hops in np.unique(each.hops)}
        return sorted(sums)

    def bound(self, total: int) -> int:
        """No plan of this total has less: E Q - S^2 with the units where they are cheapest."""
        if self._bounds is None:
            self._bounds = dict(self._fill())
        count = len(self.idle)
        squares = self._bounds.get(total)
        if squares is None:
            return max(self._bounds.values()) * count + count * sum(each * each for each in self.idle)
        return count * squares - (sum(self.idle) - total * self.step) ** 2

    def _fill(self) -> Iterator[tuple[int, int]]:
        """The least Q of every total that the links can take: the cheapest unit first, as costs of a link grow."""
        squares, total = sum(each * each for each in self.idle), 0
        heap = [(self.cost(link, 1), link, 1) for link, most in enumerate(self.most) if most]
        heapq.heapify(heap)
        yield total, squares
        while heap:
            cost, link, units = heapq.heappop(heap)
            squares, total = squares + cost, total + 1
            yield total, squares
            if units < self.most[link]:
                heapq.heappush(heap, (self.cost(link, units + 1), link, units + 1))

    def solve(self, total: int, seconds: float) -> tuple[Placement | None, bool]:
        """The best plan of this total, and whether the program was solved to its end."""
        choices = [(demand, row) for demand, each in enumerate(self.lists) for row in range(len(each.links))]
        increments = [(link, units) for link, most in enumerate(self.most) for units in range(1, most + 1)]
        entries: list[tuple[int, int, int]] = []
        for column, (demand, row) in enumerate(choices):
            entries.append((demand, column, 1))
            entries += [
                (len(self.lists) + link, column, self.weights[demand]) for link in self.lists[demand].links[row]
            ]
            entries.append(
                (len(self.lists) + len(self.idle), column, self.weights[demand] * int(self.lists[demand].hops[row]))
            )
        entries += [(len(self.lists) + link, len(choices) + column, -1) for column, (link, _) in enumerate(increments)]
        rows, columns, values = zip(*entries, strict=True)
        right = np.array([1] * len(self.lists) + [0] * len(self.idle) + [total], dtype=float)
        width = len(choices) + len(increments)
        matrix = coo_array((values, (rows, columns)), shape=(len(right), width)).tocsc()
        scale = max(1, max((abs(self.cost(link, units)) for link, units in increments), default=1))
        found = milp(
            np.array([0.0] * len(choices) + [self.cost(link, units) / scale for link, units in increments]),
            integrality=np.array([1] * len(choices) + [0] * len(increments)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, right, right),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if found.x is None:
            return None, found.status == 2
        chosen: dict[int, int] = defaultdict(int)
        for (demand, row), taken in zip(choices, found.x, strict=False):
            if taken > 0.5:
                chosen[demand] = row
        at = Placement(self.ground)
        for demand, each in enumerate(self.lists):
            at.put(demand, each.nodes[chosen[demand]], each.links[chosen[demand]])
        return at, found.status == 0
