"""TOML files with the place of every key, so that a message, or a report on a rule, can name the line that says it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from meterproof.errors import InputError

KeyPath = tuple[str | int, ...]
"""The way to a value from the top: table keys, and indices into arrays (from 0)."""

_WHERE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


@dataclass(frozen=True)
class Position:
    """A place in a text file; line and column count characters from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Document:
    """A TOML file's values, and where each of its keys and array items is written."""

    file: Path
    data: Mapping[str, object]
    positions: Mapping[KeyPath, Position]

    def position(self, key_path: KeyPath) -> Position:
        """Where the key stands, or else the nearest table that should have held it, or else the file's first line."""
        for length in range(len(key_path), 0, -1):
            if key_path[:length] in self.positions:
                return self.positions[key_path[:length]]
        return Position(1, 1)

    def error(self, key_path: KeyPath, message: str, allowed: str | None = None) -> InputError:
        """An error at a key of this file."""
        return InputError(message, file=self.file, line=self.position(key_path).line, allowed=allowed)


def load(path: str | Path) -> Document:
    """Read a TOML file. InputError with file and line when it is missing, not UTF-8 or not TOML."""
    file = Path(path)
    try:
        source = file.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror or error}", file=file, allowed="a TOML file that you may read"
        ) from error
    return parse(source, file)


def parse(source: bytes, file: Path) -> Document:
    """The document that `source` writes; `file` is only named in messages."""
    try:
        text = source.decode()
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise InputError("is not UTF-8 text", file=file, line=line, allowed="TOML 1.0, which is UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        found = _WHERE.search(str(error))
        end = text.rstrip().count("\n") + 1
        line = int(found["line"]) if found is not None and found["line"] else end
        problem = _WHERE.sub("", str(error))
        raise InputError(f"is not TOML: {problem}", file=file, line=line, allowed="TOML 1.0") from error
    return Document(file, data, _positions(source))


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_toml.language()))


def _positions(source: bytes) -> dict[KeyPath, Position]:
    """Each key path with the place that first mentions it."""
    lines = source.split(b"\n")
    places: dict[KeyPath, Position] = {}
    for path, node in _keys(_parser().parse(source).root_node):
        row, byte = node.start_point
        place = Position(row + 1, len(lines[row][:byte].decode()) + 1)
        for length in range(1, len(path) + 1):
            places.setdefault(path[:length], place)
    return places


def _keys(document: Node) -> Iterator[tuple[KeyPath, Node]]:
    """Every key and array item of a syntax tree, with its full path."""
    tables: dict[KeyPath, int] = {}  # [[arrays of tables]] met so far, and the index of their last table
    for child in document.named_children:
        if child.type == "pair":
            yield from _pair((), child)
        elif child.type in ("table", "table_array_element"):
            header = child.named_children[0]
            path = _inside(_parts(header), tables)
            if child.type == "table_array_element":
                tables[path] = tables.get(path, -1) + 1
                path = (*path, tables[path])
            yield path, header
            for pair in child.named_children[1:]:
                if pair.type == "pair":
                    yield from _pair(path, pair)


def _inside(parts: tuple[str, ...], tables: Mapping[KeyPath, int]) -> KeyPath:
    """A header's path, where a name of an array of tables stands for the array's last table so far."""
    path: KeyPath = ()
    for i, part in enumerate(parts):
        path = (*path, part)
        if path in tables and i < len(parts) - 1:
            path = (*path, tables[path])
    return path


def _pair(table: KeyPath, pair: Node) -> Iterator[tuple[KeyPath, Node]]:
    key, value = (child for child in pair.named_children if child.type != "comment")
    path = (*table, *_parts(key))
    yield path, key
    yield from _value(path, value)


def _value(path: KeyPath, value: Node) -> Iterator[tuple[KeyPath, Node]]:
    inner = [child for child in value.named_children if child.type != "comment"]
    if value.type == "inline_table":
        for pair in inner:
            yield from _pair(path, pair)
    elif value.type == "array":
        for i, item in enumerate(inner):
            yield (*path, i), item
            yield from _value((*path, i), item)


def _parts(key: Node) -> tuple[str, ...]:
    """A key's parts without their quotes, as the TOML reader itself understands them."""
    parts: list[str] = []
    level: object = tomllib.loads(f"{(key.text or b'').decode()} = 0")
    while isinstance(level, dict):
        ((part, level),) = level.items()
        parts.append(part)
    return tuple(parts)
