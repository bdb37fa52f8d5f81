"""Ladders beside the verdicts: of guarantees that grow stronger level by level, the strongest that holds."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from meterproof.check.runner import Check
from meterproof.claims import Ladder
from meterproof.verdict import STRENGTH

_UNDECIDED = STRENGTH[: STRENGTH.index("tested")]


@dataclass(frozen=True)
class Standing:
    """How far up a ladder one variant and reading stands.

    `strongest` names the level, None where not even the first holds. `undecided` are levels above it of which nothing
    is known.
    """

    ladder: Ladder
    protocol: str
    target: str
    reading: str | None
    strongest: str | None
    undecided: tuple[str, ...]


def of_checks(checks: Sequence[Check]) -> list[Standing]:
    """Where each target and reading stands on its ladders, if all their levels were checked."""
    found: list[Standing] = []
    for name in dict.fromkeys(c.job.name for c in checks):
        of_name = {c.job.declared.id: c for c in checks if c.job.name == name}
        first = next(iter(of_name.values()))
        if first.job.spec is not None:
            declared = importlib.import_module(first.job.spec.head.properties)
            for ladder in getattr(declared, "LADDERS", ()):
                if {level.id for level in ladder.levels.values()} <= set(of_name):
                    found.append(_standing(ladder, of_name))
    return found


def _standing(ladder: Ladder, checks: Mapping[str, Check]) -> Standing:
    strongest: str | None = None
    undecided: list[str] = []
    for name, level in ladder.levels.items():
        verdict = checks[level.id].decisive.verdict
        if verdict in _UNDECIDED:
            undecided.append(name)
        elif verdict != "violated":
            strongest, undecided = name, []
    job = checks[next(iter(ladder.levels.values())).id].job
    return Standing(ladder, job.protocol, job.target, job.reading, strongest, tuple(undecided))


def row(standing: Standing) -> dict[str, Any]:
    """One standing as JSON."""
    levels = {name: level.id for name, level in standing.ladder.levels.items()}
    return {
        "ladder": standing.ladder.title,
        "target": standing.target,
        "reading": standing.reading,
        "levels": [{"name": name, "property": id} for name, id in levels.items()],
        "strongest": None if standing.strongest is None else levels[standing.strongest],
        "undecided": [levels[name] for name in standing.undecided],
    }


def table(found: Sequence[Standing]) -> Table:
    """All ladders in one table: a row for each, a column for each target and reading."""
    title = "the strongest level that holds"
    shown = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    shown.add_column("ladder")
    columns = list(dict.fromkeys(_column(each) for each in found))
    for column in columns:
        shown.add_column(column)
    for ladder in dict.fromkeys(each.ladder.title for each in found):
        standings = {_column(each): each for each in found if each.ladder.title == ladder}
        shown.add_row(ladder, *(_shown(standings[c]) if c in standings else Text("") for c in columns))
    return shown


def _column(standing: Standing) -> str:
    return standing.target + (f"\n{standing.reading}" if standing.reading else "")


def _shown(standing: Standing) -> Text:
    text = Text(standing.strongest, style="green") if standing.strongest else Text("none", style="red")
    return text.append(f" (open: {', '.join(standing.undecided)})", style="yellow") if standing.undecided else text
