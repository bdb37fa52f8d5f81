"""What `meterproof run` says of a day: its document in words, in one line, and its picture."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from meterproof.cli import reports
from meterproof.cli.common import output, print_json, write
from meterproof.cli.run_day import agrees
from meterproof.real.day import told
from meterproof.report.day_lanes import lanes
from meterproof.report.timeline import standalone

SHOWN = 20
"""Meters in the table at most."""


def deliver(result: dict[str, Any], *, json: bool, timeline: Path | None, report: Path | None) -> None:
    """Print a day, and write its picture and its page where they are wanted."""
    if timeline is not None:
        draw(result, timeline)
    if report is not None:
        from meterproof.report.days import day_page

        write(report, day_page(result, reports.glossary_here()))
    if json:
        print_json(result)
        return
    show(result, output())
    for file in filter(None, (timeline, report)):
        output().print(str(file), markup=False)


def draw(result: dict[str, Any], path: Path) -> Path:
    """Write the timeline as SVG; InputError when that is not possible."""
    days = f"{result['slots']} slots of {result['meters']} meters"
    made = f", {len(result['synthetic'])} of them synthetic" if result["synthetic"] else ""
    remark = f"{result['target']} on {result['readings']}: {days}{made}; seed {result['seed']}"
    drawn = lanes(result["events"], result["slots"], result["plan"]["replicas"])
    start = datetime.fromisoformat(result["start"])
    return write(path, standalone(drawn, result["slots"], "What happened, slot by slot", remark, start))


def show_line(result: dict[str, Any], console: Console) -> None:
    """One day in one paragraph."""
    mark = "[green]✓[/]" if agrees(result) else "[bold red]✗[/]"
    held = sum(v == "held" for v in result["monitors"].values())
    happened = result["happened"]
    refused = happened.get("refused", 0) + happened.get("shown-refused", 0)
    console.print(
        f"{mark} day {result['target']} on {result['readings']}: {result['slots']} slots of {result['meters']} meters, "
        f"{happened.get('included', 0)} reports included, {happened.get('shown', 0)} readings shown, "
        f"{refused} refused; "
        f"totals of {sum(result['agrees'].values())} of {len(result['agrees'])} meters agree; "
        f"monitors: {held} of {len(result['monitors'])} held"
    )


def show(result: dict[str, Any], console: Console) -> None:
    """One day for people."""
    _show_input(result, console)
    console.print(_totals(result))
    if len(result["totals"]) > SHOWN:
        console.print(f"... and {len(result['totals']) - SHOWN} more meters")
    _show_happened(result, console)
    for each in result["refused"]:
        rule = f" ({each['rule']})" if each["rule"] else ""
        console.print(
            f"  refused: {each['count']} x {each['what']}: {each['reason']}{rule}", style="yellow", markup=False
        )
    for id, verdict in result["monitors"].items():
        look = "green" if verdict == "held" else "bold red"
        watched = result["plan"]["monitors"].get(id, "")
        console.print(f"  monitor {id}: [{look}]{verdict}[/]: {escape(result['why'].get(id, watched))}")
    for name, digest in result["chains"].items():
        console.print(f"chain {name} {digest}", style="dim")
    if result["stopped"] is not None:
        console.print(f"stopped: {result['stopped']}", style="bold red", markup=False)
    if result["resumed_from"]:
        console.print(f"resumed from slot {result['resumed_from']}, which {result['store']} had")
    console.print(f"{result['seconds']:.1f} s; journal {result['journal']}", style="dim")


def _show_input(result: dict[str, Any], console: Console) -> None:
    name = result["target"] + (f" ({result['reading']})" if result["reading"] else "")
    plan = result["plan"]
    console.print(f"{name} on {result['readings']}", style="bold")
    rejected = f", {result['rejected']} rejected" if result["rejected"] else ""
    reasons = "; ".join(f"{count} {reason}" for reason, count in result["reasons"].items())
    console.print(f"{result['rows']} rows: {result['accepted']} accepted{rejected}{f' ({reasons})' if reasons else ''}")
    if result["rejected"]:
        console.print(f"rejected rows are in {result['rejects_file']}", style="dim")
    console.print(
        f"{result['slots']} of {result['available_slots']} slots from {result['start']} on, {result['meters']} meters "
        f"at sites of {result['sites']}, {len(plan['devices'])} devices, {len(plan['replicas'])} of them replicas; "
        f"{result['played']} readings"
    )
    if result["synthetic"]:
        console.print(
            f"{len(result['synthetic'])} meters do not exist: their readings are resampled from the file's "
            f"({result['synthetic'][0]} to {result['synthetic'][-1]})", style="yellow",
        )  # fmt: skip
    if any(result["left_out"].values()):
        left = result["left_out"]
        console.print(f"not played: {left['readings']} readings of the file, {left['meters']} meters", style="dim")
    for each in plan["faults"]:
        until = "for good" if each["until"] is None else f"until before slot {each['until']}"
        console.print(f"  fault: {each['subject']} {each['kind']} from slot {each['first']} {until}", style="dim")


def _totals(result: dict[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    places = list(dict.fromkeys(place for found in result["totals"].values() for place in found))
    table.add_column("meter")
    for place in places:
        table.add_column(f"kWh, {place}", justify="right")
    table.add_column("")
    for meter, found in islice(result["totals"].items(), SHOWN):
        same = result["agrees"][meter]
        table.add_row(meter, *(str(Decimal(found.get(place, "0"))) for place in places),
                      "[green]agree[/]" if same else "[bold red]differ[/]")  # fmt: skip
    return table


def _show_happened(result: dict[str, Any], console: Console) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    cells = [(f"{number:,}", words) for kind, words, number in told(result["happened"]) if kind != "monitor"]
    third = -(-len(cells) // 3)
    for _ in range(3):
        table.add_column(justify="right")
        table.add_column(min_width=26)
    for row in range(third):
        table.add_row(*(text for place in range(row, len(cells), third) for text in cells[place]))
    console.print(table)
