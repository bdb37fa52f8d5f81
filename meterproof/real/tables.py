"""Attacks as tables for people: one line an attempt, or one row a feature and one column a variant and reading."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from meterproof.check import matrix
from meterproof.real.attack import AttackResult
from meterproof.real.document import Proofs, proofs_of
from meterproof.real.features import Cell, Found, Result, Row
from meterproof.real.play import Refusal

_FOUND: dict[Found, tuple[str, str]] = {
    "broken": ("✗ broken", "red"),
    "bounded": ("✗ up to its bound only", "yellow"),
    "withstands": ("✓ withstands", "green"),
    "untried": ("- untried", "dim"),
}


def attempts(results: Sequence[Result]) -> Table:
    """Attempts in one line each."""
    title = "attacks, played with real keys and bytes"
    shown = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("attack", "on", "outcome", "what happened"):
        shown.add_column(column)
    for r in results:
        told = Text("✗ succeeds", style="red") if r.outcome == "succeeds" else Text("✓ fails", style="green")
        told += Text("" if r.as_expected else "  ! unexpected", style="bold red")
        shown.add_row(Text(r.attack.name, style="bold"), where(r), told, happened(r))
    return shown


def features(rows: Sequence[Row], proofs: Proofs) -> RenderableType:
    """The table of features, and beneath it what each attack is."""
    shown = Table(
        title=f"{rows[0].feature.protocol}: security features, attacked on running parties",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    shown.add_column("feature", ratio=3)
    shown.add_column("claimed", ratio=1)
    for cell in rows[0].cells:
        shown.add_column(cell.target.split("@")[-1] + (f"\n{cell.reading}" if cell.reading else ""), ratio=3)
    for row in rows:
        name = Text(f"{row.feature.id} ", style="bold") + Text(row.feature.title, style="not bold")
        name += Text(f"\n{row.feature.argument}", style="dim not bold")
        shown.add_row(name, "yes", *(_cell(each, proofs) for each in row.cells))
        shown.add_row()
    named = {r.attack.name: r for row in rows for cell in row.cells for r in cell.results}
    return Group(shown, Text("\n".join(_told(r) for r in named.values()), style="dim"))


def _cell(cell: Cell, proofs: Proofs) -> Text:
    mark, style = _FOUND[cell.found]
    text = Text(mark, style=style)
    for r in cell.telling:
        text.append(f"\n{_short(r)}", style="not bold")
    for check in proofs_of(cell, proofs):
        text.append(f"\n{check.job.declared.id} ", style="not dim").append_text(matrix.cell(check))
    if not all(r.as_expected for r in cell.results):
        text.append("\n! unexpected", style="bold red")
    return text


def _short(result: Result) -> str:
    scope = _corrupted(result) if isinstance(result, AttackResult) else " (bytes only)"
    if result.outcome == "succeeds":
        return f"{result.attack.name}{scope}: {result.steps} steps"
    return f"{result.attack.name}{scope}: refused by {_decisive(result).rule}"


def _told(result: Result) -> str:
    kind = "" if isinstance(result, AttackResult) else " (on bytes only, no schedule of the model)"
    return f"  {result.attack.name}: {result.attack.title}{kind}; aims at {result.attack.breaks}"


def where(result: Result) -> str:
    """Target, reading and how many are corrupted, as in `bc-ami@published (literal), 1 of 4 faulty`."""
    attempt = result.attempt
    return attempt.target + (f" ({attempt.reading})" if attempt.reading else "") + _corrupted(result)


def _corrupted(result: Result) -> str:
    """How many there are in each set whose size the scope gives, as in `1 of 4 faulty`."""
    if not isinstance(result, AttackResult):
        return ""
    instance = result.played.instance
    scope = instance.scope.as_dict()
    sets = [(v.name, v.domain[0].name) for v in instance.system.variables if len(v.domain) == 1 and v.name in scope]
    return "".join(f", {scope[name]} of {scope[sort]} {name}" for name, sort in sets)


def happened(result: Result) -> str:
    """What came of the steps: all taken, or which was refused, why, and by which rule."""
    if not result.refusals:
        if isinstance(result, AttackResult):
            return f"all {result.steps} steps taken; {result.attack.breaks} is broken"
        return f"all {result.steps} steps taken; {result.account.shown}"
    stop = _decisive(result)
    number = _numbers(result)[result.refusals.index(stop)]
    return f"step {number} refused: {stop.reason} ({stop.rule})"


def _decisive(result: Result) -> Refusal:
    """The refusal that tells most: with fewer corruptions the last step says what lacks."""
    return result.refusals[-1 if result.attempt.found_with else 0]


def _numbers(result: Result) -> list[int]:
    """The numbers of the refused steps, from 1."""
    if isinstance(result, AttackResult):
        return [i for i, step in enumerate(result.played.steps, 1) if step.refusal is not None]
    return [i for i, deed in enumerate(result.account.deeds, 1) if deed.refusal is not None]
