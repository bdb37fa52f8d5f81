"""A SQLite file that belongs to one run and outlives its process: what the stores of runs share.

It is written ahead and synchronously, so that whenever the process is killed, or the power fails, the file is as the
last transaction has left it. One process uses it at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from meterproof.errors import InputError

ABOUT = "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
"""Which run a file belongs to."""


def open_lasting(
    file: Path, tables: str, about: Mapping[str, str], check: Callable[[sqlite3.Connection, Path], None]
) -> sqlite3.Connection:
    """The file's connection, in no transaction; the file is made with these tables if there is none yet.

    `about` says which run it belongs to; `check` looks at what the file has, and raises InputError where it is damaged.
    Raises InputError, too, for a file of another run, naming what differs, and for one that is in use or is none.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(file, isolation_level=None, timeout=1)
    except (OSError, sqlite3.Error) as error:
        raise InputError(f"cannot be opened: {error}", file=file, allowed="a folder that you may write to") from error
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        _make_or_compare(connection, tables, about, file)
        check(connection, file)
    except sqlite3.Error as error:
        connection.close()
        allowed = "a store that no other run is using, as a run has left it"
        raise InputError(f"cannot be used: {error}", file=file, allowed=allowed) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _make_or_compare(connection: sqlite3.Connection, tables: str, about: Mapping[str, str], file: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
        for statement in filter(str.strip, (ABOUT + tables).split(";")):
            connection.execute(statement)
        connection.executemany("INSERT INTO about VALUES (?, ?)", sorted(about.items()))
        connection.execute("COMMIT")
        return
    stored = dict(connection.execute("SELECT name, value FROM about"))
    connection.execute("COMMIT")
    for name in sorted({*stored, *about}):
        if stored.get(name) != about.get(name):
            message = f"the store belongs to another run: {name} was {stored.get(name)}, and is {about.get(name)}"
            raise InputError(message, file=file, allowed="the options of that run, or another --store")
