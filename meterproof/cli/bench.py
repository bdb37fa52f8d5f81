"""`meterproof bench`: how fast the engines are, beside other tools where those are installed. For developers."""

from __future__ import annotations

import importlib
import platform
from collections.abc import Callable, Iterator
from typing import Any

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from meterproof import __version__
from meterproof.cli.common import JSON, SEED, errors, output, print_json, saying, study
from meterproof.errors import InputError
from meterproof.verdict import Contradiction

CALL = "peer_options"
"""The column with the commands by which another tool was compiled and run."""
Rows = Callable[[bool, int], Iterator[dict[str, Any]]]

EPILOG = """
[bold]Examples[/]

  meterproof bench                 (all suites, some minutes)

  meterproof bench explore --quick

  meterproof bench --json > bench.json
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("bench", epilog=EPILOG)(bench)


def bench(
    suites: list[str] = typer.Argument(None, metavar="SUITE", help="explore, walk, prove, run; default: all."),
    quick: bool = typer.Option(False, "--quick", help="Small sizes only."),
    seed: int = SEED,
    json: bool = JSON,
) -> None:
    """Time the engines on the study's benchmarks, in this process and on this machine."""
    here = suites_of_study()
    for name in suites or []:
        if name not in here:
            raise InputError(f"there is no suite {name!r}", allowed=", ".join(here))
    found: dict[str, list[dict[str, Any]]] = {}
    code = 0
    with saying(json) as say:
        try:
            for name in dict.fromkeys(suites or here):
                found[name] = []
                say(f"{name}: starting")
                for row in here[name](quick, seed):
                    found[name].append(row)
                    say(f"{name}: {row['model']}")
        except KeyboardInterrupt:
            code = 130
        except Contradiction as error:
            code = 1
            errors().print(f"[bold red]the tools disagree:[/] {escape(str(error))}", soft_wrap=True, highlight=False)
    if code == 130:
        errors().print("interrupted; what was measured until then follows")
    if json:
        head = {"version": __version__, "seed": seed, "interrupted": code == 130, "machine": machine()}
        print_json(head | found)
    else:
        output().print(f"Python {platform.python_version()} on {platform.machine()}, one thread, seed {seed}\n")
        for name, rows in found.items():
            if rows:
                output().print(table(name, rows))
    raise typer.Exit(code)


def suites_of_study() -> dict[str, Rows]:
    """The suites of the study's folder `benchmarks`; InputError when it has none."""
    root = study().root
    if not (root / "benchmarks" / "__init__.py").exists():
        raise InputError("the study has no benchmarks", file=root, allowed="a folder benchmarks with SUITES")
    found: dict[str, Rows] = importlib.import_module("benchmarks").SUITES
    return found


def machine() -> dict[str, str]:
    """What a figure depends on, as far as Python knows."""
    return {"python": platform.python_version(), "system": platform.system(), "architecture": platform.machine()}


def table(name: str, rows: list[dict[str, Any]]) -> Table:
    """One suite for people; numbers with thousands separated, and how a peer was called below."""
    columns = [c for c in dict.fromkeys(column for row in rows for column in row) if c != CALL]
    calls = dict.fromkeys(f"{row['peer']}: {row[CALL]}" for row in rows if row.get(CALL))
    shown = Table(title=name, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    shown.caption, shown.caption_justify = "\n".join(map(escape, calls)) or None, "left"
    for column in columns:
        number = any(isinstance(row.get(column), int | float) for row in rows)
        shown.add_column(column.replace("_", " "), justify="right" if number else "left")
    for row in rows:
        shown.add_row(*(_cell(row.get(column)) for column in columns))
    return shown


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
