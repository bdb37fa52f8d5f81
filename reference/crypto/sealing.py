"""Public-key encryption: of usage data to the MDMS by the rule `encryption` (IS-R11, IS-C9), of key bundles (ZK-C33).

Both schemes are an ephemeral Diffie-Hellman exchange, HKDF-SHA256 and an AEAD; a sealed message is the ephemeral public
key followed by the ciphertext and its tag. Key and nonce are used once, because the ephemeral key is. Sealing to a
public key authenticates nobody (IS-C10): anyone who knows it can do it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from reference.crypto import signing
from reference.crypto.randomness import Randomness
from reference.crypto.timing import timed

Encryption = Literal["ecies-secp256k1", "x25519-aead"]


@dataclass(frozen=True)
class SealingPair:
    """A decryption key, such as the MDMS's, and the public key that others seal to."""

    encryption: Encryption
    private: bytes = field(repr=False)
    public: bytes


@dataclass(frozen=True)
class _Exchange:
    """A Diffie-Hellman group: make a private key, take its public key, agree on a shared secret (None if refused)."""

    public_bytes: int
    generate: Callable[[Randomness], bytes]
    public: Callable[[bytes], bytes]
    agree: Callable[[bytes, bytes], bytes | None]
    aead: type[AESGCM] | type[ChaCha20Poly1305]


def key_pair(encryption: Encryption, randomness: Randomness) -> SealingPair:
    """A decryption key drawn from seeded randomness."""
    exchange = _EXCHANGES[encryption]
    private = exchange.generate(randomness)
    return SealingPair(encryption, private, exchange.public(private))


@timed("seal")
def seal(encryption: Encryption, public: bytes, plaintext: bytes, aad: bytes, randomness: Randomness) -> bytes:
    """Encrypt to `public`, binding `aad`. Use each randomness for one message only. Raises ValueError for a bad key."""
    exchange = _EXCHANGES[encryption]
    ephemeral = exchange.generate(randomness)
    shared = exchange.agree(ephemeral, public)
    if shared is None:
        raise ValueError("not a public key of this scheme")
    sent = exchange.public(ephemeral)
    key, nonce = _derive(encryption, shared, sent, public)
    return sent + exchange.aead(key).encrypt(nonce, plaintext, aad)


@timed("open")
def open_(pair: SealingPair, sealed: bytes, aad: bytes) -> bytes | None:
    """The plaintext, or None if the bytes were not sealed to this key with this `aad`, or were changed since."""
    exchange = _EXCHANGES[pair.encryption]
    sent, ciphertext = sealed[: exchange.public_bytes], sealed[exchange.public_bytes :]
    if len(sent) != exchange.public_bytes or len(ciphertext) < 16:
        return None
    shared = exchange.agree(pair.private, sent)
    if shared is None:
        return None
    key, nonce = _derive(pair.encryption, shared, sent, pair.public)
    try:
        return exchange.aead(key).decrypt(nonce, ciphertext, aad)
    except InvalidTag:
        return None


def _derive(encryption: Encryption, shared: bytes, ephemeral: bytes, recipient: bytes) -> tuple[bytes, bytes]:
    """Key (32 bytes) and nonce (12 bytes), bound to the scheme and to both public keys."""
    info = b"meterproof/seal/" + encryption.encode() + ephemeral + recipient
    okm = HKDF(algorithm=hashes.SHA256(), length=44, salt=None, info=info).derive(shared)
    return okm[:32], okm[32:]


@lru_cache(maxsize=4096)
def _scalar(private: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(private, "big"), signing.CURVE)


def _secp_public(private: bytes) -> bytes:
    return _scalar(private).public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def _secp_agree(private: bytes, public: bytes) -> bytes | None:
    point = signing.public_key(public)
    return None if point is None else _scalar(private).exchange(ec.ECDH(), point)


def _x25519_agree(private: bytes, public: bytes) -> bytes | None:
    if len(public) != 32:
        return None
    try:
        return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:  # a point of small order, whose shared secret everybody knows
        return None


_EXCHANGES: Mapping[Encryption, _Exchange] = {
    "ecies-secp256k1": _Exchange(
        public_bytes=signing.PUBLIC_BYTES,
        generate=lambda randomness: randomness.integer(1, signing.ORDER - 1).to_bytes(32, "big"),
        public=_secp_public,
        agree=_secp_agree,
        aead=AESGCM,
    ),
    "x25519-aead": _Exchange(
        public_bytes=32,
        generate=lambda randomness: randomness.take(32),
        public=lambda private: X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw(),
        agree=_x25519_agree,
        aead=ChaCha20Poly1305,
    ),
}
