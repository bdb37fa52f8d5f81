"""`meterproof audit`: what a change did to the guarantees, by which rules, with a trace for each that is lost."""

from __future__ import annotations

from pathlib import Path

import typer

from meterproof.audit.both import compare
from meterproof.audit.cache import Cache
from meterproof.audit.comparison import Wanted
from meterproof.audit.document import document
from meterproof.audit.engines import Engines
from meterproof.audit.outcome import CHANGES, Audit, Change
from meterproof.audit.sides import Version, versions
from meterproof.audit.text import show
from meterproof.check.methods import Budget
from meterproof.check.runner import Options
from meterproof.ci.of_audit import items, turns
from meterproof.claims import Profile
from meterproof.cli import ci, reports
from meterproof.cli.common import JSON, READING, SEED, errors, one_of, output, print_json, saying, store, write
from meterproof.errors import InputError
from meterproof.study.finder import discover, enter, locate
from meterproof.traces import itf

PROFILES: tuple[Profile, ...] = ("quick", "thorough")
EPILOG = """
[bold]Examples[/]

  meterproof audit bc-ami@published bc-ami@hardened --property IS-V1

  meterproof audit spec/bc-ami.hardened.toml draft.toml

  meterproof audit main..work               (all that changed between two revisions)

  meterproof audit v1.2:bc-ami@hardened     (that revision against the working tree)

  meterproof audit 'bc-ami@published (literal)' 'bc-ami@published (charitable)' --json
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("audit", epilog=EPILOG)(audit)


def audit(
    base: str = typer.Argument(..., metavar="BASE", help="A target, REV:TARGET, a revision, or a range A..B."),
    head: str = typer.Argument(None, metavar="[HEAD]", help="The same; without it, the working tree."),
    fail_on: str = typer.Option(
        "lost,weakened,unknown", "--fail-on", help=f"Exit 1 on any of these: {', '.join(CHANGES)}."
    ),
    property: list[str] = typer.Option(None, "--property", "-p", help="Only this property; may be repeated."),
    reading: str = READING,
    profile: str = typer.Option("quick", "--profile", help="quick or thorough."),
    timeout: float = typer.Option(60.0, "--timeout", help="Seconds that one plan, or one frontier, may take."),
    everything: bool = typer.Option(False, "--all", help="Also run what is the same system on both sides."),
    frontiers: bool = typer.Option(True, "--frontier/--no-frontier", help="Compute what breaks each guarantee."),
    behaviours: bool = typer.Option(
        True,
        "--behaviours/--no-behaviours",
        help="Search for what is newly possible, or no longer, whatever it breaks.",
    ),
    remember: bool = typer.Option(True, "--cache/--no-cache", help="Use answers of earlier audits, and keep these."),
    seed: int = SEED,
    report: Path = reports.REPORT,
    junit: Path = ci.JUNIT,
    sarif: Path = ci.SARIF,
    baseline: Path = ci.BASELINE,
    github: bool = ci.GITHUB,
    json: bool = JSON,
) -> None:
    """Compare two versions: which guarantees were lost or won, by which rules, with a trace for each."""
    fatal = _changes(fail_on)
    if timeout <= 0:
        raise InputError(f"a plan can't be run in --timeout {timeout:g}", allowed="a time above 0")
    reports.writable(report)
    options = Options(one_of("profile", profile, PROFILES), budget=Budget(timeout, seed))
    desk = ci.open_desk("audit", junit, sarif, baseline, github)
    start = Path.cwd()
    old, new = versions([base] if head is None else [base, head], start)
    root = _root(start)
    with saying(json) as say:
        say("reading both sides")
        engines = Engines(options, Cache(root / ".meterproof" / "audit" if remember else None), say)
        wanted = Wanted(tuple(property or ()), everything, frontiers, behaviours)
        found = compare(old, new, _read_in(old, new, start), engines, wanted, reading)
    files = {i: _store(root, found, i) for i, g in enumerate(found.guarantees) if g.trace is not None}
    if found.interrupted:
        errors().print("interrupted; what was found until then follows")
    told = desk.take(items(found, fatal, desk.tree) if desk.wanted else [])
    failed = found.fails(fatal) and not told.excused
    if json:
        print_json(document(found, fail_on=fatal, files=files) | {"failed": failed, "accepted": told.document()})
    else:
        show(output(), found, files)
        told.show()
    told.deliver(interrupted=found.interrupted, turns=turns(found) if github else ())
    if report is not None:
        _report(report, found)
    raise typer.Exit(130 if found.interrupted else 1 if failed else 0)


def _changes(words: str) -> tuple[Change, ...]:
    """The changes that a list names."""
    return tuple(one_of("change", word.strip(), CHANGES) for word in words.split(",") if word.strip())


def _root(start: Path) -> Path:
    """The folder that keeps what an audit leaves behind: the study's, or the current one where there is none."""
    try:
        return locate(start).root
    except InputError:
        return start


def _read_in(old: Version, new: Version, start: Path) -> Path:
    """The folder whose study both sides are of: `start`, or the study that ships where two of its targets are compared.

    It never stands in for a revision, or for a file.
    """
    if any(v.commit is not None or v.target is None or (start / v.target).is_file() for v in (old, new)):
        return start
    try:
        study = discover(start)
    except InputError:
        return start
    return enter(start).root if study.is_shipped else start


def _store(root: Path, found: Audit, at: int) -> str:
    change = found.guarantees[at]
    assert change.trace is not None
    source = change.base if change.trace_of == "base" else change.head
    parts = ["audit", change.target.replace("/", "_"), change.reading, change.property, change.trace_of]
    name = ".".join(filter(None, parts)).replace(" ", "_").replace(">", "") + ".itf.json"
    return str(store(root, name, itf.write(change.trace, source=source, seed=found.seed)).relative_to(root))


def _report(path: Path, found: Audit) -> None:
    from meterproof.report.audits import audit_page

    write(path, audit_page(found, reports.glossary_here()))
