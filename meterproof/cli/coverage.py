"""`meterproof list --coverage`: from each statement of the text to what came of it, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from meterproof import __version__
from meterproof.check.jobs import Job
from meterproof.cli.attack import attacks
from meterproof.study.coverage import Coverage, Exhibit, Statement, Subject, coverage, read_texts
from meterproof.study.finder import Study

FEW = 1
"""Of more names than these the table has the first, and how many there are besides; the JSON has all."""


def subjects(found: Sequence[Job]) -> list[Subject]:
    """The claims of a study with their systems; claims on one machine under the same rules share one."""
    systems = {(job.machine, job.rules): job for job in found}
    traced = {key: job.system() for key, job in systems.items()}
    return [Subject(j.spec, traced[j.machine, j.rules], j.declared) for j in found if j.spec is not None]


def of_study(study: Study, found: Sequence[Job]) -> Coverage:
    """What came of each statement of the study's register, as far as these claims and its files go."""
    exhibits = [Exhibit(a.name, a.breaks, tuple(a.cites)) for a in attacks(study).values()]
    return coverage(study.register(), subjects(found), exhibits, read_texts(study), study.root)


def document(found: Coverage) -> dict[str, Any]:
    """It as JSON."""
    return {
        "version": __version__,
        "seed": None,
        "statements": [_row(s) for s in found.statements],
        "missing": [s.entry.id for s in found.missing],
        "dangling": [{"id": d.id, "place": d.place} for d in found.dangling],
    }


def _row(s: Statement) -> dict[str, Any]:
    e = s.entry
    return {
        "id": e.id,
        "section": e.section,
        "says": e.says,
        "status": e.status,
        "why": e.why,
        "rules": [{"target": u.target, "rule": u.rule, "value": u.value, "place": u.place} for u in s.rules],
        "declared": list(s.declared),
        "model": list(s.model),
        "properties": list(s.properties),
        "attacks": list(s.attacks),
        "reference": list(s.reference),
        "errata": list(s.errata),
        "tests": list(s.tests),
    }


def show(console: Console, found: Coverage) -> None:
    """It for people: a line for each statement, then what is wrong."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("statement", "status", "rules", "model", "properties", "attacks"):
        table.add_column(column)
    for column in ("reference", "tests"):
        table.add_column(column, justify="right")
    for s in found.statements:
        table.add_row(
            s.entry.id, s.entry.status, _few(list(dict.fromkeys(u.rule for u in s.rules))), _few(s.model),
            _few(s.properties), _few(s.attacks), _files(s.reference), _files(s.tests),
        )  # fmt: skip
    console.print(table)
    for s in found.missing:
        console.print(f"{s.entry.id} is modelled, but no rule, action, guard or property cites it", style="bold red")
    for d in found.dangling:
        console.print(f"{d.id} is cited at {d.place}, but is not in the register", style="bold red")
    console.print(f"{len(found.statements)} statements, {len(found.missing)} missing, {len(found.dangling)} dangling")


def _few(names: Sequence[str]) -> str:
    more = len(names) - FEW
    return ", ".join(names[:FEW]) + (f" and {more} more" if more > 0 else "")


def _files(names: Sequence[str]) -> str:
    return f"{len(names)}" if names else ""
