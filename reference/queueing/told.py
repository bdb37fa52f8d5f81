"""Table 1 told for a reader: its readings side by side, and what a search over round settings is worth."""

from __future__ import annotations

from meterproof.errors import InputError
from meterproof.real.plan_queue import PrintedTable, TableReading
from reference.queueing import search, table1
from reference.queueing.exponential import exponential

CLOSE = 0.05
"""The relative error up to which reading C counts a combination."""


def table(tables: int, seed: int) -> PrintedTable:
    """Table 1 beside its readings; so many changed tables are drawn to judge the search by."""
    if not 1 <= tables <= 100_000:
        raise InputError(f"{tables} changed tables", allowed="1 to 100000")
    a, b, d, e = (
        TableReading(each.label, each.assumes, each.milliseconds, each.error, each.verdict)
        for each in table1.readings()
    )
    needed = table1.hops_needed()
    first, second = search.best(2)
    each, smooth = (search.chance(first.error, tables, seed, change) for change in ("each", "smooth"))
    loads = ", ".join(f"{rate / first.setting.service:.2f}" for rate in table1.RATES)
    lost = ", ".join(f"{exponential(first.setting.at(rate)).loss:.1%}" for rate in table1.RATES)
    return PrintedTable(
        name="Table 1, time to build the chain",
        unit="ms",
        arrivals=table1.RATES,
        printed=table1.BUILD,
        extra={
            "lambda T, keys a block": table1.backlog(),
            "nodes that A needs": needed,
            "nodes that E needs": table1.batch_hops(),
        },
        readings=(a, b, _several(second), d, e),
        remarks=(
            ("ZK-C19", f"A: it would take {min(needed):,.0f} to {max(needed):,.0f} nodes"),
            (
                "ZK-C19",
                f"D: the best of {search.size():,} combinations tried; the next best is off by {second.error:.2%}",
            ),
            (
                "ZK-C19",
                f"D: of {tables:,} tables with each row changed by up to 10 % the search fits {each:.1%} as well as "
                f"Table 1, of as many that are changed smoothly {smooth:.1%}",
            ),
            ("ZK-C22", f"D: loads {loads}, and a node loses {lost}; the paper mentions no loss"),
            ("ZK-C22", "D: at 200 packet/s, above mu, packets that are sent until accepted have no steady state"),
            ("ZK-C20", "lambda T is above 1 in every row: with one key a block, keys come faster than blocks"),
        ),
    )


def _several(second: search.Fit) -> TableReading:
    """Reading C: all that fit within `CLOSE`, with the times of the second best."""
    close = search.within(CLOSE)
    hops, capacities = {fit.hops for fit in close}, {fit.capacity for fit in close}
    return TableReading(
        "C",
        f"{len(close)} round settings within {CLOSE:.0%}: r {min(hops)} to {max(hops)}, M {min(capacities)} to "
        f"{max(capacities)}; second best {second.told}",
        second.setting.build(),
        second.error,
        "not identifiable",
    )
