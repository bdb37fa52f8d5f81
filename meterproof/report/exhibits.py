"""What was played with real keys and bytes: attacks with all their steps, and runs of real readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from meterproof.real import document, story, tables
from meterproof.real.features import Result
from meterproof.report.glossary import Glossary, rule_key
from meterproof.report.markup import Child, element, joined
from meterproof.report.page import Section
from meterproof.report.parts import cell, listing, sheet

Json = Mapping[str, Any]


def summary(played: Sequence[Result], runs: Sequence[tuple[Json, bool]], days: Sequence[tuple[Json, bool]] = ()) -> str:
    """How many there are of each, and how many did not end as they should, in a sentence; empty if there are none."""
    wrong = sum(not r.as_expected for r in played)
    told = []
    if played:
        told.append(f"{_number(len(played), 'attack')} played, {f'{wrong} not' if wrong else 'all'} as expected")
    for found, what in ((runs, "on real readings"), (days, "of a short day")):
        differ = sum(not agrees for _, agrees in found)
        if found:
            told.append(f"{_number(len(found), 'run')} {what}, {f'{differ} differ' if differ else 'all agree'}")
    return f"{'; '.join(told)}." if told else ""


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def attacks(played: Sequence[Result], glossary: Glossary) -> Section:
    """A table for each protocol, a row for each attempt, which opens into its steps."""
    protocols = dict.fromkeys(_protocol(r) for r in played)
    head = ("attack", "on", "outcome", "what happened")
    tables_ = (
        sheet(head, (_attempt(r, glossary) for r in played if _protocol(r) == p), caption=p) for p in protocols
    )  # fmt: skip
    lead = element("p", "Exploits, played with real keys, bytes and blocks against running parties.", class_="how")
    return Section("attacks", "Attacks", (lead, *tables_) if played else ())


def _protocol(result: Result) -> str:
    return result.attempt.target.partition("@")[0]


def _attempt(result: Result, glossary: Glossary) -> tuple[Element, ...]:
    attack = result.attack
    target, _, beside = tables.where(result).partition("@")[2].partition(", ")
    told = ("✗ succeeds", "bad") if result.outcome == "succeeds" else ("✓ fails", "good")
    flag = None if result.as_expected else element("span", "! not as expected", class_="flag unexpected")
    steps = listing(_number(result.steps, "step"), element("div", *_told(result, glossary), class_="told"))
    return (
        element("th", element("span", attack.name, class_="id"), element("small", attack.title), scope="row"),
        cell("on", element("div", target, element("span", beside, class_="how") if beside else None)),
        cell("outcome", element("div", element("span", told[0], class_=f"verdict short {told[1]}"), flag)),
        cell("what", element("div", tables.happened(result), steps)),
    )


def _told(result: Result, glossary: Glossary) -> Iterator[Element]:
    """What it aims at, where its schedule comes from, each step, and what came of it."""
    protocol = _protocol(result)
    yield element("p", f"Aims at {story.aim(result)} ", *glossary.citations(result.attack.cites), class_="sources")
    yield from (element("p", line, class_="how") for line in story.found(result))
    yield element("ol", *(_step(step, protocol, glossary) for step in document.row(result)["steps"]))
    good = result.outcome == "fails"
    yield element("p", ("✓ " if good else "✗ ") + story.conclusion(result), class_="good" if good else "bad")
    if not result.as_expected:
        said = f"! expected that it {result.attempt.expected}; {story.why_not(result)}"
        yield element("p", said, class_="bad")


def _step(step: Json, protocol: str, glossary: Glossary) -> Element:
    needs, refused = step["needs"], step["refused"]
    tag = None if needs is None else element("span", f"adversary: {needs}", class_="tag adversary")
    cites = glossary.citations(step["cites"])
    stop = None
    if refused is not None:
        rule = glossary.citation(rule_key(protocol, refused["rule"]), refused["rule"])
        why = f": {refused['reason']} "
        stop = element("div", "✓ refused by ", rule, why, *glossary.citations(refused["cites"]), class_="good")
    return element("li", f"{step['sentence']} ", tag, " " if tag is not None else None, *cites, stop)


def readings(runs: Sequence[tuple[Json, bool]]) -> Section:
    """A row for each run, as `meterproof run` has it in its document, with whether all of it agrees.

    Times and speeds are left out: they are of the moment, and of the machine.
    """
    head = ("run", "agrees", "rows", "energy", "ledger", "monitors")
    lead = element("p", "Half hours of real households, reported, ordered, released and added up again.", class_="how")
    table = sheet(head, (_run(row, agrees) for row, agrees in runs))
    return Section("readings", "Runs on real readings", (lead, table) if runs else ())


def _run(row: Json, agrees: bool) -> tuple[Element, ...]:
    of = f"{row['target']} ({row['reading']})" if row["reading"] else row["target"]
    mark, look = ("✓ agrees", "good") if agrees else ("✗ differs", "bad")
    stopped = element("small", row["stopped"]) if row["stopped"] else None
    ledger = element("code", row["ledger"][:16], title=row["ledger"])
    counts = ", ".join(f"{row[what]:,} {what}" for what in ("accepted", "rejected", "delivered"))
    reasons = "; ".join(f"{count} {reason}" for reason, count in row["reasons"].items())
    return (
        element("th", element("span", of, class_="id"), element("small", row["readings"]), scope="row"),
        cell("agrees", element("div", element("span", mark, class_=f"verdict short {look}"), stopped)),
        cell("rows", element("div", f"{row['rows']:,}: {counts}", element("small", reasons) if reasons else None)),
        cell("energy", element("div", *_totals(row["totals"]))),
        cell("ledger", element("div", f"{row['blocks']:,} blocks ", ledger)),
        cell("monitors", element("div", *_monitors(row))),
    )  # fmt: skip


def _totals(totals: Mapping[str, Mapping[str, str]]) -> Iterator[Child]:
    """What the file holds and what arrived, in kWh: of all meters together, and of those that differ."""
    given, arrived = (sum((Decimal(t[of]) for t in totals.values()), Decimal(0)) for of in ("file", "mdms"))
    yield f"{given} kWh in the file, {arrived} kWh arrived"
    for meter, t in totals.items():
        if Decimal(t["file"]) != Decimal(t["mdms"]):
            yield element("div", f"✗ {meter}: {t['file']} in the file, {t['mdms']} arrived", class_="bad")


def _monitors(row: Json) -> Iterator[Child]:
    """Guarantees that held all the time, then those that did not."""
    held = [id for id, verdict in row["monitors"].items() if verdict == "held"]
    if held:
        ids = joined((element("span", id, class_="short") for id in held), " ")
        yield element("div", element("span", f"✓ {len(held)} held: ", class_="good"), *ids)
    for id, verdict in row["monitors"].items():
        if verdict != "held":
            surprise = "" if row["expected"][id] == "violated" else "  ! not as expected"
            yield element("div", f"✗ {id} {verdict}{surprise}", class_="bad")
