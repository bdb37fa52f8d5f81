"""The book of a protocol: its rules, its machines, and every id that they cite, in Markdown.

Everything in it is read off the traced systems, the spec file and the register, so it says what the engines check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from meterproof.export.book.chapters import Chapter, Links, section
from meterproof.export.book.formulas import NUMBERS
from meterproof.export.layout import wrapped
from meterproof.export.subjects import Subject
from meterproof.lang.formula import Formula
from meterproof.study.register import Register
from meterproof.study.specfile import Spec

WIDTH = 110


@dataclass
class _Index:
    """Where each id is cited: names and anchors, in the order of the book. Filled while chapters are written."""

    known: Register | None
    places: dict[str, dict[str, str]] = field(default_factory=dict)

    def cite(self, cites: Iterable[str], name: str, anchor: str) -> str:
        """Links to the ids; remembers that they occur at `anchor`."""
        for id in cites:
            self.places.setdefault(id, {})[name] = anchor
        return " ".join(f"[{id}](#{id.lower()})" for id in cites)


def render(parts: Sequence[Subject], *, command: str, root: Path, register: Register | None = None) -> str:
    """The book of the machines of one target and reading.

    `command` is what makes the book, `root` the folder that files are named from, `register` what cited ids say.
    """
    index = _Index(register)
    links = Links(lambda file, line: f"`{_from(root, file)}:{line}`", index.cite)
    chapters = [Chapter(s.system, {j.declared.id: j.stance for j in s.jobs}, links) for s in parts]
    job = parts[0].jobs[0]
    lines = [*_opening(parts, chapters, command), *_rules(job.spec, job.reading, parts, index)]
    for chapter in chapters:
        lines += ["", *chapter.lines()]
    if job.spec is not None and job.spec.readings:
        lines += _readings(job.spec)
    lines += _cited(index)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _opening(parts: Sequence[Subject], chapters: Sequence[Chapter], command: str) -> Iterator[str]:
    job = parts[0].jobs[0]
    title = job.spec.head.title if job.spec is not None else job.protocol
    yield f"# {title}{f' ({job.reading} reading)' if job.reading else ''}"
    yield ""
    if job.spec is not None:
        yield from _paragraph(f"{job.spec.protocol}@{job.spec.variant}, after {job.spec.head.source}.")
        yield ""
    yield from _paragraph(
        f"Made by `{command}` from the traced model that all engines take; not to be edited by hand. In formulas 𝔹 is "
        "the set of truth values, |…| the number of members, and x′(…) the value of x(…) after the step. An action can "
        "happen where all that stands under *When* holds; then all that stands under *Then* happens at once, and the "
        "rest stays as it is."
    )
    yield ""
    if parts[0].system.rules.items():
        yield "- [Rules in force](#rules)"
    for chapter in chapters:
        yield f"- [{chapter.system.name}](#{chapter.anchor()}): {chapter.system.doc}"
    if job.spec is not None:
        yield "- [What is cited](#cited)"


def _rules(spec: Spec | None, reading: str | None, parts: Sequence[Subject], index: _Index) -> Iterator[str]:
    values = parts[0].system.rules
    if not values.items():
        return
    yield from ("", '## <a id="rules"></a>Rules in force', "")
    for name, value in values.items():
        rule = values.schema[name]
        cites = dict.fromkeys((*rule.cites, *(spec.cites(name) if spec is not None else ())))
        shown = NUMBERS.text(value) if isinstance(value, Formula) else str(value).lower()
        anchor = f"rule-{name}"
        yield f'- <a id="{anchor}"></a>**{name}** = `{shown}` · {index.cite(cites, f"rule {name}", anchor)}'
        yield ""
        yield from (f"    {line}" for line in _paragraph(rule.doc))
        if spec is not None:
            yield from (f"    {line}" for line in _paragraph(f"*{spec.note(name, reading)}*"))
        yield ""


def _readings(spec: Spec) -> Iterator[str]:
    yield from section("Readings")
    for reading in spec.readings:
        yield from _paragraph(f"**{reading}**: {spec.head.readings[reading].reason}")
        yield ""
    yield f"| rule | {' | '.join(spec.readings)} |"
    yield f"| --- |{' --- |' * len(spec.readings)}"
    chosen = [spec.rules(r).plain() for r in spec.readings]
    for name in spec.schema:
        values = [str(c[name]).lower() for c in chosen]
        if len(set(values)) > 1:
            yield f"| {name} | {' | '.join(f'`{v}`' for v in values)} |"


def _cited(index: _Index) -> Iterator[str]:
    if not index.places:
        return
    yield from ("", '## <a id="cited"></a>What is cited', "")
    order = list(index.known) if index.known is not None else []
    for id in sorted(index.places, key=lambda i: (order.index(i) if i in order else len(order), i)):
        yield f'- <a id="{id.lower()}"></a>**{id}**{_said(index.known, id)}'
        where = ", ".join(f"[{name}](#{anchor})" for name, anchor in index.places[id].items())
        yield from (f"  {line}" for line in _paragraph(f"In {where}."))


def _said(register: Register | None, id: str) -> str:
    if register is None or id not in register.entries:
        return ""
    entry = register.entries[id]
    section = f", section {entry.section}" if entry.section else ""
    remedy = f" Remedy: {entry.remedy}." if entry.remedy else ""
    return f"{section} ({entry.status}): {_escaped(entry.says)}.{_escaped(remedy)}  "


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|" else c for c in text)


def _paragraph(text: str) -> list[str]:
    return wrapped(" ".join(text.split()), (" ",), 0, WIDTH).splitlines()


def _from(root: Path, file: str) -> str:
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
