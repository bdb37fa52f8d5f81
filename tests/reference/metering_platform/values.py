"""JSON values drawn from a schema of the OpenAPI description: that it allows, and now and then that it does not.

It reads the keywords that the description uses, and fails for others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Schema = Mapping[str, Any]

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
NAMES = st.text(max_size=3)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2), max_leaves=4
)
_KNOWN = frozenset(
    {"type", "enum", "const", "anyOf", "properties", "required", "additionalProperties", "items", "maxItems"}
    | {"pattern", "minLength", "maxLength", "minimum", "maximum"}
)


def allowed(schema: Schema) -> st.SearchStrategy[Any]:
    """Values that the schema allows, short ones mostly."""
    assert set(schema) <= _KNOWN, schema
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    if "anyOf" in schema:
        return st.one_of(*map(allowed, schema["anyOf"]))
    match schema["type"]:
        case "string" if "pattern" in schema:
            return st.from_regex(schema["pattern"].replace("$", r"\Z"), alphabet=st.characters(codec="ascii"))
        case "string":
            return st.text(min_size=schema.get("minLength", 0), max_size=min(schema["maxLength"], 20))
        case "integer":
            return st.integers(schema["minimum"], schema["maximum"]) | st.integers(
                schema["minimum"], schema["minimum"] + 3
            )
        case "array":
            return st.lists(allowed(schema["items"]), max_size=min(schema["maxItems"], 3))
        case "object":
            return _object(schema)
    return {"null": st.none(), "boolean": st.booleans()}[schema["type"]]


def _object(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: allowed(each) for name, each in schema.get("properties", {}).items()}
    if not fields and schema.get("additionalProperties", True):
        return st.dictionaries(NAMES, ANYTHING, max_size=3)
    needed = schema["required"]
    return st.fixed_dictionaries(
        {name: fields[name] for name in needed}, optional={n: each for n, each in fields.items() if n not in needed}
    )


def spoilt(schema: Schema) -> st.SearchStrategy[Any]:
    """Values that are almost allowed: a field too many or too few, another type, text that goes on after its end."""
    if "properties" not in schema:
        return ANYTHING | allowed(schema).map(lambda value: f"{value}\n")
    names = [*schema["properties"], "unknown"]
    return st.builds(_changed, allowed(schema), st.sampled_from(names), st.booleans(), ANYTHING, st.booleans())


def _changed(value: dict[str, Any], name: str, without: bool, other: Any, longer: bool) -> dict[str, Any]:
    rest = {key: each for key, each in value.items() if key != name}
    if without:
        return rest
    return {**rest, name: f"{value[name]}\n" if longer and name in value else other}
