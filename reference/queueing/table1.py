"""Table 1 of Zhai et al. beside what eq. (5) to (7) give, under each reading of the settings that are not printed.

Printed are packets of 360 byte, arrivals of 50 to 200 packets a second, a forwarding rate of 25 Mbit/s, and links of 25
to 128 KByte/s between meters and devices; not printed are the capacity M, the number of nodes r and the wait t_rw. No
reading is claimed to be the paper's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reference.queueing.exponential import exponential
from reference.queueing.quantities import PerSecond, Queue, Seconds
from reference.queueing.series import AT_ONCE, summed

RATES = (50.0, 100.0, 150.0, 200.0)
"""Arrivals, packets a second."""
BUILD = (61.23, 120.58, 200.79, 280.64)
"""Time to build the chain, milliseconds."""
BALANCE = (67.0, 130.7, 197.5, 270.3)
"""Degree of load balance; its unit is not printed."""
PACKET = 8 * 360
"""Bits of a packet."""
FORWARDING = PerSecond(25e6 / PACKET)
"""25 Mbit/s, in packets a second."""

Row = tuple[float, ...]


@dataclass(frozen=True)
class Setting:
    """Nodes that are all alike: their rate, capacity and number, and the wait before a retransmission."""

    service: PerSecond
    capacity: int
    hops: int
    wait: Seconds = AT_ONCE

    def build(self, rates: Row = RATES) -> Row:
        """Eq. (7) for each arrival rate, in milliseconds."""
        return tuple(1000 * summed(self.at(rate), self.hops, exponential, self.wait) for rate in rates)

    def at(self, rate: float) -> Queue:
        """One node's queue at an arrival rate."""
        return Queue(PerSecond(rate), self.service, self.capacity)


@dataclass(frozen=True)
class Reading:
    """One reading: what is assumed, the milliseconds it gives for each row, and the largest relative error of these."""

    label: str
    assumes: str
    milliseconds: Row
    verdict: str

    @property
    def error(self) -> float:
        """The largest relative deviation from the printed times."""
        return worst(self.milliseconds)


def worst(milliseconds: Row, printed: Row = BUILD) -> float:
    """The largest relative deviation of a row of times from what is printed."""
    return max(abs(a / b - 1) for a, b in zip(milliseconds, printed, strict=True))


def link(kilobytes: float, kilo: int = 1000) -> PerSecond:
    """A link's rate in packets a second, from KByte/s."""
    return PerSecond(kilobytes * kilo * 8 / PACKET)


LITERAL = Setting(FORWARDING, 20, 1)
"""Reading A: mu as printed. From M = 5 on the capacity makes no difference."""
UNAIDED = Setting(link(53), 9, 6)
"""Reading B: the best without retransmission of 25, 26, .., 128 KByte/s of either kilo, M and r up to 20."""
ROUND = Setting(link(64, 1024), 3, 7, Seconds(0.1))
"""Reading D: the best of the round combinations that `search` goes through."""
BATCH_HOPS = 11
"""Reading E: the number of nodes of a batch of lambda packets each, whole and nearest."""


def hops_needed() -> Row:
    """With mu as printed: how many nodes eq. (6) needs for each row of the table."""
    return tuple(t / each for t, each in zip(BUILD, LITERAL.build(), strict=True))


def batch_hops() -> Row:
    """If a second's packets are sent as one batch over each node at 25 Mbit/s: how many nodes each row needs."""
    return tuple(t / 1000 * FORWARDING / rate for t, rate in zip(BUILD, RATES, strict=True))


def readings() -> tuple[Reading, ...]:
    """The readings A, B, D and E. C is a search's result: see `search.within`."""
    batch = tuple(1000 * BATCH_HOPS * rate / FORWARDING for rate in RATES)
    return (
        Reading("A", "mu = 25 Mbit/s as printed, one node", LITERAL.build(), "impossible"),
        Reading("B", "link of 53 KByte/s, M = 9, r = 6, no retransmission", UNAIDED.build(), "does not fit"),
        Reading("D", "link of 64 KiB/s, M = 3, r = 7, t_rw = 100 ms", ROUND.build(), "suggestive, not proven"),
        Reading("E", f"a batch of lambda packets over {BATCH_HOPS} nodes at 25 Mbit/s", batch, "not a queue"),
    )


def backlog() -> Row:
    """lambda T: keys that come while one block is built, for each row. One key a block needs less than 1 (ZK-C20)."""
    return tuple(rate * t / 1000 for rate, t in zip(RATES, BUILD, strict=True))


@dataclass(frozen=True)
class Trend:
    """The least-squares line of a column of the table over lambda, and its shape."""

    slope: float
    intercept: float
    r_squared: float
    ratio: float
    exponent: float


def trend(column: Row) -> Trend:
    """Line, ratio of the last to the first row, and exponent of the power law by least squares."""
    x, y = np.array(RATES), np.array(column)
    slope, intercept = np.polyfit(x, y, 1)
    rest = y - slope * x - intercept
    r_squared = 1 - float((rest**2).sum() / ((y - y.mean()) ** 2).sum())
    exponent = float(np.polyfit(np.log(x), np.log(y), 1)[0])
    return Trend(float(slope), float(intercept), r_squared, column[-1] / column[0], exponent)
