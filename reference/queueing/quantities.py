"""What a queue is given and what is told of it, each with its unit.

A packet that finds M packets in the system, the one in service included, is lost; any other is served first come
first served. Arrivals are Poisson, so by PASTA the share of packets that is lost is the share of time in which the
system is full.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NewType

from meterproof.errors import InputError

PerSecond = NewType("PerSecond", float)
"""A rate in packets a second."""
Seconds = NewType("Seconds", float)
"""A time in seconds."""
Packets = NewType("Packets", float)
"""A mean number of packets."""
Probability = NewType("Probability", float)
"""A share of packets or of time, from 0 to 1."""

Service = Literal["exponential", "fixed"]
"""How long a packet is served: an exponentially distributed time (M/M/1/M), or always the same (M/D/1/M)."""

LARGEST = 10_000
"""The largest capacity: the states are summed one by one."""


@dataclass(frozen=True)
class Queue:
    """One server: packets a second that arrive and that it can serve, and the most that the system holds.

    Raises InputError for rates that are not positive and finite, whose quotient is none, or a capacity under 1.
    """

    arrivals: PerSecond
    service: PerSecond
    capacity: int

    def __post_init__(self) -> None:
        for name, rate in (("arrival rate", self.arrivals), ("service rate", self.service)):
            if not (math.isfinite(rate) and rate > 0):
                raise InputError(f"{name} of {rate:g} packets a second", allowed="a finite rate above 0")
        if not 1 <= self.capacity <= LARGEST:
            raise InputError(
                f"capacity of {self.capacity} packets, the one in service included", allowed=f"1 to {LARGEST}"
            )
        if not 1e-300 <= self.arrivals / self.service <= 1e300:
            raise InputError(
                f"{self.arrivals:g} and {self.service:g} packets a second", allowed="a quotient from 1e-300 to 1e300"
            )

    @property
    def load(self) -> float:
        """rho, eq. (5): arrivals over service; without unit, and not bounded by 1."""
        return self.arrivals / self.service

    def offered(self, arrivals: float) -> Queue:
        """The same server with other arrivals, in packets a second."""
        return Queue(PerSecond(arrivals), self.service, self.capacity)


@dataclass(frozen=True)
class Measures:
    """A queue in its stationary state.

    `loss` is the share of packets that find the system full; `in_system` (L) and `in_queue` (Lq) are mean numbers with
    and without the packet in service; `accepted` is the effective arrival rate, which is also the rate of departures;
    `utilisation` is the share of time in which the server works; `sojourn` (W) is the mean time from arrival to
    departure of an accepted packet, `waiting` (Wq) that to the start of its service.
    """

    load: float
    loss: Probability
    in_system: Packets
    in_queue: Packets
    accepted: PerSecond
    utilisation: Probability
    sojourn: Seconds
    waiting: Seconds


Solve = Callable[[Queue], Measures]
"""A queue's measures for one distribution of the service time."""


def measured(queue: Queue, weights: Sequence[float]) -> Measures:
    """The measures from the share of time with 0, 1, .., M packets, up to a common factor.

    All is sums of non-negative terms and quotients of such sums, so that no figure is lost, neither at rho = 1 nor far
    from it. W and Wq are by Little's law over the effective rate.
    """
    total = math.fsum(weights)
    number = math.fsum(k * w for k, w in enumerate(weights))
    queued = math.fsum(k * w for k, w in enumerate(weights[1:]))
    room = math.fsum(weights[:-1])
    accepted = queue.arrivals * (room / total)
    return Measures(
        load=queue.load,
        loss=Probability(weights[-1] / total),
        in_system=Packets(number / total),
        in_queue=Packets(queued / total),
        accepted=PerSecond(accepted),
        utilisation=Probability(math.fsum(weights[1:]) / total),
        sojourn=Seconds(number / room / queue.arrivals),
        waiting=Seconds(queued / room / queue.arrivals),
    )
