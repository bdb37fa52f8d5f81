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

EPILOG = """
[bold]Examples[/]

  meterproof list

  meterproof list bc-ami@hardened --json
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("list", epilog=EPILOG)(list_)


def list_(
    targets: list[str] = typer.Argument(
        None, metavar="TARGET", help="protocol, protocol@variant, spec.toml or model.py"
    ),
    json: bool = JSON,
) -> None:
    """List what there is: targets, properties and what is expected of them, attacks."""
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
