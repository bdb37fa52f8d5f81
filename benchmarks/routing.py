"""Figs. 6 and 7 of Zhai et al. on our own networks, schemes paired instance by instance, and their gap to the optimum.

    python -m benchmarks.routing [--seeds 30] [--json] [--picture docs/routing-curves.svg]

Some minutes at full size. Not one of the suites of `meterproof bench`: it times nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from reference.routing.comparison import (
    COMPARED,
    METRICS,
    PRINTED_BALANCE,
    PRINTED_BUILD_TIME,
    RIVALS,
    Cell,
    Estimate,
    compare,
    curve,
    growth,
    ratio,
    ratio_of_means,
)
from reference.routing.gaps import JUDGED, Gap, gaps

DEVICES = range(1, 21)
RATES = (2, 5, 10, 20)
GROWTH = ((3, 10), (5, 10))
SHOWN_RATE = 10
"""The rate that the picture shows."""
SMALL, LARGE = range(3, 11), (12, 15, 20)
"""Devices of the instances whose optimum is computed: with all paths, and with the 400 shortest of a pair."""


def document(seeds: int, rates: Sequence[int], devices: Sequence[int], with_gaps: bool) -> dict[str, Any]:
    """All figures as JSON; deterministic."""
    cells = {}
    for rate in rates:
        for number in devices:
            cells[number, rate] = compare(number, rate, seeds)
            _tell(f"{number} devices at {rate} packet/s")
    found: dict[str, Any] = {
        "seeds": seeds,
        "cells": [_cell(cell) for cell in cells.values()],
        "growth": [
            asdict(growth(cells[first, rate], cells[last, rate], metric, rival))
            for rate in rates
            for first, last in GROWTH
            if (first, rate) in cells and (last, rate) in cells
            for metric in ("slowest", "mean_delay", "balance")
            for rival in RIVALS
        ],
        "printed": {"build_time": PRINTED_BUILD_TIME, "balance": PRINTED_BALANCE, "rivals": RIVALS},
    }
    if with_gaps:
        found["gaps"] = [
            _gaps("all paths", gaps(SMALL, (10, 20), max(1, seeds // 4))),
            _gaps("400 shortest", gaps(LARGE, (10,), max(1, seeds // 10))),
        ]
    return found


def _tell(what: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{what:60}", end="", file=sys.stderr)


def _cell(cell: Cell) -> dict[str, Any]:
    def told(found: Estimate | None) -> dict[str, Any] | None:
        return None if found is None else {name: round(each, 6) for name, each in asdict(found).items()}

    return {
        "devices": cell.devices,
        "rate": cell.rate,
        "kept": len(cell.kept),
        "stuck": cell.stuck,
        "schemes": {
            scheme: {
                metric: {
                    "mean": told(curve(cell, metric, scheme)),
                    "ratio": told(ratio(cell, metric, scheme)),
                    "ratio_of_means": told(ratio_of_means(cell, metric, scheme)),
                }
                for metric in METRICS
            }
            for scheme in COMPARED
        },
    }


def _gaps(paths: str, found: Any) -> dict[str, Any]:
    rows: list[Gap] = list(found)
    excess = {scheme: [each.excess[scheme] for each in rows] for scheme in JUDGED}
    return {
        "paths": paths,
        "instances": len(rows),
        "proved": sum(each.proved for each in rows),
        "schemes": {
            scheme: {
                "stuck": sum(each is None for each in values),
                "optimal": sum(each == 0 for each in values),
                "mean": _mean([each for each in values if each is not None]),
                "max": max((each for each in values if each is not None), default=None),
            }
            for scheme, values in excess.items()
        },
    }


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def show(console: Console, found: dict[str, Any]) -> None:
    """The figures for people: ratios to shortest path, growth, gaps."""
    for metric in METRICS:
        table = _table(
            f"{metric} over shortest path's, mean of instances [95 %]", "devices", "rate", "kept", *COMPARED[1:]
        )
        for cell in found["cells"]:
            if cell["devices"] in (3, 5, 10, 15, 20):
                cells = [_interval(cell["schemes"][scheme][metric]["ratio"]) for scheme in COMPARED[1:]]
                table.add_row(str(cell["devices"]), str(cell["rate"]), str(cell["kept"]), *cells)
        console.print(table)
    table = _table(
        "growth with the paper's greedy, less than the rival's by per cent of it [95 %]",
        "devices", "rate", "metric", *RIVALS,
    )  # fmt: skip
    for rows in zip(*(found["growth"][n :: len(RIVALS)] for n in range(len(RIVALS))), strict=True):
        first = rows[0]
        cells = [_interval(each["less"], 1) for each in rows]
        table.add_row(f"{first['start']} to {first['end']}", str(first["rate"]), first["metric"], *cells)
    table.add_row("1 to 10", "-", "printed: build time", *map(str, PRINTED_BUILD_TIME))
    table.add_row("1 to 10", "-", "printed: balance", *map(str, PRINTED_BALANCE))
    console.print(table)
    for each in found.get("gaps", ()):
        title = f"L_load above the optimum, {each['instances']} instances ({each['paths']}), {each['proved']} proved"
        table = _table(title, "scheme", "stuck", "optimal", "mean", "max")
        for scheme, row in each["schemes"].items():
            shares = ["-" if row[name] is None else f"{row[name]:.3%}" for name in ("mean", "max")]
            table.add_row(scheme, str(row["stuck"]), str(row["optimal"]), *shares)
        console.print(table)


def _interval(found: dict[str, Any] | None, digits: int = 3) -> str:
    if found is None:
        return "-"
    return f"{found['value']:.{digits}f} [{found['low']:.{digits}f}, {found['high']:.{digits}f}]"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="left" if column in ("metric", "scheme") else "right")
    return table


TITLES = {
    "slowest": ("slowest flow, ms", 1000.0),
    "mean_delay": ("mean delay, ms", 1000.0),
    "balance": ("L_load with its root, packet/s", 1.0),
    "hops": ("mean hops", 1.0),
}
DRAWN = {"shortest": 0, "reliability": 3, "residual": 1, "greedy": 5, "min-delay": 2}
"""The schemes in the picture, and the colour of each."""


def draw(found: dict[str, Any], file: Path) -> Path:
    """The curves of one rate with their bands, as Figs. 6 and 7 would have them."""
    from meterproof.cli.pictures import COLOURS, SOFT, figure, save

    cells = [cell for cell in found["cells"] if cell["rate"] == SHOWN_RATE]
    with figure(11, 7.4) as made:
        for number, (metric, (title, factor)) in enumerate(TITLES.items(), 1):
            axes = made.add_subplot(2, 2, number)
            for scheme, colour in DRAWN.items():
                points = [(cell["devices"], cell["schemes"][scheme][metric]["mean"]) for cell in cells]
                known = [(x, each) for x, each in points if each is not None]
                xs = [x for x, _ in known]
                low, mean, high = ([factor * each[name] for _, each in known] for name in ("low", "value", "high"))
                style = {"color": COLOURS[colour], "lw": 2.4 if scheme == "greedy" else 1.5}
                axes.plot(xs, mean, label=scheme + (" (the paper's)" if scheme == "greedy" else ""), **style)
                axes.fill_between(xs, low, high, color=COLOURS[colour], alpha=0.12, lw=0)
            axes.set_title(title, loc="left", fontsize=11)
            axes.set_xlim(1, 20)
            axes.set_xticks([1, 5, 10, 15, 20])
            axes.set_ylim(bottom=0)
            axes.grid(axis="y", alpha=0.25)
            axes.spines[["top", "right"]].set_visible(False)
            if number > 2:
                axes.set_xlabel("edge devices")
            if number == 1:
                axes.legend(frameon=False, fontsize=9)
        made.supxlabel(
            f"{SHOWN_RATE} packet/s from one device to each other one; mean over the networks of {found['seeds']} "
            "seeds on which every scheme found a plan,\nwith 95 % bootstrap intervals. One device has no link, so that "
            "there is no value.",
            x=0.01, ha="left", fontsize=9, color=SOFT,
        )  # fmt: skip
        return save(made, file)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run at the size asked for, and print or draw."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing", description=__doc__, allow_abbrev=False)
    parser.add_argument("--seeds", type=int, default=30, help="networks of each size")
    parser.add_argument("--rates", type=int, nargs="+", default=RATES, help="packet/s of each demand")
    parser.add_argument("--gaps", action=argparse.BooleanOptionalAction, default=True, help="compute optima too")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--picture", type=Path, help="draw the curves: FILE.svg or FILE.png")
    chosen = parser.parse_args(arguments)
    found = document(chosen.seeds, chosen.rates, DEVICES, chosen.gaps)
    if chosen.picture is not None:
        draw(found, chosen.picture)
    if chosen.json:
        print(json.dumps(found, indent=1))
    else:
        show(Console(highlight=False, width=None if sys.stdout.isatty() else 170), found)


if __name__ == "__main__":
    main()
