"""What a check of the whole study shows beside its verdicts, as items: attacks, runs on real readings, and days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from meterproof.ci.items import Item

Json = dict[str, Any]


def items(
    attacks: Iterable[Json], runs: Iterable[tuple[Json, bool]], days: Iterable[tuple[Json, bool]] = ()
) -> tuple[Item, ...]:
    """Attacks as `attack --json` has them, runs and days as `run --json` does, each with whether all of it agrees."""
    played = (_day(day, agrees) for day, agrees in days)
    return (*map(_attack, attacks), *(_run(run, agrees) for run, agrees in runs), *played)


def _attack(row: Json) -> Item:
    fine = row["as_expected"]
    said = f"{row['outcome']}, as expected" if fine else f"{row['outcome']}, not as expected ({row['expected']})"
    return Item(
        verb="check",
        protocol=row["target"].partition("@")[0],
        target=row["target"],
        subject=f"{row['target']} ({row['reading']})" if row["reading"] else row["target"],
        reading=row["reading"],
        guarantee=f"attack-{row['attack']}",
        title=row["title"],
        outcome="passed" if fine else "failed",
        verdict=row["outcome"],
        message=said,
        cites=tuple(row["cites"]),
    )


def _run(row: Json, agrees: bool) -> Item:
    said = f"{row['rows']} rows, {row['accepted']} accepted, {row['delivered']} delivered"
    return Item(
        verb="check",
        protocol=row["target"].partition("@")[0],
        target=row["target"],
        subject=row["target"],
        reading=None,
        guarantee=f"run-{row['readings']}",
        title="what the file holds is what arrives",
        outcome="passed" if agrees else "failed",
        verdict="agrees" if agrees else "differs",
        message="; ".join(filter(None, (said, row["stopped"]))),
    )


def _day(row: Json, agrees: bool) -> Item:
    violated = [id for id, verdict in row["monitors"].items() if verdict != "held"]
    differ = [meter for meter, same in row["agrees"].items() if not same]
    told = (
        f"{row['slots']} slots of {row['meters']} meters",
        f"violated: {', '.join(violated)}" if violated else f"all {len(row['monitors'])} monitors held",
        f"totals differ: {', '.join(differ)}" if differ else "all totals agree",
        row["stopped"],
    )
    return Item(
        verb="check",
        protocol=row["target"].partition("@")[0],
        target=row["target"],
        subject=row["target"],
        reading=None,
        guarantee=f"day-{row['readings']}",
        title="what happens in a day keeps every guarantee",
        outcome="passed" if agrees else "failed",
        verdict="agrees" if agrees else "differs",
        message="; ".join(filter(None, told)),
    )
