"""The slots of a day on a disk: what happened in each, and the state after the last, one transaction a slot.

Whenever the process is killed, the file is at a slot's end, and the day goes on from there. Each slot's link is SHA-256
over the link before, what happened, and the state after it, so that a slot that was changed or is missing is found.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from meterproof.errors import InputError
from meterproof.real.lasting import open_lasting

FILE = "day.sqlite"
TABLES = """
CREATE TABLE slots (slot INTEGER PRIMARY KEY, happened TEXT NOT NULL, digest BLOB NOT NULL, link BLOB NOT NULL);
CREATE TABLE progress (one INTEGER PRIMARY KEY CHECK (one = 1), state BLOB NOT NULL, seconds REAL NOT NULL);
"""
ORIGIN = bytes(32)
"""The link before the first slot."""

Row = Mapping[str, Any]
"""Something that happened, as JSON has it: slot, kind, subject, detail."""


class DayStore:
    """The store of one day. `slots` is how many are in it, `seconds` what they took, over all processes."""

    def __init__(self, connection: sqlite3.Connection, file: Path) -> None:
        self._connection, self.file = connection, file
        last = connection.execute("SELECT slot, link FROM slots ORDER BY slot DESC LIMIT 1").fetchone()
        self.slots: int = 0 if last is None else last[0] + 1
        self.link: bytes = ORIGIN if last is None else last[1]
        found = connection.execute("SELECT seconds FROM progress").fetchone()
        self.seconds: float = 0.0 if found is None else found[0]

    @classmethod
    def open(cls, folder: Path, about: Mapping[str, str]) -> DayStore:
        """The store in this folder, made if there is none yet; `about` says which day it belongs to.

        Raises InputError if it belongs to another day, is in use, or is damaged.
        """
        file = folder / FILE
        return cls(open_lasting(file, TABLES, about, _check), file)

    @property
    def state(self) -> bytes | None:
        """The state after the last slot; None before the first."""
        row = self._connection.execute("SELECT state FROM progress").fetchone()
        return None if row is None else bytes(row[0])

    def happened(self) -> Iterator[Row]:
        """Everything that happened so far, in order."""
        for (text,) in self._connection.execute("SELECT happened FROM slots ORDER BY slot"):
            yield from json.loads(text)

    def append(self, happened: Sequence[Row], state: bytes, seconds: float) -> None:
        """Make the next slot lasting: what happened in it, the state after it, and the seconds of all slots so far."""
        text, digest = json.dumps(happened, ensure_ascii=False), hashlib.sha256(state).digest()
        link = _link(self.link, text, digest)
        self._connection.execute("BEGIN")
        self._connection.execute("INSERT INTO slots VALUES (?, ?, ?, ?)", (self.slots, text, digest, link))
        self._connection.execute("INSERT OR REPLACE INTO progress VALUES (1, ?, ?)", (state, seconds))
        self._connection.execute("COMMIT")
        self.slots, self.link, self.seconds = self.slots + 1, link, seconds

    def close(self) -> None:
        """Release the file."""
        self._connection.close()


def _check(connection: sqlite3.Connection, file: Path) -> None:
    """InputError where a slot was changed or is missing, or where the state is not that after the last slot."""
    whole = "a store as a run has left it"
    before, slots, last = ORIGIN, 0, None
    for slot, happened, digest, link in connection.execute("SELECT * FROM slots ORDER BY slot"):
        if slot != slots or link != _link(before, happened, digest):
            raise InputError(f"slot {slots} is damaged or missing", file=file, allowed=whole)
        before, slots, last = link, slots + 1, digest
    row = connection.execute("SELECT state FROM progress").fetchone()
    found = None if row is None else hashlib.sha256(row[0]).digest()
    if found != last:
        raise InputError(f"the state is not the one after slot {slots - 1}", file=file, allowed=whole)


def _link(before: bytes, happened: str, digest: bytes) -> bytes:
    return hashlib.sha256(before + hashlib.sha256(happened.encode()).digest() + digest).digest()
