"""The timeline of a day as SVG: slots run to the right, a lane for each thing, a bar a slot for what is counted.

What is as it should be is a thin line, what is not is a block (`timeline_looks`). Beyond COLUMNS slots a column stands
for several slots in a row, and shows what was in any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from xml.etree.ElementTree import Element, tostring

from meterproof.report.day_lanes import GROUPS, Lane, Mark, Span
from meterproof.report.markup import Child, element
from meterproof.report.timeline_looks import (
    BLUE,
    GREEN,
    INK,
    LINE,
    LINES,
    ORANGE,
    RED,
    SOFT,
    TINTS,
    block,
    class_of,
    key,
    patterns,
    sign,
)  # fmt: skip

COLUMNS = 1_008
"""Columns at most: three weeks of half hours."""
GUTTER, CHART, EDGE = 150, 860, 12
"""Pixels: for the names, for a chart of few slots, and at the right."""
THIN, WIDE = 3.0, 36.0
"""Pixels of a column at least and at most."""
LANE, BARS, HEAD, AXIS = 16, 58, 24, 34
"""Heights in pixels: of a lane, of a lane of bars, of a group's heading, of the axis."""
DATE = 72
"""Pixels that a date takes."""
LETTER = 6.2
"""Mean width of a letter in pixels."""
HALF_HOUR = timedelta(minutes=30)

UPWARD = {"included": BLUE, "shown": GREEN}
DOWNWARD = {"refused": RED, "withheld": ORANGE}
"""Bars above the base line, and below it."""


@dataclass(frozen=True)
class _Chart:
    """How slots become columns, and where these stand."""

    slots: int
    each: int
    step: float
    start: datetime | None

    @classmethod
    def of(cls, slots: int, start: datetime | None) -> _Chart:
        each = -(-slots // COLUMNS)
        columns = -(-slots // each)
        return cls(slots, each, min(WIDE, max(THIN, CHART / columns)), start)

    @property
    def width(self) -> float:
        return round(-(-self.slots // self.each) * self.step, 1)

    def x(self, slot: int) -> float:
        """The left edge of the slot's column."""
        return round(slot // self.each * self.step, 1)

    def span(self, first: int, until: int) -> tuple[float, float]:
        """The left edge and the width of all columns that these slots are in."""
        left = self.x(first)
        return left, round(self.x(until - 1) + self.step - left, 1)

    def name(self, slot: int) -> str:
        if self.start is None:
            return f"slot {slot}"
        return f"slot {slot}, {self.start + slot * HALF_HOUR:%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Timeline:
    """The names of the lanes and their chart, two pictures of one height that stand side by side."""

    names: Element
    chart: Element
    height: int
    width: float


def timeline(lanes: Sequence[Lane], slots: int, start: datetime | None = None) -> Timeline:
    """The picture of these lanes; `start` is the time of slot 0, for the axis."""
    chart = _Chart.of(slots, start)
    names: list[Child] = []
    drawn: list[Child] = []
    y = AXIS
    for group, each in groupby(lanes, key=lambda lane: lane.group):
        names.append(_text(0, y + 17, GROUPS[group], "tl-head", weight="bold", size=12))
        y += HEAD
        for lane in each:
            high = BARS if lane.sums else LANE
            names += _named(lane, y)
            drawn += _bars(lane, y, chart) if lane.sums else _lane(lane, y, chart)
            y += high
    height = y + 8
    grid = list(_axis(chart, y))
    return Timeline(
        _picture(names, GUTTER, height, "Names of the lanes"),
        _picture([patterns(), *grid, *drawn], max(chart.width, CHART) + EDGE, height,
                 f"Timeline of {slots} slots"),
        height,
        max(chart.width, CHART) + EDGE,
    )  # fmt: skip


def standalone(lanes: Sequence[Lane], slots: int, title: str, remark: str, start: datetime | None = None) -> str:
    """The picture as a file of its own, with a title and a line beneath it."""
    drawn = timeline(lanes, slots, start)
    top = 52
    for part, left in ((drawn.names, EDGE), (drawn.chart, EDGE + GUTTER)):
        part.set("x", str(left))
        part.set("y", str(top))
        part.attrib.pop("role")
        part.attrib.pop("aria-label")
    keyed = list(_keyed(lanes, top + drawn.height, drawn.width - EDGE))
    width = round(drawn.width) + GUTTER + 2 * EDGE
    height = max((end for end, _ in keyed), default=top + drawn.height) + EDGE
    root = element(
        "svg",
        element("title", title),
        element("desc", remark),
        element("rect", width=width, height=height, fill="#ffffff"),
        _text(EDGE, 24, title, "tl-title", weight="bold", size=15),
        _text(EDGE, 43, remark, "tl-remark", size=11, fill=SOFT),
        drawn.names,
        drawn.chart,
        _text(EDGE, top + drawn.height + 12, "Key", "tl-head", weight="bold", size=12) if keyed else None,
        element("g", *(part for _, part in keyed), transform=f"translate({EDGE + GUTTER} 0)"),
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
        font_family="DejaVu Sans, Helvetica, Arial, sans-serif",
        role="img",
    )
    return tostring(root, encoding="unicode") + "\n"


def _picture(content: Sequence[Child], width: float, height: int, said: str) -> Element:
    return element(
        "svg", *content, width=round(width), height=height, viewBox=f"0 0 {round(width)} {height}", role="img",
        aria_label=said,
    )  # fmt: skip


def _text(x: float, y: float, said: str, kind: str, *, weight: str | None = None, size: int = 11, fill: str = INK,
          anchor: str | None = None) -> Element:  # fmt: skip
    return element("text", said, x=x, y=y, class_=kind, font_size=size, font_weight=weight, fill=fill,
                   text_anchor=anchor)  # fmt: skip


def _named(lane: Lane, y: int) -> Iterator[Child]:
    room = int((GUTTER - 14) / LETTER)
    if not lane.sums:
        said = lane.name if len(lane.name) <= room else lane.name[: room - 1] + "…"
        yield _text(8, y + 12, said, "tl-lane")
        return
    for look, line in ((up, 18) if (up := _first(lane, UPWARD)) else ("", 0), (
        (down, 48) if (down := _first(lane, DOWNWARD)) else ("", 0)
    )):  # fmt: skip
        if look:
            yield _text(8, y + line, f"{look}, {sum(lane.sums[look].values()):,}", "tl-lane")


def _first(lane: Lane, looks: dict[str, str]) -> str:
    return next((look for look in looks if look in lane.sums), "")


def _axis(chart: _Chart, bottom: int) -> Iterator[Child]:
    """Lines at whole days, hours or slots, whichever leaves room for their names."""
    end = max(chart.width, CHART) + EDGE
    if chart.start is None:
        times = range(0, chart.slots, _stride(chart, (1, 2, 4, 8, 16, 48, 96, 336), 30))
        for slot in times:
            yield from _tick(chart.x(slot), str(slot), bottom, end)
        return
    stride = _stride(chart, (1, 2, 4, 12, 24, 48, 96, 336, 672), 42)
    behind = (chart.start.hour * 2 + chart.start.minute // 30) % min(stride, 48)
    for slot in range(-behind % stride if stride <= 48 else -behind % 48, chart.slots, stride):
        at = chart.start + slot * HALF_HOUR
        yield from _tick(chart.x(slot), f"{at:%m-%d}" if stride >= 48 else f"{at:%H:%M}", bottom, end)
    if stride < 48:
        midnight = -(chart.start.hour * 2 + chart.start.minute // 30) % 48
        for slot in sorted({0, *range(midnight, chart.slots, 48)}):
            at = chart.start + slot * HALF_HOUR
            if (slot and chart.x(slot) < DATE) or max(chart.width, CHART) - chart.x(slot) < DATE:
                continue
            yield _text(chart.x(slot), 12, f"{at:%Y-%m-%d}", "tl-day", weight="bold")


def _stride(chart: _Chart, steps: Sequence[int], room: int) -> int:
    return next((step for step in steps if step / chart.each * chart.step >= room), steps[-1])


def _tick(x: float, said: str, bottom: int, end: float) -> Iterator[Child]:
    yield element("line", x1=x, x2=x, y1=AXIS - 4, y2=bottom, class_="tl-grid", stroke=LINE)
    if x + len(said) * LETTER <= end:
        yield _text(x, AXIS - 9, said, "tl-tick", size=10, fill=SOFT)


def _lane(lane: Lane, y: int, chart: _Chart) -> Iterator[Child]:
    turn = 0
    for span in lane.spans:
        if span.look == "let":
            yield from _tinted(lane, span, y, chart, turn % len(TINTS))
            turn += 1
        else:
            yield _span(lane, span, y, chart)
    for mark in lane.marks:
        yield _mark(lane, mark, y, chart)


def _told(lane: Lane, span: Span, chart: _Chart) -> Element:
    label = f" {span.label}" if span.label else ""
    return element("title", f"{lane.name}: {span.look}{label}, {chart.name(span.first)} until before slot {span.until}")


def _span(lane: Lane, span: Span, y: int, chart: _Chart) -> Element:
    left, width = chart.span(span.first, span.until)
    told = _told(lane, span, chart)
    if span.look in LINES:
        return element("rect", told, x=left, y=y + 7, width=width, height=2.5, class_=class_of(span.look),
                       fill=LINES[span.look])  # fmt: skip
    return element("g", told, *block(left, y + 2, max(width, 3), 12, span.look))


def _tinted(lane: Lane, span: Span, y: int, chart: _Chart, turn: int) -> Iterator[Child]:
    left, width = chart.span(span.first, span.until)
    yield element("rect", _told(lane, span, chart), x=left, y=y + 1, width=width, height=14, class_=f"tint-{turn}",
                  fill=TINTS[turn])  # fmt: skip
    yield element("rect", x=left, y=y + 1, width=1.5, height=14, class_="tl-begins", fill=INK)
    if span.label and len(span.label) * LETTER + 8 <= width:
        yield _text(left + 5, y + 12, span.label, "tl-label", size=10)


def _mark(lane: Lane, mark: Mark, y: int, chart: _Chart) -> Element:
    x = chart.x(mark.slot) + min(chart.step, WIDE) / 2
    many = f" ({mark.number})" if mark.number > 1 else ""
    told = element("title", f"{lane.name}: {mark.look}{many}, {chart.name(mark.slot)}")
    number = _text(x + 7, y + 12, str(mark.number), "tl-label", size=9) if mark.number > 1 and chart.step > 18 else None
    return element("g", told, sign(x, y + 8, mark.look), number)


def _bars(lane: Lane, y: int, chart: _Chart) -> Iterator[Child]:
    """Bars upwards for what is taken, downwards for what is not, on one scale; the least is still to be seen."""
    base, room_up, room_down = y + 36, 32, 18
    yield element("line", x1=0, x2=chart.width, y1=base, y2=base, class_="tl-base", stroke=SOFT)
    most = max((n for look in lane.sums for n in _columns(lane.sums[look], chart).values()), default=1)
    for looks, room, up in ((UPWARD, room_up, True), (DOWNWARD, room_down, False)):
        look = _first(lane, looks)
        for slot, number in sorted(_columns(lane.sums.get(look, {}), chart).items()):
            high = max(2.0, round(room * number / most, 1))
            gap = 1 if chart.step >= 6 else 0
            some = f"{chart.each} slots from {chart.name(slot)}" if chart.each > 1 else chart.name(slot)
            yield element(
                "rect", element("title", f"{number} {look}, {some}"), x=chart.x(slot) + gap / 2,
                y=base - high if up else base + 1, width=round(chart.step - gap, 1), height=high, class_=class_of(look),
                fill=looks[look],
            )  # fmt: skip


def _columns(sums: object, chart: _Chart) -> dict[int, int]:
    """Sums by the first slot of each column."""
    assert isinstance(sums, dict)
    found: dict[int, int] = {}
    for slot, number in sums.items():
        first = slot // chart.each * chart.each
        found[first] = found.get(first, 0) + number
    return found


def _keyed(lanes: Sequence[Lane], top: int, width: float) -> Iterator[tuple[int, Element]]:
    """The key in rows of this width; each part with the y at which its row ends."""
    x, y = 0.0, top
    for look, sample in key(lanes):
        wide = 34 + len(look) * LETTER
        if x + wide > width:
            x, y = 0.0, y + 18
        said = _text(21, 12, look, "tl-label", size=11)
        yield y + 18, element("g", sample, said, transform=f"translate({x:g} {y})")
        x += wide
