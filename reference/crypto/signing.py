"""ECDSA on secp256k1 over SHA-256, as 64 raw bytes r || s with s in the lower half (IS-R4, IS-C8).

Signing is deterministic (RFC 6979): a run can be repeated byte by byte, and a bad nonce cannot leak a key. A public
key is a compressed point of 33 bytes, not the 257 bits of the paper's count (dossier B3.1).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from reference.crypto.randomness import Randomness
from reference.crypto.timing import timed

CURVE = ec.SECP256K1()
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Order of the base point G."""
SIGNATURE_BYTES = 64
PUBLIC_BYTES = 33

_ALGORITHM = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_VERIFYING = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True)
class KeyPair:
    """A private scalar in [1, ord(G)-1] (IS-C6) and its compressed public point."""

    private: int = field(repr=False)
    public: bytes

    @staticmethod
    def of(private: int) -> KeyPair:
        """The pair of this scalar. Raises ValueError outside [1, ord(G)-1]: 0 and ord(G) give the point at infinity."""
        return KeyPair(private, _private_key(private).public_key().public_bytes(*_COMPRESSED))

    @staticmethod
    @timed("draw")
    def generate(randomness: Randomness) -> KeyPair:
        """A pair drawn uniformly (up to 2^-128) from [1, ord(G)-1]; the same randomness gives the same pair."""
        return KeyPair.of(randomness.integer(1, ORDER - 1))


_COMPRESSED = (Encoding.X962, PublicFormat.CompressedPoint)


@timed("sign")
def sign(pair: KeyPair, message: bytes) -> bytes:
    """The one low-s signature of `message` under this pair, 64 bytes."""
    r, s = decode_dss_signature(_private_key(pair.private).sign(message, _ALGORITHM))
    return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")


@timed("verify")
def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is the valid low-s signature of `message`; False for any malformed key or signature."""
    key = public_key(public)
    if key is None or signature_fault(signature) is not None:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key.verify(encode_dss_signature(r, s), message, _VERIFYING)
    except InvalidSignature:
        return False
    return True


def signature_fault(signature: bytes) -> str | None:
    """Why these bytes are no signature of anybody on anything; None if they have the form of one (IS-C8)."""
    if len(signature) != SIGNATURE_BYTES:
        return f"a signature is {SIGNATURE_BYTES} bytes, not {len(signature)}"
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < ORDER and 0 < s < ORDER):
        return "r and s of a signature are between 1 and ord(G)-1"
    if s > ORDER // 2:
        return "s of a signature is in the lower half: the other one is a second spelling"
    return None


def key_fault(public: bytes) -> str | None:
    """Why these bytes are no public key; None if they are the compressed form of a point that is not infinity."""
    if len(public) != PUBLIC_BYTES:
        return f"a public key is {PUBLIC_BYTES} bytes, not {len(public)}"
    return "not a point of the curve" if public_key(public) is None else None


def fingerprint(public: bytes) -> bytes:
    """A transaction's reference to the key that signed it: 8 bytes of SHA-256 of the compressed point."""
    return hashlib.sha256(b"meterproof/key" + public).digest()[:8]


@lru_cache(maxsize=1 << 16)
def public_key(public: bytes) -> ec.EllipticCurvePublicKey | None:
    """The point on the curve, or None if these bytes are not a compressed one. Parsing costs a square root: cached."""
    if len(public) != PUBLIC_BYTES:
        return None
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, public)
    except ValueError:
        return None


@lru_cache(maxsize=1 << 16)
def _private_key(private: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(private, CURVE)


def pair_from_secret(secret: bytes) -> KeyPair | None:
    """The pair of a private key as it is transported (32 bytes, big-endian); None outside [1, ord(G)-1]."""
    scalar = int.from_bytes(secret, "big")
    return KeyPair.of(scalar) if len(secret) == 32 and 1 <= scalar < ORDER else None
