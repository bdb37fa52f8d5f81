"""What keeps data of class II secret: a ciphertext opens as its own record alone, and a key for its recipient alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.crypto import sealing
from reference.crypto.randomness import Randomness
from reference.metering_platform import envelopes, token_keys
from reference.metering_platform.images import file_digest
from reference.metering_platform.records import SecurityClass

STREAM = Randomness.from_seed(3)
KEY, NONCE = STREAM.take(32), STREAM.child("nonce").take(12)
AAD = envelopes.associated("r1", "II", 4)
OWN, OTHER = (sealing.key_pair("x25519-aead", STREAM.child(name)) for name in ("own", "other"))


@given(st.binary(max_size=80))
def test_what_is_encrypted_opens_under_its_key_and_as_its_record(plaintext: bytes) -> None:
    sealed = envelopes.encrypt(KEY, NONCE, plaintext, AAD)
    assert envelopes.decrypt(KEY, NONCE, sealed, AAD) == plaintext
    assert envelopes.decrypt(NONCE * 2 + KEY[:8], NONCE, sealed, AAD) is None


@pytest.mark.parametrize(("record", "security", "epoch"), [("r2", "II", 4), ("r1", "I", 4), ("r1", "II", 5)])
def test_a_ciphertext_is_of_one_record_class_and_epoch(record: str, security: SecurityClass, epoch: int) -> None:
    sealed = envelopes.encrypt(KEY, NONCE, b"energy", AAD)
    assert envelopes.decrypt(KEY, NONCE, sealed, envelopes.associated(record, security, epoch)) is None


@given(st.integers(0, 21), st.integers(0, 7))
def test_a_changed_bit_does_not_open(position: int, bit: int) -> None:
    sealed = bytearray(envelopes.encrypt(KEY, NONCE, b"energy", AAD))
    sealed[position] ^= 1 << bit
    assert envelopes.decrypt(KEY, NONCE, bytes(sealed), AAD) is None


@given(st.binary(max_size=100), st.binary(max_size=40), st.binary(max_size=20))
@settings(max_examples=30)
def test_foreign_bytes_open_nothing_and_raise_nothing(sealed: bytes, key: bytes, nonce: bytes) -> None:
    assert envelopes.decrypt(key, nonce, sealed, AAD) is None
    assert envelopes.unwrap(OWN, sealed, AAD) is None


def test_a_wrapped_key_is_its_recipients() -> None:
    wrap = envelopes.wrap(OWN.public, KEY, AAD, STREAM.child("wrap"))
    assert envelopes.unwrap(OWN, wrap, AAD) == KEY
    assert envelopes.unwrap(OTHER, wrap, AAD) is None
    assert envelopes.unwrap(OWN, wrap, envelopes.associated("r2", "II", 4)) is None


def test_a_key_that_a_private_key_encrypts_is_everybodys() -> None:
    private = token_keys.rsa_key(STREAM.child("rsa"))
    locked = envelopes.lock(private, KEY)
    assert envelopes.unlock(private.public_key(), locked) == KEY
    assert envelopes.unlock(private.public_key(), bytes(256)) is None
    assert envelopes.unlock(private.public_key(), b"short") is None


def test_rsa_keys_follow_from_their_seed() -> None:
    first = token_keys.rsa_key(STREAM.child("rsa"))
    token_keys.rsa_key.cache_clear()
    assert token_keys.pem(first) == token_keys.pem(token_keys.rsa_key(STREAM.child("rsa")))
    assert first.key_size == token_keys.BITS


def test_the_hardened_digest_of_a_file_has_its_type_and_length_in_it() -> None:
    assert file_digest("md5", "a/b", b"cd") == file_digest("md5", "a/bc", b"cd")
    hardened = [file_digest("sha256", kind, file) for kind, file in (("a/b", b"cd"), ("a/bc", b"d"), ("a/b", b"cd\0"))]
    assert len(set(hardened)) == 3
