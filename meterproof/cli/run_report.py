"""What `meterproof run` says of a run: whether all agrees, and its document in words."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

SHOWN = 20
"""Meters in the table at most."""


def agrees(result: dict[str, Any]) -> bool:
    """It came to its end, every accepted row was delivered, totals agree, and no monitor saw what is not expected."""
    totals = all(Decimal(t["file"]) == Decimal(t["mdms"]) for t in result["totals"].values())
    calm = all(v == "held" or result["expected"][id] == "violated" for id, v in result["monitors"].items())
    return result["stopped"] is None and totals and calm and result["delivered"] == result["accepted"]


def show_line(result: dict[str, Any], console: Console) -> None:
    """One run in one paragraph."""
    mark = "[green]✓[/]" if agrees(result) else "[bold red]✗[/]"
    monitors = ", ".join(f"{id} {verdict}" for id, verdict in result["monitors"].items())
    kwh = sum(Decimal(t["mdms"]) for t in result["totals"].values())
    console.print(
        f"{mark} run {result['target']} on {result['readings']}: {result['rows']} rows, {result['accepted']} accepted, "
        f"{result['rejected']} rejected, {result['delivered']} delivered, {kwh} kWh at the MDMS; monitors: {monitors}; "
        f"{result['reports_per_second']} reports a second"
    )


def show(result: dict[str, Any], console: Console) -> None:
    """One run for people."""
    console.print(_totals(result))
    if len(result["totals"]) > SHOWN:
        console.print(f"... and {len(result['totals']) - SHOWN} more meters")
    _show_rows(result, console)
    console.print(
        f"{result['delivered']} delivered in {result['blocks']} blocks; "
        f"{result['reports_per_second']} reports a second "
        f"({result['seconds']:.1f} s), {sum(result['wire_bytes'].values()):,} bytes on the wire"
    )
    _show_cryptography(result["cryptography"], console)
    if result["ordering"] is not None:
        _show_ordering(result["ordering"], result["blocks"], console)
    if result["faults"] is not None:
        _show_faults(result["faults"], console)
    console.print(f"ledger {result['ledger']}", style="dim")
    for id, verdict in result["monitors"].items():
        surprise = verdict == "violated" and result["expected"][id] != "violated"
        style = "green" if verdict == "held" else "bold red" if surprise else "red"
        console.print(f"  monitor {id}: [{style}]{verdict}[/]{' ! unexpected' if surprise else ''}")
    for reason, count in result["refused"].items():
        console.print(f"  refused by the protocol: {count} x {reason}", style="yellow")
    if result["stopped"] is not None:
        console.print(f"stopped: {result['stopped']}", style="bold red")
        console.print("what was final stays so: every reading delivered before is in the ledger and at the MDMS")


def _totals(result: dict[str, Any]) -> Table:
    name = result["target"] + (f" ({result['reading']})" if result["reading"] else "")
    table = Table(
        title=f"{name} on {result['readings']}",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    given = "kWh in the file" if result["synthetic"] is None else "kWh given (synthetic)"
    for column in ("meter", given, "kWh at the MDMS", ""):
        table.add_column(column, justify="left" if column in ("meter", "") else "right")
    for meter, total in islice(result["totals"].items(), SHOWN):
        same = Decimal(total["file"]) == Decimal(total["mdms"])
        table.add_row(meter, total["file"], total["mdms"], "[green]equal[/]" if same else "[bold red]differ[/]")
    return table


def _show_rows(result: dict[str, Any], console: Console) -> None:
    rejected = f", {result['rejected']} rejected" if result["rejected"] else ""
    reasons = "; ".join(f"{count} {reason}" for reason, count in result["reasons"].items())
    console.print(f"{result['rows']} rows: {result['accepted']} accepted{rejected}{f' ({reasons})' if reasons else ''}")
    if result["rejected"]:
        console.print(f"rejected rows are in {result['rejects_file']}", style="dim")
    if result["gaps"]:
        console.print(f"{result['gaps']} gaps in the file, {result['missing_half_hours']} half hours without a reading")
    if result["resumed_from"]:
        console.print(f"resumed from {result['resumed_from']} readings that {result['store']} had")


def _show_cryptography(found: dict[str, Any], console: Console) -> None:
    if found["share"] is None:
        return
    each = ", ".join(f"{o['calls']} x {name} {o['seconds']:.1f} s" for name, o in found["operations"].items())
    console.print(
        f"{found['share']:.1%} of that time is cryptography ({each}); all around it is {found['overhead']:.1%}"
    )


def _show_ordering(found: dict[str, Any], blocks: int, console: Console) -> None:
    if not blocks:
        return
    kinds = ", ".join(f"{m['messages']} {kind}" for kind, m in found["messages"].items())
    total = sum(m["messages"] for m in found["messages"].values())
    console.print(f"{total / blocks:.1f} messages between replicas a block ({kinds})")


def _show_faults(found: dict[str, Any], console: Console) -> None:
    begun = ", ".join(f"{count} {kind}" for kind, count in found["begun"].items() if count) or "none"
    console.print(
        f"faults: {begun}, at most {found['at_once']} of {found['replicas']} replicas at once (f = {found['bound']}); "
        f"{found['view_changes']} changes of view, {found['carried']} blocks carried over one, "
        f"{found['caught_up']} learned from certificates after an absence"
    )
    if found["lies"]:
        told = ", ".join(f"{count} x {lie}" for lie, count in found["lies"].items())
        caught = ", ".join(f"{count} by {rule}" for rule, count in found["refused"].items()) or "none"
        console.print(f"  lies: {told}; refused by replicas: {caught}")
