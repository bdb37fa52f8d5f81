"""Beside the verdicts of a report: where each variant stands on its ladders, and quorum arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from meterproof.check.arithmetic import tolerated
from meterproof.check.ladders import Standing
from meterproof.report.markup import Child, element
from meterproof.report.page import Section
from meterproof.report.parts import cell, sheet

if TYPE_CHECKING:
    from meterproof.prove.arithmetic import ThresholdFacts
    from meterproof.prove.quorums import Fact


def ladders(found: Sequence[Standing]) -> Section:
    """A table for each protocol: a row for each ladder, a column for each target and reading."""
    protocols = dict.fromkeys(each.protocol for each in found)
    tables = (_ladders(p, [each for each in found if each.protocol == p]) for p in protocols)
    lead = element("p", "Of guarantees that grow stronger level by level, the strongest that holds.", class_="how")
    return Section("ladders", "Ladders", (lead, *tables) if found else ())


def _ladders(protocol: str, found: Sequence[Standing]) -> Element:
    columns = list(dict.fromkeys((each.target, each.reading) for each in found))
    rows = []
    for title in dict.fromkeys(each.ladder.title for each in found):
        of_title = {(each.target, each.reading): each for each in found if each.ladder.title == title}
        levels = " < ".join(next(iter(of_title.values())).ladder.levels)
        name = element("th", title, element("small", levels), scope="row")
        rows.append((name, *(cell(_said(c), *(_standing(of_title[c]) if c in of_title else ())) for c in columns)))
    return sheet(("ladder", *map(_said, columns)), rows, caption=protocol)


def _said(column: tuple[str, str | None]) -> str:
    target, reading = column
    return " ".join(filter(None, (target.partition("@")[2] or target, reading)))


def _standing(standing: Standing) -> Iterator[Child]:
    told: list[Child] = [
        element("span", f"✓ {standing.strongest}", class_="verdict good")
        if standing.strongest
        else element("span", "✗ none", class_="verdict bad")
    ]
    if standing.strongest is not None:
        told.append(element("span", standing.ladder.levels[standing.strongest].id, class_="how"))
    if standing.undecided:
        told.append(element("span", f"? open: {', '.join(standing.undecided)}", class_="open"))
    yield element("div", *told)


FACTS = ("each has a correct member", "any two share one", "correct members form one")


def quorums(found: Sequence[tuple[str, ThresholdFacts]]) -> Section:
    """A row for each threshold of each target: what sets that reach it have of correct members, for every size."""
    lead = element(
        "p", "What the thresholds of the guards are worth, for every n and f (z3). A quorum is a set that reaches one.",
        class_="how",
    )  # fmt: skip
    head = ("of", "quorum", *FACTS, "equivocators tolerated")
    table = sheet(head, (_threshold(name, facts) for name, facts in found))
    return Section("quorums", "Quorum arithmetic", (lead, table) if found else ())


def _threshold(name: str, facts: ThresholdFacts) -> tuple[Element, ...]:
    told = (facts.membership, facts.intersection, facts.availability)
    return (
        element("th", name, scope="row"),
        cell("quorum", element("span", element("code", str(facts.threshold)), f" of {facts.over.name}")),
        *(cell(what, _fact(fact), title=fact.sentence) for what, fact in zip(FACTS, told, strict=True)),
        cell("tolerated", tolerated(facts.tolerances)),
    )


def _fact(fact: Fact) -> Element:
    if fact.holds:
        return element("span", "✓ proved", class_="verdict good")
    if fact.holds is None:
        return element("span", "? undecided", class_="verdict open")
    return element("span", f"✗ not at {fact.numbers}", class_="verdict bad")
