"""The cheapest assignment of meters to devices under bounds on their loads, exact, with prices that prove it.

Every meter starts at its cheapest device. Devices above their bound then give meters away, and devices below theirs
take some, each time along the cheapest chain of moves (successive shortest paths; Ahuja, Magnanti and Orlin 1993,
section 9.7). The chains run in a graph of N + 1 nodes: the devices, where an arc costs what its cheapest meter pays
for the move, and the ground, which stands for slack. So the work grows with the meters that have to move and with N,
not with M x M.

The proof is the dual of the transport problem. Device k asks `prices[k]`, and every meter pays distance and price
where that sum is least: for any prices at all, what the meters pay less what full devices take is a lower bound on
the cost of any assignment (`dual_value`). At the prices found here the bound is met.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from meterproof.errors import InputError
from reference.placement.layout import Floats, Ints

RELATIVE_TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class Assignment:
    """An owner for each of M meters, a price for each of N devices, the cost, and how many chains it took."""

    owner: Ints
    prices: Floats
    cost: float
    chains: int


def assign(cost: Floats, most: Ints, fewest: Ints) -> Assignment:
    """The assignment of least cost with `fewest` <= loads <= `most`; `cost` is M x N, finite.

    The bounds are those that `layout.bounds` has found feasible. Equal costs go to the lowest index. A price is above
    0 only where the load is `most`, and below 0 only where it is `fewest`. Raises InputError for bounds that do not
    add up.
    """
    meters = len(cost)
    if not fewest.sum() <= meters <= most.sum() or (fewest > most).any():
        allowed = f"{meters} meters between the sums of the bounds"
        raise InputError(f"loads from {fewest.sum()} to {most.sum()} in all", allowed=allowed)
    owner: Ints = cost.argmin(axis=1)
    graph = _Residual(cost, owner, most, fewest)
    chains = 0
    while (chain := graph.cheapest_chain()) is not None:
        graph.push(chain)
        chains += 1
    return Assignment(owner, graph.prices(), float(cost[np.arange(meters), owner].sum()), chains)


def dual_value(cost: Floats, prices: Floats, most: Ints, fewest: Ints) -> float:
    """A lower bound on the cost of any assignment within the bounds, whatever the prices (weak duality)."""
    paid = (cost + prices).min(axis=1).sum()
    return float(paid - (most * np.maximum(prices, 0.0) + fewest * np.minimum(prices, 0.0)).sum())


def prices_of(cost: Floats, owner: Ints, most: Ints, fewest: Ints) -> Floats:
    """Prices for an assignment that somebody else made; they prove it optimal if and only if it is."""
    return _Residual(cost, owner.copy(), most, fewest).prices()


class _Residual:
    """What moves an assignment still allows, and what each costs. The ground is node N.

    `arc[i, k]` is the least that a meter of device i pays to move to k. An arc to the ground is there if a device may
    take one meter more, an arc from it if a device may lose one; both are free.
    """

    def __init__(self, cost: Floats, owner: Ints, most: Ints, fewest: Ints) -> None:
        self.cost, self.owner, self.most, self.fewest = cost, owner, most, fewest
        self.devices = cost.shape[1]
        self.loads = np.bincount(owner, minlength=self.devices)
        self.arc = np.full((self.devices + 1, self.devices + 1), np.inf)
        self.tolerance = RELATIVE_TOLERANCE * float(1.0 + np.abs(cost).max(initial=0.0))
        for device in range(self.devices):
            self._refresh(device)

    def _refresh(self, device: int) -> None:
        members = np.flatnonzero(self.owner == device)
        extra = self.cost[members] - self.cost[members, device][:, None]
        self.arc[device, :-1] = extra.min(axis=0, initial=np.inf)
        self.arc[device, device] = np.inf
        self.arc[device, -1] = 0.0 if self.loads[device] < self.most[device] else np.inf
        self.arc[-1, device] = 0.0 if self.loads[device] > self.fewest[device] else np.inf

    def cheapest_chain(self) -> list[int] | None:
        """The cheapest chain of nodes from one with too many meters to one with too few, or None if there is none.

        The ground makes up what devices alone don't: it takes meters if more are too many than are missing, and gives
        them otherwise.
        """
        over = np.maximum(self.loads - self.most, 0)
        under = np.maximum(self.fewest - self.loads, 0)
        if not over.any() and not under.any():
            return None
        ground = int(over.sum() - under.sum())
        source = np.append(over > 0, ground < 0)
        target = np.append(under > 0, ground > 0)
        distance, before = self._shortest(np.where(source, 0.0, np.inf))
        node = int(np.where(target, distance, np.inf).argmin())
        chain = [node]
        while before[node] >= 0:
            node = int(before[node])
            chain.append(node)
        return chain[::-1]

    def push(self, chain: list[int]) -> None:
        """Move one meter along each arc of the chain."""
        for giver, taker in pairwise(chain):
            if self.devices in (giver, taker):
                continue
            members = np.flatnonzero(self.owner == giver)
            self.owner[members[(self.cost[members, taker] - self.cost[members, giver]).argmin()]] = taker
            self.loads[giver] -= 1
            self.loads[taker] += 1
        for device in chain:
            if device != self.devices:
                self._refresh(device)

    def prices(self) -> Floats:
        """What one meter more of capacity would save at each device: the cost of its cheapest chain to the ground.

        Where no device can take a meter, only differences of prices matter, and the lowest is 0. A device that can own
        none asks more than anyone would pay.
        """
        start = np.full(self.devices + 1, np.inf)
        start[-1] = 0.0
        found = self._shortest(start, self.arc.T)[0][:-1]
        if not np.isfinite(found).any():
            found = self._shortest(np.zeros(self.devices + 1), self.arc.T)[0][:-1]
            found -= found.min()
        return np.where(np.isfinite(found), found, found.max(initial=0.0, where=np.isfinite(found)) + np.ptp(self.cost))

    def _shortest(self, start: Floats, arc: Floats | None = None) -> tuple[Floats, Ints]:
        """Bellman and Ford: distances from the start and each node's node before, -1 where a chain begins."""
        arc = self.arc if arc is None else arc
        distance, before = start.copy(), np.full(len(start), -1, dtype=np.int64)
        for _ in range(len(start)):
            through = distance[:, None] + arc
            best = through.min(axis=0)
            better = best < distance - self.tolerance
            if not better.any():
                break
            before[better] = through.argmin(axis=0)[better]
            distance[better] = best[better]
        return distance, before
