"""A run as a sequence diagram in SVG: time runs down, a lifeline for everybody and everything that takes part.

Who takes part, and that only the adversary's moves are arrows, is as in `traces.mermaid`. Each step is a row: its
number and its sentence, and beneath it the lifelines that it touches. The names stand in a picture of their own, so
that a page can keep them in view while the steps are scrolled.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from meterproof.finite.interpret import Step
from meterproof.report.markup import element, extend
from meterproof.traces.mermaid import NETWORK, participants, parties
from meterproof.traces.sentences import action_of, conclusion, sentence
from meterproof.traces.trace import Trace

WIDE, NARROW, GUTTER = 550, 302, 40
"""Widths in pixels: what a page has for a diagram on a screen of 1200 and on one of 360, and the margin of numbers."""
LETTER, BOLD, LINE = 6.7, 7.6, 18
"""Mean width of a letter, plain and bold, in the widest of the usual fonts, and the height of a line."""
TOP, MARK, BOTTOM, HEAD, LEVEL = 10, 12, 12, 34, 26
"""Heights: above a row's first line, from its last line to its mark, below the mark; of the names, and of a level."""


@dataclass(frozen=True)
class _Columns:
    """Where lifelines stand."""

    order: tuple[str, ...]
    width: int
    wrap: int
    step: float
    levels: int

    @classmethod
    def of(cls, trace: Trace, width: int) -> _Columns:
        """Side by side; where there is no room for that, names stand on two levels, and where not even then, it grows.

        Sentences are wrapped to the width that was asked for in any case.
        """
        order = tuple(participants(trace))
        name = max((len(name) * BOLD + 20 for name in order), default=0)
        step = (width - GUTTER) / max(1, len(order))
        if step >= name:
            return cls(order, width, width, step, 1)
        step = max(name / 2, (width - GUTTER - name / 2) / (len(order) - 0.5))
        return cls(order, round(GUTTER + step * (len(order) - 0.5) + name / 2), width, step, 2)

    def x(self, name: str) -> float:
        return round(GUTTER + self.step * (self.order.index(name) + 0.5), 1)

    def wrapped(self, text: str, letter: float = LETTER) -> list[str]:
        return textwrap.wrap(text, int((self.wrap - GUTTER - 4) / letter)) or [""]


def diagram(trace: Trace, width: int = WIDE) -> tuple[Element, Element]:
    """The picture of the names, and that of the steps, of that width or as wide as they must. Rows have `data-step`."""
    columns = _Columns.of(trace, width)
    rows, height = _rows(trace, columns)
    lifelines = [
        element("line", class_="lifeline", x1=columns.x(name), x2=columns.x(name), y1=0, y2=height)
        for name in columns.order
    ]
    number = len(trace.steps)
    told = f"Sequence diagram of {number} step{'' if number == 1 else 's'} among {', '.join(columns.order) or 'nobody'}"
    steps = _svg(columns.width, height, role="img", aria_label=f"{told}; every step is told in words beside it.")
    names = _svg(columns.width, HEAD + LEVEL * (columns.levels - 1), aria_hidden="true", class_="names")
    return extend(names, _names(columns)), extend(steps, (*lifelines, *rows))


def _svg(width: int, height: float, **attributes: str) -> Element:
    box = f"0 0 {width} {height}"
    return element("svg", xmlns="http://www.w3.org/2000/svg", width=width, height=height, viewBox=box, **attributes)


def _names(columns: _Columns) -> Iterator[Element]:
    for at, name in enumerate(columns.order):
        wide, x, down = len(name) * BOLD + 12, columns.x(name), LEVEL * (at % columns.levels)
        if down == 0 and columns.levels > 1:
            yield element("line", class_="lifeline", x1=x, x2=x, y1=HEAD - 4, y2=HEAD + LEVEL)
        kind = "name network" if name == NETWORK else "name"
        yield element(
            "g",
            element("rect", x=round(x - wide / 2, 1), y=down + 4, width=round(wide, 1), height=HEAD - 8, rx=6),
            element("text", name, x=x, y=down + HEAD / 2 + 4.5, text_anchor="middle"),
            class_=kind,
        )


def _rows(trace: Trace, columns: _Columns) -> tuple[list[Element], int]:
    """All rows, and the height of the whole."""
    rows: list[Element] = []
    y = starts = 0
    for at, step in enumerate(trace.steps):
        if at == trace.loop:
            starts = y
            made, y = _words(columns, "From here on, again and again:", y, "remark")
            rows.append(made)
        made, y = _row(trace, columns, at, step, y)
        rows.append(made)
    if trace.loop is not None and trace.loop < len(trace.steps):
        bracket = f"M10 {starts + 4}H4V{y - 4}H10"
        rows.append(element("path", class_="loop", d=bracket))
    good = trace.claim is None or trace.claim.kind == "reachable"
    made, y = _words(columns, conclusion(trace), y, f"conclusion {'good' if good else 'bad'}")
    return [*rows, made], y


def _row(trace: Trace, columns: _Columns, at: int, step: Step, y: int) -> tuple[Element, int]:
    action = action_of(trace.instance, step)
    adversary = "" if action.needs is None else f" (adversary:\N{NO-BREAK SPACE}{action.needs})"
    lines = columns.wrapped(sentence(trace.instance, step) + adversary)
    mark = y + TOP + LINE * len(lines) + MARK
    end = mark + BOTTOM
    taking = [p for p in columns.order if p in parties(trace.instance, step)]
    row = element("g", class_="row adversary" if adversary else "row", data_step=at + 1)
    row.append(element("rect", class_="band", x=14, y=y + 2, width=columns.width - 16, height=end - y - 4, rx=6))
    row.append(element("circle", class_="number", cx=27, cy=y + TOP + 9, r=10))
    row.append(element("text", str(at + 1), class_="number", x=27, y=y + TOP + 13, text_anchor="middle"))
    extend(row, _lines(lines, y + TOP))
    return extend(row, _arrow(columns, taking, mark) if adversary else _touch(columns, taking, mark)), end


def _words(columns: _Columns, text: str, y: int, kind: str) -> tuple[Element, int]:
    """A row without a number."""
    lines = columns.wrapped(text, BOLD)
    return extend(element("g", class_=kind), _lines(lines, y + TOP)), y + TOP + LINE * len(lines) + BOTTOM


def _lines(lines: list[str], top: int) -> Iterator[Element]:
    for i, line in enumerate(lines):
        yield element("text", line, class_="words", x=GUTTER + 4, y=top + LINE * i + 13)


def _touch(columns: _Columns, taking: list[str], y: int) -> Iterator[Element]:
    """An honest step: a dot on each lifeline that it touches, on one line."""
    ends = [columns.x(name) for name in taking]
    if len(ends) > 1:
        yield element("line", class_="touch", x1=min(ends), x2=max(ends), y1=y, y2=y)
    for x in ends:
        yield element("circle", class_="dot", cx=x, cy=y, r=4.5)


def _arrow(columns: _Columns, taking: list[str], y: int) -> Iterator[Element]:
    """The adversary's move: a broken line from the network, with a head at everybody whom it is about."""
    start = columns.x(NETWORK)
    targets = [columns.x(name) for name in taking if name != NETWORK]
    yield element("rect", class_="dot", x=start - 4, y=y - 4, width=8, height=8)
    if targets:
        yield element("line", class_="arrow", x1=start, x2=min(targets), y1=y, y2=y)
    for x in targets:
        yield element("path", class_="head", d=f"M{x} {y}L{x + 9} {y - 5}V{y + 5}Z")
