"""The shape of an evidence folder's own JSON files, by the schema that ships; it may come from anywhere."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import jsonschema  # type: ignore[import-untyped]

from meterproof.errors import InputError

Part = Literal["manifest", "checks"]


@cache
def _validator(part: Part) -> jsonschema.Draft202012Validator:
    schema = json.loads((files("meterproof") / "schemas" / "evidence.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator({**schema, "$ref": f"#/$defs/{part}"})


def checked(content: bytes, part: Part, *, file: Path) -> Any:
    """The JSON of a file. InputError, with the place, where it is none or of another shape."""
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is no JSON: {error}", file=file, allowed="a file of an evidence folder") from None
    fault = next(iter(_validator(part).iter_errors(whole)), None)
    if fault is not None:
        raise InputError(f"{fault.json_path}: {fault.message[:200]}", file=file, allowed="see schemas/evidence.json")
    return whole
