"""Items for GitHub Actions: annotations at lines of the change, and the summary of a step.

GitHub shows ten annotations of each kind of a step, fifty of a job, and a summary of at most 1 MiB a step.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Literal

from meterproof.ci.items import Item, Place, Turn, Verb

Kind = Literal["error", "warning", "notice"]
KINDS: tuple[Kind, ...] = ("error", "warning", "notice")
MOST_ANNOTATIONS = 10
"""Of each kind."""
MOST_BYTES = 1 << 20
"""Of a step's summary, whoever writes to it."""

_MARKS = {"failed": "❌", "undecided": "❓", "passed": "✅", "skipped": "➖"}  # noqa: RUF001


def commands(items: Sequence[Item]) -> list[str]:
    """The lines that make GitHub show findings: failures as errors, undecided ones as warnings, accepted as notices.

    Where there are more of a kind than it shows, the last line of the kind tells how many are left out, and which.
    """
    return [line for kind in KINDS for line in _of_kind(kind, [i for i in items if _kind(i) == kind])]


def _kind(item: Item) -> Kind | None:
    if not item.found:
        return None
    if item.accepted is not None:
        return "notice"
    return "error" if item.outcome == "failed" else "warning"


def _of_kind(kind: Kind, items: Sequence[Item]) -> list[str]:
    if len(items) <= MOST_ANNOTATIONS:
        return [_annotation(kind, _title(i), i.told, i.place) for i in items]
    shown, rest = items[: MOST_ANNOTATIONS - 1], items[MOST_ANNOTATIONS - 1 :]
    told = f"{', '.join(f'{i.name} {i.guarantee}' for i in rest)}: see the summary of the step"
    return [
        *(_annotation(kind, _title(i), i.told, i.place) for i in shown),
        _annotation(kind, f"{len(rest)} more", told, None),
    ]


def _title(item: Item) -> str:
    return f"{item.guarantee} {item.verdict}: {item.name}"


def _annotation(kind: Kind, title: str, message: str, place: Place | None) -> str:
    where = "" if place is None else f"file={_property(place.file)},line={place.line},"
    return f"::{kind} {where}title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary(items: Sequence[Item], verb: Verb, most: int = MOST_BYTES, turns: Sequence[Turn] = ()) -> str:
    """The summary in Markdown, of at most so many bytes: counts, a table of all that did not pass, each finding, and of
    an audit what machines newly allow or forbid.

    What does not fit is left out from the end, whole findings at a time, and the last line says how many were.
    """
    head = f"### meterproof {verb}\n\n{_counts(items)}\n"
    rows = [_row(i) for i in sorted(items, key=_rank) if i.outcome != "passed"]
    table = "\n| | guarantee | of | |\n| --- | --- | --- | --- |\n"
    told = [_section(i) for i in sorted(items, key=_rank) if i.found]
    parts = [head, *([table, *rows] if rows else []), *(["\n"] if told else []), *told, *_turned(turns)]
    return _fitted(parts, most)


def _turned(turns: Sequence[Turn]) -> list[str]:
    """A row for each machine that does otherwise, or of which that is not known; the others by name."""
    rows = [f"| {_cell(t.subject)} | {_cell(t.allowed)} | {_cell(t.forbidden)} | {_cell(t.scope)} |\n"
            for t in turns if not t.is_none]  # fmt: skip
    same = ", ".join(t.subject for t in turns if t.is_none)
    head = "\n#### What is newly possible, and no longer\n"
    table = "\n| machine | newly possible | no longer possible | at |\n| --- | --- | --- | --- |\n"
    parts = [head + table + rows[0], *rows[1:]] if rows else [head] if same else []
    return [*parts, *([f"\nThe same as before at the scopes searched: {_cell(same)}.\n"] if same else [])]


def _fitted(parts: Sequence[str], most: int) -> str:
    """The parts one after another; or as many as fit beside a line that says how many do not."""
    sizes = [len(p.encode()) for p in parts]
    if sum(sizes) <= most:
        return "".join(parts)
    last = "\nThis is not all: {} more parts do not fit into the summary of a step.\n"
    room = most - len(last.encode()) - len(str(len(parts)))
    shown = 0
    while shown < len(parts) and sum(sizes[: shown + 1]) <= room:
        shown += 1
    return "".join(parts[:shown]) + last.format(len(parts) - shown) if room > 0 else ""


def _rank(item: Item) -> int:
    """What fails the run first, what is skipped last."""
    if item.found:
        return 2 if item.accepted is not None else 0 if item.outcome == "failed" else 1
    return 3 if item.outcome == "skipped" else 4


def _counts(items: Sequence[Item]) -> str:
    accepted = sum(i.found and i.accepted is not None for i in items)
    each = [(sum(i.fails and i.outcome == o for i in items), o) for o in ("failed", "undecided")]
    each += [(accepted, "accepted"), *((sum(i.outcome == o for i in items), o) for o in ("passed", "skipped"))]
    return ", ".join(f"**{n}** {what}" for n, what in each if n) or "nothing was asked"


def _row(item: Item) -> str:
    mark = "⚠️" if item.accepted is not None else _MARKS[item.outcome]
    name = f"**{_cell(item.guarantee)}** {_cell(item.title)}"
    where = "" if item.place is None else f" `{item.place}`"
    return f"| {mark} | {name} | {_cell(item.name)} | {_cell(item.told)}{where if item.found else ''} |\n"


def _cell(text: str) -> str:
    """A text within a table: no line breaks, and nothing of it read as HTML or as a border."""
    return " ".join(html.escape(text, quote=False).replace("|", "\\|").split())


def _section(item: Item) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", item.detail)), default=0))
    head = f"{_MARKS[item.outcome]} {html.escape(f'{item.guarantee} of {item.name}')}"
    return f"<details><summary>{head}</summary>\n\n{fence}text\n{item.detail}\n{fence}\n\n</details>\n"
