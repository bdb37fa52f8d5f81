"""`meterproof trace`: find the shortest trace that decides a property, and show it."""

from __future__ import annotations

from pathlib import Path

import typer

from meterproof.check.jobs import Job
from meterproof.check.methods import Budget
from meterproof.check.runner import Options, run_job
from meterproof.check.targets import jobs, setup_lines
from meterproof.cli.common import READING, SEED, output, saying, write
from meterproof.errors import InputError
from meterproof.finite.scope import parse_scope
from meterproof.traces import itf, mermaid, pytest_format, text
from meterproof.traces.trace import Trace

FORMATS = ("text", "itf", "mermaid", "pytest")
EPILOG = """
[bold]Examples[/]

  meterproof trace bc-ami@published --property IS-P4

  meterproof trace bc-ami@published --property IS-V1 --format mermaid -o agreement.mmd

  meterproof trace bc-ami@hardened --property IS-P4 --witness      a run that shows it is not vacuous
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("trace", epilog=EPILOG)(trace)


def trace(
    target: str = typer.Argument(..., help="protocol, protocol@variant, spec.toml or model.py"),
    property: str = typer.Option(..., "--property", "-p", help="Which property."),
    reading: str = READING,
    witness: bool = typer.Option(False, "--witness", help="Show how the property's witness is reached instead."),
    format: str = typer.Option("text", "--format", help="text, itf, mermaid or pytest."),
    scope: str = typer.Option("", "--scope", help="Sizes over those of the plans, as in Replica=4,faulty=1."),
    timeout: float = typer.Option(60.0, "--timeout", help="Seconds that one plan may take."),
    seed: int = SEED,
    out: Path = typer.Option(None, "-o", "--output", help="Write there instead of stdout."),
) -> None:
    """Find and show a trace; of several variants or readings, the first that has one."""
    if format not in FORMATS:
        raise InputError(f"there is no format {format!r}", allowed=", ".join(FORMATS))
    sizes = parse_scope(scope)
    options = Options("thorough", None, tuple(sizes.items()), Budget(timeout, seed), controls=False)
    found = jobs([target], reading=reading, properties=[property], scope=sizes)
    with saying(False) as say:
        for job in found:
            check = run_job(job, options, tell=say)
            shown = next((e.witness for e in check.evidence if e.witness), None) if witness else check.decisive.trace
            if shown is not None:
                break
        else:
            said = ", ".join(f"{j.name}: {'no witness' if witness else 'no trace'}" for j in found)
            output().print(f"{property}: nothing to show ({said}); the last verdict is {check.decisive.verdict}")
            raise typer.Exit(1)
    rendered = render(shown, job, format, seed, colour=out is None and output().is_terminal)
    if out is None:
        print(rendered, end="" if rendered.endswith("\n") else "\n")
    else:
        write(out, rendered)


def render(shown: Trace, job: Job, format: str, seed: int, *, colour: bool) -> str:
    """A trace in one of the formats."""
    if format == "itf":
        return itf.write(shown, source=job.name, seed=seed)
    if format == "mermaid":
        return mermaid.render(shown)
    if format == "pytest":
        return pytest_format.render(shown, setup_lines(job))
    return text.render(shown, colour=colour)
