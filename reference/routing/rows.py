"""Rows of CSV or JSON as fields by column, with the place where each stands, so that a mistake can be named."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from meterproof.errors import InputError, nearest

LARGEST_EXPONENT = 15
MOST_DECIMALS = 12
"""Numbers lie below 10**15 and have 12 decimals at most, so that rational arithmetic stays small."""
_TIME = re.compile(r"(?P<number>[0-9]*\.?[0-9]+) ?(?P<unit>us|ms|s)")
_UNITS = {"us": Fraction(1, 10**6), "ms": Fraction(1, 1000), "s": Fraction(1)}


@dataclass(frozen=True)
class Row:
    """Fields of one row by column, and where it stands: a line of a CSV file, or a place such as links[3] in JSON."""

    file: str
    line: int | None
    place: str
    fields: Mapping[str, str]

    def wrong(self, message: str, allowed: str) -> InputError:
        """The error to raise about this row."""
        return InputError(f"{self.place}{message}", file=self.file, line=self.line, allowed=allowed)

    def text(self, column: str) -> str:
        """A field that must be there. Raises InputError."""
        found = self.fields.get(column, "")
        if not found:
            raise self.wrong(f"{column} is empty", "a name")
        return found

    def number(self, column: str, allowed: str = "a number such as 71.5") -> Fraction:
        """A decimal number, exact. Raises InputError."""
        text = self.fields.get(column, "")
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise self.wrong(f"{column} is {text!r}, which is not a number", allowed) from None
        if not value.is_finite() or "_" in text:
            raise self.wrong(f"{column} is {text!r}, which is not a number", allowed)
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        if value.adjusted() >= LARGEST_EXPONENT or exponent < -MOST_DECIMALS:
            raise self.wrong(
                f"{column} is {text}", f"numbers below 1e{LARGEST_EXPONENT} of {MOST_DECIMALS} decimals at most"
            )
        return Fraction(value)

    def seconds(self, column: str) -> Fraction:
        """A time with its unit. Raises InputError."""
        try:
            return read_seconds(self.fields[column])
        except InputError as error:
            raise self.wrong(f"{column}: {error.message}", error.allowed or "") from None


def read_seconds(text: str) -> Fraction:
    """A time such as 100ms, 0.1s or 250us, exact; InputError for any other text."""
    match = _TIME.fullmatch(text.strip())
    if match is None or len(match["number"]) > 2 * LARGEST_EXPONENT:
        raise InputError(f"{text!r} is no time", allowed="a number with us, ms or s, such as 100ms")
    return Fraction(match["number"]) * _UNITS[match["unit"]]


def csv_rows(text: str, file: str, known: Sequence[str], needed: Sequence[str]) -> Iterator[Row]:
    rows = csv.reader(text.removeprefix("\ufeff").splitlines(), skipinitialspace=True, strict=True)
    try:
        header = [title.strip() for title in next(rows, [])]
        _check_header(header, file, known, needed)
        for fields in rows:
            if not any(map(str.strip, fields)):
                continue
            if len(fields) != len(header):
                raise InputError(
                    f"the row has {len(fields)} values", file=file, line=rows.line_num,
                    allowed=f"{len(header)}: {','.join(header)}",
                )  # fmt: skip
            values = dict(zip(header, map(str.strip, fields), strict=True))
            yield Row(file, rows.line_num, "", values)
    except csv.Error as error:
        raise InputError(f"is not CSV: {error}", file=file, line=rows.line_num, allowed="CSV") from error


def _check_header(header: list[str], file: str, known: Sequence[str], needed: Sequence[str]) -> None:
    rates = [each for each in ("capacity", "rate") if each in known]
    missing = [each for each in needed if each not in header]
    missing += [each for each in rates if each not in header and f"{each}_bit_s" not in header]
    if missing:
        said = ",".join(header) or "nothing"
        raise InputError(f"the header has {said}: {missing[0]} is missing", file=file, line=1, allowed=",".join(known))
    for title in header:
        if title not in known:
            hint = nearest(title, known)
            raise InputError(f"the header has {title!r}{hint}", file=file, line=1, allowed=",".join(known))
        if header.count(title) > 1:
            raise InputError(f"the header has {title!r} twice", file=file, line=1, allowed="each column once")


def json_document(text: str, file: str) -> Any:
    try:
        return json.loads(text, parse_float=str, parse_int=str)
    except json.JSONDecodeError as error:
        raise InputError(f"is not JSON: {error.msg}", file=file, line=error.lineno, allowed="JSON or CSV") from error


def json_rows(values: Any, file: str, what: str, known: Sequence[str]) -> Iterator[Row]:
    if not isinstance(values, list):
        raise InputError(f"{what} is no list", file=file, allowed=f'"{what}": [{{..}}, ..]')
    for number, each in enumerate(values):
        place = f"{what}[{number}]: "
        if not isinstance(each, dict):
            raise InputError(f"{place}is no object", file=file, allowed=",".join(known))
        for name, value in each.items():
            if name not in known:
                raise InputError(f"{place}has {name!r}{nearest(name, known)}", file=file, allowed=",".join(known))
            if not isinstance(value, str | bool):
                raise InputError(f"{place}{name} is {value!r}", file=file, allowed="a text, a number, true or false")
        fields = {name: str(value).strip() for name, value in each.items()}
        yield Row(file, None, place, fields)
