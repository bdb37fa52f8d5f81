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
    from meterproof.prove.quorums import Fact


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
        "intersection": _fact(facts.intersection),
        "availability": _fact(facts.availability),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {"sentence": fact.sentence, "holds": fact.holds, "smallest": dict(fact.smallest)}


def table(found: Sequence[tuple[str, ThresholdFacts]]) -> Table:
    """All thresholds in one table."""
    title = "quorum arithmetic, for every n and f (z3)"
    shown = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("of", "quorum", "two quorums share a correct member", "correct members alone form one"):
        shown.add_column(column)
    for name, facts in found:
        shown.add_row(name, str(facts.threshold), _shown(facts.intersection), _shown(facts.availability))
    return shown


def _shown(fact: Fact) -> Text:
    if fact.holds:
        return Text("✓ proved", style="green")
    return Text(f"✗ not at {fact.numbers}", style="red") if fact.holds is False else Text("? undecided", style="yellow")
