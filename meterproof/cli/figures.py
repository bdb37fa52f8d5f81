"""`meterproof figures`: every figure that a target's paper prints, beside what is found here."""

from __future__ import annotations

from pathlib import Path

import typer
from rich import box
from rich.table import Table

from meterproof import __version__
from meterproof.check.targets import specs
from meterproof.cli.common import JSON, one_of, output, print_json, saying, study, write
from meterproof.real.bridge import reference_of
from meterproof.real.figures import VERDICTS, figures_of, markdown, tally

EPILOG = """
[bold]Examples[/]

  meterproof figures edge-keys

  meterproof figures edge-keys --verdict contradicted

  meterproof figures edge-keys --format markdown -o docs/figures/edge-keys.md
"""
_STYLE = {"agrees": "green", "contradicted": "red", "not reproducible": "yellow"}
"""Shown beside the word, never in its place."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("figures", epilog=EPILOG)(figures)


def figures(
    target: str = typer.Argument(..., help="protocol, protocol@variant or spec.toml, with a reference."),
    verdict: str = typer.Option(None, "--verdict", help=f"Only these: {', '.join(VERDICTS)}."),
    format: str = typer.Option("text", "--format", help="text or markdown."),
    out: Path = typer.Option(None, "-o", "--output", help="Write to this file."),
    json: bool = JSON,
) -> None:
    """Hold every figure that a paper prints against ours: agrees, contradicted, or not reproducible, and why."""
    one_of("format", format, ("text", "markdown"))
    if verdict is not None:
        one_of("verdict", verdict, VERDICTS)
    spec = specs(study(), target)[-1]
    with saying(json) as say:
        say(f"figures of {spec.protocol}")
        found = [each for each in figures_of(reference_of(spec)) if verdict in (None, each.verdict)]
    if json:
        keys = ("id", "printed", "setting", "ours", "verdict", "why")
        rows = [{key: getattr(each, key) for key in keys} for each in found]
        print_json({"version": __version__, "seed": 0, "protocol": spec.protocol, "figures": rows})
        return
    if format == "markdown":
        text = markdown(found, f"Figures of {spec.protocol}", f"meterproof figures {target} --format markdown")
        if out is None:
            print(text, end="")
        else:
            write(out, text)
        return
    table = Table(box=box.SIMPLE, title=f"figures of {spec.protocol}", title_justify="left")
    for column in ("figure", "printed", "ours", "verdict", "why"):
        table.add_column(column, overflow="fold")
    for each in found:
        table.add_row(each.id, each.printed, each.ours, f"[{_STYLE[each.verdict]}]{each.verdict}[/]", each.why)
    console = output()
    console.print(table)
    console.print(f"{tally(found)}.")
