"""What came of each statement of the texts, as a table: rules, model lines, properties, attacks, files and tests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from meterproof.report.glossary import Glossary, rule_key
from meterproof.report.markup import Child, element, joined
from meterproof.report.page import Section
from meterproof.report.parts import cell, listing, sheet
from meterproof.study.coverage import Coverage, RuleUse, Statement

FEW = 2
"""Of more names than these a cell shows their number, and the names when it is opened."""
HEAD = ("statement", "rules", "model", "properties", "attacks", "reference", "tests")


def traceability(found: Coverage, glossary: Glossary) -> Section:
    """A row for each statement; before them how many there are of each status, and what has no place."""
    counts = Counter(s.entry.status for s in found.statements)
    numbers = ", ".join(f"{number} {status}" for status, number in counts.items())
    lead = element("p", f"{len(found.statements)} statements of the texts: {numbers}.", class_="how")
    missing = (f"✗ {s.entry.id} is modelled, but nothing cites it" for s in found.missing)
    dangling = (f"✗ {d.id} is cited at {d.place}, but is not in the register" for d in found.dangling)
    wrong = (element("p", line, class_="bad") for line in (*missing, *dangling))
    papers: dict[str, list[Statement]] = {}
    for statement in found.statements:
        papers.setdefault(statement.entry.id.partition("-")[0], []).append(statement)
    tables = (
        listing(f"{paper}: {len(some)}", sheet(HEAD, (_row(s, glossary) for s in some), kind="cards trace"))
        for paper, some in papers.items()
    )
    return Section("traceability", "From text to test", (lead, *wrong, *tables) if found.statements else ())


def _row(s: Statement, glossary: Glossary) -> tuple[Element, ...]:
    e = s.entry
    status = element("span", f" {e.status}", class_="how", title=e.why)
    return (
        element("th", element("div", glossary.citation(e.id), status), element("small", e.says), scope="row"),
        cell("rules", *_names([_rule(use, glossary) for use in _once(s.rules)])),
        cell("model", *_places(s.model)),
        cell("properties", *_names([element("span", id, class_="short") for id in s.properties])),
        cell("attacks", *_names([element("span", *_breakable(name)) for name in s.attacks])),
        cell("reference", *_places(s.reference)),
        cell("tests", *_places(s.tests)),
    )


def _once(uses: Sequence[RuleUse]) -> list[RuleUse]:
    """One use of each protocol's rule: the note that it opens has the values of all variants."""
    return list({_key(use): use for use in reversed(uses)}.values())[::-1]


def _key(use: RuleUse) -> str:
    return rule_key(use.target.partition("@")[0], use.rule)


def _rule(use: RuleUse, glossary: Glossary) -> Child:
    return glossary.citation(_key(use), use.rule)


def _places(found: Sequence[str]) -> list[Child]:
    return _names([element("code", *_breakable(place)) for place in found], few=1)


def _breakable(name: str) -> list[Child]:
    """The name, with leave to break the line after each of its parts."""
    return [child for part in re.findall(r"[^/_.]*[/_.]?", name) if part for child in (part, element("wbr"))]


def _names(names: Sequence[Child], few: int = FEW) -> list[Child]:
    if len(names) <= few:
        return [element("div", *joined(names))] if names else []
    return [listing(str(len(names)), element("div", *joined(names)))]
