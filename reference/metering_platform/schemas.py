"""JSON schemas (draft 2020-12) of what goes in and comes out, in parts; unknown fields are refused everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators  # type: ignore[import-untyped]

from reference.metering_platform.documents import GREATEST_INTEGER, Json, canonical, read
from reference.metering_platform.routing import Schema

LATEST = 1 << 40
"""Seconds: no time is later."""


def text(most: int = 200) -> Schema:
    """Text of at least one character."""
    return {"type": "string", "minLength": 1, "maxLength": most}


def hexadecimal(least: int, most: int | None = None) -> Schema:
    """Bytes in lower-case hexadecimal: from `least` to `most` of them."""
    return {"type": "string", "pattern": f"^(?:[0-9a-f]{{2}}){{{least},{least if most is None else most}}}$"}


def one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def record_of(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def list_of(items: Schema, most: int = 1000) -> Schema:
    return {"type": "array", "items": items, "maxItems": most}


def nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


NAME: Schema = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}
TIME: Schema = {"type": "integer", "minimum": 0, "maximum": LATEST}
COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": GREATEST_INTEGER}
FLAG: Schema = {"type": "boolean"}
NOTHING: Schema = record_of({})
SIGNATURE: Schema = hexadecimal(64)
PUBLIC_KEY: Schema = hexadecimal(33)
SEALING_KEY: Schema = hexadecimal(32)
HASH: Schema = hexadecimal(32)

ERROR: Schema = record_of({"error": record_of({"rule": text(), "reason": text(500), "cites": list_of(text(20), 20)})})
"""What every answer of 4xx is."""


def fault(schema: Schema, value: object) -> str | None:
    """Where and how the value is not as the schema says; None if it is."""
    error = min(
        _validator(canonical(schema)).iter_errors(value), key=lambda each: list(map(str, each.path)), default=None
    )
    if error is None:
        return None
    place = "/".join(map(str, error.absolute_path))
    return f"{place[:80] or 'the whole'}: {error.message[:200]}"


def _pattern(_: Any, pattern: str, value: object, __: object) -> Iterator[ValidationError]:
    """As ECMA 262 has it, whose `$` is the end: Python's is also before a last line feed."""
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


_Validator = validators.extend(Draft202012Validator, {"pattern": _pattern})


@cache
def _validator(schema: bytes) -> Any:
    return _Validator(read(schema))


def from_text(schema: Schema, value: str) -> Json:
    """A parameter of a query as its schema's type: an integer where it is written as one, otherwise the text."""
    if schema.get("type") == "integer" and value.isascii() and value.isdigit() and len(value) <= 16:
        return int(value)
    return value
