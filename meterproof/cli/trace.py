"""`meterproof trace`: find the shortest trace that decides a property, and show it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from meterproof import __version__
from meterproof.check.jobs import Job
from meterproof.check.methods import Budget, carry_out
from meterproof.check.runner import Options
from meterproof.check.targets import jobs, setup_lines
from meterproof.cli import reports
from meterproof.cli.common import JSON, READING, SEED, output, print_json, saying, write
from meterproof.errors import InputError
from meterproof.finite.scope import parse_scope
from meterproof.traces import itf, mermaid, pytest_format, text
from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence

FORMATS = ("text", "itf", "mermaid", "html", "pytest")
EPILOG = """
[bold]Examples[/]

  meterproof trace bc-ami@published --property IS-P4

  meterproof trace bc-ami@published --property IS-V1 --format mermaid -o agreement.mmd

  meterproof trace bc-ami@published --property IS-V1 --format html -o agreement.html

  meterproof trace bc-ami@hardened --property IS-P4 --witness
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("trace", epilog=EPILOG)(trace)


def trace(
    target: str = typer.Argument(..., help="protocol, protocol@variant, spec.toml or model.py"),
    property: str = typer.Option(..., "--property", "-p", help="Which property."),
    reading: str = READING,
    witness: bool = typer.Option(False, "--witness", help="Show how the property's witness is reached instead."),
    format: str = typer.Option("text", "--format", help="text, itf, mermaid, html or pytest."),
    scope: str = typer.Option("", "--scope", help="Sizes over those of the plans, as in Replica=4,faulty=1."),
    timeout: float = typer.Option(60.0, "--timeout", help="Seconds that one plan may take."),
    seed: int = SEED,
    out: Path = typer.Option(None, "-o", "--output", help="Write there instead of stdout."),
    json: bool = JSON,
) -> None:
    """Find and show a trace; of several variants or readings, the first that has one."""
    if format not in FORMATS:
        raise InputError(f"there is no format {format!r}", allowed=", ".join(FORMATS))
    sizes = parse_scope(scope)
    found = jobs([target], reading=reading, properties=[property], scope=sizes)
    with saying(json) as say:
        job, shown, last = first_trace(
            found, Options(scope=tuple(sizes.items()), budget=Budget(timeout, seed)), witness, say
        )
    if json:
        whole = None if shown is None else itf.document(shown, source=job.name, seed=seed)
        print_json(
            {
                "version": __version__,
                "seed": seed,
                "target": job.target,
                "reading": job.reading,
                "property": property,
                "witness": witness,
                "verdict": last.verdict,
                "steps": None if shown is None else len(shown.steps),
                "itf": whole,
            }
        )
        raise typer.Exit(0 if shown is not None else 1)
    if shown is None:
        said = ", ".join(j.name for j in found)
        output().print(f"{property}: no {'witness' if witness else 'trace'} in {said}; last verdict: {last.verdict}")
        raise typer.Exit(1)
    rendered = render(shown, job, format, seed, colour=out is None and output().is_terminal)
    if out is None:
        print(rendered, end="" if rendered.endswith("\n") else "\n")
    else:
        write(out, rendered)


def first_trace(
    found: list[Job], options: Options, witness: bool, say: Callable[[str], None]
) -> tuple[Job, Trace | None, Evidence]:
    """The first job, plan by plan, that has the trace asked for; else the last job, None, and its last evidence."""
    last = Evidence("none", "not run")
    for job in found:
        system = job.system()
        for plan in job.stance.plans:
            if plan.method == "induction" or not options.admits(plan):
                continue
            say(f"{job.name} {job.declared.id}: {plan.method}")
            last = carry_out(options.sized(plan), system, job.claim(system), options.budget)
            shown = last.witness if witness else last.trace
            if shown is not None:
                return job, shown, last
    return found[-1], None, last


def render(shown: Trace, job: Job, format: str, seed: int, *, colour: bool) -> str:
    """A trace in one of the formats."""
    if format == "itf":
        return itf.write(shown, source=job.name, seed=seed)
    if format == "mermaid":
        return mermaid.render(shown)
    if format == "html":
        return _page(shown, job, seed)
    if format == "pytest":
        return pytest_format.render(shown, setup_lines(job))
    return text.render(shown, colour=colour)


def _page(shown: Trace, job: Job, seed: int) -> str:
    from meterproof.report.runs import run_page

    glossary = reports.glossary([job.spec])
    return run_page(shown, glossary, source=job.name, seed=seed, protocol=job.protocol, root=reports.root())
