"""`meterproof contract compare`: what a change of a contract allows, denies and escalates that it did not before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape

from meterproof.cli.common import JSON, output, print_json, saying
from meterproof.cli.contract_words import counted, decision_row, document, head, request_row, seconds, title
from meterproof.errors import InputError

if TYPE_CHECKING:
    from meterproof.contracts.compare import Change, Comparison

EPILOG = """
[bold]Examples[/]

  meterproof contract compare spec/contracts/sovereign.toml spec/contracts/sovereign-2.toml

  meterproof contract compare old.toml new.toml --json

Exit code 1 where the new version allows a request that the old one did not.
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("compare", epilog=EPILOG)(compare)


def compare(
    old: Path = typer.Argument(..., metavar="OLD", help="The version that is in force."),
    new: Path = typer.Argument(..., metavar="NEW", help="The version that shall follow it."),
    timeout: float = typer.Option(10.0, "--timeout", help="Seconds that z3 may take for one answer."),
    json: bool = JSON,
) -> None:
    """Tell which requests a new version newly allows, denies or escalates."""
    from meterproof.contracts import load
    from meterproof.contracts.compare import compare as compared  # brings z3
    from meterproof.contracts.witness import Undecided

    before, after, limit = load(old), load(new), seconds(timeout)
    with saying(json) as say:
        try:
            found = compared(before, after, limit, say)
        except Undecided as error:
            raise InputError(f"the versions can't be compared: {error}", allowed="a longer --timeout") from error
    if json:
        changes = [_row(found, each) for each in found.changes]
        told = {"equivalent": found.equivalent, "newly_allowed": len(found.newly("allow")), "changes": changes}
        print_json(document(old=head(before), new=head(after), succession=list(found.succession), **told))
    else:
        _show(output(), found)
    raise typer.Exit(1 if found.newly("allow") else 0)


def _row(found: Comparison, change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "request": request_row(change.request),
        "old": decision_row(found.old, change.old),
        "new": decision_row(found.new, change.new),
        "spread": {name: list(words) for name, words in change.spread.items()},
    }


def _show(console: Console, found: Comparison) -> None:
    from meterproof.contracts.wording import decision_text, request_text, spread_text

    console.print(f"from {title(found.old)}\n  to {title(found.new)}")
    for problem in found.succession:
        console.print(f"[yellow]no succession[/]  {escape(problem)}")
    for outcome, said, style in (
        ("allow", "newly allowed", "bold red"),
        ("escalate", "newly escalated", "yellow"),
        ("deny", "newly denied", "cyan"),
    ):
        for change in (each for each in found.changes if each.kind == outcome):
            console.print(f"\n[{style}]{said}[/]  {escape(request_text(change.request))}")
            console.print(f"    before  {escape(decision_text(found.old, change.old))}")
            console.print(f"    now     {escape(decision_text(found.new, change.new))}")
            console.print(f"    where   {escape(spread_text(change.spread))}")
    console.print()
    if found.equivalent:
        console.print("[bold green]equivalent[/]: every request has the same outcome under both")
    else:
        counts = [(len(found.newly(each)), each) for each in ("allow", "escalate", "deny")]
        told = ", ".join(f"{count} to {outcome}" for count, outcome in counts if count)
        console.print(
            f"{counted(len(found.changes), 'group')} of requests with another outcome: {told}; no other request has"
        )
