"""A day's picture has a lane for each thing, and its page all events; both show what happened in the slot it did."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from meterproof.real.day import KINDS
from meterproof.report.day_lanes import GROUPS, MARKS, MOST, SUMS, TURNS, Lane, Mark, Span, lanes
from meterproof.report.days import day_page, played
from meterproof.report.glossary import Glossary
from meterproof.report.timeline import COLUMNS, standalone, timeline
from meterproof.report.timeline_looks import BLOCKS, LINES, SIGNS, key
from tests.report.pages import read

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOSTILE = "</script><img src=x onerror=alert(1)>"
START = datetime(2013, 1, 1, 0, 30)


def row(slot: int, kind: str, subject: str, **detail: str | int) -> dict[str, Any]:
    return {"slot": slot, "kind": kind, "subject": subject, "detail": detail}


HAPPENED = [
    row(0, "placed", "device-0"), row(0, "moved-in", "Ann", meter="M0"), row(0, "rule-in-force", "law@1"),
    row(1, "enrolled", "M0"), row(1, "included", "billing", count=2), row(1, "included", "trading", count=1),
    row(2, "key-update-asked", "M0"), row(2, "refused", HOSTILE, what="report", reason="late", rule="window"),
    row(3, "replica-crashed", "replica-1"), row(3, "replica-lied", "billing", count=3),
    row(4, "key-update-in-force", "M0"), row(4, "migrated", "M0", to="device-1"),
    row(4, "moved-out", "Ann", meter="M0"), row(4, "moved-in", "Bob", meter="M0"),
    row(5, "replica-back", "replica-1"), row(5, "device-died", "device-0"),
    row(5, "trade-checked", "trade-0", result="failed"), row(6, "denied", "Bob"), row(7, "denial-ended", "Bob"),
    row(0, "monitor", "kept", verdict="held"), row(6, "monitor", "kept", verdict="violated"),
]  # fmt: skip


def drawn(slots: int = 8) -> dict[tuple[str, str], Lane]:
    found = lanes(HAPPENED, slots, ["replica-0", "replica-1"])
    assert [GROUPS[lane.group] for lane in found] == sorted(
        (GROUPS[lane.group] for lane in found), key=list(GROUPS.values()).index
    )
    return {(lane.group, lane.name): lane for lane in found}


def test_a_lane_looks_as_the_last_event_said_until_the_next() -> None:
    found = drawn()
    assert found["keys", "M0"].spans == (Span(1, 2, "in force"), Span(2, 4, "update pending"), Span(4, 8, "in force"))
    assert found["replicas", "replica-0"].spans == (Span(0, 8, "up"),)
    assert found["replicas", "replica-1"].spans == (Span(0, 3, "up"), Span(3, 5, "crashed"), Span(5, 8, "up"))
    assert found["devices", "device-0"].spans == (Span(0, 5, "up"), Span(5, 8, "dead"))
    assert found["tenancies", "M0"].spans == (Span(0, 4, "let", "Ann"), Span(4, 8, "let", "Bob"))
    assert found["denials", "Bob"].spans == (Span(6, 7, "denied"),)
    assert found["monitors", "kept"].spans == (Span(0, 6, "held"), Span(6, 8, "violated"))


def test_what_is_over_at_once_is_a_mark_and_what_is_counted_a_bar() -> None:
    found = drawn()
    assert found["keys", "M0"].marks == (Mark(4, "moved"),)
    assert found["replicas", "lies"].marks == (Mark(3, "lie", 3),)
    assert found["trades", "failed"].marks == (Mark(5, "failed"),)
    assert found["reports", "reports"].sums == {"included": {1: 3}, "refused": {2: 1}}


def test_every_kind_in_a_lane_is_one_that_is_known_and_every_look_has_a_drawing() -> None:
    assert {*TURNS, *MARKS, *SUMS} <= KINDS.keys()
    looks = {look for _, look in (*TURNS.values(), *MARKS.values())} - {"", "let"}
    assert looks <= {*LINES, *BLOCKS, *SIGNS}


def test_no_two_looks_of_a_kind_differ_in_colour_alone() -> None:
    for group in set(GROUPS):
        blocks = {BLOCKS[look] for g, look in TURNS.values() if g == group and look in BLOCKS}
        patterns = [pattern for _, pattern in blocks]
        assert len(patterns) == len(set(patterns)), group


def test_of_very_many_lanes_the_busiest_are_shown_and_the_others_counted() -> None:
    rows = [row(0, "enrolled", f"M{n:03}") for n in range(MOST + 5)] + [row(1, "migrated", f"M{MOST + 4:03}")]
    found = lanes(rows, 4)
    assert len(found) == MOST + 1 and found[-1].name == "and 5 more"
    assert f"M{MOST + 4:03}" in [lane.name for lane in found]


def test_the_picture_is_well_formed_and_says_title_names_and_key() -> None:
    text = standalone(tuple(drawn().values()), 8, f"A day {HOSTILE}", "of tests", START)
    root = ElementTree.fromstring(text)
    said = [node.text for node in root.iter() if node.tag.endswith("text")]
    assert {f"A day {HOSTILE}", "of tests", "M0", "Ann", "law@1", "update pending", "crashed", "2013-01-01"} <= set(
        said
    )
    assert len({look for look, _ in key(tuple(drawn().values()))}) == len(list(key(tuple(drawn().values()))))


@pytest.mark.parametrize("slots", [1, 8, 48, 336, COLUMNS + 1, 17_520])
def test_the_picture_has_every_slot_and_does_not_grow_without_end(slots: int) -> None:
    happened = [row(slot, "included", "x", count=1) for slot in range(slots)]
    made = timeline(lanes(happened, slots), slots, START)
    bars = [r for r in made.chart.iter("rect") if r.get("class") == "look-included"]
    assert sum(int(title.text.split()[0]) for bar in bars for title in bar.iter("title") if title.text) == slots
    assert made.width <= 3 * COLUMNS + 100
    assert max(float(bar.get("x", 0)) + float(bar.get("width", 0)) for bar in bars) <= made.width


def the_day() -> dict[str, Any]:
    faults = [{"kind": "crash", "subject": "replica-1", "first": 3, "until": 5},
              {"kind": "dead", "subject": "device-0", "first": 5, "until": None}]  # fmt: skip
    return {
        "version": "0", "seed": 4, "target": "grid@hardened", "reading": None, "readings": HOSTILE, "sites": "s.csv",
        "start": START.isoformat(), "slots": 8, "meters": 1, "synthetic": ["SYN1"], "faults": "crash=1",
        "plan": {"replicas": ["replica-0", "replica-1"], "devices": ["device-0"], "faults": faults,
                 "monitors": {"kept": "all is kept"}},
        "happened": {"included": 3, "refused": 1}, "totals": {"M0": {"file": "1.0", "ledger": "1.0"}},
        "agrees": {"M0": True}, "monitors": {"kept": "violated"}, "why": {"kept": "slot 6: it is not"},
        "refused": [{"what": "report", "reason": "late", "rule": "window", "count": 1}],
        "chains": {"billing": "ab" * 32}, "journal": "cd" * 32, "events": HAPPENED, "stopped": None,
    }  # fmt: skip


def test_the_page_is_whole_and_tells_all_events_without_a_script() -> None:
    text = day_page(the_day(), Glossary())
    page = read(text)
    assert HOSTILE not in text and HOSTILE in "".join(_texts(page))
    rows = [node for node in page.all("tr") if "data-kind" in node.attributes]
    assert [node.attributes["data-kind"] for node in rows] == [each["kind"] for each in HAPPENED]
    assert not any(node.attributes.get("src") or "style" in node.attributes for node in page.all())
    assert "slot 6: it is not" in "".join(_texts(page))
    sections = [node.attributes["id"] for node in page.all("section")]
    assert sections == ["timeline", "monitors", "totals", "refused", "faults", "events", "chains"]


def test_the_page_of_a_check_tells_a_day_in_a_row() -> None:
    section = played([(the_day(), False)])
    said = "".join(_all(section.content))
    assert "✗ differs" in said and "3 reports included" in said and "kept violated" in said
    assert played([]).content == ()


def _texts(node: Any) -> list[str]:
    return [part if isinstance(part, str) else "".join(_texts(part)) for part in node.children]


def _all(content: Any) -> list[str]:
    return ["".join(part.itertext()) for part in content]


FILTER = """
const shown = () => [...document.querySelectorAll(".events tbody tr")].filter((r) => !r.hidden).length;
const told = [shown()];
const box = document.querySelector("input[data-kind='included']");
box.focus(); told.push(document.activeElement === box, box.checked);
box.click(); told.push(shown(), document.querySelector(".events output").value);
for (const all of ["none", "all"]) { document.querySelector(`button[data-all=${all}]`).click(); told.push(shown()); }
const over = (e) => e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1;
const broad = [...document.querySelectorAll("body *")].filter((e) => !e.closest(".scroll") && over(e));
told.push(broad.map((e) => e.className));
document.documentElement.dataset.told = JSON.stringify(told);
"""


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here; the other tests read pages by a parser")
def test_events_are_filtered_by_kind_and_nothing_is_wider_than_a_phone(tmp_path: Path) -> None:
    page = day_page(the_day(), Glossary())
    page = re.sub(r"<meta http-equiv=[^>]*>", "", page).replace("</body>", f"<script>{FILTER}</script></body>")
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}")
    assert BROWSER is not None
    command = [BROWSER, *options, "--window-size=360,800", "--dump-dom", file.as_uri()]
    dumped = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    [root] = read(dumped).all("html")
    events = len(HAPPENED)
    assert json.loads(root.attributes["data-told"]) == [
        events - 2, True, False, events, f"{events} of {events} events", 0, events, [],
    ]  # fmt: skip
