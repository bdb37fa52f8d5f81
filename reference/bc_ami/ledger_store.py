"""The ledger on a disk, with what is needed to go on after a crash: one SQLite file, written in transactions.

A transaction takes the blocks, their certificates and all progress together from one checkpoint to the next, so that
whenever the process is killed, the file is at a checkpoint (write-ahead log, synchronous: after a loss of power too).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from meterproof.errors import InputError
from meterproof.real.lasting import open_lasting
from reference.bc_ami.messages import Usage
from reference.bc_ami.monitors import Said
from reference.crypto import encoding
from reference.crypto.encoding import Malformed
from reference.ledger.chain import Block, FinalBlock

FILE = "ledger.sqlite"
TABLES = """
CREATE TABLE blocks (height INTEGER PRIMARY KEY, block BLOB NOT NULL, evidence BLOB NOT NULL, link BLOB NOT NULL);
CREATE TABLE meters (name TEXT PRIMARY KEY, time INTEGER, kwh TEXT, total TEXT, latest INTEGER) WITHOUT ROWID;
CREATE TABLE settled (hid BLOB, time INTEGER, kwh TEXT, PRIMARY KEY (hid, time, kwh)) WITHOUT ROWID;
CREATE TABLE progress (one INTEGER PRIMARY KEY CHECK (one = 1), state TEXT NOT NULL);
"""
ORIGIN = bytes(32)
"""The link before the first block."""


@dataclass(frozen=True)
class MeterRow:
    """How far a meter has come: its last emission, its kWh at the MDMS, its latest time on the ledger; None if none."""

    name: str
    emitted: Usage | None
    total: Decimal | None
    latest: int | None


class LedgerStore:
    """Blocks are linked: each link is SHA-256 of the one before, the block's hash and its certificate's hash."""

    def __init__(self, connection: sqlite3.Connection, chain: str, file: Path | None) -> None:
        self._connection, self._chain, self.file = connection, chain, file
        last = connection.execute("SELECT height, link FROM blocks ORDER BY height DESC LIMIT 1").fetchone()
        self.height: int = 0 if last is None else last[0] + 1
        self.link: bytes = ORIGIN if last is None else last[1]
        connection.execute("BEGIN")

    @classmethod
    def temporary(cls, chain: str) -> LedgerStore:
        """A store that the system deletes when it is closed; what does not fit in its cache is on disk."""
        connection = sqlite3.connect("", isolation_level=None)
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + TABLES)
        return cls(connection, chain, None)

    @classmethod
    def open(cls, folder: Path, chain: str, about: Mapping[str, str]) -> LedgerStore:
        """The store in this folder, made if there is none yet; `about` says which run it belongs to.

        Raises InputError if it belongs to another run, is in use, or is damaged.
        """
        file = folder / FILE
        return cls(open_lasting(file, TABLES, about, _check_links), chain, file)

    def append(self, final: FinalBlock) -> None:
        """Add the next block. It is in the file from the next `checkpoint` on."""
        block, evidence = final.block.encode(self._chain), final.evidence
        link = _link(self.link, block, evidence)
        self._connection.execute("INSERT INTO blocks VALUES (?, ?, ?, ?)", (self.height, block, evidence, link))
        self.height, self.link = self.height + 1, link

    def block(self, height: int) -> FinalBlock:
        """The block of this height. Raises KeyError if there is none."""
        row = self._connection.execute("SELECT block, evidence FROM blocks WHERE height = ?", (height,)).fetchone()
        if row is None:
            raise KeyError(height)
        return FinalBlock(Block.decode(self._chain, row[0]), row[1])

    def leaves(self) -> Iterator[bytes]:
        """Everything on the ledger, in order."""
        for (block,) in self._connection.execute("SELECT block FROM blocks ORDER BY height"):
            yield from Block.decode(self._chain, block).leaves

    def settle(self, said: Iterable[Said]) -> None:
        """Remember that these emissions were recorded."""
        rows = ((hid, usage.time, _spelled(usage.kwh)) for hid, usage in said)
        self._connection.executemany("INSERT OR IGNORE INTO settled VALUES (?, ?, ?)", rows)

    def settled(self, said: Said) -> bool:
        """Whether this emission was recorded."""
        hid, usage = said
        row = (hid, usage.time, _spelled(usage.kwh))
        found = self._connection.execute("SELECT 1 FROM settled WHERE hid = ? AND time = ? AND kwh = ?", row)
        return found.fetchone() is not None

    def meters(self) -> Iterator[MeterRow]:
        """All meters that have reported, as of the last checkpoint."""
        for name, time, kwh, total, latest in self._connection.execute("SELECT * FROM meters"):
            emitted = None if kwh is None else Usage(Decimal(kwh), time)
            yield MeterRow(name, emitted, None if total is None else Decimal(total), latest)

    @property
    def progress(self) -> Mapping[str, Any] | None:
        """What the last checkpoint was given; None before the first."""
        row = self._connection.execute("SELECT state FROM progress").fetchone()
        return None if row is None else json.loads(row[0])

    def checkpoint(self, progress: Mapping[str, object], meters: Iterable[MeterRow]) -> None:
        """Make everything since the last checkpoint lasting, with this progress and the meters that have changed."""
        rows = map(_columns, meters)
        self._connection.executemany("INSERT OR REPLACE INTO meters VALUES (?, ?, ?, ?, ?)", rows)
        self._connection.execute("INSERT OR REPLACE INTO progress VALUES (1, ?)", (json.dumps(progress),))
        self._commit()

    def _commit(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """Give up what is after the last checkpoint, and release the file."""
        self._connection.close()


def _columns(row: MeterRow) -> tuple[str, int | None, str | None, str | None, int | None]:
    time, kwh = (None, None) if row.emitted is None else (row.emitted.time, str(row.emitted.kwh))
    return row.name, time, kwh, None if row.total is None else str(row.total), row.latest


def _check_links(connection: sqlite3.Connection, file: Path) -> None:
    before, heights = ORIGIN, 0
    for height, block, evidence, link in connection.execute("SELECT * FROM blocks ORDER BY height"):
        if height != heights or link != _link(before, block, evidence):
            raise InputError(
                f"block {heights} is damaged or missing", file=file, allowed="a store as a run has left it"
            )
        before, heights = link, heights + 1


def _link(before: bytes, block: bytes, evidence: bytes) -> bytes:
    return hashlib.sha256(before + hashlib.sha256(block).digest() + hashlib.sha256(evidence).digest()).digest()


def _spelled(kwh: Decimal) -> str:
    """One spelling for one number. A reading that no message can carry was never emitted: it has its own."""
    try:
        return "{}e{}".format(*encoding.decimal_fields(kwh))
    except Malformed:
        return str(kwh)
