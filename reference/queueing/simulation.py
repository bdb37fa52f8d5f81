"""Discrete-event simulation of one node, of nodes in series, and of one node with retransmission.

Packets are served first come first served, so one pass over the arrivals does: a packet is lost if the M-th last one
that was accepted has not left yet; one that leaves at the instant of an arrival has left. Estimates are means over
batches of consecutive packets, with Student's interval over the batches; the first packets, which meet an empty system,
are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from meterproof.errors import InputError
from meterproof.packed.jit import compiled
from reference.queueing.quantities import Queue, Seconds, Service

BATCHES = 32
SKIPPED = 10
"""One packet in so many, from the start, is not counted."""
FEWEST, MOST = 10 * BATCHES * SKIPPED, 50_000_000
CONFIDENCE = 0.95

Times = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A mean with the half width of its interval of confidence `CONFIDENCE`."""

    mean: float
    half: float

    @property
    def low(self) -> float:
        """The interval's lower end."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """The interval's upper end."""
        return self.mean + self.half

    def holds(self, value: float, widened: float = 1.0) -> bool:
        """Whether a value is in the interval, made so many times as wide; what differs by rounding alone is."""
        return abs(value - self.mean) <= widened * self.half + 1e-9 * abs(value)


@dataclass(frozen=True)
class Node:
    """One node, as the packets that came to it met it.

    `in_system` is the mean number that an arrival finds: where arrivals are Poisson, the mean over time too (PASTA).
    """

    loss: Estimate
    in_system: Estimate
    sojourn: Estimate
    waiting: Estimate


@dataclass(frozen=True)
class Simulated:
    """A run: each node, and the path over all of them. All times in seconds; `seed` gives the same run again."""

    nodes: tuple[Node, ...]
    delay: Estimate
    loss: Estimate
    packets: int
    seed: int


@dataclass(frozen=True)
class Retried:
    """A run in which lost packets come again: transmissions of a packet and the share of them that is lost; the time
    from a packet's first arrival to its acceptance, and its sojourn time after that, in seconds."""

    transmissions: Estimate
    loss: Estimate
    until_accepted: Estimate
    sojourn: Estimate
    packets: int
    seed: int


def simulate(queue: Queue, service: Service, packets: int, seed: int, hops: int = 1) -> Simulated:
    """Run so many packets over `hops` nodes in series; exponential service is drawn anew at every node.

    Raises InputError for too few or too many packets, or no node.
    """
    _check(packets)
    if hops < 1:
        raise InputError(f"a path of {hops} nodes", allowed="1 or more")
    arrivals, draws = _sources(queue, packets, seed)
    first = at = arrivals
    alive = np.arange(packets)
    nodes = []
    for _ in range(hops):
        work = _work(queue, service, len(at), draws)
        starts, left, found = _node(at, work, queue.capacity)
        nodes.append(_seen(packets, alive, at, starts, left, found))
        kept = ~np.isnan(left)
        alive, at = alive[kept], left[kept]
    delay = np.full(packets, np.nan)
    delay[alive] = at - first[alive]
    return Simulated(tuple(nodes), _estimate(delay), _estimate(np.isnan(delay).astype(float)), packets, seed)


def simulate_retries(
    queue: Queue, service: Service, packets: int, wait: Seconds, seed: int, spread: bool = False
) -> Retried:
    """Run so many new packets through one node; each that is lost comes again until it is accepted.

    It comes again after `wait`, or, with `spread`, after an exponentially distributed time with that mean. Raises
    InputError for lambda >= mu, where those that wait pile up without bound, or a wait that is not positive.
    """
    _check(packets)
    if queue.arrivals >= queue.service:
        raise InputError(
            f"{queue.arrivals:g} packets a second until success at a node that serves {queue.service:g}",
            allowed="an arrival rate below the service rate",
        )
    if not 0 < wait < math.inf:
        raise InputError(f"a retransmission after {wait:g} s", allowed="a time above 0")
    arrivals, draws = _sources(queue, packets, seed)
    work = _work(queue, service, packets, draws)
    tries, until, sojourn = _retrying(arrivals, work, queue.capacity, float(wait), spread, draws)
    sent = np.where(np.isnan(until), np.nan, tries)
    return Retried(_estimate(sent), _ratio(sent - 1, sent), _estimate(until), _estimate(sojourn), packets, seed)


def _work(queue: Queue, service: Service, packets: int, draws: np.random.Generator) -> Times:
    """Service times."""
    mean = 1 / queue.service
    return draws.exponential(mean, packets) if service == "exponential" else np.full(packets, mean)


def _check(packets: int) -> None:
    if not FEWEST <= packets <= MOST:
        raise InputError(f"a simulation of {packets} packets", allowed=f"{FEWEST} to {MOST}")


def _sources(queue: Queue, packets: int, seed: int) -> tuple[Times, np.random.Generator]:
    """Poisson arrival times, and the generator of service times; streams of their own."""
    if seed < 0:
        raise InputError(f"seed {seed}", allowed="0 or more")
    of_arrivals, of_service = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    return np.cumsum(of_arrivals.exponential(1 / queue.arrivals, packets)), of_service


def _seen(packets: int, alive: NDArray[np.intp], at: Times, starts: Times, left: Times, found: Times) -> Node:
    """The node's estimates; batches are of the packets as they first arrived, so that nodes share them."""

    def spread(values: Times) -> Estimate:
        wide = np.full(packets, np.nan)
        wide[alive] = values
        return _estimate(wide)

    return Node(
        loss=spread(np.isnan(left).astype(float)),
        in_system=spread(found),
        sojourn=spread(left - at),
        waiting=spread(starts - at),
    )


def _batches(values: Times) -> Iterable[Times]:
    return np.array_split(values[len(values) // SKIPPED :], BATCHES)


def _estimate(values: Times) -> Estimate:
    """Over the packets that have a value; InputError if none of a batch has one."""
    return _ratio(values, np.where(np.isnan(values), np.nan, 1.0))


def _ratio(above: Times, below: Times) -> Estimate:
    """The mean over batches of the quotient of sums."""
    from scipy.special import stdtrit  # not needed for formulas, and slow to load

    counts = [np.nansum(batch) for batch in _batches(below)]
    if min(counts) == 0:
        raise InputError("a batch in which no packet gets through", allowed="more packets, or a lower load")
    means = np.array([np.nansum(batch) for batch in _batches(above)]) / np.array(counts)
    student = float(stdtrit(BATCHES - 1, (1 + CONFIDENCE) / 2))
    return Estimate(float(means.mean()), student * float(means.std(ddof=1)) / float(np.sqrt(BATCHES)))


@compiled
def _node(at: Times, work: Times, capacity: int) -> tuple[Times, Times, Times]:
    """When each packet starts and leaves (nan: lost), and how many it finds. The ring holds the last M to leave."""
    starts, left, found = np.full(at.size, np.nan), np.full(at.size, np.nan), np.zeros(at.size)
    ring = np.full(capacity, -np.inf)
    accepted, gone, last = 0, 0, -np.inf
    for i in range(at.size):
        while gone < accepted and ring[gone % capacity] <= at[i]:
            gone += 1
        found[i] = accepted - gone
        if accepted - gone == capacity:
            continue
        starts[i] = max(last, at[i])
        last = starts[i] + work[i]
        ring[accepted % capacity] = last
        accepted += 1
        left[i] = last
    return starts, left, found


@compiled
def _retrying(
    at: Times, work: Times, capacity: int, wait: float, spread: bool, draws: np.random.Generator
) -> tuple[Times, Times, Times]:
    """Per packet: transmissions, time to acceptance and sojourn after it (nan: not accepted when arrivals end)."""
    n = at.size
    tries = np.zeros(n)
    until, sojourn = np.full(n, np.nan), np.full(n, np.nan)
    ring = np.full(capacity, -np.inf)
    again = [(np.inf, 0)]
    accepted, gone, last, new = 0, 0, -np.inf, 0
    while new < n:
        now, i = at[new], new
        if again[0][0] <= now:
            now, i = heappop(again)
        else:
            new += 1
        tries[i] += 1
        while gone < accepted and ring[gone % capacity] <= now:
            gone += 1
        if accepted - gone == capacity:
            heappush(again, (now + (draws.exponential(wait) if spread else wait), i))
            continue
        last = max(last, now) + work[accepted]
        ring[accepted % capacity] = last
        accepted += 1
        until[i], sojourn[i] = now - at[i], last - now
    return tries, until, sojourn
