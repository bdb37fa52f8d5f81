"""`meterproof plan queue`: how long packets wait at a node and how many are lost, by formula and by simulation."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from meterproof import __version__
from meterproof.cli.common import JSON, SEED, output, print_json, saying, study
from meterproof.errors import InputError

if TYPE_CHECKING:
    from meterproof.real.plan_queue import Answer, Asked, PrintedTable, Quantity, Queues

EPILOG = """
[bold]Examples[/]

  meterproof plan queue --arrivals 200 --service 182 --capacity 3

  meterproof plan queue --arrivals 150 --service 182 --capacity 3 --hops 7 --retransmission 100ms --simulate 400000

  meterproof plan queue --arrivals 200 --service 182 --capacity 20 --fixed-size --simulate 400000 -o queue.svg

  meterproof plan queue --table1               (the paper's Table 1 beside its readings)
"""
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
_TIME = re.compile(r"(?P<number>[0-9]*\.?[0-9]+(?:e-?[0-9]+)?) ?(?P<unit>us|ms|s)")
_TABLES = 1000
"""Changed tables that a fit of Table 1 is judged by."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("queue", epilog=EPILOG)(queue)


def queue(
    arrivals: float = typer.Option(None, "--arrivals", help="Packets a second that arrive, Poisson."),
    service: float = typer.Option(None, "--service", help="Packets a second that a node can serve."),
    capacity: int = typer.Option(None, "--capacity", help="The most packets in a node, the one in service included."),
    hops: int = typer.Option(1, "--hops", help="Nodes in series, all alike."),
    retransmission: str = typer.Option(None, "--retransmission", help="Lost packets come again after, such as 100ms."),
    fixed_size: bool = typer.Option(False, "--fixed-size", help="Simulate packets of one size (M/D/1/M)."),
    simulate: int = typer.Option(0, "--simulate", metavar="N", help="Also simulate so many packets."),
    table1: bool = typer.Option(False, "--table1", help="Show the paper's Table 1 beside its readings."),
    picture: Path = typer.Option(
        None, "-o", "--output", help="Draw delay and loss against load: FILE.svg or FILE.png."
    ),
    target: str = typer.Option("edge-keys@hardened", "--target", help="Whose reference plans."),
    seed: int = SEED,
    json: bool = JSON,
) -> None:
    """Size a node's queue: delay and loss, M/M/1/M beside M/D/1/M beside a simulation."""
    if table1:
        given = (arrivals, service, capacity, retransmission, picture)
        if any(each is not None for each in given) or simulate or fixed_size or hops != 1:
            raise InputError("--table1 comes with its own rates", allowed="--table1 with --seed, --json, --target")
        with saying(json) as say:
            say("searching settings that fit Table 1")
            found = _planner(target).table(_TABLES, seed)
        if json:
            print_json({"version": __version__, "seed": seed, "tables": _TABLES, **asdict(found)})
        else:
            _show_table(output(), found)
        return
    asked = _asked(arrivals, service, capacity, hops, retransmission, fixed_size, simulate, seed)
    if picture is not None and picture.suffix not in (".svg", ".png"):
        raise InputError(
            f"a picture as {picture.suffix or 'a file without suffix'}", file=picture, allowed=".svg, .png"
        )
    planner = _planner(target)
    with saying(json) as say:
        say("simulating" if simulate else "computing")
        answer = planner.answer(asked)
        if picture is not None:
            from meterproof.cli.plan_queue_picture import draw  # brings matplotlib

            say("drawing")
            draw(asked, answer, planner.curves(asked), picture)
    if json:
        print_json({"version": __version__, "asked": asdict(asked), **asdict(answer)})
    else:
        _show(output(), asked, answer)


def _planner(target: str) -> Queues:
    from meterproof.check.targets import specs
    from meterproof.real.bridge import reference_of
    from meterproof.real.plan_queue import queues_of

    return queues_of(reference_of(specs(study(), target)[0]))


def _asked(
    arrivals: float | None,
    service: float | None,
    capacity: int | None,
    hops: int,
    retransmission: str | None,
    fixed: bool,
    simulate: int,
    seed: int,
) -> Asked:
    from meterproof.real.plan_queue import Asked

    if arrivals is None or service is None or capacity is None:
        options = {"--arrivals": arrivals, "--service": service, "--capacity": capacity}
        missing = [name for name, value in options.items() if value is None]
        raise InputError(f"a queue without {', '.join(missing)}", allowed="all three of these options, or --table1")
    wait = None if retransmission is None else seconds(retransmission)
    return Asked(arrivals, service, capacity, hops, wait, fixed, simulate, seed)


def seconds(text: str) -> float:
    """A time such as 100ms, 0.1s or 250us, in seconds; InputError for any other text."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise InputError(f"{text!r} is no time", allowed="a number with us, ms or s, such as 100ms")
    return float(match["number"]) * _SECONDS[match["unit"]]


def number(value: float | None, unit: str = "") -> str:
    """A value in five figures, times in milliseconds; - for none."""
    if value is None:
        return "-"
    scaled = 1000 * value if unit == "s" else value
    return f"{scaled:.5g}"


def _simulated(row: Quantity) -> str:
    if row.simulated is None:
        return ""
    return f"{number(row.simulated.mean, row.unit)} ± {number(row.simulated.half, row.unit):.6}"


def _show(console: Console, asked: Asked, answer: Answer) -> None:
    parts = dict.fromkeys(row.part for row in answer.quantities)
    for part in parts:
        rows = [row for row in answer.quantities if row.part == part]
        console.print(_quantities(_title(part, asked), rows, asked))
    if asked.simulate:
        service = "packets of one size" if asked.fixed else "exponential service, drawn anew at each node"
        told = f"simulated: {asked.simulate:,} packets, {service}, seed {asked.seed}"
        console.print(f"  {told}; ± is {answer.confidence:.0%} by batch means\n")
    table = _table("eq. (6) as printed", "", "value", "unit", "remark")
    for each in answer.printed:
        value = "nan" if each.value is None else number(each.value, each.unit)
        table.add_row(each.name, value, _unit(each.unit), each.remark)
    console.print(table)
    _remarks(console, answer.remarks)


def _title(part: str, asked: Asked) -> str:
    rates = f"{asked.arrivals:g} packets/s at {asked.service:g}/s, M = {asked.capacity}"
    if part == "node":
        return f"one node: {rates}"
    if part == "path" or asked.retransmission is None:
        return f"path of {asked.hops} nodes: {rates} each"
    return f"one node, lost packets again after {number(asked.retransmission, 's')} ms"


def _quantities(title: str, rows: list[Quantity], asked: Asked) -> Table:
    seen = any(row.simulated for row in rows)
    simulated = ["M/D/1/M simulated" if asked.fixed else "M/M/1/M simulated"] if seen else []
    table = _table(title, "", "symbol", "M/M/1/M", "M/D/1/M", *simulated, "unit", "definition")
    for row in rows:
        cells = [number(row.exponential, row.unit), number(row.fixed, row.unit), *([_simulated(row)] if seen else [])]
        table.add_row(row.name, row.symbol, *cells, _unit(row.unit), row.definition)
    return table


def _unit(unit: str) -> str:
    return "ms" if unit == "s" else unit


def _show_table(console: Console, found: PrintedTable) -> None:
    table = _table(f"{found.name}, {found.unit}", "", *(f"{rate:g}/s" for rate in found.arrivals), "off by", "what")
    table.add_row("printed", *(f"{each:g}" for each in found.printed), "", "")
    for reading in found.readings:
        cells = [f"{each:.2f}" if each >= 1 else f"{each:.4f}" for each in reading.values]
        table.add_row(reading.label, *cells, f"{reading.error:.2%}", f"[bold]{reading.verdict}[/]: {reading.assumes}")
    for name, values in found.extra.items():
        table.add_row(name, *(f"{each:,.2f}" if each < 100 else f"{each:,.0f}" for each in values), "", "")
    console.print(table)
    _remarks(console, found.remarks)


def _remarks(console: Console, remarks: tuple[tuple[str, str], ...]) -> None:
    for id, says in remarks:
        console.print(f"  {id}: {says}", style="dim")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    words = ("", "symbol", "unit", "definition", "remark", "what")
    for column in columns:
        table.add_column(column, justify="left" if column in words else "right")
    return table
