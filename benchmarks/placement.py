"""Figs. 4 and 5 of Zhai et al. on hundreds of layouts: `python -m benchmarks.placement --layouts 100 --starts 2`.

What is drawn and compared is in reference/placement/compare.py and summary.py; this prints it. One process, one thread.
"""

from __future__ import annotations

import json as json_
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from meterproof.real.interval import Interval
from meterproof.real.sites import read_sites
from reference.placement.baselines import k_means
from reference.placement.certify import certify
from reference.placement.compare import CAPACITY, PRINTED, Trial, endings, storms, trials
from reference.placement.counting import least_largest, load_counts, readings
from reference.placement.layout import Layout
from reference.placement.measure import measure
from reference.placement.planner import plan
from reference.placement.summary import against_itself, ending_rows, paired, rows, storm_rows, together
from reference.placement.synthetic import METERS

K_MEANS, VORONOI, GRID = map(float, PRINTED)
MARGIN = 0.2720
PAIRS = (
    ("the paper's loop", "Voronoi, random sites"),
    ("K-means, 1 start", "Voronoi, area-centred"),
    ("its loop with means", "the paper's loop"),
    ("capacity 25", "its loop, k-means++ start"),
    ("even loads", "its loop, k-means++ start"),
)
REAL = Path(__file__).parents[1] / "data" / "sites" / "mv_oberrhein_loadpoints.csv"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    layouts: int = typer.Option(100, min=10, help="Layouts of each family."),
    starts: int = typer.Option(2, min=1, help="Starts on each layout; 2 to hold a method against itself."),
    newcomers: int = typer.Option(100, min=1, help="Layouts of each family that a newcomer joins."),
    seed: int = typer.Option(0, min=0, help="Everything is drawn from it."),
    json: bool = typer.Option(False, "--json", help="One JSON object instead of tables."),
) -> None:
    """Compare placements on synthetic layouts, count the loads that fit the printed variances, let newcomers join."""
    import sklearn.cluster  # noqa: F401  (so that its threads are there to be limited)
    from threadpoolctl import threadpool_limits

    began = time.process_time()
    with threadpool_limits(1):
        found = list(trials(layouts, starts, seed))
        report = {
            "seed": seed,
            "layouts": layouts,
            "starts": starts,
            "rows": rows(found, K_MEANS),
            "paired": [each for pair in PAIRS for each in (*paired(found, *pair), *paired(found, *pair, "distance"))],
            "against itself": [each for m in ("the paper's loop", "K-means, 1 start") for each in _itself(found, m)],
            "together": together(
                found, "1 km grid, 16 cells", GRID, ("the paper's loop", "K-means, 10 starts"), K_MEANS
            ),
            "storms": storm_rows(list(storms(newcomers, seed))),
            "endings": ending_rows(list(endings(newcomers // 4 + 3, seed))),
            "fits": _fits(),
            "real": _real(seed),
        }
    report["cpu_seconds"] = round(time.process_time() - began, 1)
    if json:
        print(json_.dumps(_plain(report), indent=1))
    else:
        _show(report)


def _itself(found: Sequence[Trial], method: str) -> Sequence[Any]:
    return against_itself(found, method, MARGIN)


def _fits() -> list[dict[str, Any]]:
    """For each printed variance its readings, and for 13 devices the loads that have it."""
    result = []
    for printed in PRINTED:
        fitting = readings(printed, METERS, range(5, 31))
        (squares,) = (each.squares for each in fitting if (each.devices, each.ddof) == (13, 1))
        counts = load_counts(13, METERS, squares)
        result.append(
            {
                "printed": printed,
                "readings (N, ddof, squares)": [(each.devices, each.ddof, each.squares) for each in fitting],
                "load multisets, N = 13": counts.total,
                f"of these within {CAPACITY}": counts.within(CAPACITY),
                "least largest load": least_largest(13, METERS, squares),
            }
        )
    return result


def _real(seed: int) -> list[dict[str, Any]]:
    """147 substations of a real network, 7 devices: K-means, and the plan within capacity with its certificate."""
    sites = read_sites(REAL)
    layout = Layout(sites.km, tuple(sites.names))
    planned = plan(layout, 7, capacity=CAPACITY, seed=seed, starts=10)
    result = []
    for name, placement in (
        ("K-means, 10 starts", k_means(layout, 7, seed, starts=10)),
        ("capacity 25, 10 starts", planned.placement),
    ):
        result.append({"method": name, **asdict(measure(layout, placement))})
    result[1]["gap"] = certify(layout, planned.placement, CAPACITY, prices=planned.prices).gap
    return result


def _show(report: dict[str, Any]) -> None:
    console = Console()
    console.print(
        f"{report['layouts']} layouts of each family, {report['starts']} starts on each, {METERS} meters, 13 devices, "
        f"seed {report['seed']}. [a, b] holds the median with 95 %; (a, b) are the 5 % and 95 % quantiles of all runs."
    )
    for key in ("rows", "paired", "against itself", "together", "storms", "endings", "fits", "real"):
        entries = [each if isinstance(each, dict) else each.__dict__ for each in report[key]]
        if not entries:
            continue
        table = Table(*entries[0], title=key, box=box.SIMPLE, title_justify="left")
        for entry in entries:
            table.add_row(*map(_cell, entry.values()))
        console.print(table)
    console.print(f"{report['cpu_seconds']} s of CPU")


def _cell(value: object) -> str:
    match value:
        case Interval():
            return f"{value.median:.4g} \\[{value.low:.4g}, {value.high:.4g}]"
        case float():
            return f"{value:.4g}"
        case (float(low), float(high)):
            return f"({low:.4g}, {high:.4g})"
        case dict():
            return ", ".join(f"{name}: {count}" for name, count in value.items())
        case _:
            return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value


if __name__ == "__main__":
    app()
