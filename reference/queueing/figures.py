"""The figures of Zhai et al. on queueing and timing beside ours: B1.6 to B1.11 and B1.16 of the dossier."""

from __future__ import annotations

import math

from reference.figures import Figure
from reference.queueing.exponential import exponential
from reference.queueing.quantities import PerSecond, Queue
from reference.queueing.search import best, size
from reference.queueing.table1 import (
    BALANCE,
    BUILD,
    FORWARDING,
    LITERAL,
    PACKET,
    RATES,
    backlog,
    hops_needed,
    link,
    trend,
)

INTERVAL = 600.0
"""Seconds between blocks of "traditional" chains, as the paper has it."""


def figures() -> tuple[Figure, ...]:
    """One row each, in the order of the dossier."""
    return (_rates(), _build(), _balance(), _backlog(), _units(), _equation(), _interval())


def _rates() -> Figure:
    steps = tuple(float(rate) for rate in range(50, 201, 50))
    share = RATES[-1] / link(25)
    return Figure(
        "B1.6",
        "lambda of 50, 100, 150, 200 packet/s",
        "Table 1; text of 3.1: 50 to 200 packet/s in steps of 50",
        f"{_row(steps, '.0f')} packet/s; 200 are {share:.2f} times what a link of 25 KByte/s carries",
        "agrees" if steps == RATES else "contradicted",
        "table and text name the same rates; how many meters stand behind one is not said",
    )


def _build() -> Figure:
    needed, fit, (first, second) = hops_needed(), trend(BUILD), best(2)
    impossible = min(needed) > 20
    return Figure(
        "B1.7",
        f"time to build the chain {_row(BUILD)} ms",
        "Table 1, mu = 25 Mbit/s; M, r and t_rw are not printed",
        f"{_row(LITERAL.build(), '.4f')} ms a node by eq. (6): {min(needed):,.0f} to {max(needed):,.0f} nodes; "
        f"the table is {fit.slope:.3f} lambda {fit.intercept:+.1f} (R^2 {fit.r_squared:.3f})",
        "contradicted" if impossible else "agrees",
        f"no network of up to 20 devices takes that long at 25 Mbit/s, nor do its times grow {fit.ratio:.2f}-fold; "
        f"{first.told} fit within {first.error:.2%}, which is suggestive and proves nothing: the best of {size():,} "
        f"combinations, the next best within {second.error:.2%}",
    )


def _balance() -> Figure:
    fit = trend(BALANCE)
    each = [b / rate for b, rate in zip(BALANCE, RATES, strict=True)]
    return Figure(
        "B1.8",
        f"degree of load balance {_row(BALANCE)}",
        "Table 1; no unit",
        f"{min(each):.2f} to {max(each):.2f} times lambda; line {fit.slope:.3f} lambda {fit.intercept:+.1f} (R^2 "
        f"{fit.r_squared:.4f}), last over first {fit.ratio:.2f}, exponent {fit.exponent:.3f}",
        "not reproducible",
        "it takes the links' capacities and the traffic on each, which are not published; what is told is that it is "
        "proportional to lambda",
    )


def _backlog() -> Figure:
    keys = backlog()
    return Figure(
        "B1.9",
        f"lambda of {_row(RATES, '.0f')} packet/s with {_row(BUILD)} ms a chain",
        "Table 1; one block a key (2.2.1), and lambda counts updates, joins and leaves (3.1)",
        f"lambda T = {_row(keys)} keys come while one block is built",
        "contradicted" if min(keys) >= 1 else "agrees",
        "one block after the other needs lambda T < 1, or what waits grows without bound; a block would have to hold "
        f"{_row(tuple(map(math.ceil, keys)))} keys, or nearly all requests would have to be queries",
    )


def _units() -> Figure:
    loads = tuple(rate / FORWARDING for rate in RATES)
    return Figure(
        "B1.10",
        "360 byte, 25 to 128 KByte/s, mu = 25 Mbit/s",
        "settings of NS2 (section 3)",
        f"mu = {FORWARDING:,.1f} packet/s, rho = {_row(loads, '.5f')}; a packet takes {1000 / link(25):.1f} to "
        f"{1000 / link(128):.2f} ms on the link of a meter",
        "agrees",
        f"the units convert (one packet has {PACKET} bits); the meter's link, which is slower than the device by "
        f"{FORWARDING / link(128):.0f} to {FORWARDING / link(25):.0f} times, is in no equation",
    )


def _equation() -> Figure:
    each = LITERAL.build()
    lost = tuple(exponential(Queue(PerSecond(RATES[-1]), FORWARDING, m)).loss for m in (1, 2, 5))
    same = {
        tuple(round(1000 * exponential(Queue(PerSecond(r), FORWARDING, m)).sojourn, 4) for r in RATES) for m in (5, 20)
    }
    grows, printed = each[-1] / each[0], BUILD[-1] / BUILD[0]
    return Figure(
        "B1.11",
        f"eq. (6) explains the times of Table 1, which grow {printed:.2f}-fold",
        "lambda 50 to 200 packet/s, mu = 25 Mbit/s, any M of 5 or more" if len(same) == 1 else "M = 20",
        f"{_row(each, '.4f')} ms, which grow {grows:.3f}-fold; 13 nodes in series {13 * each[-1]:.2f} ms; loss at 200 "
        f"packet/s {_row(lost, '.2e')} for M = 1, 2, 5",
        "contradicted" if abs(grows / printed - 1) > 0.05 else "agrees",
        "at 2 % load or less hardly any packet waits, so neither the size nor the growth of Table 1 is a queue's at mu",
    )


def _interval() -> Figure:
    factors = tuple(INTERVAL * 1000 / t for t in BUILD)
    return Figure(
        "B1.16",
        "10 min or more between blocks of traditional chains",
        "introduction and 2.2.2",
        f"{_row(factors, ',.0f')} times the times of Table 1",
        "not reproducible",
        "context without a source: an interval that a public chain sets by its difficulty, not a delay that it "
        "suffers, so the quotient compares nothing",
    )


def _row(values: tuple[float, ...], form: str = "") -> str:
    return ", ".join(f"{value:{form}}" if form else f"{value:g}" for value in values)
