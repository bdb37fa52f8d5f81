"""A page: title, facts, sections, and at its end all that is cited. It carries its style and script and loads nothing.

Its content security policy admits exactly these two, by their hashes, and no address at all.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from xml.etree.ElementTree import Element

from meterproof import __version__
from meterproof.report.glossary import Glossary, Note, anchor
from meterproof.report.markup import Child, element, write


@dataclass(frozen=True)
class Section:
    """A part of a page: the id of its heading's anchor, its heading, and what it contains."""

    key: str
    title: str
    content: tuple[Child, ...]


def page(
    title: str, lead: Sequence[Child], facts: Sequence[tuple[str, str]], sections: Sequence[Section], glossary: Glossary
) -> str:
    """The whole document. `lead` stands beneath the title, `facts` (name and value) beneath that."""
    shown = [section for section in sections if section.content]
    cited = _cited(shown, glossary)
    if cited:
        shown.append(Section("rules", "What is cited", tuple(_note(note, glossary) for note in cited)))
    style, script = (_asset(name) for name in ("style.css", "script.js"))
    return write(
        element(
            "html",
            element(
                "head",
                element("meta", charset="utf-8"),
                element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
                element("meta", name="viewport", content="width=device-width, initial-scale=1"),
                element("meta", name="color-scheme", content="light dark"),
                element("meta", name="generator", content=f"meterproof {__version__}"),
                element("title", title),
                element("style", style),
            ),
            element(
                "body",
                element("a", "To the content", href="#content", class_="skip"),
                element("header", element("h1", title), *lead, _facts(facts), _navigation(shown)),
                element("main", *(_section(section) for section in shown), id="content", tabindex=-1),
                _dialog(),
                element("script", script),
            ),
            lang="en",
        )
    )


def _asset(name: str) -> str:
    return (files("meterproof") / "report" / "assets" / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    allowed = (f"{kind}-src '{_hash(text)}'" for kind, text in (("style", style), ("script", script)))
    return f"default-src 'none'; {'; '.join(allowed)}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _facts(facts: Sequence[tuple[str, str]]) -> Element:
    pairs = (element("div", element("dt", name), element("dd", value)) for name, value in facts)
    return element("dl", *pairs, class_="facts")


def _navigation(sections: Sequence[Section]) -> Element | None:
    if len(sections) < 2:
        return None
    links = (element("li", element("a", s.title, href=f"#{s.key}")) for s in sections)
    return element("nav", element("ul", *links), aria_label="Sections")


def _section(section: Section) -> Element:
    heading = element("h2", section.title, id=f"{section.key}-title")
    return element("section", heading, *section.content, id=section.key, aria_labelledby=f"{section.key}-title")


def _cited(sections: Sequence[Section], glossary: Glossary) -> list[Note]:
    keys = (
        link.get("data-key", "")
        for section in sections
        for child in section.content
        if isinstance(child, Element)
        for link in child.iter("a")
        if link.get("class") == "cite"
    )
    return glossary.closed(keys)


def _note(note: Note, glossary: Glossary) -> Element:
    told = (
        element("div", element("dt", label), element("dd", text, class_="says" if label == "Says" else None))
        for label, text in note.paragraphs
    )
    cites = element("p", "rests on ", *glossary.citations(note.cites), class_="sources") if note.cites else None
    return element(
        "article", element("h3", note.title), element("dl", *told), cites, id=anchor(note.key), class_="note"
    )


def _dialog() -> Element:
    """Where the script shows what is cited; the browser closes it on Escape, and with the button."""
    close = element("form", element("button", "Close"), method="dialog")
    return element("dialog", element("div"), close, id="note", aria_label="What is cited")
