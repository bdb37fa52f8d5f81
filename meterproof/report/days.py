"""The report of a day: what happened, as a picture, in sums, and event by event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from meterproof.real.day import KINDS, told
from meterproof.report.day_lanes import lanes
from meterproof.report.glossary import Glossary
from meterproof.report.markup import Child, element, joined
from meterproof.report.page import Section, page
from meterproof.report.parts import cell, counts, sheet
from meterproof.report.timeline import HALF_HOUR, timeline
from meterproof.report.timeline_looks import key

Json = Mapping[str, Any]

STEADY = ("reported", "included", "shown")
"""Kinds that come slot after slot: the list of events leaves them out until they are asked for."""
BAD = ("refused", "shown-refused", "trade-rejected", "key-stolen", "block-forged")


def day_page(day: Json, glossary: Glossary) -> str:
    """The whole document of a day as `meterproof run --json` prints it."""
    sections = (
        Section("timeline", "What happened, slot by slot", tuple(_timeline(day))),
        Section("monitors", "Monitors", tuple(_monitors(day))),
        Section("totals", "Energy by meter", tuple(_totals(day))),
        Section("refused", "What was refused", tuple(_refused(day))),
        Section("faults", "What was made to fail", tuple(_faults(day))),
        Section("events", "Events", tuple(_events(day))),
        Section("chains", "Chains", tuple(_chains(day))),
    )
    return page(f"Days of {day['target']}", tuple(_lead(day)), tuple(_facts(day)), sections, glossary)


def played(days: Sequence[tuple[Json, bool]]) -> Section:
    """Short days as a section of another page: a row for each, with whether all of it agrees."""
    head = ("day", "agrees", "what happened", "monitors")
    lead = element("p", "Many parties, slot by slot, while things change and fail; every guarantee is watched.",
                   class_="how")  # fmt: skip
    return Section("days", "Days", (lead, sheet(head, map(_played, days))) if days else ())


def _played(judged: tuple[Json, bool]) -> tuple[Element, ...]:
    day, agrees = judged
    numbers = (f"{number:,} {words}" for kind, words, number in told(day["happened"]) if kind != "monitor")
    held = [id for id, verdict in day["monitors"].items() if verdict == "held"]
    violated = ", ".join(id for id in day["monitors"] if id not in held)
    return (
        element("th", element("span", day["target"], class_="id"), element("small", day["readings"]), scope="row"),
        cell("agrees", _verdict(agrees, "agrees" if agrees else "differs")),
        cell("happened", element("div", f"{day['slots']} slots of {day['meters']} meters: {', '.join(numbers)}")),
        cell("monitors", element("div", element("span", f"✓ {len(held)} held", class_="good"),
             element("div", f"✗ {violated} violated", class_="bad") if violated else None)),
    )  # fmt: skip


def _lead(day: Json) -> Iterator[Element]:
    violated = sum(v != "held" for v in day["monitors"].values())
    differ = sum(not same for same in day["agrees"].values())
    number = len(day["monitors"])
    ended = [
        f"{violated} of {number} monitors violated" if violated else f"all {number} monitors held",
        f"totals of {differ} meters differ" if differ else "all totals agree",
    ]  # fmt: skip
    yield element("p", f"{day['readings']}: {day['slots']} slots of {day['meters']} meters; {'; '.join(ended)}.",
                  class_="lead")  # fmt: skip
    if day["synthetic"]:
        number = len(day["synthetic"])
        yield element("p", f"{number} of the meters do not exist: their readings are resampled from the file's, and "
                      "their names begin with SYN.")  # fmt: skip
    happened = day["happened"]
    shown = (
        (happened.get("included", 0), "reports included", "good"),
        (happened.get("shown", 0), "readings shown", "good"),
        (happened.get("refused", 0), "items refused", "quiet"),
        (happened.get("shown-refused", 0), "readings withheld", "quiet"),
        (violated, "monitors violated", "bad"),
        (differ, "totals differ", "bad"),
    )
    yield counts(shown)


def _facts(day: Json) -> Iterator[tuple[str, str]]:
    plan = day["plan"]
    yield from (("from", day["start"].replace("T", " ")), ("devices", str(len(plan["devices"]))))
    yield from (("replicas", str(len(plan["replicas"]))), ("sites", day["sites"]))
    if day["faults"] is not None:
        yield "faults", day["faults"]
    yield from (("seed", str(day["seed"])), ("version", day["version"]))


def _start(day: Json) -> datetime:
    return datetime.fromisoformat(day["start"])


def _timeline(day: Json) -> Iterator[Element]:
    drawn_up = lanes(day["events"], day["slots"], day["plan"]["replicas"])
    drawn = timeline(drawn_up, day["slots"], _start(day))
    chart = element("div", drawn.chart, class_="scroll", role="region", tabindex=0, aria_label="Timeline")
    yield element("div", drawn.names, chart, class_="timeline")
    samples = (
        element("li", element("svg", sample, width=18, height=16, aria_hidden="true"), f" {look}")
        for look, sample in key(drawn_up)
    )
    yield element("ul", *samples, class_="legend timeline-key", aria_label="Key")


def _monitors(day: Json) -> Iterator[Element]:
    watched = day["plan"]["monitors"]
    rows = (
        (
            element("th", element("span", id, class_="id"), scope="row"),
            cell("watches", watched.get(id, "")),
            cell("verdict", element("div", _verdict(verdict == "held", verdict), _why(day["why"].get(id)))),
        )
        for id, verdict in day["monitors"].items()
    )
    if day["monitors"]:
        yield sheet(("monitor", "watches that", "verdict"), rows)


def _why(said: str | None) -> Element | None:
    return None if said is None else element("small", said)


def _verdict(good: bool, said: str) -> Element:
    return element("span", f"{'✓' if good else '✗'} {said}", class_=f"verdict short {'good' if good else 'bad'}")


def _totals(day: Json) -> Iterator[Element]:
    places = list(dict.fromkeys(place for found in day["totals"].values() for place in found))
    rows = (
        (
            element("th", element("span", meter, class_="id"), scope="row"),
            *(cell(place, found.get(place, "")) for place in places),
            cell("totals", _verdict(day["agrees"][meter], "agree" if day["agrees"][meter] else "differ")),
        )
        for meter, found in day["totals"].items()
    )
    if day["totals"]:
        yield element("p", "Kilowatt-hours, to the last digit.", class_="how")
        yield sheet(("meter", *places, ""), rows)


def _refused(day: Json) -> Iterator[Element]:
    rows = (
        (
            element("th", each["what"], scope="row"),
            cell("number", f"{each['count']:,}"),
            cell("reason", each["reason"]),
            cell("rule", element("code", each["rule"]) if each["rule"] else ""),
        )
        for each in day["refused"]
    )
    if day["refused"]:
        yield sheet(("what", "number", "reason", "rule"), rows)


def _faults(day: Json) -> Iterator[Element]:
    rows = (
        (
            element("th", element("span", each["subject"], class_="id"), scope="row"),
            cell("fault", each["kind"]),
            cell("from", f"slot {each['first']}, {_time(each['first'], _start(day))}"),
            cell("until", "for good" if each["until"] is None else f"slot {each['until']}"),
        )
        for each in day["plan"]["faults"]
    )
    if day["plan"]["faults"]:
        yield sheet(("who", "fault", "from", "until before"), rows)


def _chains(day: Json) -> Iterator[Element]:
    rows = (
        (element("th", element("span", name, class_="id"), scope="row"), cell("digest", element("code", digest)))
        for name, digest in (*day["chains"].items(), ("journal", day["journal"]))
    )
    yield element("p", "SHA-256 of all blocks and certificates of each chain, and of the list of events. The same "
                  "input, options and seed give the same.", class_="how")  # fmt: skip
    yield sheet(("chain", "digest"), rows, kind="cards digests")


def _events(day: Json) -> Iterator[Element]:
    if not day["events"]:
        return
    boxes = (
        element(
            "label", element("input", type="checkbox", data_kind=kind, checked=kind not in STEADY), f" {words} ",
            element("small", f"{number:,}"),
        )
        for kind, words, number in told({kind: _rows(day, kind) for kind in dict.fromkeys(_kinds(day))})
    )  # fmt: skip
    every = (element("button", said, type="button", data_all=said.lower()) for said in ("All", "None"))
    filters = element(
        "fieldset", element("legend", "Kinds that are listed"), element("div", *boxes, class_="kinds"),
        element("p", *joined(every, " "), " ", element("output", f"{len(day['events']):,} events")), class_="filters",
    )  # fmt: skip
    start = _start(day)
    rows = (_event(row, start) for row in day["events"])
    names = ("slot", "what", "who", "particulars")
    head = element("tr", *(element("th", name, scope="col") for name in names))
    table = element("table", element("thead", head), element("tbody", *rows), class_="cards")
    listed = element("div", table, class_="sheet scroll", role="region", tabindex=0, aria_label="Events")
    yield element("div", filters, listed, class_="events")


def _kinds(day: Json) -> Sequence[str]:
    return [row["kind"] for row in day["events"]]


def _rows(day: Json, kind: str) -> int:
    return sum(row["kind"] == kind for row in day["events"])


def _event(row: Json, start: datetime) -> Element:
    kind, detail = row["kind"], row["detail"]
    bad = kind in BAD or detail.get("verdict") == "violated" or detail.get("result") == "failed"
    parts: list[Child] = []
    for name, value in detail.items():
        parts.append(element("span", element("span", f"{name} ", class_="of"), str(value), class_="part"))
    when = (element("span", str(row["slot"]), class_="id"), " ", element("small", _time(row["slot"], start)))
    return element(
        "tr",
        element("th", *when, scope="row"),
        cell("what", element("span", KINDS.get(kind, kind), class_="bad" if bad else None)),
        cell("who", row["subject"]),
        cell("particulars", element("div", *joined(parts, " ")) if parts else ""),
        data_kind=kind,
    )  # fmt: skip


def _time(slot: int, start: datetime) -> str:
    return f"{start + slot * HALF_HOUR:%Y-%m-%d %H:%M}"
