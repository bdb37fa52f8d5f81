"""What a citation opens: an id of the study's register, or a rule of a protocol with its values and their reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree.ElementTree import Element

from meterproof.lang.rules import RuleValues, plain, write_text
from meterproof.report.markup import Child, element, joined
from meterproof.study.register import Entry, Register
from meterproof.study.specfile import Spec


@dataclass(frozen=True)
class Note:
    """One thing that is cited: what it says in labelled paragraphs, and what it cites in turn."""

    key: str
    title: str
    paragraphs: tuple[tuple[str, str], ...]
    cites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Glossary:
    """Notes by key. The key of a rule is its protocol's name, a space, and its own; that of an id is the id."""

    notes: Mapping[str, Note] = field(default_factory=dict)

    def citation(self, key: str, text: str | None = None) -> Element:
        """A link that opens the note; plain text where there is none."""
        if key not in self.notes:
            return element("span", text or key, class_="cited")
        return element("a", text or key, class_="cite", href=f"#{anchor(key)}", data_key=key)

    def citations(self, keys: Iterable[str]) -> list[Child]:
        """Several, with a space between each two."""
        return joined((self.citation(key) for key in dict.fromkeys(keys)), " ")

    def closed(self, keys: Iterable[str]) -> list[Note]:
        """The notes of the keys and of all that these cite, in the order of the glossary."""
        wanted, open_ = set[str](), [key for key in keys if key in self.notes]
        while open_:
            key = open_.pop()
            if key not in wanted:
                wanted.add(key)
                open_ += [each for each in self.notes[key].cites if each in self.notes]
        return [note for key, note in self.notes.items() if key in wanted]


def anchor(key: str) -> str:
    """The id of a note's element."""
    return "rule-" + re.sub(r"[^A-Za-z0-9_.]", "-", key)


def place(file: str, line: int, root: Path | None) -> str:
    """`model/ordering.py:41`, from the root where the file is below it; else the file's name alone."""
    path = Path(file)
    shown = path.relative_to(root).as_posix() if root is not None and path.is_relative_to(root) else path.name
    return f"{shown}:{line}"


def rule_key(protocol: str, rule: str) -> str:
    """The key of a protocol's rule."""
    return f"{protocol} {rule}"


def glossary_of(register: Register | None, specs: Iterable[Spec] = (), root: Path | None = None) -> Glossary:
    """The rules of the specs, whose files are told from `root`, then all ids of the register."""
    by_protocol: dict[str, list[Spec]] = {}
    for spec in specs:
        by_protocol.setdefault(spec.protocol, []).append(spec)
    found = [note for protocol, each in by_protocol.items() for note in _rules(protocol, each, root)]
    found += [_entry(entry) for entry in register.entries.values()] if register is not None else []
    return Glossary({note.key: note for note in found})


def with_values(known: Glossary, protocol: str, sides: Iterable[tuple[str, RuleValues]]) -> Glossary:
    """The glossary and, where it has none, a note on each rule with the values that these sides give it."""
    found: dict[str, Note] = {}
    for label, values in sides:
        for name, value in values.items():
            rule, key = values.schema[name], rule_key(protocol, name)
            begun = found.get(key, Note(key, f"{name}, a rule of {protocol}", (("Says", rule.doc),), rule.cites))
            found[key] = replace(begun, paragraphs=(*begun.paragraphs, (label, write_text(plain(value)))))
    return Glossary({**found, **known.notes})


def _rules(protocol: str, specs: list[Spec], root: Path | None) -> Iterable[Note]:
    for name, rule in specs[0].schema.items():
        values = (_value(spec, reading, name, root) for spec in specs for reading in (spec.readings or (None,)))
        cites = dict.fromkeys((*rule.cites, *(id for spec in specs for id in spec.cites(name))))
        says = ("Says", rule.doc)
        yield Note(rule_key(protocol, name), f"{name}, a rule of {protocol}", (says, *values), tuple(cites))


def _value(spec: Spec, reading: str | None, rule: str, root: Path | None) -> tuple[str, str]:
    """What a variant says under a reading, why, and where it is written."""
    value = write_text(plain(dict(spec.rules(reading).items())[rule]))
    written = place(str(spec.file), spec.position(rule, reading).line, root)
    where = f"{spec.variant}, {reading}" if reading else spec.variant
    return where, f"{value}. {spec.note(rule, reading)} ({written})"


def _entry(entry: Entry) -> Note:
    told = (("Says", entry.says), ("Remedy", entry.remedy), ("Status", _status(entry)))
    where = f", section {entry.section}" if entry.section else ""
    return Note(entry.id, f"{entry.id}{where}", tuple((label, text) for label, text in told if text))


def _status(entry: Entry) -> str:
    return f"{entry.status}: {entry.why}" if entry.why else entry.status
