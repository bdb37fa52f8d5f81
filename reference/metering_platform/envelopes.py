"""What keeps selectively disclosed data secret, in each reading of "encrypted by a private key" (ZD-R5, ZD-C2, ZD-C3).

A record is always encrypted under an AEAD key with its id, class and epoch as associated data; the readings differ in
who gets that key. "private-key": it goes through RSA's private operation, which anybody with the public key undoes.
"shared-key": it is one key for all. "wrapped": a key for each record, sealed to each recipient.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from reference.crypto import sealing
from reference.crypto.randomness import Randomness
from reference.crypto.sealing import SealingPair
from reference.metering_platform.documents import statement
from reference.metering_platform.records import SecurityClass

KEY_BYTES, NONCE_BYTES = 32, 12


def associated(record: str, security: SecurityClass, epoch: int) -> bytes:
    """What a ciphertext is bound to."""
    return statement("record", [record, security, epoch])


def encrypt(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Ciphertext and tag. One nonce of 12 bytes is for one message of a key."""
    return ChaCha20Poly1305(key).encrypt(nonce, plaintext, aad)


def decrypt(key: bytes, nonce: bytes, ciphertext: bytes, aad: bytes) -> bytes | None:
    """The plaintext; None if key, nonce, ciphertext and associated data do not belong together."""
    if len(key) != KEY_BYTES or len(nonce) != NONCE_BYTES:
        return None
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, aad)
    except InvalidTag:
        return None


def wrap(recipient: bytes, key: bytes, aad: bytes, randomness: Randomness) -> bytes:
    """A record's key for the holder of this X25519 key. Raises ValueError if it is none."""
    return sealing.seal("x25519-aead", recipient, key, aad, randomness)


def unwrap(pair: SealingPair, sealed: bytes, aad: bytes) -> bytes | None:
    """The record's key, for whom it was sealed to."""
    return sealing.open_(pair, sealed, aad)


def lock(private: rsa.RSAPrivateKey, key: bytes) -> bytes:
    """The key "encrypted by a private key": RSA's private operation on it, padded as PKCS #1 v1.5 pads a signature."""
    return private.sign(key, padding.PKCS1v15(), NoDigestInfo())


def unlock(public: rsa.RSAPublicKey, locked: bytes) -> bytes | None:
    """What anybody does who has the public key (ZD-C2)."""
    try:
        return public.recover_data_from_signature(locked, padding.PKCS1v15(), None)
    except (InvalidSignature, ValueError):
        return None
