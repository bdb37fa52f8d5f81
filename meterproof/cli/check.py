"""`meterproof check`: verdicts on every guarantee; without a target also attacks and a run on real readings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from meterproof.check import arithmetic
from meterproof.check.document import document
from meterproof.check.matrix import show
from meterproof.check.methods import Budget
from meterproof.check.runner import Check, Options, run_job
from meterproof.check.targets import jobs
from meterproof.claims import Profile
from meterproof.cli import attack, run
from meterproof.cli.common import JSON, READING, SEED, errors, output, print_json, saying, store
from meterproof.errors import InputError
from meterproof.explore.explorer import Progress
from meterproof.finite.scope import parse_scope
from meterproof.study.finder import find_study
from meterproof.traces import itf
from meterproof.walk import Progress as Walked

METHODS = ("explore", "schedule", "bmc", "kinduction", "induction", "walk")

EPILOG = """
[bold]Examples[/]

  meterproof check                  (the whole study, with attacks and a run)

  meterproof check bc-ami@hardened --profile thorough

  meterproof check bc-ami --property IS-P4 --reading literal --json

  meterproof check examples/two_phase_commit.py --scope RM=5
"""


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
    profile: str = typer.Option("quick", "--profile", help="quick or thorough."),
    timeout: float = typer.Option(60.0, "--timeout", help="Seconds that one plan may take."),
    seed: int = SEED,
    json: bool = JSON,
) -> None:
    """Check guarantees and compare the verdicts with what is expected."""
    if profile not in ("quick", "thorough"):
        raise InputError(f"there is no profile {profile!r}", allowed="quick, thorough")
    if method is not None and method not in METHODS:
        raise InputError(f"there is no method {method!r}", allowed=", ".join(METHODS))
    sizes = parse_scope(scope)
    wanted: Profile = "thorough" if profile == "thorough" else "quick"
    options = Options(wanted, method, tuple(sizes.items()), Budget(timeout, seed))  # type: ignore[arg-type]
    checks: list[Check] = []
    try:
        with saying(json) as say:
            for job in jobs(targets or [], reading=reading, properties=property, scope=sizes):
                told = f"{job.name} {job.declared.id}"

                def report(p: Progress | Walked, told: str = told) -> None:
                    if isinstance(p, Walked):
                        say(f"{told}: {p}")
                        return
                    rate = p.states / p.seconds if p.seconds else 0
                    say(
                        f"{told}: depth {p.depth}, {p.states:,} states, {p.generated:,} generated, "
                        f"queue {p.queue:,}, {rate:,.0f}/s"
                    )

                checks.append(run_job(job, options, report, say))
    except KeyboardInterrupt:
        errors().print(f"interrupted; {len(checks)} finished verdicts follow")
        _print(checks, {}, seed, profile, json)
        raise typer.Exit(130) from None
    whole = not targets and not property
    played = attack.play_all(None, None, seed, json) if whole else []
    runs = run.run_samples(seed, json) if whole else []
    extra = {"attacks": [attack.row(r) for r in played], "runs": runs} if whole else {}
    _print(checks, extra, seed, profile, json)
    fine = all(c.as_expected for c in checks) and all(r.as_expected for r in played) and all(map(run.agrees, runs))
    if whole and not json:
        output().print(attack.table(played))
        for each in runs:
            run.show_line(each)
        output().print("\n[bold green]All as expected.[/]" if fine else "\n[bold red]Not all is as expected.[/]")
    raise typer.Exit(0 if fine else 1)


def _print(checks: list[Check], extra: dict[str, Any], seed: int, profile: str, json: bool) -> None:
    traces = {i: _store(c, seed) for i, c in enumerate(checks) if c.decisive.trace is not None}
    quorums = arithmetic.of_checks(checks)
    if json:
        told = {"arithmetic": [arithmetic.row(name, facts) for name, facts in quorums]}
        print_json(document(checks, seed=seed, profile=profile, traces=traces) | told | extra)
        return
    console = output()
    show(console, checks)
    if quorums:
        console.print(arithmetic.table(quorums))
    if traces:
        console.print(
            f"{len(traces)} traces are in .meterproof/traces; read one with: meterproof replay FILE\n", style="dim"
        )


def _store(check: Check, seed: int) -> str:
    job, trace = check.job, check.decisive.trace
    assert trace is not None
    parts = [job.protocol, job.variant, *([job.reading] if job.reading else []), job.declared.id]
    root = Path.cwd() if job.spec is None else find_study(Path.cwd()).root
    path = store(root, ".".join(parts).replace(" ", "_") + ".itf.json", itf.write(trace, source=job.name, seed=seed))
    return str(path.relative_to(root))
