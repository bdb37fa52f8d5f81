"""`meterproof export`: a target in the notations of other tools, and as a book."""

from __future__ import annotations

from pathlib import Path

import typer

from meterproof import __version__
from meterproof.check.methods import Budget
from meterproof.check.runner import Options
from meterproof.check.targets import jobs
from meterproof.cli.common import JSON, READING, SEED, errors, output, print_json, saying, write
from meterproof.cli.trace import first_trace
from meterproof.errors import InputError, nearest
from meterproof.export.formats import FORMATS, Exported, Request
from meterproof.export.subjects import check_scope, subjects
from meterproof.finite.scope import parse_scope
from meterproof.study.finder import enter
from meterproof.traces import itf

NAMES = (*FORMATS, "itf")
EPILOG = """
[bold]Examples[/]

  meterproof export bc-ami@hardened --format tla -o tla/

  meterproof export examples/two_phase_commit.py --format promela --property consistent --scope RM=5

  meterproof export bc-ami@hardened --format smtlib --property IS-P4 -o smt/

  meterproof export bc-ami@published --format itf --property IS-V1 -o agreement.itf.json

  meterproof export bc-ami@hardened --format book -o docs/book/
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("export", epilog=EPILOG)(export)


def export(
    target: str = typer.Argument(..., help="protocol, protocol@variant, spec.toml or model.py"),
    format: str = typer.Option(..., "--format", help="tla, promela, smtlib, itf or book."),
    property: list[str] = typer.Option([], "--property", "-p", help="Only this property; may be repeated."),
    reading: str = READING,
    scope: str = typer.Option("", "--scope", help="Sizes over those of the plans, as in Replica=4,faulty=1."),
    timeout: float = typer.Option(60.0, "--timeout", help="Seconds that a plan may take to find the trace of itf."),
    seed: int = SEED,
    out: Path = typer.Option(None, "-o", "--output", help="A file or, for several files, a folder."),
    json: bool = JSON,
) -> None:
    """Write a target in the notation of another tool: TLA+, Promela, SMT-LIB, ITF; or as a Markdown book."""
    if format not in NAMES:
        raise InputError(f"there is no format {format!r}{nearest(format, NAMES)}", allowed=", ".join(NAMES))
    if format == "itf":
        made = _itf(target, property, reading, scope, Budget(timeout, seed), json)
    else:
        made = FORMATS[format](_request(target, format, property, reading, scope))
    for reason in made.left_out:
        errors().print(f"left out: {reason}", soft_wrap=True, markup=False)
    if json:
        left = list(made.left_out)
        print_json({"version": __version__, "seed": seed, "format": format, "files": made.files, "left_out": left})
    elif out is not None:
        _store(made, out)
    elif len(made.files) == 1:
        print(*made.files.values(), sep="", end="")
    else:
        raise InputError(f"these are {len(made.files)} files: {', '.join(made.files)}", allowed="-o FOLDER, or --json")


def _request(target: str, format: str, properties: list[str], reading: str | None, scope: str) -> Request:
    sizes = parse_scope(scope)
    found = tuple(subjects(jobs([target], reading=reading, properties=properties, scope=sizes)))
    check_scope(found, sizes)
    of_study = any(j.spec is not None for s in found for j in s.jobs)
    study = enter(Path.cwd()) if of_study else None
    said = [f"--reading {reading}"] if reading else []
    command = " ".join(["meterproof export", target, f"--format {format}", *said, *(f"-p {p}" for p in properties)])
    return Request(
        found, sizes, command, Path(target).resolve().parent if study is None else study.root,
        None if study is None else study.register(),
    )  # fmt: skip


def _itf(target: str, properties: list[str], reading: str | None, scope: str, budget: Budget, quiet: bool) -> Exported:
    """The trace that `meterproof trace --format itf` shows."""
    if len(properties) != 1:
        raise InputError("an ITF trace belongs to one property", allowed="--property, once")
    sizes = parse_scope(scope)
    found = jobs([target], reading=reading, properties=properties, scope=sizes)
    with saying(quiet) as say:
        job, shown, last = first_trace(found, Options(scope=tuple(sizes.items()), budget=budget), False, say)
    if shown is None:
        raise InputError(
            f"{properties[0]} has no trace in {', '.join(j.name for j in found)}: {last.verdict}",
            allowed="a property that is violated or reached; `meterproof trace --witness` shows a property's witness",
        )
    name = f"{job.protocol}.{job.declared.id}.itf.json"
    return Exported({name: itf.write(shown, source=job.name, seed=budget.seed)})


def _store(made: Exported, out: Path) -> None:
    """One file under the given name, or all of them in the given folder."""
    single = len(made.files) == 1 and out.suffix and not out.is_dir()
    placed = [(out if single else out / name, text) for name, text in made.files.items()]
    for path, text in placed:
        _make(path.parent)
        output().print(f"{write(path, text)}", markup=False)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot be made: {error.strerror or error}", file=folder, allowed="a folder that you may write to"
        ) from error
