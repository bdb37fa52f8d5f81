"""A matrix for people: a table a machine, beneath it what its columns and marks mean, and the findings in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import ascii_lowercase

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from meterproof.necessity.change import Change
from meterproof.necessity.findings import MEANING, WRONG, Finding, Kind, fallen, left_out
from meterproof.necessity.matrix import Matrix
from meterproof.necessity.trial import Outcome, Trial

NAME, TITLE, CELL, GAP = 9, 30, 4, 1
"""Widths of the columns, and of what is between two of them, in letters."""

_MARKS: dict[Outcome, tuple[str, str, str]] = {
    "falls": ("✗", "red", "falls, in so many steps (@: in a run that never ends)"),
    "stands": ("·", "green", "stands at all scopes searched"),
    "vacuous": ("○", "yellow", "stands, but its premise never arises"),
    "same": ("=", "dim", "the machine stays the same"),
    "unknown": ("?", "yellow", "not decided"),
    "refused": ("-", "dim", "the model has no such protocol"),
}


def show(console: Console, matrix: Matrix, found: Sequence[Finding]) -> None:
    """Print tables, what the proofs use, findings, and what was not tried."""
    console.print(Text(_title(matrix), style="bold"))
    machines = dict.fromkeys(g.job.machine.__name__ for g in matrix.guarantees)
    touched = {t.job.machine.__name__ for t in matrix.trials}
    for name in machines:
        if name in touched:
            console.print(_of_machine(matrix, name, console.width))
    if untouched := [name for name in machines if name not in touched]:
        console.print(Text(f"\nNo rule was changed in {', '.join(untouched)}.", style="dim"))
    marks = {t.outcome for t in matrix.trials}
    console.print(Text("; ".join(f"{m} {said}" for o, (m, _, said) in _MARKS.items() if o in marks), style="dim"))
    if (proofs := _proofs(matrix)) is not None:
        console.print(proofs)
    console.print(Text.assemble(*_findings(found)))
    console.print(Text("\n".join(("", *left_out(matrix))), style="dim"))


def _title(matrix: Matrix) -> str:
    numbers = {
        "guarantee": len(matrix.guarantees),
        "change of rules": len({t.changes for t in matrix.trials}),
        "trial": len(matrix.trials),
        "fall": len(fallen(matrix.trials)),
    }
    return f"{matrix.subject.name}: " + ", ".join(_count(number, thing) for thing, number in numbers.items())


def _count(number: int, thing: str) -> str:
    """`1 change of rules`, `2 changes of rules`."""
    first, *rest = thing.split(" ", 1)
    return " ".join((str(number), first if number == 1 else first + "s", *rest))


def _of_machine(matrix: Matrix, machine: str, width: int) -> RenderableType:
    """The guarantees of one machine by the changes that were tried on it, as many tables as the width asks for."""
    guarantees = [g for g in matrix.guarantees if g.job.machine.__name__ == machine]
    trials = {(t.id, t.changes): t for t in matrix.trials if t.job.machine.__name__ == machine}
    columns = list(dict.fromkeys(changes for _, changes in trials))
    fit = max(1, (width - NAME - TITLE - 2 * GAP) // (CELL + GAP))
    parts: list[RenderableType] = []
    for start in range(0, len(columns), fit):
        here = columns[start : start + fit]
        table = Table(
            title=f"\n{machine}", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False,
            padding=0,
        )  # fmt: skip
        table.add_column("guarantee", width=NAME, no_wrap=True)
        table.add_column("", width=TITLE, no_wrap=True, overflow="ellipsis")
        for number in range(start + 1, start + len(here) + 1):
            table.add_column(str(number), width=CELL, no_wrap=True)
        for g in guarantees:
            id = g.job.declared.id
            cells = [_cell(trials[id, c]) if (id, c) in trials else Text("") for c in here]
            table.add_row(Text(id, style="bold"), g.job.declared.title, *cells)
        parts += [table, Text(_legend(here, start + 1, width), style="dim")]
    return Group(*parts)


def _legend(columns: Sequence[tuple[Change, ...]], first: int, width: int) -> str:
    """The numbers of the columns with their changes, in lines of at most `width` letters."""
    lines = [""]
    for number, changes in enumerate(columns, first):
        entry = f"{number} {' and '.join(map(str, changes))}"
        if lines[-1] and len(lines[-1]) + len(entry) + 3 > width:
            lines.append("")
        lines[-1] += ("   " if lines[-1] else "") + entry
    return "\n".join(lines)


def _cell(trial: Trial) -> Text:
    mark, style, _ = _MARKS[trial.outcome]
    told = mark
    trace = trial.decisive.trace
    if trial.outcome == "falls" and trace is not None:
        told += "@" if trace.loop is not None else str(len(trace.steps))
    return Text(told + ("*" if trial.restated else ""), style=style)


def _proofs(matrix: Matrix) -> RenderableType | None:
    """What the proofs of the unchanged protocol rest on, from their unsatisfiable cores."""
    cores = [(g, g.core) for g in matrix.guarantees if g.core is not None]
    if not cores:
        return None
    assumed = list(dict.fromkeys(fact for g, _ in cores for fact in g.decisive.axioms))
    table = Table(
        title="\nWhat the proofs for every size use", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
        pad_edge=False,
    )  # fmt: skip
    for name in ("guarantee", "rules", "assumptions"):
        table.add_column(name)
    for g, core in cores:
        facts = ", ".join(_letter(assumed.index(fact)) for fact in g.decisive.axioms)
        table.add_row(Text(g.job.declared.id, style="bold"), ", ".join(core.rules) or "none", facts or "none")
    return Group(table, Text("\n".join(f"{_letter(i)}  {fact}" for i, fact in enumerate(assumed)), style="dim"))


def _letter(number: int) -> str:
    """a, b, ... z, a1, b1, ..."""
    turn, at = divmod(number, len(ascii_lowercase))
    return ascii_lowercase[at] + (str(turn) if turn else "")


def _findings(found: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    yield ("\nFindings\n" if found else "\nNo findings.\n", "bold")
    kinds: tuple[Kind, ...] = tuple(dict.fromkeys(f.kind for f in found))
    for kind in kinds:
        of_kind = [f for f in found if f.kind == kind]
        yield (f"\n{kind}", "bold red" if kind in WRONG else "bold")
        yield (f"  {MEANING[kind]}\n", "dim")
        for f in of_kind:
            subject = ", ".join(f.rules)
            yield (f"  {subject + ': ' if subject else ''}{f.sentence}\n", "")
