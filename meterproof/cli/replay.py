"""`meterproof replay`: re-run a stored trace on the model, on another variant, or with real bytes."""

from __future__ import annotations

from pathlib import Path

import typer

from meterproof.check.jobs import Job
from meterproof.check.targets import find
from meterproof.cli.common import SEED, output
from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from meterproof.finite.scope import resolve
from meterproof.real.bridge import reference_of
from meterproof.real.play import Played, play
from meterproof.traces import itf_reading, text
from meterproof.traces.sentences import sentence
from meterproof.traces.trace import Mismatch, Trace, rerun

EPILOG = """
[bold]Examples[/]

  meterproof replay .meterproof/traces/bc-ami.published.literal.IS-P4.itf.json

  meterproof replay TRACE --real                         play it with real keys and bytes

  meterproof replay TRACE --on "bc-ami@hardened"         does the hardened protocol still allow it?
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("replay", epilog=EPILOG)(replay)


def replay(
    file: Path = typer.Argument(..., help="A trace in ITF JSON, as written by check and trace."),
    on: str = typer.Option(
        None, "--on", help="Another target, with its reading in brackets if it has one: 'bc-ami@published (literal)'."
    ),
    real: bool = typer.Option(False, "--real", help="Play it on the reference with real keys and bytes."),
    seed: int = SEED,
) -> None:
    """Re-run a stored trace. Exit 0 when it goes through to its end, 1 where it is stopped."""
    header = itf_reading.read_header(file)
    if header.source is None or header.property is None:
        raise InputError("the trace names no source and property", file=file, allowed="a trace written by meterproof")
    own = find(header.source, header.property)
    console = output()
    try:
        trace = itf_reading.read(file, own.system())
    except Mismatch as stop:
        console.print(f"{own.name} no longer takes this trace: {stop}", style="bold red")
        raise typer.Exit(1) from None
    job = own if on is None else find(on, header.property)
    if real:
        raise typer.Exit(_real(trace, job, seed))
    if on is None:
        console.print(text.styled(trace))
        raise typer.Exit(0)
    raise typer.Exit(_elsewhere(trace, job))


def _elsewhere(trace: Trace, job: Job) -> int:
    """How far another variant's model takes the trace."""
    console = output()
    system = job.system()
    try:
        instance = Instance(system, resolve(system, trace.instance.scope.as_dict()), trace.instance.rigid)
        again = rerun(instance, trace.steps, job.claim(system))
    except Mismatch as stop:
        step = trace.steps[stop.at] if stop.at < len(trace.steps) else None
        console.print(text.styled(trace))
        if step is None:
            console.print(f"{job.name} takes every step, but {job.declared.id} stands at the end.", style="bold green")
        else:
            console.print(
                f"{job.name} stops it at step {stop.at + 1}, {sentence(trace.instance, step)}", style="bold green"
            )
            console.print(f"  {stop}", style="green")
        return 1
    console.print(text.styled(again))
    console.print(f"{job.name} takes every step of it.", style="bold red")
    return 0


def _real(trace: Trace, job: Job, seed: int) -> int:
    """The trace with real bytes."""
    if job.spec is None or job.rules is None:
        raise InputError(f"{job.name} has no reference to play on", allowed="a protocol of the study")
    system = job.system()
    instance = Instance(system, trace.instance.scope, trace.instance.rigid)
    reference = reference_of(job.spec)
    played = play(
        reference.bridge(system.name), reference.rules(job.rules.plain()), instance, trace, job.claim(system), seed
    )
    return _tell(trace, played, job)


def _tell(trace: Trace, played: Played, job: Job) -> int:
    console = output()
    console.print(f"{job.name} with real bytes, {played.instance.scope}", style="bold")
    for number, step in enumerate(played.steps, 1):
        console.print(f"{number}. {sentence(trace.instance, step.step)}")
        if step.refusal is not None:
            console.print(f"     REFUSED by {step.refusal.rule}: {step.refusal.reason}", style="green")
        elif step.differs:
            console.print(f"     ! bytes and model differ: {', '.join(step.differs)}", style="bold red")
    id = job.declared.id
    if played.shows:
        console.print(f"The real bytes violate {id}.", style="bold red")
    else:
        console.print(f"The real bytes satisfy {id} at the end.", style="bold green")
    return 0 if played.faithful and played.shows else 1
