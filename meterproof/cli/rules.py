"""`meterproof rules`: the necessity matrix, each rule of a variant taken away or weakened in turn."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import typer

from meterproof import __version__
from meterproof.check.jobs import Job
from meterproof.check.methods import Budget
from meterproof.check.runner import Options
from meterproof.check.targets import jobs, specs
from meterproof.claims import Profile
from meterproof.cli import reports
from meterproof.cli.common import JSON, READING, SEED, errors, one_of, output, print_json, saying, store, study, write
from meterproof.errors import InputError
from meterproof.lang.rules import RuleValues
from meterproof.necessity.document import of_matrix
from meterproof.necessity.findings import WRONG, findings
from meterproof.necessity.matrix import Matrix, Wish, necessity
from meterproof.necessity.table import show
from meterproof.necessity.trial import Trial
from meterproof.traces import itf

PROFILES: tuple[Profile, ...] = ("quick", "thorough")
DEFAULT = "hardened"
"""The variant that is meant where a protocol has several and none is named."""
EPILOG = """
[bold]Examples[/]

  meterproof rules bc-ami

  meterproof rules bc-ami@published --reading charitable

  meterproof rules edge-keys --rule quorum --rule vote_once --pairs

  meterproof rules bc-ami -p IS-P4 -p IS-P5 --timeout 60 --json
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("rules", epilog=EPILOG)(rules)


def rules(
    target: str = typer.Argument(
        ..., metavar="TARGET", help=f"protocol (its variant {DEFAULT}), protocol@variant or spec.toml"
    ),
    property: list[str] = typer.Option(None, "--property", "-p", help="Only this guarantee; may be repeated."),
    rule: list[str] = typer.Option(None, "--rule", "-r", help="Only this rule; may be repeated."),
    pairs: bool = typer.Option(False, "--pairs", help="Take also two rules at once, of which neither alone matters."),
    reading: str = READING,
    profile: str = typer.Option("quick", "--profile", help="quick or thorough: which of the study's plans."),
    timeout: float = typer.Option(5.0, "--timeout", help="Seconds that one search of a changed protocol may take."),
    seed: int = SEED,
    report: Path = reports.REPORT,
    json: bool = JSON,
) -> None:
    """Take each rule away, or weaken it, and say which guarantees fall and which rules buy nothing."""
    reports.writable(report)
    options = Options(one_of("profile", profile, PROFILES), budget=Budget(timeout, seed))
    subjects = _subjects(target, reading, property or [])
    only = (tuple(rule or ()), tuple(property or ()))
    matrices: list[Matrix] = []
    with saying(json) as say:
        wish = Wish(options, Budget(seed=seed), *only, pairs, say)
        for claims in subjects:
            matrices.append(necessity(claims, _variants(claims[0]), wish))
            if matrices[-1].interrupted:
                errors().print("interrupted; what was found until then follows")
                break
    _print(matrices, seed, profile, json)
    if report is not None:
        _report(report, matrices, seed, profile)
    if matrices[-1].interrupted:
        raise typer.Exit(130)
    raise typer.Exit(1 if any(f.kind in WRONG for m in matrices for f in findings(m)) else 0)


def _subjects(target: str, reading: str | None, properties: list[str]) -> list[list[Job]]:
    """All claims on the target, a list for each reading that claims anything of the properties (none: of all)."""
    if target.endswith(".py"):
        raise InputError(f"{target} has no rules to take away", allowed="protocol, protocol@variant or spec.toml")
    found = specs(study(), target)
    if len(found) > 1:
        target = next((t for s in found if (t := f"{s.protocol}@{s.variant}").endswith(f"@{DEFAULT}")), "")
        if not target:
            names = ", ".join(f"{s.protocol}@{s.variant}" for s in found)
            raise InputError(f"no variant of {found[0].protocol} is called {DEFAULT}", allowed=names)
    claims: dict[str | None, list[Job]] = {}
    for job in jobs([target], reading=reading):
        claims.setdefault(job.reading, []).append(job)
    asked = jobs([target], reading=reading, properties=properties)
    return [claims[each] for each in dict.fromkeys(job.reading for job in asked)]


def _variants(job: Job) -> list[RuleValues]:
    """The rule values of all variants and readings of the job's protocol."""
    known = specs(study(), job.protocol) if job.protocol in study().protocols else []
    return [s.rules(r) for s in known for r in (None, *s.readings)]


def _print(matrices: list[Matrix], seed: int, profile: str, json: bool) -> None:
    traces = {id(t): path for m in matrices for t in (*m.trials, *m.pairs) if (path := _store(m, t, seed)) is not None}
    if json:
        told = [of_matrix(m, traces) for m in matrices]
        print_json({"version": __version__, "seed": seed, "profile": profile, "matrices": told})
        return
    console = output()
    for matrix in matrices:
        show(console, matrix, findings(matrix))
    if traces:
        example = next(iter(traces.values()))
        console.print(f"{len(traces)} traces are stored; read one with: meterproof replay {example}", style="dim")


def _store(matrix: Matrix, trial: Trial, seed: int) -> str | None:
    """Where the trace of a fall was written, from the study's root; None where there is none."""
    trace = trial.decisive.trace
    if trial.outcome != "falls" or trace is None:
        return None
    job: Job = matrix.subject
    changes = [f"{c.rule}={quote(str(c.value), safe='+')}" for c in trial.changes]
    parts = [job.protocol, job.variant, *([job.reading] if job.reading else []), trial.id, *changes]
    root = study().home(Path.cwd()) if job.spec is not None else Path.cwd()
    name = ".".join(parts).replace(" ", "_") + ".itf.json"
    return str(store(root, name, itf.write(trace, source=trial.job.name, seed=seed)).relative_to(root))


def _report(path: Path, matrices: list[Matrix], seed: int, profile: str) -> None:
    from meterproof.report.matrices import rules_page

    glossary = reports.glossary(m.subject.spec for m in matrices)
    told = [findings(m) for m in matrices]
    write(path, rules_page(matrices, told, glossary, seed=seed, profile=profile, root=reports.root()))
