"""`meterproof replay`: re-run a stored trace on the model, on another variant, or with real bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from meterproof import __version__
from meterproof.check.jobs import Job
from meterproof.check.targets import find
from meterproof.cli.common import JSON, SEED, SOLVERS, one_of, output, print_json
from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from meterproof.finite.scope import resolve
from meterproof.real.bridge import bridge_of, reference_of
from meterproof.real.play import play
from meterproof.traces import itf_reading, text
from meterproof.traces.sentences import parameters, sentence
from meterproof.traces.trace import Mismatch, Trace, rerun

EPILOG = """
[bold]Examples[/]

  meterproof replay .meterproof/traces/bc-ami.published.literal.IS-P4.itf.json

  meterproof replay TRACE --real            (with real keys and bytes)

  meterproof replay TRACE --on bc-ami@hardened

  meterproof replay evidence/ --solver both     (a folder of check --evidence, verified anywhere)
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("replay", epilog=EPILOG)(replay)


@dataclass(frozen=True)
class Outcome:
    """How far a trace went: for each step what stopped it, or None; and whether the end shows what it is a trace of."""

    job: Job
    trace: Trace
    real: bool
    stops: tuple[str | None, ...]
    shown: bool


def replay(
    file: Path = typer.Argument(
        ..., help="A trace in ITF JSON, as written by check and trace; or a folder of check --evidence."
    ),
    on: str = typer.Option(
        None, "--on", help="Another target, with its reading in brackets if it has one: 'bc-ami@published (literal)'."
    ),
    real: bool = typer.Option(False, "--real", help="Play it on the reference with real keys and bytes."),
    solver: str = typer.Option(
        "z3", "--solver", help="Of a folder: who is asked again for each proof: z3, cvc5 or both."
    ),
    timeout: float = typer.Option(
        None, "--timeout", help="Of a folder: seconds for each plan; default: as many as then."
    ),
    search: bool = typer.Option(True, "--search/--no-search", help="Of a folder: carry searches out again."),
    seed: int = SEED,
    json: bool = JSON,
) -> None:
    """Re-run a stored trace, or verify a folder of evidence. Exit 1 where that fails."""
    if file.is_dir():
        if on is not None or real:
            raise InputError(
                "an evidence folder is verified as it is", allowed="no --on and no --real, or one trace of it"
            )
        from meterproof.cli.evidence import replay_folder  # what a single trace has no need of

        replay_folder(
            file, solver=one_of("solver", solver, SOLVERS), timeout=timeout, search=search, seed=seed, json=json
        )
        return
    header = itf_reading.read_header(file)
    if header.source is None or header.property is None:
        raise InputError("the trace names no source and property", file=file, allowed="a trace written by meterproof")
    own = find(header.source, header.property)
    try:
        trace = itf_reading.read(file, own.system())
    except Mismatch as stop:
        raise InputError(
            f"{own.name} does not take this trace: {stop}", file=file, allowed="a trace of the model as it is now"
        ) from None
    job = own if on is None else find(on, header.property)
    outcome = _with_bytes(trace, job, header.property, seed) if real else _in_model(trace, job, header.property)
    if json:
        print_json(_document(outcome, file, header.property, seed))
    else:
        _tell(outcome, header.property)
    raise typer.Exit(0 if outcome.shown and not any(outcome.stops) else 1)


def _in_model(trace: Trace, job: Job, property: str) -> Outcome:
    """The trace on a variant's model; after a step that is stopped nothing more is tried."""
    system = job.system()
    instance = Instance(system, resolve(system, trace.instance.scope.as_dict()), trace.instance.rigid)
    try:
        rerun(instance, trace.steps, system.property(property), trace.loop)
    except Mismatch as stop:
        stops = [None if i < stop.at else "an earlier step was stopped" for i in range(len(trace.steps))]
        if stop.at < len(stops):
            stops[stop.at] = str(stop)
        return Outcome(job, trace, False, tuple(stops), False)
    return Outcome(job, trace, False, (None,) * len(trace.steps), True)


def _with_bytes(trace: Trace, job: Job, property: str, seed: int) -> Outcome:
    """The trace with real keys and bytes; a refused step changes nothing and the others are still tried."""
    if trace.loop is not None:
        raise InputError("a run that never ends cannot be played with real bytes", allowed="replay without --real")
    if job.spec is None or job.rules is None:
        raise InputError(f"{job.name} has no reference to play on", allowed="a protocol of the study")
    system = job.system()
    instance = Instance(system, resolve(system, trace.instance.scope.as_dict()), trace.instance.rigid)
    reference = reference_of(job.spec)
    rules = reference.read_rules(job.rules.plain())
    played = play(bridge_of(reference, system.name), rules, instance, trace, system.property(property), seed)
    stops = tuple(
        f"refused by {s.refusal.rule}: {s.refusal.reason}"
        if s.refusal is not None
        else f"bytes and model differ in {', '.join(s.differs)}"
        if s.differs
        else None
        for s in played.steps
    )
    return Outcome(job, trace, True, stops, played.shows)


def _tell(outcome: Outcome, property: str) -> None:
    console, trace = output(), outcome.trace
    if not any(outcome.stops) and outcome.shown and not outcome.real:
        console.print(text.styled(trace))
        console.print(f"{outcome.job.name} takes every step.", style="bold")
        return
    console.print(f"{outcome.job.name} {'with real bytes' if outcome.real else 'in the model'}", style="bold")
    for number, (step, stop) in enumerate(zip(trace.steps, outcome.stops, strict=True), 1):
        console.print(f"{number}. {sentence(trace.instance, step)}")
        if stop is not None:
            console.print(f"     {stop}", style="green")
    what = "reached" if trace.claim is not None and trace.claim.kind == "reachable" else "violated"
    said = f"{property} is {what}" if outcome.shown else f"{property} is not {what}"
    console.print(f"{said} at the end.", style="bold red" if outcome.shown else "bold green")


def _document(outcome: Outcome, file: Path, property: str, seed: int) -> dict[str, Any]:
    steps = [
        {
            "action": s.action,
            "params": parameters(outcome.trace.instance, s),
            "taken": stop is None,
            "stopped_by": stop,
        }
        for s, stop in zip(outcome.trace.steps, outcome.stops, strict=True)
    ]
    return {
        "version": __version__,
        "seed": seed,
        "file": str(file),
        "target": outcome.job.target,
        "reading": outcome.job.reading,
        "property": property,
        "real": outcome.real,
        "steps": steps,
        "shown": outcome.shown,
    }
