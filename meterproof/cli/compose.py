"""`meterproof compose`: what a theorem on a whole rests on, who owes what, and the verdicts on all of that."""

from __future__ import annotations

from collections.abc import Callable

import typer

from meterproof.check.crew import Crew, workers_for
from meterproof.check.jobs import Job
from meterproof.check.methods import Budget
from meterproof.check.runner import Check, Options, run_job
from meterproof.cli.common import JSON, SEED, one_of, output, print_json, saying, study

EPILOG = """
[bold]Examples[/]

  meterproof compose grid

  meterproof compose grid -p GR-P5              (one clause of the theorem)

  meterproof compose grid --format markdown     (the tables of docs/composition.md; checks nothing)
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("compose", epilog=EPILOG)(compose)


def compose(
    protocol: str = typer.Argument(None, help="A protocol that is put together; default: all of the study."),
    clause: str = typer.Option(None, "--property", "-p", help="Only this clause of the theorem."),
    format: str = typer.Option("text", "--format", help="text, or markdown: the tables alone, without checking."),
    seed: int = SEED,
    json: bool = JSON,
) -> None:
    """Check that the parts of a whole fit together: nothing assumed that nobody gives, no circle at one height.

    If they do, all guarantees that the whole rests on are checked, and it has the verdict of the weakest.
    """
    one_of("format", format, ("text", "markdown"))
    from meterproof.compose.document import document, markdown  # networkx, which the help has no need of
    from meterproof.compose.standing import Standing, wholes
    from meterproof.compose.text import show

    found = [(whole, whole.links(clause)) for whole in wholes(study(), protocol)]
    if format == "markdown":
        for whole, links in found:
            print(markdown(whole, links))
        return
    standings = []
    with saying(json) as say:
        for whole, links in found:
            asked = [whole.jobs[id] for id in links.reached] if links.closed else []
            rows = {row.job.declared.id: row for row in _checked(asked, seed, say)}
            standings.append(Standing(whole, links, rows, clause))
    if json:
        print_json(document(standings, seed=seed))
    else:
        for standing in standings:
            show(output(), standing)
    raise typer.Exit(0 if all(standing.as_expected for standing in standings) else 1)


def _checked(asked: list[Job], seed: int, say: Callable[[str], None]) -> list[Check]:
    """The jobs by their quick plans. Their controls are left to `meterproof check`: they say nothing of these rules."""
    options = Options(budget=Budget(seed=seed), controls=False)
    several = workers_for(len(asked), options)
    if several > 1:
        return list(Crew(asked, options, several).rows(say))
    return [run_job(job, options, tell=say) for job in asked]
