"""The one way in which a message becomes bytes: deterministic CBOR under a domain tag (chain id and kind).

Two different messages never have the same bytes, and one message has one encoding only: what is signed, hashed or
compared is exactly what was meant. A decoder that accepted a second spelling would bring back malleability (IS-C8).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import cbor2

DEEPEST = 12
"""Nested arrays and maps that a message may have."""
LARGEST = 1 << 26
"""Bytes that a message may have: nothing longer is looked into."""
SCALE = 30
"""The greatest power of ten, up or down, by which a reading may be scaled."""

Value = int | str | bytes | bool | Sequence["Value"] | Mapping[str, "Value"]


class Malformed(Exception):
    """The bytes are not the canonical encoding of a message of the expected kind. Parties turn it into a refusal."""


@dataclass(frozen=True)
class Domain:
    """Separates chains and kinds of message: bytes made in one domain are refused, and unverifiable, in any other."""

    chain: str
    kind: str


@dataclass(frozen=True)
class UpTo:
    """The type of a field that is a byte string of at most `most` bytes."""

    most: int


HASH, SIGNATURE = UpTo(32), UpTo(64)
FieldType = type | UpTo


def encode(domain: Domain, body: Value) -> bytes:
    """The canonical bytes of `body`. Raises Malformed for values that have none (floats, integers beyond 64 bits)."""
    _check(body)
    return cbor2.dumps([domain.chain, domain.kind, body], canonical=True)


def decode(domain: Domain, data: bytes) -> Any:
    """The body that `encode` was given (tuples come back as lists).

    Raises Malformed for foreign domains, trailing bytes, duplicate keys, every encoding but the canonical one, and more
    than LARGEST bytes.
    """
    if len(data) > LARGEST:
        raise Malformed(f"longer than {LARGEST} bytes")
    try:
        whole = cbor2.loads(
            data,
            max_depth=DEEPEST + 2,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            semantic_decoders=_NO_TAGS,
        )
        again = cbor2.dumps(whole, canonical=True)
    except (cbor2.CBORError, ValueError, OverflowError, RecursionError) as error:
        raise Malformed(f"not CBOR: {error}") from error
    if again != data:
        raise Malformed("not the canonical encoding")
    if not isinstance(whole, list) or len(whole) != 3 or whole[:2] != [domain.chain, domain.kind]:
        raise Malformed(f"not a {domain.kind} of chain {domain.chain}")
    _check(whole[2])
    return whole[2]


def decode_fields(domain: Domain, data: bytes, *types: FieldType) -> tuple[Any, ...]:
    """The fields of a message that is a flat array of exactly these types; otherwise raises Malformed."""
    return fields(decode(domain, data), *types)


def fields(body: object, *types: FieldType) -> tuple[Any, ...]:
    """Check an already decoded array field by field (a bool is not an int here); raises Malformed."""
    if not isinstance(body, list) or len(body) != len(types):
        raise Malformed(f"expected {len(types)} fields")
    for index, (value, expected) in enumerate(zip(body, types, strict=True)):
        if isinstance(expected, UpTo):
            if type(value) is not bytes or len(value) > expected.most:
                raise Malformed(f"field {index} is not a byte string of at most {expected.most} bytes")
        elif type(value) is not expected:
            raise Malformed(f"field {index} is not {expected.__name__}")
    return tuple(body)


def digest(domain: Domain, body: Value) -> bytes:
    """SHA-256 of the canonical encoding, 32 bytes."""
    return hashlib.sha256(encode(domain, body)).digest()


def decimal_fields(value: Decimal) -> list[int]:
    """A finite decimal as [coefficient, exponent] without trailing zeros, so that 1.0 and 1.00 are one message.

    Raises Malformed for NaN, infinities, more than 19 significant digits, and scales beyond SCALE.
    """
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise Malformed("a reading must be a finite number")
    significant = "".join(map(str, digits)).lstrip("0")
    kept = significant.rstrip("0")
    if not kept:
        return [0, 0]
    exponent += len(significant) - len(kept)
    if len(kept) > 19 or not -SCALE <= exponent <= SCALE:
        raise Malformed("a reading has more digits than a message can carry")
    return [-int(kept) if sign else int(kept), exponent]


def decimal_from(body: object) -> Decimal:
    """The inverse of `decimal_fields`; raises Malformed for any other spelling of the number."""
    coefficient, exponent = fields(body, int, int)
    if not -SCALE <= exponent <= SCALE:
        raise Malformed("a reading's exponent is out of range")
    value = Decimal((int(coefficient < 0), tuple(map(int, str(abs(coefficient)))), exponent))
    if decimal_fields(value) != [coefficient, exponent]:
        raise Malformed("a reading is not in its one spelling")
    return value


def _refuse_tag(*_: object) -> None:
    raise ValueError("a tagged value")


_NO_TAGS = dict.fromkeys([*range(512), 1004, 43000, 55799], _refuse_tag)
"""The tags that the library would turn into dates, patterns or references: work that nobody may cause by a message."""


def _check(value: object, depth: int = 0) -> None:
    """Only values that decode to themselves may be encoded: anything else could share its bytes with another value."""
    kind = type(value)
    if kind is bytes or kind is str or kind is bool:
        return
    if kind is int:
        if not -(2**64) <= cast(int, value) < 2**64:
            raise Malformed("an integer is beyond 64 bits")
    elif depth > DEEPEST:
        raise Malformed("nested too deeply")
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if type(key) is not str:
                raise Malformed("a map's keys must be text")
            _check(item, depth + 1)
    else:
        raise Malformed(f"{kind.__name__} has no place in a message")
