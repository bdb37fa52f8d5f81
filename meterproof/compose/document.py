"""A whole as JSON, by `meterproof/schemas/compose.json`, and as the generated part of a page of documentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from meterproof import __version__
from meterproof.compose.links import Circle, Links
from meterproof.compose.standing import Standing, Whole
from meterproof.compose.table import Apart, Assumption, Condition


def document(standings: Sequence[Standing], *, seed: int) -> dict[str, Any]:
    """The whole document of `meterproof compose --json`."""
    rows = [summary(each) | _details(each) for each in standings]
    return {"version": __version__, "seed": seed, "compositions": rows}


def summary(standing: Standing) -> dict[str, Any]:
    """Where a whole stands, in short: what `meterproof check --json` has of it."""
    links = standing.links
    return {
        "target": standing.whole.target,
        "of": standing.whole.table.of,
        "clause": standing.clause,
        "title": standing.whole.table.title,
        "verdict": standing.verdict,
        "said": standing.said(),
        "as_expected": standing.as_expected,
        "guarantees": len(standing.rows),
        "weakest": list(standing.weakest),
        "open": list(links.open),
        "idle": list(links.idle),
        "refused": list(links.refused),
        "circles": [list(c.ids) for c in links.circles],
    }


def _details(standing: Standing) -> dict[str, Any]:
    table, links, says = standing.whole.table, standing.links, standing.whole.register.entries
    used = [a for a in table.assumptions if a.id in links.used]
    return {
        "against": list(table.against),
        "clauses": [
            {"property": id, "parts": list(parts)} for id, parts in table.clauses.items() if id in links.reached
        ],
        "rests_on": [_guarantee(standing, id) for id in links.reached],
        "assumptions": [
            {**asdict(a), "says": says[a.id].says, "needed_by": list(links.used[a.id]), "by": list(a.by)} for a in used
        ],
        "links": [asdict(each) for each in links.links],
        "by_height": [{"circle": list(c.ids), "below": list(c.below)} for c in links.by_height],
        "order": [list(each) for each in links.order],
        "conditions": _listed(table.conditions),
        "apart": _listed(table.apart),
    }


def _guarantee(standing: Standing, id: str) -> dict[str, Any]:
    found, row = standing.links.reached[id], standing.rows.get(id)
    return {
        "property": id,
        "target": found.target,
        "machine": found.machine,
        "kind": found.kind,
        "title": found.title,
        "against": sorted(found.against),
        "verdict": "not run" if row is None else row.decisive.verdict,
        "scope": {} if row is None else row.decisive.scope,
        "assumes": {a: list(places) for a, places in found.assumes.items()},
        "grounds": list(standing.whole.table.grounds.get(found.machine, ())),
    }


def _listed(entries: Iterable[Condition | Apart]) -> list[dict[str, Any]]:
    return [{k: list(v) if isinstance(v, tuple) else v for k, v in asdict(each).items()} for each in entries]


def markdown(whole: Whole, links: Links) -> str:
    """The tables of a page, without verdicts: what follows from what is written alone."""
    table, says = whole.table, whole.register.entries
    guarantees = [
        (
            id, f"{g.machine}, {g.target.split('@')[0]}", g.title, " ".join(sorted(g.against)) or "nobody",
            ", ".join(dict.fromkeys((*g.assumes, *table.grounds.get(g.machine, ())))),
        )
        for id, g in links.reached.items()
    ]  # fmt: skip
    conditions = [
        (c.title, c.why, ", ".join((*c.ids, *(f"`{x}`" for x in (*c.tests, *c.files))))) for c in table.conditions
    ]
    parts = [
        "### What the clauses rest on",
        _table(("clause", "rests on"), ((_titled(links, id), ", ".join(p)) for id, p in table.clauses.items())),
        "### The guarantees",
        _table(("guarantee", "of", "says", "against", "assumes"), guarantees),
        "### The assumptions, and who owes them",
        _table(
            ("assumption", "says", "given by", "how"),
            ((a.id, says[a.id].says, given(a), a.how) for a in table.assumptions),
        ),
        "### Circles, by induction on height",
        "\n".join(f"- {circle(c)}" for c in links.by_height),
        "An order within a height, in which each comes after all that it rests on there:",
        "\n".join(f"{i}. {', '.join(each)}" for i, each in enumerate(links.order, 1)),
        "### What shows that the conditions are met",
        _table(("condition", "why", "shown by"), conditions),
        "### Apart",
        _table(
            ("guarantees", "what they are", "what they alone assume"),
            ((", ".join(a.ids), a.why, ", ".join(a.assumptions)) for a in table.apart),
        ),
    ]
    return "\n\n".join(parts)


def circle(found: Circle) -> str:
    """A circle in words: each rests on the next, and the last on the first."""
    round_ = " → ".join((*found.ids, found.ids[0]))
    return f"{round_}, broken by {', '.join(found.below)} of lower heights" if found.below else round_


def given(assumption: Assumption) -> str:
    """By whom an assumption is given, in words."""
    below = " of lower heights" if assumption.below else ""
    inside = [", ".join(assumption.by) + below] if assumption.by else []
    return "; ".join([*inside, *([f"outside: {assumption.outside}"] if assumption.outside else [])])


def _titled(links: Links, id: str) -> str:
    return f"{id} {links.reached[id].title}" if id in links.reached else id


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def lines() -> Iterator[str]:
        yield _row(heads)
        yield _row(["---"] * len(heads))
        yield from map(_row, rows)

    return "\n".join(lines())


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
