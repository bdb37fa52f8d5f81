"""The figures of Zhai et al. on routing beside ours: B1.13 (Figs. 6 and 7) and the scaling law behind B1.8 (Table 1).

Computed at a small size; `python -m benchmarks.routing` has 30 networks of each size, four rates and the optimum.
"""

from __future__ import annotations

from fractions import Fraction
from math import log

from reference.figures import Figure
from reference.routing.balance import load_balance, variance
from reference.routing.comparison import (
    PRINTED_BALANCE,
    PRINTED_BUILD_TIME,
    RIVALS,
    Growth,
    compare,
    growth,
    ratio,
)
from reference.routing.network import Demand, Link, Plan, Problem, Route, Topology, idle

SEEDS, RATE, START, END = 12, 10, 3, 10
SCHEMES = (*RIVALS, "greedy", "min-delay")
COMMAND = "python -m benchmarks.routing"
TABLE_1 = ((50, Fraction("67.0")), (200, Fraction("270.3")))
"""L_load as printed, at the lowest and the highest arrival rate."""


def figures() -> tuple[Figure, ...]:
    """One row each, in the order of the dossier."""
    first, last = compare(START, RATE, SEEDS, SCHEMES), compare(END, RATE, SEEDS, SCHEMES)
    found = {
        metric: [growth(first, last, metric, rival) for rival in RIVALS]
        for metric in ("slowest", "mean_delay", "balance")
    }
    hops, delay = ratio(last, "hops", "greedy"), ratio(last, "mean_delay", "greedy")
    best = ratio(last, "mean_delay", "min-delay")
    assert hops is not None and delay is not None and best is not None
    where = f"{SEEDS} networks, {RATE} packet/s a demand, {START} to {END} devices; more by {COMMAND}"
    return (
        _scaling(),
        Figure(
            "B1.13",
            f"build-time growth less by {_printed(PRINTED_BUILD_TIME)} than [17], [18], [19]",
            "Fig. 6, 1 to 10 edge devices",
            f"slowest flow {_told(found['slowest'])}; mean delay {_told(found['mean_delay'])}; {where}",
            "not reproducible",
            "with one device there is no link and no delay, so that growth from 1 is not defined (ZK-C34); "
            f"from {START} the direction depends on metric, load and rival; topology and demands are not printed",
        ),
        Figure(
            "B1.13",
            f"growth of L_load less by {_printed(PRINTED_BALANCE)} than [17], [18], [19]",
            "Fig. 7, 1 to 10 edge devices",
            f"{_told(found['balance'])}; {where}",
            "not reproducible",
            "(8) is 0/0 without a link (ZK-C34); topology and demands are not printed, and the size depends on them; "
            f"balance is bought with {hops.value:.2f} times the hops of shortest path and {delay.value:.2f} times its "
            f"mean delay, where least-delay routing has {best.value:.2f} times",
        ),
    )


def _printed(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:.2f}" for value in values) + " %"


def _told(found: list[Growth]) -> str:
    """The three rivals' figures with their intervals, in per cent of the rival's growth."""
    told = [
        "-" if each.less is None else f"{each.less.value:.1f} [{each.less.low:.1f}, {each.less.high:.1f}]"
        for each in found
    ]
    return f"less by {', '.join(told)} %"


def _scaling() -> Figure:
    (low, below), (high, above) = TABLE_1
    printed = log(above / below) / log(high / low)
    root, summed = scaling("root"), scaling("sum")
    return Figure(
        "B1.8",
        f"L_load {float(below):.1f} to {float(above):.1f} for {low} to {high} packet/s: exponent {printed:.3f}",
        "Table 1; fixed routes on links of one capacity, by ours",
        f"exponent {root:.3f} of (8) with its root, {summed:.3f} without",
        "contradicted",
        "as printed (8) is a variance, which grows with the square of the rate; Table 1 grows like its root (ZK-C23)",
    )


def scaling(reading: str) -> float:
    """The exponent with which L_load grows with the rate, on fixed routes over links of one capacity."""
    (low, _), (high, _) = TABLE_1
    names = ("A", "B", "C", "D")
    topology = Topology(names, tuple(Link(a, b, Fraction(1000)) for a, b in ("AB", "BC", "CD", "AD")))
    plan = Plan((Route("one", ("A", "B", "C")), Route("two", ("A", "B"))))

    def value(rate: int) -> float:
        demands = (Demand("one", "A", "C", Fraction(rate)), Demand("two", "A", "B", Fraction(rate)))
        left = idle(Problem(topology, demands), plan)
        return load_balance(left, "root") if reading == "root" else float(variance(left))

    return log(value(high) / value(low)) / log(high / low)
