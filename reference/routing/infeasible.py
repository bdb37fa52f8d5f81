"""Proofs that no plan exists, each of which can be checked again: `holds` knows nothing of how it was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from reference.routing.backtracking import backtrack
from reference.routing.cuts import Cut, cut, some_sides
from reference.routing.delay import exact_seconds
from reference.routing.ground import Ground
from reference.routing.objectives import balance
from reference.routing.paths import distances, lightest, widest
from reference.routing.smt import EFFORT, integral_flow

ROUNDS = 200
"""Linear programs that the search for link weights solves at most."""
WEIGHT = 10**6
"""The largest weight of a link, after rounding."""


@dataclass(frozen=True)
class TooFar:
    """A demand whose target is more hops away than H_max."""

    demand: str
    hops: int
    allowed: int

    def words(self) -> str:
        """The proof in one sentence."""
        return f"{self.demand} needs {self.hops} hops at least, and {self.allowed} are allowed"


@dataclass(frozen=True)
class TooSlow:
    """A demand whose every route takes longer than T_max even when no other demand is routed."""

    demand: str
    seconds: Fraction
    allowed: Fraction

    def words(self) -> str:
        """The proof in one sentence."""
        least, bound = float(self.seconds) * 1000, float(self.allowed) * 1000
        return f"{self.demand} takes {least:.6g} ms at least, with the links to itself, and {bound:.6g} ms are allowed"


@dataclass(frozen=True)
class Weights:
    """Weights of the links by which the demands need more than the links admit (Farkas; Onaga, Kakusho and Iri).

    Each demand's rate times its target's distance, summed, exceeds the links' rooms times their weights, summed. No
    routing exists then, split or not.
    """

    weights: tuple[tuple[str, int], ...]
    needed: Fraction
    admitted: Fraction

    def words(self) -> str:
        """The proof in one sentence."""
        weights = ", ".join(f"{link} {weight}" for link, weight in self.weights)
        return (
            f"with links weighed {weights}, the demands need {float(self.needed):.6g} at least (rate times weight on "
            f"the lightest way), and the links admit {float(self.admitted):.6g}"
        )


@dataclass(frozen=True)
class Exhausted:
    """All plans were looked at, by a search that tried so many paths."""

    tries: int

    def words(self) -> str:
        """The proof in one sentence."""
        return f"all plans were looked at: {self.tries:,} paths were tried, one demand after another"


@dataclass(frozen=True)
class Unsatisfiable:
    """z3 finds no integral flow; `aggregated` as in `smt.Answer`."""

    aggregated: bool

    def words(self) -> str:
        """The proof in one sentence."""
        what = "all demands as one flow of whole units" if self.aggregated else "each demand as a flow of 0 or 1"
        return f"z3 proves that no flow exists: {what}, conserved at every node, within what each link admits"


Proof = Cut | TooFar | TooSlow | Weights | Exhausted | Unsatisfiable


def rooms(ground: Ground) -> list[int]:
    """What each link still admits of all demands together, in the ground's unit."""
    return [max(limit - load, 0) for limit, load in zip(ground.limit, ground.before, strict=True)]


def quick_proof(ground: Ground) -> Proof | None:
    """A proof about one demand, or by one of some cuts; None if there is none of these."""
    return next(_alone(ground), None) or next(_by_cuts(ground), None)


def _alone(ground: Ground) -> Iterator[Proof]:
    """What is wrong with a demand even without the others."""
    limits, room = ground.problem.limits, rooms(ground)
    for number, (demand, (source, target)) in enumerate(zip(ground.problem.demands, ground.pairs, strict=True)):
        rate, away = ground.rates[number], distances(ground.arcs, source)
        reached = [node for node, hops in enumerate(away) if hops < float("inf")]
        if target not in reached:
            yield from _given(cut(ground, reached, room))
            continue
        width, side = widest(ground.arcs, source, target, room)
        if width < rate:
            yield from _given(cut(ground, side, room))
        if limits.hops is not None and away[target] > limits.hops:
            yield TooFar(demand.name, int(away[target]), limits.hops)
        if limits.delay is not None and limits.delay_bound == "path":
            least = _least_seconds(ground, number)
            if least is not None and least > limits.delay:
                yield TooSlow(demand.name, least, limits.delay)


def _given(found: Proof | None) -> Iterator[Proof]:
    if found is not None:
        yield found


def _least_seconds(ground: Ground, demand: int) -> Fraction | None:
    """The least delay of any route of the demand alone, exact; None if it is too far away."""
    source, target = ground.pairs[demand]
    about = [ground.delay(n, load + ground.rates[demand]) for n, load in enumerate(ground.before)]
    least, walk = lightest(ground.arcs, source, target, about, int(ground.hops))
    bound = ground.problem.limits.delay
    if walk is None or bound is None or least < float(bound) * (1 - 1e-9):
        return None
    exact = [
        exact_seconds(link, (load + ground.rates[demand]) * ground.unit, ground.problem.limits)
        for link, load in zip(ground.links, ground.before, strict=True)
    ]
    found, _ = lightest(ground.arcs, source, target, exact, int(ground.hops))
    return Fraction(found)


def _by_cuts(ground: Ground) -> Iterator[Proof]:
    room = rooms(ground)
    for side in some_sides(ground):
        yield from _given(cut(ground, side, room))


def proof_by_weights(ground: Ground) -> Proof | None:
    """A cut or weights of links, from the dual of the linear program that routes the demands split; None if there
    is none. The program is solved in floats, its answer is rounded and holds exactly or is not given."""
    room = rooms(ground)
    weights = _dual(ground, room)
    if weights is None:
        return None
    for source in sorted({source for source, _ in ground.pairs}):
        for side in _balls(ground, weights, source):
            if (found := cut(ground, side, room)) is not None:
                return found
    needed, admitted = _weighed(ground, weights, room)
    if needed <= admitted:
        return None
    told = tuple((str(link), weight) for link, weight in zip(ground.links, weights, strict=True) if weight)
    return Weights(told, needed * ground.unit, admitted * ground.unit)


def _weighed(ground: Ground, weights: list[int], room: list[int]) -> tuple[int, int]:
    """What the demands need and the links admit; exact."""
    needed = 0
    for (source, target), rate in zip(ground.pairs, ground.rates, strict=True):
        distance, walk = lightest(ground.arcs, source, target, weights, int(ground.hops))
        if walk is None:
            return 1, 0
        needed += rate * distance
    return needed, sum(weight * each for weight, each in zip(weights, room, strict=True))


def _balls(ground: Ground, weights: list[int], source: int) -> Iterator[set[int]]:
    """Sides of nodes within some weighted distance of the source."""
    nodes = range(len(ground.number))
    away = [lightest(ground.arcs, source, node, weights, len(nodes))[0] for node in nodes]
    for radius in sorted(set(away))[:-1]:
        yield {node for node in nodes if away[node] <= radius}


def _dual(ground: Ground, room: list[int]) -> list[int] | None:
    """Weights of links that may prove infeasibility, rounded; None if the demands can be routed split.

    The greatest share theta of all demands that can be routed, over paths that are generated as the duals ask.
    """
    demands = range(len(ground.rates))
    paths = [(d, lightest(ground.arcs, *ground.pairs[d], [1] * len(room), int(ground.hops))[1]) for d in demands]
    for _ in range(ROUNDS):
        entries = [(d, 0, float(ground.rates[d])) for d in demands]
        for column, (d, links) in enumerate(paths, 1):
            assert links is not None
            entries.append((d, column, -1.0))
            entries += [(len(demands) + link, column, 1.0) for link in links]
        rows, columns, values = zip(*entries, strict=True)
        shape = (len(demands) + len(room), 1 + len(paths))
        found = linprog(
            [-1.0] + [0.0] * len(paths),
            A_ub=coo_array((values, (rows, columns)), shape=shape).tocsr(),
            b_ub=np.array([0.0] * len(demands) + [float(each) for each in room]),
            bounds=[(0, 1)] + [(0, None)] * len(paths),
            method="highs",
        )
        if found.status != 0 or found.x[0] > 1 - 1e-9:
            return None
        dual = np.maximum(-found.ineqlin.marginals, 0.0)
        share, weights = dual[: len(demands)], dual[len(demands) :]
        new = []
        for d in demands:
            least, links = lightest(ground.arcs, *ground.pairs[d], list(map(float, weights)), int(ground.hops))
            if least < share[d] - 1e-12 * max(1.0, share[d]) and (d, links) not in paths:
                new.append((d, links))
        if not new:
            scale = WEIGHT / max(float(weights.max()), 1e-300)
            return [round(float(each) * scale) for each in weights]
        paths += new
    return None


def proof_by_search(ground: Ground, most_tries: int) -> Exhausted | None:
    """All plans looked at, if that takes so many tries at most and finds none."""
    searched = backtrack(ground, balance, most_tries)
    return Exhausted(searched.tries) if searched.exhausted else None


def holds(ground: Ground, proof: Proof, effort: int = EFFORT) -> bool:
    """Whether a proof is one for this problem, checked anew by its own kind of argument."""
    limits, room = ground.problem.limits, rooms(ground)
    if isinstance(proof, Cut):
        return cut(ground, [ground.number[node] for node in proof.side], room) == proof
    if isinstance(proof, Weights):
        by_name = dict(proof.weights)
        needed, admitted = _weighed(ground, [by_name.get(str(link), 0) for link in ground.links], room)
        told = needed * ground.unit, admitted * ground.unit
        return needed > admitted and told == (proof.needed, proof.admitted)
    if isinstance(proof, Exhausted):
        return backtrack(ground, balance, proof.tries + 1).exhausted
    if isinstance(proof, Unsatisfiable):
        return integral_flow(ground, effort).says == "none"
    number = next(n for n, demand in enumerate(ground.problem.demands) if demand.name == proof.demand)
    if isinstance(proof, TooFar):
        source, target = ground.pairs[number]
        return limits.hops == proof.allowed < proof.hops == distances(ground.arcs, source)[target]
    least = _least_seconds(ground, number)
    return least is not None and least == proof.seconds > proof.allowed and proof.allowed == limits.delay
