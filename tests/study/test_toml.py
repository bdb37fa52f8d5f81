"""TOML with positions: every key is where a reader sees it, and what is not TOML is told by file and line."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.study.toml import KeyPath, Position, load, parse

HERE = Path("some.toml")

SAMPLE = b"""\
title = "a"
rules.x = { value = true, cites = ["A", "B"] }   # inline

[rules.quorum]
value = "2f+1"
cites = [
    "IS-R15",  # with a comment
    "IS-R16",
]
[rules."vote once"]
value = "\xc3\xa9"
"n\\u0061me" = 1

[[runs]]
size = 4
[[runs]]
size = 7
[runs.faults]
count = 2
"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("title",), 1, 1),
        (("rules",), 2, 1),
        (("rules", "x", "value"), 2, 13),
        (("rules", "x", "cites", 1), 2, 41),
        (("rules", "quorum"), 4, 2),
        (("rules", "quorum", "value"), 5, 1),
        (("rules", "quorum", "cites", 0), 7, 5),
        (("rules", "quorum", "cites", 1), 8, 5),
        (("rules", "vote once", "value"), 11, 1),
        (("rules", "vote once", "name"), 12, 1),
        (("runs", 0, "size"), 15, 1),
        (("runs", 1, "size"), 17, 1),
        (("runs", 1, "faults", "count"), 19, 1),
    ],
)
def test_a_key_is_where_the_file_writes_it(path: KeyPath, line: int, column: int) -> None:
    assert parse(SAMPLE, HERE).position(path) == Position(line, column)


def test_columns_count_characters_not_bytes() -> None:
    document = parse('x = ["é", "b"]'.encode(), HERE)
    assert document.position(("x", 1)) == Position(1, 11)


@pytest.mark.parametrize(
    ("path", "line"),
    [(("rules", "quorum", "note"), 4), (("rules", "nothing"), 2), (("elsewhere",), 1), ((), 1)],
)
def test_an_absent_key_is_placed_at_its_nearest_table(path: KeyPath, line: int) -> None:
    assert parse(SAMPLE, HERE).position(path).line == line


def _paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _paths(item, (*path, key))


def test_every_value_that_the_reader_finds_has_a_position_and_no_other_path_has_one() -> None:
    document = parse(SAMPLE, HERE)
    assert set(document.positions) == set(_paths(document.data))
    assert document.data == tomllib.loads(SAMPLE.decode())


KEYS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)


@given(st.lists(KEYS, min_size=1, max_size=6, unique=True), st.integers(0, 3))
def test_any_quoted_key_is_found_on_its_line(keys: list[str], gap: int) -> None:
    source = "".join("\n" * gap + f"{json.dumps(key, ensure_ascii=False)} = {i}\n" for i, key in enumerate(keys))
    document = parse(source.encode(), HERE)
    for i, key in enumerate(keys):
        assert document.data[key] == i
        assert document.position((key,)) == Position((i + 1) * (gap + 1), 1)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"a = 1\nb = \n", 2),
        (b"a = 1\na = 2\n", 2),
        (b"a = 1\n\n[b\n", 3),
        (b'a = 1\nb = """never closed\n', 2),
        (b"a = 1\nb = [1,\n", 2),
    ],
)
def test_what_is_not_toml_is_told_by_file_and_line(source: bytes, line: int, tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(source)
    with pytest.raises(InputError) as caught:
        load(file)
    assert (caught.value.file, caught.value.line, caught.value.allowed) == (str(file), line, "TOML 1.0")
    assert caught.value.message.startswith("is not TOML: ")
    assert "line" not in caught.value.message


def test_what_is_not_utf_8_is_told_by_file_and_line() -> None:
    with pytest.raises(InputError) as caught:
        parse(b"a = 1\nb = '\xff'\n", HERE)
    assert (caught.value.file, caught.value.line) == ("some.toml", 2)
    assert caught.value.message == "is not UTF-8 text"
    assert caught.value.allowed == "TOML 1.0, which is UTF-8"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for missing in (tmp_path / "absent.toml", tmp_path):
        with pytest.raises(InputError) as caught:
            load(missing)
        assert caught.value.file == str(missing)
        assert caught.value.message.startswith("cannot be read: ")
        assert caught.value.allowed == "a TOML file that you may read"
