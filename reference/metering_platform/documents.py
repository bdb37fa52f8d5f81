"""JSON in one spelling: a strict reader, canonical bytes (RFC 8785), and the reader that the paper leaves open.

The strict reader refuses whatever two readers could take for two documents: duplicate keys, numbers that a double
cannot hold, text that is no Unicode, bytes beyond the document (ZD-C21). What it lets through has canonical bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import rfc8785

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

LARGEST = 1 << 20
"""Bytes that a document may have."""
DEEPEST = 16
"""Nested arrays and objects that a document may have."""
GREATEST_INTEGER = 2**53 - 1
"""No number is beyond it: its neighbours have one double, and RFC 8785 writes greater doubles as integers."""

_STRUCTURE = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


class NotCanonical(ValueError):
    """The bytes are no document, or the value has no canonical bytes. The message says why."""


def read(data: bytes) -> Json:
    """The document in these bytes, in any spelling that has one meaning only; raises NotCanonical for others."""
    _check_size(data)
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_refuse_constant,
        )
        canonical(value)
    except UnicodeDecodeError as error:
        raise NotCanonical(f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise NotCanonical(f"not JSON: {error.msg} at character {error.pos}") from error
    return value  # type: ignore[no-any-return]


def read_any(data: bytes, chosen: Literal["first", "last"] = "last") -> Json:
    """The document as some reader takes it: of duplicate keys the first or the last, and NaN, too.

    Raises NotCanonical for what no reader takes, and beyond the limits of size and depth.
    """
    _check_size(data)
    pairs = _first if chosen == "first" else dict
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=pairs)  # type: ignore[no-any-return]
    except ValueError as error:
        raise NotCanonical(f"not JSON: {error}") from error


def canonical(value: Json) -> bytes:
    """The one spelling of the value; raises NotCanonical if it has none (NaN, great integers, broken Unicode)."""
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise NotCanonical(str(error)) from error
    except UnicodeEncodeError as error:
        raise NotCanonical("a key is not Unicode text") from error


def statement(kind: str, value: Json) -> bytes:
    """What is signed or hashed of a value: its canonical bytes under a tag that says what they are."""
    return b"meterproof/metering-platform/" + kind.encode() + b"\x00" + canonical(value)


def digest(kind: str, value: Json) -> bytes:
    """SHA-256 of the statement, 32 bytes."""
    return hashlib.sha256(statement(kind, value)).digest()


def depth(data: bytes) -> int:
    """How deeply arrays and objects are nested in the bytes, whether or not they are a document."""
    deepest = level = 0
    for match in _STRUCTURE.finditer(data):
        mark = match.group()
        if mark in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif mark in b"]}":
            level -= 1
    return deepest


def _check_size(data: bytes) -> None:
    if len(data) > LARGEST:
        raise NotCanonical(f"longer than {LARGEST} bytes")
    if depth(data) > DEEPEST:
        raise NotCanonical(f"nested more than {DEEPEST} deep")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        seen = set[str]()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise NotCanonical(f"the key {twice[:40]!r} comes twice")
    return value


def _first(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs))


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(value := int(digits)) > GREATEST_INTEGER:
        raise NotCanonical(f"an integer is beyond {GREATEST_INTEGER}")
    return value


def _float(digits: str) -> float:
    value = float(digits)
    if abs(value) > GREATEST_INTEGER:
        raise NotCanonical(f"a number is beyond {GREATEST_INTEGER}")
    return value


def _refuse_constant(name: str) -> None:
    raise NotCanonical(f"{name} is no JSON")
