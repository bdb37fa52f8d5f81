"""TableJson: a table of data as JSON, with the four attributes Type, Property, Structure and Cell (ZD-R16).

Type is the schema that it is of; Property has description and timestamp (seconds); Structure lists the columns; Cell
has the rows, each cell with the identifier of its column, the element and its encoding. Elements are text in one
spelling for each value, so that equal tables have equal bytes and unequal ones do not (ZD-C21, ZD-P10).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reference.metering_platform import schemas
from reference.metering_platform.documents import Json
from reference.metering_platform.schemas import NAME, TIME, list_of, one_of, record_of

Encoding = Literal["text", "integer", "decimal", "time", "hex"]
SPELLINGS: Mapping[Encoding, re.Pattern[str]] = {
    "text": re.compile(r"(?s:.*)"),
    "integer": re.compile(r"0|-?[1-9][0-9]{0,18}"),
    "decimal": re.compile(r"0|-?(?:0\.[0-9]*[1-9]|[1-9][0-9]*(?:\.[0-9]*[1-9])?)"),
    "time": re.compile(r"0|[1-9][0-9]{0,12}"),
    "hex": re.compile(r"(?:[0-9a-f]{2})*"),
}
"""The spelling of each encoding's values: none has a second one."""

_TEXT = {"type": "string", "maxLength": 4000}
CELL = record_of({"identifier": NAME, "element": _TEXT, "encoding": one_of(*SPELLINGS)})
TABLE = record_of(
    {
        "Type": NAME,
        "Property": record_of({"description": _TEXT, "timestamp": TIME}),
        "Structure": list_of(record_of({"name": NAME, "encoding": one_of(*SPELLINGS)}, {"unit": _TEXT}), 50),
        "Cell": list_of(list_of(CELL, 50), 1000),
    }
)
"""The form of the JSON. What it does not say: rows have a cell for each column, spelled as its encoding asks."""


@dataclass(frozen=True)
class Column:
    """A column: its name, how its elements are written, and their unit (empty where they have none)."""

    name: str
    encoding: Encoding
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """A table of the kind `type`, made at `timestamp` (seconds). Rows have one element for each column."""

    type: str
    description: str
    timestamp: int
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_json(self) -> dict[str, Json]:
        """As TableJson."""
        return {
            "Type": self.type,
            "Property": {"description": self.description, "timestamp": self.timestamp},
            "Structure": [{"name": each.name, "encoding": each.encoding, "unit": each.unit} for each in self.columns],
            "Cell": [
                [
                    {"identifier": column.name, "element": element, "encoding": column.encoding}
                    for column, element in zip(self.columns, row, strict=True)
                ]
                for row in self.rows
            ],
        }

    @staticmethod
    def from_json(value: Any) -> Table:
        """The table that the JSON stands for. Raises ValueError, with the reason, if it stands for none."""
        if (reason := fault(value)) is not None:
            raise ValueError(reason)
        columns = tuple(Column(each["name"], each["encoding"], each["unit"]) for each in value["Structure"])
        rows = tuple(tuple(cell["element"] for cell in row) for row in value["Cell"])
        stated = value["Property"]
        return Table(value["Type"], stated["description"], stated["timestamp"], columns, rows)


def fault(value: Any) -> str | None:
    """Why the value is no TableJson in its one spelling; None if it is."""
    if (reason := schemas.fault(TABLE, value)) is not None:
        return reason
    columns = value["Structure"]
    if len({each["name"] for each in columns}) != len(columns):
        return "Structure: a column comes twice"
    if any("unit" not in each for each in columns):
        return "Structure: a column has no unit (it may be empty)"
    for number, row in enumerate(value["Cell"]):
        if [(each["identifier"], each["encoding"]) for each in row] != [(c["name"], c["encoding"]) for c in columns]:
            return f"Cell: row {number} has other columns than Structure"
        for cell in row:
            if not SPELLINGS[cell["encoding"]].fullmatch(cell["element"]):
                return f"Cell: row {number} has an element of {cell['identifier']} that is no {cell['encoding']}"
    return None
