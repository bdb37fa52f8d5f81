"""Reading a table of a contract file key by key; each mistake is kept with its line, and names rule and clause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from meterproof.errors import InputError, nearest
from meterproof.study.toml import Document, KeyPath

Word = TypeVar("Word", bound=str)

SLUG = r"[a-z][a-z0-9-]*"
_NAMES = {SLUG: "a name of small letters, digits and hyphens"}


@dataclass(frozen=True)
class Fields:
    """One table: where it is, what messages call it, and the list that its mistakes go to.

    Every reader returns None where there is a mistake, and has put it into `problems` then.
    """

    document: Document
    path: KeyPath
    values: Mapping[str, object]
    label: str
    problems: list[InputError]

    def wrong(self, key: str | None, message: str, allowed: str | None = None) -> None:
        """Keep a mistake at a key of this table, or at the table itself."""
        path = self.path if key is None else (*self.path, key)
        self.problems.append(self.document.error(path, f"{self.label}{message}", allowed))

    def line(self, key: str | None = None) -> int:
        """The line of a key, or of the table."""
        return self.document.position(self.path if key is None else (*self.path, key)).line

    def only(self, keys: Iterable[str]) -> None:
        """Refuse all other keys."""
        known = tuple(keys)
        for key in self.values:
            if key not in known:
                self.wrong(key, f"unknown key {key!r}{nearest(key, known)}", ", ".join(known))

    def get(self, key: str, allowed: str) -> object | None:
        """The value of a key that must be there."""
        if key not in self.values:
            self.wrong(None, f"{key} is missing", allowed)
        return self.values.get(key)

    def text(self, key: str, what: str = "a text", default: str | None = None) -> str | None:
        """A text that is not empty."""
        if default is not None and key not in self.values:
            return default
        value = self.get(key, what)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            self.wrong(key, f"{key} cannot be {shown(value)}", what)
            return None
        return value

    def name(self, key: str, pattern: str = SLUG) -> str | None:
        """A name of the pattern."""
        value = self.text(key, _NAMES[pattern])
        if value is not None and not re.fullmatch(pattern, value):
            self.wrong(key, f"{key} cannot be {value!r}", _NAMES[pattern])
            return None
        return value

    def integer(self, key: str, least: int, most: int, default: int | None = None) -> int | None:
        """A whole number within bounds."""
        if default is not None and key not in self.values:
            return default
        allowed = f"a whole number from {least} to {most}"
        value = self.get(key, allowed)
        if value is not None and (type(value) is not int or not least <= value <= most):
            self.wrong(key, f"{key} cannot be {shown(value)}", allowed)
            return None
        return value if type(value) is int else None

    def choice(self, key: str, options: tuple[Word, ...]) -> Word | None:
        """One of the options."""
        value = self.get(key, ", ".join(options))
        found = next((each for each in options if each == value), None)
        if value is not None and found is None:
            hint = nearest(value, options) if isinstance(value, str) else ""
            self.wrong(key, f"{key} cannot be {shown(value)}{hint}", ", ".join(options))
        return found

    def words(self, key: str, known: Iterable[str], what: str) -> tuple[str, ...] | None:
        """A text or a list of texts, each of them known and none of them twice; `what` says what they are."""
        value = self.values[key]
        listed = value if isinstance(value, list) else [value]
        options = tuple(known)
        if not listed:
            self.wrong(key, f"{key} names nothing, so the rule could never apply", f"at least one {what}, or no {key}")
        found = []
        before = len(self.problems)
        for at, word in enumerate(listed):
            path = (*self.path, key, at) if isinstance(value, list) else (*self.path, key)
            hint = nearest(word, options) if isinstance(word, str) else ""
            if not isinstance(word, str) or word not in options:
                message = f"{self.label}{shown(word)} is no {what}{hint}"
                self.problems.append(self.document.error(path, message, ", ".join(options) or f"no {what} is declared"))
            elif word in found:
                self.problems.append(
                    self.document.error(path, f"{self.label}{word!r} is named twice", "each word once")
                )
            else:
                found.append(word)
        return tuple(found) if listed and len(self.problems) == before else None

    def table(self, key: str, label: str, allowed: str) -> Fields | None:
        """A table inside this one."""
        value = self.get(key, allowed)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, f"{key} cannot be {shown(value)}", allowed)
            return None
        return None if value is None else Fields(self.document, (*self.path, key), value, label, self.problems)

    def relabelled(self, label: str) -> Fields:
        """The same table under another name in messages."""
        return Fields(self.document, self.path, self.values, label, self.problems)


def shown(value: object) -> str:
    """A value of a TOML file as a message shows it."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, str | int | float | list | dict) else str(value)
