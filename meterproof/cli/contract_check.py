"""`meterproof contract check`: what is wrong with a contract, over every request that its vocabulary can spell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape

from meterproof.cli.common import JSON, output, print_json, saying
from meterproof.cli.contract_words import counted, decision_row, document, head, request_row, seconds, title

if TYPE_CHECKING:
    from meterproof.contracts.analyse import Analysis, Finding

EPILOG = """
[bold]Examples[/]

  meterproof contract check spec/contracts/sovereign.toml

  meterproof contract check spec/contracts/sovereign.toml --json

Exit code 1 where there is a fault: a conflict, an unreachable rule, a gap, or a question that z3 did not answer.
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("check", epilog=EPILOG)(check)


def check(
    file: Path = typer.Argument(..., metavar="FILE", help="A contract: spec/contracts/NAME.toml."),
    timeout: float = typer.Option(10.0, "--timeout", help="Seconds that z3 may take for one answer."),
    json: bool = JSON,
) -> None:
    """Find conflicts, unreachable and redundant rules, dead clauses and gaps, with requests."""
    from meterproof.contracts import load
    from meterproof.contracts.analyse import analyse  # brings z3

    contract, limit = load(file), seconds(timeout)
    with saying(json) as say:
        analysis = analyse(contract, limit, say)
    if json:
        rows = [_row(analysis, each) for each in analysis.findings]
        print_json(document(**head(contract), faults=len(analysis.faults), findings=rows))
    else:
        _show(output(), analysis)
    raise typer.Exit(1 if analysis.faults else 0)


def _row(analysis: Analysis, finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "fault": finding.fault,
        "rules": list(finding.rules),
        "clause": finding.clause,
        "word": finding.word,
        "line": finding.line,
        "by": list(finding.by),
        "says": says(analysis, finding),
        "request": request_row(finding.request),
        "decision": decision_row(analysis.contract, finding.decision),
        "spread": {name: list(words) for name, words in finding.spread.items()},
    }


def says(analysis: Analysis, finding: Finding) -> str:
    """What was found, in a sentence without the request that shows it."""
    from meterproof.contracts.wording import listed

    match finding.kind:
        case "gap":
            return "no rule applies"
        case "conflict":
            ids = [f"{each} ({analysis.contract.rule(each).decision})" for each in finding.rules]
            return f"{listed(ids, 'and')} apply, and neither gives way to the other"
        case "unreachable" if finding.request is None:
            return f"{finding.rules[0]} decides no request: no time meets its clauses"
        case "unreachable":
            return (
                f"{finding.rules[0]} decides no request: {listed(finding.by, 'and')} come before it wherever it applies"
            )
        case "redundant":
            then = f"{finding.by[0]} would decide alike" if finding.by else "no rule would decide, to the same end"
            return f"{finding.rules[0]} changes no outcome: without it {then}"
        case "dead clause":
            part = f"{finding.clause} of {finding.rules[0]}"
            return (
                f"{part} changes no outcome" if finding.word is None else f"{finding.word} in {part} changes no outcome"
            )
        case "undecided":
            return f"{listed(finding.rules, 'and') or 'gaps'}: {finding.reason}"


def _show(console: Console, analysis: Analysis) -> None:
    from meterproof.contracts.wording import decision_text, request_text, spread_text

    contract = analysis.contract
    console.print(title(contract))
    console.print(f"  digest {analysis.digest}\n", style="dim")
    for finding in analysis.findings:
        style = "bold red" if finding.fault else "yellow"
        where = contract.file if finding.line is None else f"{contract.file}:{finding.line}"
        console.print(f"[{style}]{finding.kind}[/]  {escape(where)}: {escape(says(analysis, finding))}")
        if finding.request is not None:
            console.print(f"    such as  {escape(request_text(finding.request))}")
        if finding.decision is not None:
            console.print(f"    decided  {escape(decision_text(contract, finding.decision))}")
        if finding.kind in ("gap", "conflict"):
            console.print(f"    where    {escape(spread_text(finding.spread))}")
    faults, remarks = len(analysis.faults), counted(len(analysis.findings) - len(analysis.faults), "remark")
    if analysis.findings:
        console.print()
    if faults:
        console.print(f"[bold red]{counted(faults, 'fault')}[/], {remarks}")
    else:
        console.print(
            f"[bold green]no faults[/]: every request is decided by a rule, no rules conflict, every rule decides some "
            f"request; {remarks}"
        )
