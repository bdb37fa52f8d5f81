"""The intake's only effects: a readings file is read, a rejects file is written."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from meterproof.errors import InputError
from meterproof.readings.intake import read_lines
from meterproof.readings.records import Record, Reject

LONGEST_LINE = 64 * 1024
REJECTS_HEADER = ("line", "reason", "raw")


def read_readings(path: str | Path) -> Iterator[Record]:
    """The records of a readings file of either layout, in bounded memory; see `read_lines` for their order.

    The file is opened when the first record is taken, and closed at the end of the records. Raises InputError, naming
    file and line, if the file is missing, unreadable, empty, not UTF-8, has an unknown header, or a line longer than
    64 KiB (then it is no file of readings, and memory would not be bounded).
    """
    path = Path(path)
    try:
        source = path.open("rb")
    except OSError as error:
        allowed = "a readable CSV file of half-hourly readings"
        raise InputError(f"cannot be read: {error.strerror}", file=path, allowed=allowed) from error
    with source:
        yield from read_lines(decoded(iter(lambda: source.readline(LONGEST_LINE + 1), b""), path), file=str(path))


def decoded(lines: Iterable[bytes], path: Path) -> Iterator[str]:
    """The lines as text. Raises InputError at the first that is too long or is not UTF-8."""
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            allowed = f"lines of at most {LONGEST_LINE} bytes"
            raise InputError("the line is too long for a row of readings", file=path, line=number, allowed=allowed)
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            message = f"byte {line[error.start]:#04x} is not UTF-8 text"
            raise InputError(message, file=path, line=number, allowed="a CSV file in UTF-8") from error


def write_rejects(path: str | Path, rejects: Iterable[Reject]) -> int:
    """Write the rejects file and return its number of rows; see `rejects_file`."""
    count = 0
    with rejects_file(path) as write:
        for reject in rejects:
            write(reject)
            count += 1
    return count


@contextmanager
def rejects_file(path: str | Path) -> Iterator[Callable[[Reject], None]]:
    """A function that writes one row (line, reason, raw) of a rejects CSV in UTF-8.

    The rows go to a temporary file beside `path`, which takes its place when the block ends. If the block raises, the
    temporary file is removed and what was at `path` stays as it was. Rows hold people's energy use, so only the owner
    may read the file. Raises InputError if no file can be written there.
    """
    target = Path(path)
    allowed = "a file name in an existing folder that can be written to"
    try:
        if target.is_dir():
            raise InputError("is a folder", file=target, allowed=allowed)
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=target, allowed=allowed) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as sink:
            writer = csv.writer(sink, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
            writer.writerow(REJECTS_HEADER)

            def write(reject: Reject) -> None:
                writer.writerow((reject.line, reject.reason.value, reject.raw))

            yield write
            sink.flush()
            os.fsync(sink.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink()
        raise
