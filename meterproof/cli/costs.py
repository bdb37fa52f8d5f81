"""`meterproof costs`: what a target's reference sends, stores and takes, beside what its paper prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from meterproof import __version__
from meterproof.check.targets import specs
from meterproof.cli.bench import machine
from meterproof.cli.common import JSON, READING, SEED, output, print_json, saying, study
from meterproof.errors import InputError
from meterproof.real.bridge import reference_of
from meterproof.real.costs import Costs, Part, measure
from meterproof.real.interval import Interval
from meterproof.study.specfile import Spec

CONFIDENCE = 0.95
EPILOG = """
[bold]Examples[/]

  meterproof costs bc-ami                             (every variant and reading)

  meterproof costs bc-ami@hardened --reports 64 --replicas 7

  meterproof costs bc-ami@published --reading charitable --no-times --json

  meterproof costs bc-ami@hardened --repetitions 1000
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("costs", epilog=EPILOG)(costs)


def costs(
    target: str = typer.Argument("bc-ami", help="protocol, protocol@variant or spec.toml, with a reference."),
    reading: str = READING,
    replicas: int = typer.Option(4, "--replicas", help="Replicas of the ordering service; as many peers."),
    reports: int = typer.Option(1, "--reports", help="Reports of the meter, all in one block."),
    repetitions: int = typer.Option(200, "--repetitions", help="How often each operation is timed."),
    times: bool = typer.Option(True, "--times/--no-times", help="Also time the operations on this machine."),
    seed: int = SEED,
    json: bool = JSON,
) -> None:
    """Count bits on the wire and in store from real bytes, time operations here, and show what the paper prints."""
    if reports < 1:
        raise InputError(f"a block of {reports} reports", allowed="--reports 1 or more")
    chosen = specs(study(), target)
    columns = [(spec, each) for spec in chosen for each in (spec.readings or (None,)) if reading in (None, each)]
    if not columns:
        known = sorted({each for spec in chosen for each in spec.readings})
        raise InputError(f"{target} has no reading {reading!r}", allowed=", ".join(known) or "none: it has no readings")
    rows = []
    with saying(json) as say:
        for spec, each in columns:
            say(f"costs of {spec.protocol}@{spec.variant}")
            rows.append(_row(spec, each, replicas, reports, repetitions if times else 0, seed))
    if json:
        print_json({"version": __version__, "seed": seed, "machine": machine(), "costs": rows})
        return
    console = output()
    for row in rows:
        _show(console, row)
    _printed(console, rows[0]["printed"])


def _row(spec: Spec, reading: str | None, replicas: int, reports: int, repetitions: int, seed: int) -> dict[str, Any]:
    """One variant under one reading as JSON."""
    reference = reference_of(spec)
    if not hasattr(reference, "costs"):
        raise InputError(f"the reference of {spec.protocol}@{spec.variant} counts no costs", file=spec.file)
    found: Costs = reference.costs(
        reference.read_rules(spec.rules(reading).plain()),
        replicas=replicas,
        bound=(replicas - 1) // 3,
        reports=reports,
        seed=seed,
    )
    messages = [
        {"kind": m.kind, "phase": m.phase, "sent": m.sent, "bits": m.bits, "total_bits": m.total,
         "parts": [asdict(p) for p in m.parts]}
        for m in found.messages
    ]  # fmt: skip
    after = sum(m.total for m in found.messages if m.phase != "registration")
    return {
        "target": f"{spec.protocol}@{spec.variant}",
        "reading": reading,
        "replicas": replicas,
        "reports": reports,
        "messages": messages,
        "bits_registration": sum(m.total for m in found.messages if m.phase == "registration"),
        "bits_per_report": round(after / reports, 1),
        "store": [asdict(p) for p in found.store],
        "store_bits": _sum(found.store),
        "times": [_time(o.name, o.doc, measure(o, repetitions, CONFIDENCE)) for o in found.operations]
        if repetitions
        else [],
        "decisions": [
            {
                "replicas": each.replicas,
                "sent": dict(each.sent),
                "beside": sorted(each.beside & set(each.sent)),
                "total": each.total,
                "formulas": dict(each.formulas),
            }
            for each in found.decisions
        ],
        "printed": _as_printed(found),
    }


def _time(name: str, doc: str, found: Interval) -> dict[str, Any]:
    return {
        "operation": name,
        "doc": doc,
        "repetitions": found.count,
        "median_us": round(found.median / 1000, 3),
        "low_us": round(found.low / 1000, 3),
        "high_us": round(found.high / 1000, 3),
        "confidence": CONFIDENCE,
        "coverage": round(found.coverage, 5),
        "interval": f"order statistics {found.rank} and {found.count + 1 - found.rank} of {found.count}",
    }


def _as_printed(found: Costs) -> dict[str, Any]:
    printed = found.printed
    return {
        "formula": printed.formula,
        "terms_bits": dict(printed.terms),
        "total_bits": printed.total,
        "printed_bits": printed.printed_bits,
        "printed_as": printed.printed_as,
        "bytes": printed.total / 8,
        "storage": printed.storage,
        "milliseconds": dict(printed.milliseconds),
        "rivals": list(printed.rivals),
        "rivals_bits": list(printed.rivals_bits),
        "rivals_milliseconds": list(printed.rivals_milliseconds),
        "left_out": list(printed.left_out),
        "remarks": [{"id": id, "says": says} for id, says in printed.remarks],
    }


def _part(part: dict[str, Any]) -> str:
    return f"{part['name']} {part['bits']}{'*' if part['counted'] else ''}"


def _sum(parts: tuple[Part, ...]) -> int:
    return sum(part.bits for part in parts)


def _show(console: Console, row: dict[str, Any]) -> None:
    name = row["target"] + (f" ({row['reading']})" if row["reading"] else "")
    what = f"{row['reports']} report{'s' if row['reports'] > 1 else ''} in one block, {row['replicas']} replicas"
    table = _table(f"{name}: {what}, bits on the wire", "message", "sent", "bits", "all", "of which")
    for m in row["messages"]:
        parts = ", ".join(map(_part, m["parts"]))
        table.add_row(m["kind"], f"{m['sent']}", f"{m['bits']:,}", f"{m['total_bits']:,}", parts)
    console.print(table)
    console.print(f"  registration {row['bits_registration']:,} bits, then {row['bits_per_report']:,} bits a report")
    kept = ", ".join(map(_part, row["store"]))
    console.print(f"  a meter keeps {row['store_bits']:,} bits between reports: {kept}")
    console.print(f"  * in the paper's formula; its meters hold '{row['printed']['storage']}'\n", style="dim")
    if row["decisions"]:
        _show_decisions(console, name, row["decisions"])
    if row["times"]:
        title = f"{name}: microseconds on this machine, median and 95 % interval by order statistics"
        times = _table(title, "operation", "median", "low", "high", "times", "what")
        for t in row["times"]:
            times.add_row(
                t["operation"], f"{t['median_us']:,.1f}", f"{t['low_us']:,.1f}", f"{t['high_us']:,.1f}",
                f"{t['repetitions']}", t["doc"],
            )  # fmt: skip
        console.print(times)


def _show_decisions(console: Console, name: str, decisions: list[dict[str, Any]]) -> None:
    first = decisions[0]
    counted = [kind for kind in first["sent"] if kind not in first["beside"]]
    title = f"{name}: messages of a decision, as sent, without faults"
    table = _table(title, "replicas", *counted, "all", *first["formulas"], numbers=True)
    for each in decisions:
        cells = [each["replicas"], *(each["sent"][kind] for kind in counted), each["total"], *each["formulas"].values()]
        table.add_row(*map(str, cells))
    console.print(table)
    if first["beside"]:
        told = ", ".join(
            f"{kind} {', '.join(str(each['sent'][kind]) for each in decisions)}" for kind in first["beside"]
        )
        console.print(f"  besides, to tell the others what is final: {told}\n", style="dim")


def _printed(console: Console, printed: dict[str, Any]) -> None:
    terms = " + ".join(f"{bits}" for bits in printed["terms_bits"].values())
    console.print("as the paper prints it, on other hardware and by its own way of counting", style="bold")
    console.print(f"  {printed['formula']}")
    console.print(f"    = {terms} = {printed['total_bits']} bits = {printed['bytes']} bytes; '{printed['printed_as']}'")
    console.print(f"  left out: {', '.join(printed['left_out'])}")
    bits = ", ".join(f"{b}" for b in printed["rivals_bits"])
    milliseconds = ", ".join(f"{name} {ms}" for name, ms in printed["milliseconds"].items())
    rivals = ", ".join(f"{a} {b}" for a, b in zip(printed["rivals"], printed["rivals_milliseconds"], strict=True))
    console.print(f"  rivals {', '.join(printed['rivals'])}: {bits} bits")
    console.print(f"  milliseconds: {milliseconds}; rivals: {rivals}")
    for remark in printed["remarks"]:
        console.print(f"  {remark['id']}: {remark['says']}", style="dim")


def _table(title: str, *columns: str, numbers: bool = False) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        number = numbers or column in ("sent", "bits", "all", "median", "low", "high", "times")
        table.add_column(column, justify="right" if number else "left")
    return table
