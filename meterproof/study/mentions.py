"""Ids of a register in running text: docstrings of a reference, of tests, and errata in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_PARTS = re.compile(r"(?P<paper>.*?)(?P<kind>[A-Z]*)\d+(?:\.\d+)?")
_SHORT = r"(?:(?:,| and| to) [A-Z]\d+(?:\.\d+)?)"
_HEAD = re.compile(r"^\| (?P<row>[^| ]+) \||^- \*\*(?P<item>[^*]+)\*\*", re.MULTILINE)


class Mentions:
    """Finds ids in text: whatever is written as those of the register are, a paper, a kind and a number, be it one of
    them or not."""

    def __init__(self, register: Iterable[str]) -> None:
        parts = [match for id in register if (match := _PARTS.fullmatch(id))]
        papers, kinds = ("|".join(sorted({re.escape(m[part]) for m in parts})) for part in ("paper", "kind"))
        either = rf"(?:{papers})(?:{kinds})" if parts else r"(?!)"
        self._id = re.compile(rf"(?<![\w-]){either}\d+(?:\.\d+)?(?![\w-]|\.\d)")
        self._listed = re.compile(rf"({self._id.pattern})({_SHORT}+)")

    def within(self, text: str) -> list[str]:
        """The ids that a text names, each once. After `IS-R5`, in `, R6 and R7`, those of the same paper are meant."""
        found = dict.fromkeys(self._id.findall(text))
        for first, rest in self._listed.findall(text):
            paper, dash, _ = first.rpartition("-")
            found |= dict.fromkeys(paper + dash + short for short in re.findall(r"[A-Z]\d+(?:\.\d+)?", rest))
        return list(found)

    def heading(self, text: str) -> list[str]:
        """The ids that have a table row or an item of their own in a Markdown text."""
        return list(dict.fromkeys(id for head in _heads(text) for id in self.within(head)))


def _heads(text: str) -> Iterator[str]:
    for match in _HEAD.finditer(text):
        yield match["row"] or match["item"]
