"""A whole as people read it on a terminal."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from meterproof.compose.document import circle, given
from meterproof.compose.standing import Standing

MARKS = {"proved": "green", "violated": "red", "unknown": "yellow"}


def show(console: Console, standing: Standing) -> None:
    """All of it: clauses, assumptions, circles, conditions, what is apart, and the verdict."""
    table, links = standing.whole.table, standing.links
    console.print(f"\n[bold]{standing.of}[/] of {standing.whole.target}: {escape(table.title)}")
    console.print(f"against {' '.join(table.against)}")
    console.print(_clauses(standing))
    console.print(_assumptions(standing))
    if links.by_height:
        console.print("[bold]circles, by induction on height[/]")
        for each in links.by_height:
            console.print(f"  {circle(each)}")
    if links.order:
        console.print("[bold]\norder within a height, each after all that it rests on there[/]")
    for i, ids in enumerate(links.order, 1):
        console.print(f"  {i}. {', '.join(ids)}")
    if standing.clause is None:
        console.print("[bold]\nconditions[/]")
        for condition in table.conditions:
            shown = ", ".join((*condition.ids, *condition.tests, *condition.files))
            console.print(f"  {condition.title}: {escape(condition.why)} ({escape(shown)})")
        console.print("[bold]\napart[/]")
        for apart in table.apart:
            assumed = f" (assumes {', '.join(apart.assumptions)})" if apart.assumptions else ""
            console.print(f"  {', '.join(apart.ids)}: {escape(apart.why)}{assumed}")
    if links.closed:
        show_line(console, standing)
        return
    console.print(f"\n[red]✗[/] [bold]{standing.of}[/] of {standing.whole.target} does not fit together:")
    for fault in standing.faults():
        console.print(f"  {escape(fault)}")


def show_line(console: Console, standing: Standing) -> None:
    """The verdict alone, in a line."""
    mark = "[green]✓[/]" if standing.as_expected else "[red]✗[/]"
    console.print(f"\n{mark} [bold]{standing.of}[/] of {standing.whole.target}: {escape(standing.said())}")


def _clauses(standing: Standing) -> Table:
    shown = _table("what the clauses rest on", "clause", "rests on", "of", "verdict", "title")
    for clause, parts in standing.whole.table.clauses.items():
        if clause in standing.links.reached:
            for i, id in enumerate((clause, *parts)):
                g = standing.links.reached.get(id)
                row = standing.rows.get(id)
                verdict = "not run" if row is None else row.decisive.verdict
                shown.add_row(
                    clause if i == 0 else "", "" if i == 0 else id, "" if g is None else g.machine,
                    f"[{MARKS.get(verdict, 'cyan')}]{verdict}[/]", "" if g is None else escape(g.title),
                )  # fmt: skip
    return shown


def _assumptions(standing: Standing) -> Table:
    shown = _table("assumptions, and who owes them", "assumption", "needed by", "given by", "how")
    for a in standing.whole.table.assumptions:
        if a.id in standing.links.used:
            users = standing.links.used[a.id]
            some = ", ".join(users[:4]) + (f" and {len(users) - 4} more" if len(users) > 4 else "")
            shown.add_row(a.id, some, escape(given(a)), escape(a.how))
    return shown


def _table(title: str, *columns: str) -> Table:
    shown = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        shown.add_column(column, overflow="fold")
    return shown
