"""Checks as tables for people: one row a property, one column a variant and reading."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from meterproof.check.runner import Check
from meterproof.traces.counterexample import render
from meterproof.verdict import Evidence

_MARK = {
    "violated": ("✗", "red"),
    "unknown": ("?", "yellow"),
    "not inductive": ("?", "yellow"),
    "not run": ("-", "dim"),
}

Rows = dict[str, dict[str, Check]]
"""Checks by property and column."""
SPARSE = 4
"""A column that fewer than one in so many rows have is a sparse one."""


def matrix(checks: Sequence[Check]) -> RenderableType:
    """Tables of verdicts, one a protocol, and beneath them what the reader must know beside the marks."""
    parts: list[RenderableType] = []
    for protocol in dict.fromkeys(c.job.protocol for c in checks):
        of_protocol = [c for c in checks if c.job.protocol == protocol]
        parts += [*_tables(protocol, of_protocol), Text("\n".join(_notes(of_protocol)), style="dim")]
    return Group(*parts)


def _column(check: Check) -> str:
    return check.job.variant + (f"\n{check.job.reading}" if check.job.reading else "")


def _tables(protocol: str, checks: Sequence[Check]) -> list[Table]:
    """One table; or two, where some columns are nearly empty: the rows that need these stand in the second."""
    by_property: Rows = {}
    for check in checks:
        by_property.setdefault(check.job.declared.id, {})[_column(check)] = check
    columns = list(dict.fromkeys(_column(c) for c in sorted(checks, key=lambda c: c.job.reading is None)))
    rare = {c for c in columns if SPARSE * sum(c in row for row in by_property.values()) < len(by_property)}
    most = {id: row for id, row in by_property.items() if not rare & row.keys()}
    rest = {id: row for id, row in by_property.items() if id not in most}
    tables = [_table(protocol, [c for c in columns if c not in rare], most)] if most else []
    return [*tables, _table(protocol, columns, rest)] if rest else tables


def _table(title: str, columns: Sequence[str], rows: Rows) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("guarantee", ratio=3)
    for column in columns:
        table.add_column(column, ratio=2)
    for id, row in rows.items():
        declared = next(iter(row.values())).job.declared
        name = Text(id, style="bold") + Text(f" {declared.title}", style="not bold")
        table.add_row(name, *(cell(row[c]) if c in row else Text("") for c in columns))
    return table


def cell(check: Check) -> Text:
    """A verdict in few words, with a `!` where it is not the expected one."""
    e = check.decisive
    mark, style = _MARK.get(e.verdict, ("✓", "green"))
    text = Text(f"{mark} {words(e)}", style=style)
    if not check.as_expected:
        text.append("  ! unexpected", style="bold red")
    return text


def words(e: Evidence) -> str:
    """The verdict, and how much was done for it: `exhausted, 1,204 states`."""
    if e.verdict == "violated":
        if e.trace is None:
            return "violated: never reached"
        steps = len(e.trace.steps)
        if e.trace.loop is not None:
            return f"violated: {_ending(e.trace.loop, steps - e.trace.loop)}"
        return f"violated in {steps} step{'' if steps == 1 else 's'}" if steps else "violated at the start"
    if e.verdict == "proved":
        return f"proved for every size{_asked(e)}"
    if e.verdict == "exhausted":
        return f"exhausted, {e.states:,} {'orbits' if e.symmetry else 'states'}"
    if e.verdict == "bounded":
        return f"bounded, {e.depth} steps"
    if e.verdict == "tested":
        return f"tested, {e.schedules} schedules"
    return e.verdict


def _asked(e: Evidence) -> str:
    """Who proved it and how often, where that is not z3 with one seed."""
    by = {"z3": "", "cvc5": " by cvc5", "both": " by z3 and cvc5", None: ""}[e.solver]
    return by + (f", seeds {e.seeds[0]} to {e.seeds[-1]}" if len(e.seeds) > 1 else "")


def _ending(stem: int, loop: int) -> str:
    """How a run that never ends goes, in few words."""
    after = f" after {stem} step{'' if stem == 1 else 's'}" if stem else ""
    return f"{loop} steps again and again{after}" if loop else f"a run may stop{after or ' at the start'}"


def _notes(checks: Sequence[Check]) -> list[str]:
    controls = [r for c in checks for r in c.controls]
    caught = sum(r.caught for r in controls)
    lines = []
    if controls:
        lines.append(
            f"Mutation controls: {caught} of {len(controls)} weakened rules made their check fail, as they must."
        )
        lines += [
            f"  not caught: {c.job.name} {c.job.declared.id} {r.control}"
            for c in checks
            for r in c.controls
            if not r.caught
        ]
    lines += [
        f"  {c.job.name} {c.job.declared.id}: vacuous, its premise is never reached"
        for c in checks
        if any(e.vacuous for e in c.evidence)
    ]
    for c in checks:
        where = " ".join(filter(None, (c.job.declared.id, c.job.variant, c.job.reading)))
        if c.job.stance.note:
            lines.append(f"  {where}: {c.job.stance.note}")
        if c.contradiction is not None:
            lines.append(f"  {where}: {c.contradiction}")
            continue
        lines += [f"  {where}: {e.method}: {_open(e)}" for e in c.evidence if e.verdict in ("unknown", "not inductive")]
    return lines


def _open(e: Evidence) -> str:
    """What was not decided, and of an exploration how far it came; a failed induction's note says that it is one."""
    if e.method == "explore":
        return f"{e.verdict}, {e.note}"
    said = e.verdict == "not inductive" and e.method == "induction"
    return _first(e.note) if said else f"{e.verdict}, {_first(e.note)}"


def _first(note: str | None) -> str:
    """The first of several reasons; the JSON has all."""
    reason, *more = (note or "no reason given").split("; ")
    return reason + (f" (and {len(more)} more)" if more else "")


def show(console: Console, checks: Sequence[Check]) -> None:
    """Print the tables and the closing line."""
    console.print(matrix(checks))
    for c in checks:
        if c.decisive.counterexample is not None:
            console.print(Text(render(c.decisive.counterexample, width=console.width)))
    wrong = [c for c in checks if not c.as_expected]
    seconds = sum(e.seconds for c in checks for e in (*c.evidence, *(r.evidence for r in c.controls)))
    if wrong:
        names = ", ".join(f"{c.job.name} {c.job.declared.id}" for c in wrong)
        console.print(f"[bold red]{len(wrong)} of {len(checks)} verdicts are not as expected:[/] {names}")
    else:
        run = sum(bool(c.evidence) for c in checks)
        claimed = any(c.job.stance.expected and c.evidence for c in checks)
        said = "all as expected" if claimed else "of which nothing was expected"
        rest = f", {len(checks) - run} not run" if run < len(checks) else ""
        console.print(f"{run} verdict{'' if run == 1 else 's'}, {said}{rest} ({seconds:.1f} s).")
