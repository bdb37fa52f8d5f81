"""`meterproof contract decide`: one request, what a contract says of it, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from meterproof.cli.common import JSON, output, print_json
from meterproof.cli.contract_words import decision_row, document, head, request_row, title

if TYPE_CHECKING:
    from meterproof.contracts import Contract, Decision, Request

EPILOG = """
[bold]Examples[/]

  meterproof contract decide spec/contracts/sovereign.toml --request "who=household, service=power-trading,
  action=submit, data=trade-order, jurisdiction=islands, amount=2000 Wh, at=2031-01-06 23:30"

The amount may be left out. The time is legal time. Exit code 0, whatever is decided.
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("decide", epilog=EPILOG)(decide)


def decide(
    file: Path = typer.Argument(..., metavar="FILE", help="A contract: spec/contracts/NAME.toml."),
    request: str = typer.Option(..., "--request", help="The request, as in the example."),
    json: bool = JSON,
) -> None:
    """Decide one request, and say why each other rule does not."""
    from meterproof.contracts import decide as decided
    from meterproof.contracts import load
    from meterproof.contracts.request import read_request
    from meterproof.contracts.wording import standing_text

    contract, asked = load(file), read_request(request)
    decision = decided(contract, asked)
    if not json:
        _show(output(), contract, asked, decision)
        return
    standings = [
        {
            "rule": each.rule,
            "fails": list(each.fails),
            "gives_way_to": list(each.gives_way_to),
            "says": standing_text(contract, each),
        }
        for each in decision.standings
    ]
    rows = {"request": request_row(asked), "decision": decision_row(contract, decision), "standings": standings}
    print_json(document(**head(contract), **rows))


def _show(console: Console, contract: Contract, asked: Request, decision: Decision) -> None:
    from meterproof.contracts.wording import decision_text, request_text, standing_text

    console.print(title(contract))
    console.print(f"  request  {escape(request_text(asked))}")
    console.print(f"  decided  [bold]{escape(decision_text(contract, decision))}[/]")
    if decision.law is not None:
        rule = contract.rule(decision.rule or "")
        console.print(f"  law      {escape(decision.law)}: {escape(contract.laws[decision.law.split()[0]])}")
        console.print(f"  written  {escape(contract.file)}:{rule.lines.get('', 0)}  {escape(rule.note)}".rstrip())
    if decision.standings:
        table = Table("rule", "says", "here", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        console.print()
        for each in sorted(decision.standings, key=lambda each: (len(each.fails), len(each.gives_way_to))):
            table.add_row(each.rule, contract.rule(each.rule).decision, standing_text(contract, each))
        console.print(table)
