"""JSON in one spelling: what is read has canonical bytes, equal documents equal ones, and others are refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.metering_platform import documents, tables
from reference.metering_platform.documents import DEEPEST, GREATEST_INTEGER, LARGEST, NotCanonical
from reference.metering_platform.tables import SPELLINGS, Column, Table

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.integers(-GREATEST_INTEGER, GREATEST_INTEGER) | st.floats(-GREATEST_INTEGER, GREATEST_INTEGER)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
@settings(max_examples=50)
def test_canonical_bytes_are_read_as_what_they_are_of_and_spelled_the_same_again(value: Any) -> None:
    data = documents.canonical(value)
    assert documents.read(data) == value
    assert documents.canonical(documents.read(data)) == data


@settings(max_examples=50)
@given(JSON, st.sampled_from([None, 2]), st.booleans())
def test_every_spelling_of_a_document_has_the_same_canonical_bytes(
    value: Any, indent: int | None, ascii_: bool
) -> None:
    spelled = json.dumps(value, indent=indent, ensure_ascii=ascii_).encode()
    if documents.depth(spelled) <= DEEPEST:
        assert documents.canonical(documents.read(spelled)) == documents.canonical(value)


@given(JSON, JSON)
@settings(max_examples=30)
def test_two_documents_have_the_same_digest_only_if_they_are_equal(one: Any, other: Any) -> None:
    same = documents.canonical(one) == documents.canonical(other)
    assert (documents.digest("kind", one) == documents.digest("kind", other)) == same
    assert documents.digest("kind", one) != documents.digest("another kind", one)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a":1,"a":2}', "'a' comes twice"),
        (b'{"b":{"a":1,"a":1}}', "'a' comes twice"),
        (b"NaN", "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b"1e999", "beyond 9007199254740991"),
        (b"9007199254740992.0", "beyond 9007199254740991"),
        (b"9007199254740992", "beyond 9007199254740991"),
        (b"1" * 5000, "beyond"),
        (b'"\xff"', "not UTF-8 at byte 1"),
        (b'"\\ud800"', "UTF-8"),
        (b'{"\\ud800":1}', "Unicode"),
        (b"{} {}", "not JSON"),
        (b"", "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "nested more than"),
        (b"[" * 100_000, "nested more than"),
        (b" " * (LARGEST + 1), "longer than"),
    ],
)
def test_what_two_readers_could_take_differently_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(NotCanonical, match=reason):
        documents.read(data)


def test_readers_that_choose_among_duplicate_keys_read_two_documents() -> None:
    data = b'{"result":"passed","result":"failed"}'
    assert documents.read_any(data, "first") == {"result": "passed"}
    assert documents.read_any(data, "last") == {"result": "failed"}


@pytest.mark.parametrize("data", [b"[", b'"\xff"', b"[" * 100_000, b"{'a':1}", b"1" * 5000])
def test_a_reader_that_takes_anything_refuses_what_is_no_json(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        documents.read_any(data)


@given(st.binary(max_size=60) | st.text(list('{}[]",:\\a1 '), max_size=60).map(str.encode))
def test_whatever_bytes_come_are_read_or_refused(data: bytes) -> None:
    try:
        value = documents.read(data)
    except NotCanonical:
        return
    assert documents.read_any(data) == value == json.loads(data)


def test_depth_counts_no_bracket_within_a_text() -> None:
    assert documents.depth(rb'["[[[\"[[[", [1]]') == 2
    assert documents.depth(b'["' + b'\\"' * 100_000) == 1


ELEMENTS: Mapping[str, st.SearchStrategy[str]] = {
    "text": TEXT,
    "integer": st.integers(-(10**18), 10**18).map(str),
    "decimal": st.sampled_from(["0", "-0.5", "1", "10", "12.25", "-300.0625"]),
    "time": st.integers(0, 10**12).map(str),
    "hex": st.binary(max_size=3).map(bytes.hex),
}


@st.composite
def made_tables(draw: st.DrawFn) -> Table:
    names = draw(st.lists(st.sampled_from(["energy", "at", "id", "note"]), min_size=1, max_size=3, unique=True))
    encodings = [draw(st.sampled_from(sorted(SPELLINGS))) for _ in names]
    columns = tuple(Column(name, each, "kWh") for name, each in zip(names, encodings, strict=True))
    elements = [ELEMENTS[each] for each in encodings]
    rows = draw(st.lists(st.tuples(*elements), max_size=3))
    return Table("meter-reading", draw(TEXT), draw(st.integers(0, 1 << 40)), columns, tuple(rows))


@given(made_tables())
@settings(max_examples=25)
def test_a_table_comes_back_from_its_json_and_its_canonical_bytes(table: Table) -> None:
    assert Table.from_json(table.to_json()) == table
    assert Table.from_json(documents.read(documents.canonical(table.to_json()))) == table


@given(made_tables(), made_tables())
@settings(max_examples=25)
def test_tables_have_the_same_bytes_only_if_they_are_equal(one: Table, other: Table) -> None:
    assert (documents.canonical(one.to_json()) == documents.canonical(other.to_json())) == (one == other)


def _changed(**changes: Any) -> dict[str, Any]:
    table = Table("t", "", 5, (Column("e", "decimal", "kWh"),), (("1.5",),)).to_json()
    return {**table, **changes}


CELL = {"identifier": "e", "element": "1.5", "encoding": "decimal"}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (_changed(Unit="kWh"), "Unit"),
        (_changed(Property={"description": ""}), "timestamp"),
        (_changed(Cell=[[]]), "row 0 has other columns"),
        (_changed(Cell=[[CELL, CELL]]), "row 0 has other columns"),
        (_changed(Cell=[[{**CELL, "identifier": "f"}]]), "row 0 has other columns"),
        (_changed(Cell=[[{**CELL, "element": "1.50"}]]), "no decimal"),
        (_changed(Cell=[[{**CELL, "element": "-0"}]]), "no decimal"),
        (_changed(Structure=[{"name": "e", "encoding": "decimal"}]), "no unit"),
        (_changed(Structure=[{"name": "e", "encoding": "decimal", "unit": ""}] * 2), "comes twice"),
        ([], "the whole"),
    ],
)
def test_what_is_no_table_in_its_one_spelling_is_refused_by_name(value: Any, reason: str) -> None:
    assert reason in (tables.fault(value) or "")
    with pytest.raises(ValueError, match=reason):
        Table.from_json(value)
