"""`meterproof run`: real readings through the reference, with real keys, blocks and certificates, under monitors."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import typer
from rich import box
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from meterproof import __version__
from meterproof.check.jobs import jobs_of_spec
from meterproof.check.targets import specs
from meterproof.cli.common import JSON, READING, SEED, errors, output, print_json, study
from meterproof.errors import InputError
from meterproof.readings import IntakeReport, Reading, Reject, Tally, read_readings, rejects_file
from meterproof.real.bridge import reference_of
from meterproof.study.specfile import Spec

BATCH = 32
EPILOG = """
[bold]Examples[/]

  meterproof run --readings readings.csv    (bc-ami@hardened)

  meterproof run bc-ami@published --readings readings.csv --json

  meterproof run --readings readings.csv --rejects bad.csv --replicas 7
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("run", epilog=EPILOG)(run)


def run(
    target: str = typer.Argument("bc-ami@hardened", help="protocol@variant or a spec file"),
    readings: Path = typer.Option(
        ..., "--readings", help="A half-hourly CSV of one of the two Low Carbon London layouts."
    ),
    reading: str = READING,
    rejects: Path = typer.Option(
        None, "--rejects", help="Where refused rows go; default: READINGS.rejects.csv beside the file."
    ),
    replicas: int = typer.Option(4, "--replicas", min=1, help="Validators of the ordering service."),
    block: int = typer.Option(64, "--block", min=1, help="Transactions in a block at most."),
    seed: int = SEED,
    json: bool = JSON,
) -> None:
    """Register the meters of a file, report, endorse, order, release and decrypt all its readings."""
    spec, *more = specs(study(), target)
    if more:
        raise InputError(
            f"{target!r} is more than one variant",
            allowed=", ".join(f"{s.protocol}@{s.variant}" for s in (spec, *more)),
        )
    result = execute(spec, reading, readings, rejects, replicas, block, seed, json)
    if json:
        print_json({"version": __version__, "seed": seed} | result)
    else:
        show(result)
    raise typer.Exit(0 if agrees(result) else 1)


def execute(
    spec: Spec, reading: str | None, path: Path, rejects: Path | None, replicas: int, block: int, seed: int, quiet: bool
) -> dict[str, Any]:
    """One run as the JSON document of docs/design.md, without version and seed."""
    report, refused_to = _intake(path, rejects)
    reference = reference_of(spec)
    chosen = reading if reading is not None else next(iter(spec.readings), None)
    begun = time.monotonic()
    pipeline = reference.Pipeline(
        reference.read_rules(spec.rules(chosen).plain()),
        list(report.totals),
        replicas,
        (replicas - 1) // 3,
        seed,
        block_size=block,
    )
    with _Bar(report.accepted, quiet) as advance:
        accepted = (r for r in read_readings(path) if isinstance(r, Reading))
        while batch := list(islice(accepted, BATCH)):
            pipeline.submit(batch)
            advance(len(batch))
        summary = pipeline.finish()
    seconds = time.monotonic() - begun
    expected = {j.declared.id: j.stance.expected for j in jobs_of_spec(study(), spec, chosen)}
    return {
        "target": f"{spec.protocol}@{spec.variant}",
        "reading": chosen,
        "readings": path.name,
        "rows": report.rows,
        "accepted": report.accepted,
        "rejected": report.rows - report.accepted,
        "reasons": {reason.value: count for reason, count in report.rejected.items()},
        "rejects_file": refused_to,
        "gaps": report.gaps,
        "missing_half_hours": report.missing,
        "delivered": summary.recorded,
        "refused": dict(summary.refused),
        "meters": report.meters,
        "totals": {
            m: {"file": format(kwh, "f"), "mdms": format(_like(summary.totals.get(m, Decimal(0)), kwh), "f")}
            for m, kwh in report.totals.items()
        },
        "monitors": dict(summary.monitors),
        "expected": {id: expected.get(id) for id in summary.monitors},
        "blocks": summary.blocks,
        "wire_bytes": dict(summary.wire_bytes),
        "seconds": round(seconds, 3),
        "reports_per_second": round(report.accepted / seconds, 1) if seconds else None,
    }


def _like(total: Decimal, model: Decimal) -> Decimal:
    """The total with the digits of `model` where both are the same number."""
    return model if total == model else total


def agrees(result: dict[str, Any]) -> bool:
    """Every accepted row was delivered, totals agree, and no monitor saw a violation that is not expected."""
    totals = all(Decimal(t["file"]) == Decimal(t["mdms"]) for t in result["totals"].values())
    calm = all(v == "held" or result["expected"][id] == "violated" for id, v in result["monitors"].items())
    return totals and calm and result["delivered"] == result["accepted"]


def run_samples(seed: int, quiet: bool) -> list[dict[str, Any]]:
    """The samples that ship with the study, through every hardened variant that has a reference."""
    here = study()
    files = [f for f in sorted((here.root / "data").glob("*.csv")) if ".rejects" not in f.name]
    whole = [s for s in specs(here, None) if not s.readings and s.head.reference is not None]
    return [
        execute(s, None, f, here.root / ".meterproof" / f"{f.stem}.rejects.csv", 4, 64, seed, quiet)
        for s in whole
        for f in files
    ]


def show_line(result: dict[str, Any]) -> None:
    """One run in one paragraph."""
    mark = "[green]✓[/]" if agrees(result) else "[bold red]✗[/]"
    monitors = ", ".join(f"{id} {verdict}" for id, verdict in result["monitors"].items())
    kwh = sum(Decimal(t["mdms"]) for t in result["totals"].values())
    output().print(
        f"{mark} run {result['target']} on {result['readings']}: {result['rows']} rows, {result['accepted']} accepted, "
        f"{result['rejected']} rejected, {result['delivered']} delivered, {kwh} kWh at the MDMS; monitors: {monitors}; "
        f"{result['reports_per_second']} reports a second"
    )


def show(result: dict[str, Any]) -> None:
    """One run for people."""
    console = output()
    name = result["target"] + (f" ({result['reading']})" if result["reading"] else "")
    table = Table(
        title=f"{name} on {result['readings']}",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for column in ("meter", "kWh in the file", "kWh at the MDMS", ""):
        table.add_column(column, justify="left" if column in ("meter", "") else "right")
    for meter, total in islice(result["totals"].items(), 20):
        same = Decimal(total["file"]) == Decimal(total["mdms"])
        table.add_row(meter, total["file"], total["mdms"], "[green]equal[/]" if same else "[bold red]differ[/]")
    console.print(table)
    if len(result["totals"]) > 20:
        console.print(f"... and {len(result['totals']) - 20} more meters")
    rejected = f", {result['rejected']} rejected" if result["rejected"] else ""
    reasons = "; ".join(f"{count} {reason}" for reason, count in result["reasons"].items())
    console.print(f"{result['rows']} rows: {result['accepted']} accepted{rejected}{f' ({reasons})' if reasons else ''}")
    if result["rejected"]:
        console.print(f"rejected rows are in {result['rejects_file']}", style="dim")
    if result["gaps"]:
        console.print(f"{result['gaps']} gaps in the file, {result['missing_half_hours']} half hours without a reading")
    console.print(
        f"{result['delivered']} delivered in {result['blocks']} blocks; "
        f"{result['reports_per_second']} reports a second "
        f"({result['seconds']:.1f} s), {sum(result['wire_bytes'].values()):,} bytes on the wire"
    )
    for id, verdict in result["monitors"].items():
        surprise = verdict == "violated" and result["expected"][id] != "violated"
        style = "green" if verdict == "held" else "bold red" if surprise else "red"
        console.print(f"  monitor {id}: [{style}]{verdict}[/]{' ! unexpected' if surprise else ''}")
    for reason, count in result["refused"].items():
        console.print(f"  refused by the protocol: {count} x {reason}", style="yellow")


def _intake(path: Path, rejects: Path | None) -> tuple[IntakeReport, str | None]:
    """Read the whole file once: counts and totals, and the rejects file where there are rejects."""
    tally = Tally()
    for _ in tally.watch(read_readings(path)):
        pass
    report = tally.report()
    if report.rows == report.accepted and rejects is None:
        return report, None
    target = rejects if rejects is not None else path.with_name(path.name + ".rejects.csv")
    target.parent.mkdir(parents=True, exist_ok=True)
    with rejects_file(target) as refuse:
        for record in read_readings(path):
            if isinstance(record, Reject):
                refuse(record)
    return report, str(target)


class _Bar:
    """A progress bar on stderr with rate and remaining time; nothing where stderr is no terminal."""

    def __init__(self, total: int, quiet: bool) -> None:
        console = errors()
        self._shown = not quiet and console.is_terminal
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
        )
        self._total = total

    def __enter__(self) -> Callable[[int], None]:
        if not self._shown:
            return lambda n: None
        self._progress.start()
        task = self._progress.add_task("reports", total=self._total)
        return lambda n: self._progress.advance(task, n)

    def __exit__(self, *exception: object) -> None:
        if self._shown:
            self._progress.stop()
