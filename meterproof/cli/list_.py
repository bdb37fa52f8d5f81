"""`meterproof list`: protocols, variants, properties with their expectations, and attacks."""

from __future__ import annotations

from typing import Any

import typer
from rich import box
from rich.table import Table

from meterproof import __version__
from meterproof.check.jobs import Job
from meterproof.check.targets import jobs
from meterproof.cli.attack import attacks
from meterproof.cli.common import JSON, output, print_json, study
from meterproof.cli.coverage import document, of_study, show
from meterproof.errors import InputError

EPILOG = """
[bold]Examples[/]

  meterproof list

  meterproof list bc-ami@hardened --json

  meterproof list --coverage          (what came of each statement of the texts)
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("list", epilog=EPILOG)(list_)


def list_(
    targets: list[str] = typer.Argument(
        None, metavar="TARGET", help="protocol, protocol@variant, spec.toml or model.py"
    ),
    coverage: bool = typer.Option(
        False, "--coverage", help="Each statement of the texts with what came of it. Exit 1 where one has no place."
    ),
    json: bool = JSON,
) -> None:
    """List what there is: targets, properties and what is expected of them, attacks."""
    if coverage:
        _coverage(targets or [], json)
        return
    found = jobs(targets or [], scope={"": 0} if targets else None)
    exploits = [] if targets else list(attacks(study()).values())
    if json:
        print_json(
            {
                "version": __version__,
                "seed": None,
                "properties": [_row(j) for j in found],
                "attacks": [
                    {"name": a.name, "title": a.title, "property": a.breaks, "cites": list(a.cites)} for a in exploits
                ],
            }
        )
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("target", "reading", "property", "kind", "against", "expected", "title"):
        table.add_column(column)
    for j in found:
        table.add_row(
            j.target, j.reading or "", j.declared.id, j.declared.kind, " ".join(sorted(j.declared.against)),
            j.stance.expected or "open", j.declared.title,
        )  # fmt: skip
    console = output()
    console.print(table)
    for a in exploits:
        console.print(f"attack [bold]{a.name}[/]: {a.title} (breaks {a.breaks})")


def _coverage(targets: list[str], json: bool) -> None:
    """Of the whole study: what a part of it does not cite may be cited by the rest."""
    if targets:
        raise InputError(f"the coverage of {targets[0]} alone says nothing", allowed="--coverage without a target")
    found = of_study(study(), jobs([]))
    if json:
        print_json(document(found))
    else:
        show(output(), found)
    raise typer.Exit(1 if found.missing or found.dangling else 0)


def _row(job: Job) -> dict[str, Any]:
    return {
        "target": job.target,
        "protocol": job.protocol,
        "variant": job.variant,
        "reading": job.reading,
        "machine": job.machine.__name__,
        "property": job.declared.id,
        "kind": job.declared.kind,
        "title": job.declared.title,
        "against": sorted(job.declared.against),
        "expected": job.stance.expected,
        "methods": [p.method for p in job.stance.plans],
        "cites": list(job.declared.cites),
    }
