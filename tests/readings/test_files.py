"""Files in and out: what cannot be read is said with file and line, and a rejects file is whole or not there."""

from __future__ import annotations

import csv
import stat
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.readings import Reason, Reject, read_lines, read_readings, rejects_file, write_rejects
from tests.readings.messy import any_text, messy_files

HEADER = b"LCLid,tstp,energy(kWh/hh)\n"
ROW = b"MAC000002,2013-01-01 00:00:00,0.219\n"


@given(messy_files(), st.booleans())
def test_a_file_gives_the_records_of_its_lines(lines: list[str], mark: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "readings.csv")
        path.write_bytes((b"\xef\xbb\xbf" if mark else b"") + "".join(lines).encode())
        assert list(read_readings(path)) == list(read_lines(lines))


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"", None, "empty"),
        (b"time,kwh\n", 1, "unknown header"),
        (b"\n" + HEADER, 1, "unknown header"),
        (HEADER.decode().encode("utf-16"), 1, "not UTF-8"),
        (HEADER + ROW + b"MAC\xff,2013-01-01 00:30:00,0.1\n", 3, "byte 0xff is not UTF-8"),
        (HEADER + ROW + b"M" * 70_000, 3, "too long"),
    ],
)
def test_a_file_that_is_no_file_of_readings_is_refused_by_name_and_line(
    tmp_path: Path, content: bytes, line: int | None, message: str
) -> None:
    path = tmp_path / "readings.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        list(read_readings(path))
    assert (caught.value.file, caught.value.line) == (str(path), line)
    assert caught.value.allowed


def test_a_file_without_line_endings_is_not_loaded_whole(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    with path.open("wb") as sink:
        sink.truncate(64_000_000)
    tracemalloc.start()
    with pytest.raises(InputError, match="too long"):
        list(read_readings(path))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000


@pytest.mark.parametrize("name", ["missing.csv", "folder", "missing/readings.csv"])
def test_a_path_that_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="cannot be read") as caught:
        list(read_readings(tmp_path / name))
    assert caught.value.file == str(tmp_path / name)


@given(st.lists(st.builds(Reject, st.integers(2), any_text, st.sampled_from(Reason))))
def test_a_rejects_file_holds_every_reject_as_it_was(rejects: list[Reject]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rejects.csv")
        assert write_rejects(path, iter(rejects)) == len(rejects)
        with path.open(encoding="utf-8", newline="") as source:
            head, *rows = csv.reader(source)
        assert [entry.name for entry in Path(folder).iterdir()] == ["rejects.csv"]
    assert head == ["line", "reason", "raw"]
    assert [Reject(int(line), raw, Reason(reason)) for line, reason, raw in rows] == rejects


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt])
def test_a_rejects_file_that_is_not_finished_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, fault: type[BaseException]
) -> None:
    path = tmp_path / "rejects.csv"
    path.write_text("the old one")
    with pytest.raises(fault), rejects_file(path) as refuse:
        refuse(Reject(2, "a,b", Reason.FIELD_COUNT))
        raise fault
    assert {entry.name: entry.read_text() for entry in tmp_path.iterdir()} == {"rejects.csv": "the old one"}


def test_a_finished_rejects_file_takes_the_place_of_the_old_one_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    path.write_text("the old one")
    write_rejects(path, [Reject(7, 'a "b",c', Reason.BAD_DATE)])
    assert path.read_text() == '"line","reason","raw"\n7,"bad date","a ""b"",c"\n'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["folder", "missing/rejects.csv"])
def test_a_rejects_path_that_cannot_be_written_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as caught:
        write_rejects(tmp_path / name, [])
    assert caught.value.file == str(tmp_path / name)
    assert caught.value.allowed
