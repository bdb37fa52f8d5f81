"""SignJson: a signature as JSON, with whose it is and what it covers (ZD-R18, ZD-C5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference.crypto import signing
from reference.crypto.signing import KeyPair
from reference.metering_platform.documents import Json, statement
from reference.metering_platform.schemas import HASH, NAME, PUBLIC_KEY, SIGNATURE, record_of, text

ALGORITHM = "ECDSA secp256k1 SHA-256"
SIGN = record_of(
    {"algorithm": {"const": ALGORITHM}, "signer": NAME, "key": PUBLIC_KEY, "kind": text(40), "signature": SIGNATURE},
    {"covers": HASH},
)


def sign(pair: KeyPair, kind: str, value: Json) -> bytes:
    """The signature of the value's statement of this kind, 64 bytes. Raises NotCanonical where it has none."""
    return signing.sign(pair, statement(kind, value))


def verifies(public: bytes, kind: str, value: Json, signature: bytes) -> bool:
    """Whether the signature is that of the value's statement under this key."""
    return signing.verify(public, statement(kind, value), signature)


def sign_json(signer: str, public: bytes, kind: str, signature: bytes) -> dict[str, Json]:
    """The signature as SignJson."""
    return {
        "algorithm": ALGORITHM,
        "signer": signer,
        "key": public.hex(),
        "kind": kind,
        "signature": signature.hex(),
    }


def checks_out(sign_: Mapping[str, Any], public: bytes, value: Json) -> bool:
    """Whether a SignJson is by this key over this value: what a client asks, whatever key stands in the JSON."""
    return sign_["key"] == public.hex() and verifies(public, sign_["kind"], value, bytes.fromhex(sign_["signature"]))
