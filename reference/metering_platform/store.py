"""The platform's embedded store: the accepted requests in SQLite, one transaction each, played again at the start.

`handle` is a function, and so its requests in their order are the state. Each row has the tip of the chain after it,
and the digest of itself and of all rows before: so a row that was changed or taken away, or that another version of the
platform reads differently, is noticed where that is first so. Rows missing at the end are noticed by who knows the
chain's tip. One process at a time has a store open.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from meterproof.errors import InputError
from reference.metering_platform import ledger
from reference.metering_platform.handle import handle
from reference.metering_platform.routing import Request
from reference.metering_platform.service import NotKept
from reference.metering_platform.state import PlatformState

_TABLES = """
CREATE TABLE IF NOT EXISTS founding (founded TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS accepted (
    number INTEGER PRIMARY KEY, method TEXT NOT NULL, path TEXT NOT NULL, query TEXT NOT NULL, headers TEXT NOT NULL,
    body BLOB NOT NULL, at INTEGER NOT NULL, interface TEXT NOT NULL, tip BLOB NOT NULL, digest BLOB NOT NULL
);
"""
_KEPT_HEADERS = ("content-type", "authorization", "dpop", "x-user")
"""All that `handle` looks at."""
_WAIT = 0.2
"""Seconds to wait for another process that has the store open."""
_UNCHANGED = "the rows that this platform has written, unchanged"


class Store:
    """An open store. `founded` says which platform it is of: rules, seed and founders, in any form that is text.

    Raises InputError for a file that is no store, that another process has open, or that is another platform's.
    """

    def __init__(self, path: Path, founded: str) -> None:
        self._path = path
        try:
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_WAIT)
        except sqlite3.OperationalError as error:
            raise InputError(f"{path}: {error}", allowed="a file in a folder that there is") from error
        try:
            self._number, self._digest = self._opened(founded)
        except sqlite3.OperationalError as error:
            self.close()
            raise InputError(f"{path}: {error}", allowed="a store that no other process has open") from error
        except (sqlite3.Error, ValueError) as error:
            self.close()
            raise InputError(f"{path} is no store: {error}", allowed="an SQLite file, or none yet") from error
        except InputError:
            self.close()
            raise

    def _opened(self, founded: str) -> tuple[int, bytes]:
        """Number and digest of the last row, of a store that is this platform's or nobody's yet."""
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA synchronous = EXTRA")
        self._database.executescript("BEGIN EXCLUSIVE;" + _TABLES + "COMMIT;")
        row = self._database.execute("SELECT founded FROM founding").fetchone()
        if row is None:
            self._database.execute("INSERT INTO founding VALUES (?)", (founded,))
        elif row[0] != founded:
            raise InputError(f"{self._path} is the store of another platform: {row[0]}", allowed=founded)
        last = self._database.execute("SELECT number, digest FROM accepted ORDER BY number DESC LIMIT 1").fetchone()
        return (0, bytes(32)) if last is None else (last[0], last[1])

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def append(self, request: Request, state: PlatformState) -> None:
        """Keep an accepted request; it is on the disk when this returns. Raises NotKept if it may not be."""
        headers = [pair for pair in request.headers if pair[0] in _KEPT_HEADERS]
        pairs = (json.dumps(request.query), json.dumps(headers))
        row = (self._number + 1, request.method, request.path, *pairs, request.body, request.at, request.interface)
        digest = _digest(self._digest, (*row, ledger.tip(state)))
        try:
            self._database.execute(
                "INSERT INTO accepted VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, ledger.tip(state), digest)
            )
        except sqlite3.Error as error:
            raise NotKept(f"{self._path}: {error}") from error
        self._number, self._digest = self._number + 1, digest

    def requests(self) -> Iterator[tuple[int, Request, bytes]]:
        """The kept requests in order: number, request, and the chain's tip after it.

        Raises InputError, naming the row, for one that is not as it was written, and where one is missing.
        """
        digest, number = bytes(32), 0
        try:
            rows = self._database.execute("SELECT * FROM accepted ORDER BY number")
            for number, row in enumerate(rows, 1):
                digest = _digest(digest, row[:-1])
                if row[0] != number or row[-1] != digest:
                    raise self._changed(number, "it is not as it was written, or not there")
                method, path, query, headers, body, at, interface, tip = row[1:-1]
                pairs = tuple((name, value) for name, value in json.loads(query))
                kept = tuple((name, value) for name, value in json.loads(headers))
                yield number, Request(method, path, pairs, kept, body, at, interface), tip
        except (sqlite3.Error, ValueError) as error:
            raise self._changed(number + 1, str(error)) from error

    def replay(self, state: PlatformState) -> tuple[PlatformState, int]:
        """The state that the kept requests lead to from the platform's beginning, and the time of the last one.

        Raises InputError, naming the row, for a row that was changed, and for a request that is not accepted again or
        that leads to another chain.
        """
        latest = 0
        for number, request, tip in self.requests():
            state, response = handle(state, request)
            latest = request.at
            what = f"{request.method} {request.path}"
            if not 200 <= response.status < 300:
                raise self._changed(number, f"{what} is answered with {response.status}")
            if ledger.tip(state) != tip:
                raise self._changed(number, f"{what} leads to another chain")
        return state, latest

    def _changed(self, number: int, why: str) -> InputError:
        return InputError(f"{self._path}, row {number}: {why}", allowed=_UNCHANGED)


def _digest(before: bytes, row: tuple[object, ...]) -> bytes:
    """The digest of a row, whatever values it has, and of those before it."""
    values = [value.hex() if isinstance(value, bytes) else repr(value) for value in row]
    return hashlib.sha256(before + json.dumps(values).encode()).digest()
