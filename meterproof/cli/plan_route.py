"""`meterproof plan route`: a route for every demand with a certificate that was checked, or the cut that forbids it."""

from __future__ import annotations

import csv
import io
import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from meterproof import __version__
from meterproof.cli.common import JSON, SEED, output, print_json, saying, study, write
from meterproof.errors import InputError

if TYPE_CHECKING:
    from meterproof.real.plan_route import Answer, Routes, Source

EPILOG = """
[bold]Examples[/]

  meterproof plan route links.csv --demands demands.csv --hops 4 --delay 100ms -o plan

  meterproof plan route links.csv --demands demands.csv --scheme greedy --delay 100ms --delay-bound per-node

  meterproof plan route --check plan/certificate.json

[bold]links.csv[/]: a,b,capacity (packet/s) or capacity_bit_s; load, delay, reliability, up, a_x,a_y,b_x,b_y if wanted

[bold]demands.csv[/]: name,source,target, and rate (packet/s) or rate_bit_s
"""
FIGURES = {
    "mean_delay_s": ("mean delay", 1000.0, "ms, by rate"),
    "slowest_s": ("slowest route", 1000.0, "ms"),
    "mean_hops": ("mean hops", 1.0, ""),
    "busiest_utilisation": ("busiest link", 100.0, "% of its capacity"),
    "load_balance_root_packet_s": ("L_load, eq. (8), root", 1.0, "packet/s"),
    "load_balance_utilisation": ("L_load of utilisation", 1.0, ""),
}
"""A plan's measures: what they are called, a factor, and the unit after it."""
EXITS = {"routed": 0, "infeasible": 1, "unknown": 1}
SHOWN = 40
"""Routes that are shown; the files have all."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("route", epilog=EPILOG)(route)


def route(
    topology: Path = typer.Argument(None, metavar="[TOPOLOGY]", help="Links as CSV or JSON."),
    demands: Path = typer.Option(None, "--demands", help="Demands as CSV or JSON."),
    positions: Path = typer.Option(None, "--positions", help="Coordinates for the picture: CSV with name,x,y."),
    scheme: str = typer.Option("min-delay", "--scheme", help="How to choose; the paper's own is greedy."),
    hops: int = typer.Option(None, "--hops", help="The most links of a route (H_max)."),
    delay: str = typer.Option(None, "--delay", help="The longest mean delay (T_max), such as 100ms."),
    delay_bound: str = typer.Option("path", "--delay-bound", help="Of a whole route: path; of each link: per-node."),
    queue: int = typer.Option(20, "--queue", help="The most packets in a link's system (M), for delays."),
    retransmission: str = typer.Option(None, "--retransmission", help="Wait for a lost packet (t_rw), such as 100ms."),
    packet: int = typer.Option(360, "--packet", help="Bytes of a packet, for capacities and rates in bits."),
    directed: bool = typer.Option(False, "--directed", help="Links lead from a to b only."),
    folder: Path = typer.Option(None, "-o", "--output", help="Write plan.csv, certificate.json and plan.svg there."),
    check: Path = typer.Option(None, "--check", metavar="FILE", help="Only check this certificate again."),
    target: str = typer.Option("edge-keys@hardened", "--target", help="Whose reference plans."),
    seed: int = SEED,
    json: bool = JSON,
) -> None:
    """Route demands within capacity, hops and delay, with a certificate, or tell the cut."""
    planner = _planner(target)
    if check is not None:
        if topology is not None or demands is not None:
            raise InputError("a certificate has its own topology and demands", allowed="--check FILE alone")
        raise typer.Exit(_check(planner, check, json))
    if topology is None or demands is None:
        raise InputError("no topology, or no demands", allowed="TOPOLOGY --demands FILE, or --check FILE")
    from meterproof.real.plan_route import Asked

    asked = Asked(
        _read(topology), _read(demands), None if positions is None else _read(positions), scheme, hops, delay, queue,
        delay_bound, retransmission, packet, directed, seed,
    )  # fmt: skip
    with saying(json) as say:
        say("routing")
        answer = planner.route(asked)
        files = []
        if folder is not None and answer.outcome == "routed":
            say("writing")
            files = _write(folder, answer)
    if json:
        print_json(_document(asked, target, answer, files))
    else:
        _show(output(), asked, answer, files)
    raise typer.Exit(EXITS[answer.outcome])


def _planner(target: str) -> Routes:
    from meterproof.check.targets import specs
    from meterproof.real.bridge import reference_of
    from meterproof.real.plan_route import routes_of

    return routes_of(reference_of(specs(study(), target)[0]))


def _read(path: Path) -> Source:
    from meterproof.real.plan_route import Source

    try:
        return Source(str(path), path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file=path, allowed="a file to read") from error
    except UnicodeDecodeError as error:
        raise InputError(f"is not text: {error.reason}", file=path, allowed="CSV or JSON in UTF-8") from error


def _check(planner: Routes, file: Path, json: bool) -> int:
    """Check a certificate that was written earlier; the exit code."""
    try:
        document = json_module.loads(_read(file).text)
    except json_module.JSONDecodeError as error:
        raise InputError(f"is not JSON: {error.msg}", file=file, line=error.lineno, allowed="a certificate") from error
    wrong = planner.recheck(document, str(file))
    if json:
        print_json({"version": __version__, "certificate": str(file), "holds": not wrong, "faults": list(wrong)})
    elif wrong:
        output().print(f"[bold red]the certificate does not hold[/]: {escape('; '.join(wrong))}")
    else:
        output().print("the certificate holds: by rational arithmetic on the routes, and by z3 on flow equations")
    return 1 if wrong else 0


def _write(folder: Path, answer: Answer) -> list[Path]:
    from meterproof.cli.route_map import draw  # brings matplotlib

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot be made: {error.strerror or error}", file=folder, allowed="a folder that you may write to"
        ) from error
    certificate = json_module.dumps(answer.certificate, indent=1, ensure_ascii=False) + "\n"
    return [
        write(folder / "plan.csv", _table_of_routes(answer)),
        write(folder / "certificate.json", certificate),
        draw(folder / "plan.svg", answer, _title(answer)),
    ]


def _table_of_routes(answer: Answer) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("demand", "source", "target", "rate", "hops", "delay_ms_at_most", "nodes"))
    for each in answer.routes:
        row = (each.demand, each.source, each.target, f"{each.rate:.12g}", len(each.nodes) - 1)
        writer.writerow((*row, f"{1000 * each.seconds:.9g}", ">".join(each.nodes)))
    return text.getvalue()


def _title(answer: Answer) -> str:
    way = answer.by if answer.by == answer.scheme else f"{answer.by}, after {answer.scheme} was stuck"
    return f"{len(answer.routes)} demands on {len(answer.links)} links by {way}"


def _document(asked: Any, target: str, answer: Answer, files: list[Path]) -> dict[str, Any]:
    return {
        "version": __version__,
        "target": target,
        "seed": asked.seed,
        "topology": asked.topology.file,
        "demands": asked.demands.file,
        "limits": {
            "hops": asked.hops, "delay": asked.delay, "delay_bound": asked.delay_bound, "queue": asked.queue,
            "retransmission": asked.retransmission,
        },
        "outcome": answer.outcome,
        "scheme": answer.scheme,
        "by": answer.by,
        "stuck": answer.stuck,
        "says": list(answer.says),
        "cut_side": list(answer.side),
        "routes": [
            {
                "demand": each.demand, "source": each.source, "target": each.target, "rate": each.rate,
                "nodes": list(each.nodes), "hops": len(each.nodes) - 1, "seconds_at_most": each.seconds,
            }
            for each in answer.routes
        ],
        "links": [
            {
                "a": each.a, "b": each.b, "capacity": each.capacity, "before": each.before, "load": each.load,
                "up": each.up,
            }
            for each in answer.links
        ],
        "measures": dict(answer.measures),
        "checked": list(answer.checked),
        "files": [str(file) for file in files],
    }  # fmt: skip


def _show(console: Console, asked: Any, answer: Answer, files: list[Path]) -> None:
    if answer.outcome != "routed":
        _show_failure(console, answer)
        return
    table = Table(title=_title(answer), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("demand", "packet/s", "hops", "ms at most", "nodes"):
        table.add_column(column, justify="left" if column in ("demand", "nodes") else "right")
    for each in answer.routes[:SHOWN]:
        hops, way = str(len(each.nodes) - 1), " - ".join(each.nodes)
        table.add_row(escape(each.demand), f"{each.rate:.6g}", hops, f"{1000 * each.seconds:.4g}", escape(way))
    console.print(table)
    if len(answer.routes) > SHOWN:
        console.print(f"  and {len(answer.routes) - SHOWN:,} more, which -o writes\n", style="dim")
    for name, (label, factor, unit) in FIGURES.items():
        console.print(f"  {label:<22} {factor * answer.measures[name]:.4g} {unit}".rstrip())
    console.print(f"  {'certificate':<22} holds: by {', and by '.join(answer.checked)}")
    if answer.by != answer.scheme:
        stuck = escape(answer.stuck or "")
        console.print(
            f"  {answer.scheme} had no route left for {stuck}, although there is a plan; found by {answer.by}"
        )
    console.print("  not checked: that delays are as those of M/M/1/M queues in a row", style="dim")
    for file in files:
        console.print(str(file), markup=False)


def _show_failure(console: Console, answer: Answer) -> None:
    if answer.outcome == "infeasible":
        console.print("[bold red]no plan exists[/]")
        for each in answer.says:
            console.print(f"  {escape(each)}")
        return
    console.print("[bold red]unknown[/]: neither a plan nor a proof that there is none was found")
    console.print(f"  {answer.scheme} had no route left for {escape(answer.stuck or '')}; also tried:")
    for each in answer.says:
        console.print(f"  - {escape(each)}")
