"""Quorum arithmetic beside the verdicts: what each variant's thresholds are worth for every size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from meterproof.check.runner import Check

if TYPE_CHECKING:
    from meterproof.prove.arithmetic import ThresholdFacts
    from meterproof.prove.quorums import Fact, Tolerance


def of_checks(checks: Sequence[Check]) -> list[tuple[str, ThresholdFacts]]:
    """For each target and reading that was checked, the facts of its machines' thresholds, each once."""
    machines = {(c.job.name, c.job.machine): c.job for c in checks if c.job.spec is not None}
    if not machines:
        return []
    from meterproof.prove.arithmetic import threshold_facts  # brings z3 with it, which is slow to load

    found = ((name, facts) for (name, _), job in machines.items() for facts in threshold_facts(job.system()))
    return list(dict.fromkeys(found))


def row(name: str, facts: ThresholdFacts) -> dict[str, Any]:
    """One threshold as JSON."""
    return {
        "target": name,
        "threshold": str(facts.threshold),
        "over": facts.over.name,
        "membership": _fact(facts.membership),
        "intersection": _fact(facts.intersection),
        "availability": _fact(facts.availability),
        "tolerances": [{"n": t.n, "tolerated": t.tolerated} for t in facts.tolerances],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {"sentence": fact.sentence, "holds": fact.holds, "smallest": dict(fact.smallest)}


def table(found: Sequence[tuple[str, ThresholdFacts]]) -> Table:
    """All thresholds in one table."""
    title = "quorum arithmetic, for every n and f (z3)"
    shown = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    facts_of = ("each has a correct member", "any two share one", "correct members form one")
    for column in ("of", "quorum", *facts_of, "equivocators tolerated"):
        shown.add_column(column)
    for name, facts in found:
        told = (_shown(fact) for fact in (facts.membership, facts.intersection, facts.availability))
        shown.add_row(name, f"{facts.threshold} of {facts.over.name}", *told, tolerated(facts.tolerances))
    return shown


def tolerated(found: Sequence[Tolerance]) -> str:
    """How many equivocators agreement stands, as in `f (n = 3*f+1, 3*f+3), f+1 (n = 3*f+2)`; empty if not so many."""
    values = dict.fromkeys(t.tolerated for t in found if t.tolerated is not None)
    forms = {value: ", ".join(t.n for t in found if t.tolerated == value) for value in values}
    return ", ".join(f"{value} (n = {forms[value]})" for value in values)


def _shown(fact: Fact) -> Text:
    if fact.holds:
        return Text("✓ proved", style="green")
    return Text(f"✗ not at {fact.numbers}", style="red") if fact.holds is False else Text("? undecided", style="yellow")
