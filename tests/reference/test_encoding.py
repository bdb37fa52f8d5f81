"""A message has one encoding, and an encoding has one message."""

from __future__ import annotations

from decimal import Decimal

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.crypto.encoding import Domain, Malformed, decimal_fields, decimal_from, decode, decode_fields, encode

HERE = Domain("chain", "kind")
SCALARS = st.integers(-(2**64), 2**64 - 1) | st.text() | st.binary() | st.booleans()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
READINGS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    again = decode(HERE, encode(HERE, value))  # type: ignore[arg-type]
    assert again == value


@given(VALUES, VALUES)
def test_different_values_never_share_their_bytes(one: object, other: object) -> None:
    same = encode(HERE, one) == encode(HERE, other)  # type: ignore[arg-type]
    assert same == (repr_of(one) == repr_of(other))


@given(st.binary(max_size=80))
def test_any_bytes_are_refused_or_are_the_encoding_of_what_they_decode_to(data: bytes) -> None:
    _refused_or_canonical(data)


@given(VALUES, st.data())
def test_changed_bytes_are_refused_or_are_the_encoding_of_another_value(value: object, data: st.DataObject) -> None:
    changed = bytearray(encode(HERE, value))  # type: ignore[arg-type]
    changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    _refused_or_canonical(bytes(changed))


def test_bytes_of_another_domain_are_refused() -> None:
    data = encode(HERE, [1])
    for other in (Domain("chain", "other"), Domain("other", "kind")):
        with pytest.raises(Malformed):
            decode(other, data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x83\x65chain\x64kind\x18\x01", "an integer in a longer form than it needs"),
        (b"\x83\x65chain\x64kind\xa2\x61a\x01\x61a\x02", "a key twice"),
        (b"\x83\x65chain\x64kind\xa2\x61b\x01\x61a\x02", "keys out of order"),
        (b"\x9f\x65chain\x64kind\x01\xff", "an indefinite length"),
        (b"\x83\x65chain\x64kind\x01\x00", "bytes after the end"),
        (b"\x83\x65chain\x64kind\xc2\x41\x01", "a tag"),
        (b"\x83\x65chain\x64kind\xf9\x3c\x00", "a floating-point number"),
        (b"\x83\x65chain\x64kind\xf6", "null"),
        (b"\x83\x65chain\x64kind" + b"\x81" * 40 + b"\x01", "nesting without end"),
    ],
)
def test_a_second_spelling_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Malformed):
        decode(HERE, data)


def test_fields_have_exactly_their_types() -> None:
    data = encode(HERE, [1, b"x"])
    assert decode_fields(HERE, data, int, bytes) == (1, b"x")
    for types in ((bool, bytes), (int, str), (int,), (int, bytes, int)):
        with pytest.raises(Malformed):
            decode_fields(HERE, data, *types)


@pytest.mark.parametrize("value", [1.5, None, 2**64, {1: 2}, cbor2.CBORTag(9, 1)])
def test_what_has_no_place_in_a_message_is_not_encoded(value: object) -> None:
    with pytest.raises(Malformed):
        encode(HERE, value)  # type: ignore[arg-type]


@given(READINGS)
def test_a_reading_comes_back_with_its_value(reading: Decimal) -> None:
    assert decimal_from(decimal_fields(reading)) == reading


@given(READINGS, st.integers(0, 3))
def test_trailing_zeros_make_no_other_message(reading: Decimal, zeros: int) -> None:
    sign, digits, exponent = reading.as_tuple()
    assert isinstance(exponent, int)
    assert decimal_fields(Decimal((sign, digits + (0,) * zeros, exponent - zeros))) == decimal_fields(reading)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1E+40", "1E-40", "12345678901234567890.1"])
def test_a_reading_that_no_message_can_carry_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        decimal_fields(Decimal(text))


@pytest.mark.parametrize("body", [[10, 0], [0, 3], [1, 99], [True, 0], [1], "1"])
def test_another_spelling_of_a_reading_is_refused(body: object) -> None:
    with pytest.raises(Malformed):
        decimal_from(body)


def repr_of(value: object) -> str:
    """Tells 1 from True, which Python's == does not; the order of a map's keys means nothing."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{repr_of(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(repr_of, value)) + "]"
    return repr(value)


def _refused_or_canonical(data: bytes) -> None:
    try:
        value = decode(HERE, data)
    except Malformed:
        return
    assert encode(HERE, value) == data
