"""`meterproof check`: verdicts on every guarantee; without a target also attacks and a run on real readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from meterproof.check import arithmetic, ladders
from meterproof.check.aside import Aside
from meterproof.check.crew import Crew, workers_for
from meterproof.check.document import document
from meterproof.check.jobs import Job
from meterproof.check.matrix import show
from meterproof.check.methods import Budget, assemble
from meterproof.check.runner import Check, JobInterrupted, Options, run_job
from meterproof.check.targets import jobs
from meterproof.claims import Profile
from meterproof.cli import ci, reports
from meterproof.cli.common import JSON, READING, SEED, SOLVERS, errors, one_of, output, print_json, saying, store, write
from meterproof.errors import InputError
from meterproof.finite.scope import parse_scope
from meterproof.study.finder import enter
from meterproof.traces import itf
from meterproof.verdict import Method

if TYPE_CHECKING:
    from meterproof.ci.items import Item
    from meterproof.cli.exhibits import Exhibits, Sent
    from meterproof.compose.standing import Standing
    from meterproof.prove.arithmetic import ThresholdFacts

PROFILES: tuple[Profile, ...] = ("quick", "thorough")
METHODS: tuple[Method, ...] = ("explore", "schedule", "bmc", "kinduction", "induction", "walk")
GIB = 1 << 30

EPILOG = """
[bold]Examples[/]

  meterproof check                  (the whole study, with attacks and a run)

  meterproof check bc-ami@hardened --profile thorough

  meterproof check bc-ami --property IS-P4 --reading literal --json

  meterproof check bc-ami@hardened --method induction --seeds 5 --solver both

  meterproof check bc-ami --report bc-ami.html

  meterproof check bc-ami --junit junit.xml --sarif bc-ami.sarif --github

  meterproof check bc-ami@hardened --evidence evidence/    (then anywhere: meterproof replay evidence/)

  meterproof check examples/two_phase_commit.py --scope RM=10 --symmetry all
"""


@dataclass(frozen=True)
class Found:
    """All that a check found, as it is printed and reported."""

    checks: list[Check]
    beside: Exhibits | None
    standings: list[ladders.Standing]
    quorums: list[tuple[str, ThresholdFacts]]
    composed: list[Standing]
    seed: int
    profile: str
    interrupted: bool


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("check", epilog=EPILOG)(check)


def check(
    targets: list[str] = typer.Argument(
        None, metavar="TARGET", help="protocol, protocol@variant, spec.toml or model.py"
    ),
    property: list[str] = typer.Option(None, "--property", "-p", help="Only this property; may be repeated."),
    reading: str = READING,
    method: str = typer.Option(None, "--method", help=f"Only this method: {', '.join(METHODS)}."),
    scope: str = typer.Option("", "--scope", help="Sizes over those of the plans, as in Replica=4,faulty=1."),
    symmetry: str = typer.Option(
        "", "--symmetry", help="Explore one state of each orbit: sorts that are interchangeable, as in RM,Key, or all."
    ),
    profile: str = typer.Option("quick", "--profile", help="quick or thorough."),
    timeout: float = typer.Option(60.0, "--timeout", help="Seconds that one plan may take."),
    memory: float = typer.Option(Budget().memory / GIB, "--memory", help="GiB that the states of a search may take."),
    seed: int = SEED,
    seeds: int = typer.Option(1, "--seeds", help="Seeds that each proof is repeated with, from --seed on."),
    solver: str = typer.Option("z3", "--solver", help="Who is asked for a proof of any size: z3, cvc5 or both."),
    workers: int = typer.Option(
        None, "--workers", help="Processes; by default as many as cores, if there is much to do."
    ),
    report: Path = reports.REPORT,
    evidence: Path = typer.Option(
        None, "--evidence", metavar="FOLDER", help="Write there all that others need to verify what was found."
    ),
    junit: Path = ci.JUNIT,
    sarif: Path = ci.SARIF,
    baseline: Path = ci.BASELINE,
    github: bool = ci.GITHUB,
    json: bool = JSON,
) -> None:
    """Check guarantees and compare the verdicts with what is expected."""
    if memory <= 0:
        raise InputError(f"a search can't do with {memory:g} GiB", allowed="more than 0")
    if workers is not None and workers < 1:
        raise InputError(f"nothing is checked by --workers {workers}", allowed="1 or more")
    if seeds < 1:
        raise InputError(f"a proof can't be tried with --seeds {seeds}", allowed="1 or more")
    reports.writable(report)
    desk = ci.open_desk("check", junit, sarif, baseline, github)
    if evidence is not None:
        from meterproof.cli.evidence import free, keep  # what a check that keeps none has no need of

        free(evidence)
    sizes = parse_scope(scope)
    only = None if method is None else one_of("method", method, METHODS)
    budget = Budget(timeout, seed, seeds, one_of("solver", solver, SOLVERS), int(memory * GIB))
    alike = tuple(name.strip() for name in symmetry.split(",") if name.strip())
    options = Options(one_of("profile", profile, PROFILES), only, tuple(sizes.items()), alike, budget)
    assemble(budget)
    whole = not targets and not property
    asked = list(jobs(targets or [], reading=reading, properties=property, scope=sizes, method=only))
    checks: list[Check] = []
    beside: Exhibits | None = None
    interrupted = False
    several = workers_for(len(asked), options, workers)
    crew = Crew(asked, options, several) if several > 1 else None
    aside = Aside(partial(_sent, seed)) if whole and crew is not None else None
    try:
        with saying(json) as say:
            for row in _one_by_one(asked, options, say) if crew is None else crew.rows(say):
                checks.append(row)
        if whole:
            from meterproof.cli.exhibits import exhibits  # real keys and blocks, which a single check has no need of

            beside = exhibits(seed, json) if aside is None else _awaited(aside, json)
    except KeyboardInterrupt as stop:
        interrupted = True
        if aside is not None:
            aside.stop()
        if isinstance(stop, JobInterrupted):
            checks.append(stop.check)
        if crew is not None:
            checks.extend(crew.late())
        errors().print("interrupted; what was found until then follows")
    told = desk.take(_items(desk, checks, beside) if desk.wanted else [])
    composed = _composed(checks) if whole and not interrupted else []
    found = Found(
        checks, beside, ladders.of_checks(checks), arithmetic.of_checks(checks), composed, seed, profile, interrupted
    )
    _print(found, told, json)
    told.deliver(interrupted=interrupted)
    if report is not None:
        _report(report, found, whole)
    if evidence is not None:
        keep(evidence, checks, options, interrupted=interrupted)
    if interrupted:
        raise typer.Exit(130)
    expected = all(c.as_expected for c in checks) and (beside is None or beside.as_expected)
    fits = all(each.links.closed for each in composed)
    fine = (expected or told.excused) and fits
    if beside is not None and not json:
        but = "" if expected else " but for what is accepted"
        output().print(f"\n[bold green]All as expected{but}.[/]" if fine else "\n[bold red]Not all is as expected.[/]")
    raise typer.Exit(0 if fine else 1)


def _sent(seed: int) -> Sent:
    from meterproof.cli.exhibits import sent

    return sent(seed)


def _awaited(aside: Aside[Sent], quiet: bool) -> Exhibits:
    with saying(quiet) as say:
        say("attacks, runs and days with real bytes")
        return aside.result().taken()


def _one_by_one(asked: list[Job], options: Options, say: Callable[[str], None]) -> Iterator[Check]:
    for job in asked:

        def heard(progress: object, told: str = f"{job.name} {job.declared.id}") -> None:
            say(f"{told}: {progress}")

        yield run_job(job, options, heard, say)


def _composed(checks: list[Check]) -> list[Standing]:
    """Where each whole stands whose guarantees are all among these rows."""
    from meterproof.compose.standing import of_checks  # networkx, which a single check has no need of

    return of_checks(enter(Path.cwd()), checks)


def _items(desk: ci.Desk, checks: list[Check], beside: Exhibits | None) -> list[Item]:
    from meterproof.ci import of_check, of_exhibits

    shown = () if beside is None else of_exhibits.items(*beside.judged())
    return [*(of_check.item(c, desk.tree) for c in checks), *shown]


def _print(found: Found, findings: ci.Told, json: bool) -> None:
    checks, beside = found.checks, found.beside
    traces = {i: _store(c, found.seed) for i, c in enumerate(checks) if c.decisive.trace is not None}
    if json:
        told: dict[str, Any] = {
            "arithmetic": [arithmetic.row(name, facts) for name, facts in found.quorums],
            "ladders": [ladders.row(standing) for standing in found.standings],
            "accepted": findings.document(),
        }
        rows = document(
            checks, seed=found.seed, profile=found.profile, traces=traces, interrupted=found.interrupted
        )  # fmt: skip
        print_json(rows | told | ({} if beside is None else beside.document() | _compositions(found.composed)))
        return
    console = output()
    show(console, checks)
    if found.standings:
        console.print(ladders.table(found.standings))
    if found.quorums:
        console.print(arithmetic.table(found.quorums))
    if traces:
        console.print(
            f"{len(traces)} traces are in .meterproof/traces; read one with: meterproof replay FILE\n", style="dim"
        )
    if beside is not None:
        beside.show(console)
    if found.composed:
        from meterproof.compose.text import show_line

        console.print("\n[bold]composition[/]")
        for standing in found.composed:
            show_line(console, standing)
    findings.show()


def _compositions(standings: list[Standing]) -> dict[str, Any]:
    from meterproof.compose.document import summary

    return {"compositions": [summary(each) for each in standings]}


def _store(check: Check, seed: int) -> str:
    job, trace = check.job, check.decisive.trace
    assert trace is not None
    parts = [job.protocol, job.variant, *([job.reading] if job.reading else []), job.declared.id]
    root = Path.cwd() if job.spec is None else enter(Path.cwd()).home(Path.cwd())
    path = store(root, ".".join(parts).replace(" ", "_") + ".itf.json", itf.write(trace, source=job.name, seed=seed))
    return str(path.relative_to(root))


def _report(path: Path, found: Found, whole: bool) -> None:
    from meterproof.report import standings
    from meterproof.report.checks import check_page

    glossary = reports.glossary(c.job.spec for c in found.checks)
    also, exhibits = ("", []) if found.beside is None else found.beside.sections(glossary)
    write(path, check_page(
        found.checks, glossary, seed=found.seed, profile=found.profile, root=reports.root(),
        interrupted=found.interrupted, also=also,
        above=(standings.ladders(found.standings), standings.quorums(found.quorums)),
        below=(*exhibits, *([reports.traceability(glossary)] if whole else [])),
    ))  # fmt: skip
