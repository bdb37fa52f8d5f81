"""Randomness, signatures, sealing and Merkle trees keep their promises."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.crypto import merkle, sealing, signing
from reference.crypto.randomness import Randomness
from reference.crypto.sealing import Encryption
from reference.crypto.signing import ORDER, KeyPair

ROOT = Randomness.from_seed(1)
PAIR = KeyPair.generate(ROOT)
SCHEMES: tuple[Encryption, ...] = ("ecies-secp256k1", "x25519-aead")


@given(st.integers(), st.lists(st.text() | st.integers() | st.binary(), min_size=1))
def test_the_same_seed_and_labels_give_the_same_bytes_and_other_labels_others(
    seed: int, labels: list[str | int | bytes]
) -> None:
    root = Randomness.from_seed(seed)
    assert root.child(*labels).take(32) == Randomness.from_seed(seed).child(*labels).take(32)
    assert root.child(*labels).take(32) != root.child(*labels, "more").take(32)
    assert root.child(*labels).take(32) != Randomness.from_seed(seed + 1).child(*labels).take(32)


def test_labels_are_not_run_together() -> None:
    children = [ROOT.child("ab", "c"), ROOT.child("a", "bc"), ROOT.child("abc"), ROOT.child("1"), ROOT.child(1)]
    assert len({child.seed for child in children}) == len(children)


@given(st.integers(0, 2**64), st.integers(0, 2**64))
def test_a_drawn_integer_is_within_its_bounds(low: int, span: int) -> None:
    assert low <= ROOT.child(low, span).integer(low, low + span) <= low + span


@settings(max_examples=20, deadline=None)
@given(st.binary(), st.integers(0, 10**6))
def test_a_signature_is_64_bytes_low_s_repeatable_and_verifies(message: bytes, seed: int) -> None:
    pair = KeyPair.generate(Randomness.from_seed(seed))
    signature = signing.sign(pair, message)
    assert len(signature) == 64 and len(pair.public) == 33
    assert int.from_bytes(signature[32:], "big") <= ORDER // 2
    assert signature == signing.sign(pair, message)
    assert signing.verify(pair.public, message, signature)
    assert not signing.verify(pair.public, message + b"x", signature)


def test_the_other_encoding_of_a_signature_is_refused_though_the_curve_accepts_it() -> None:
    """(r, n-s) verifies whenever (r, s) does (IS-C8): only the low-s rule tells them apart."""
    signature = signing.sign(PAIR, b"message")
    r, s = signature[:32], int.from_bytes(signature[32:], "big")
    twin = r + (ORDER - s).to_bytes(32, "big")
    key = signing.public_key(PAIR.public)
    assert key is not None
    der = signing.encode_dss_signature(int.from_bytes(r, "big"), ORDER - s)
    key.verify(der, b"message", ec.ECDSA(hashes.SHA256()))  # raises if the curve refuses it
    assert not signing.verify(PAIR.public, b"message", twin)


def test_signing_agrees_with_the_published_vector_of_rfc6979_on_secp256k1() -> None:
    """Key 1, message "Satoshi Nakamoto": the vector that most implementations of secp256k1 carry."""
    signature = signing.sign(KeyPair.of(1), b"Satoshi Nakamoto")
    assert signature.hex() == (
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
        "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"
    )


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_malformed_keys_and_signatures_are_false_and_not_errors(key: bytes, signature: bytes) -> None:
    assert not signing.verify(PAIR.public, b"message", signature)
    assert not signing.verify(key, b"message", signing.sign(PAIR, b"message"))


@pytest.mark.parametrize("scalar", [0, ORDER, ORDER + 1])
def test_a_private_key_outside_one_to_order_minus_one_is_no_key(scalar: int) -> None:
    """Z_p of the paper's Algorithm 1 contains all of these (IS-C6)."""
    assert signing.pair_from_secret(scalar.to_bytes(32, "big")) is None
    with pytest.raises(ValueError):
        KeyPair.of(scalar)


@pytest.mark.parametrize("encryption", SCHEMES)
@settings(max_examples=25, deadline=None)
@given(plaintext=st.binary(max_size=200), aad=st.binary(max_size=50), seed=st.integers(0, 10**6))
def test_what_is_sealed_is_opened(encryption: Encryption, plaintext: bytes, aad: bytes, seed: int) -> None:
    pair = sealing.key_pair(encryption, ROOT)
    sealed = sealing.seal(encryption, pair.public, plaintext, aad, Randomness.from_seed(seed))
    assert sealing.open_(pair, sealed, aad) == plaintext
    assert sealing.open_(pair, sealed, aad + b"x") is None
    assert sealing.open_(sealing.key_pair(encryption, ROOT.child("other")), sealed, aad) is None


@pytest.mark.parametrize("encryption", SCHEMES)
def test_any_changed_bit_of_a_sealed_message_is_noticed(encryption: Encryption) -> None:
    pair = sealing.key_pair(encryption, ROOT)
    sealed = sealing.seal(encryption, pair.public, b"0.25 kWh", b"header", ROOT.child("once"))
    for place in range(len(sealed)):
        # The top bit of an x25519 coordinate is ignored by the function itself; HKDF binds the bytes as sent.
        for bit in (0x01, 0x80):
            changed = sealed[:place] + bytes([sealed[place] ^ bit]) + sealed[place + 1 :]
            assert sealing.open_(pair, changed, b"header") is None


@pytest.mark.parametrize("encryption", SCHEMES)
@given(data=st.binary(max_size=120))
def test_bytes_that_nobody_sealed_are_not_opened(encryption: Encryption, data: bytes) -> None:
    assert sealing.open_(sealing.key_pair(encryption, ROOT), data, b"") is None


@pytest.mark.parametrize("encryption", SCHEMES)
def test_sealing_to_what_is_no_key_is_an_error(encryption: Encryption) -> None:
    for public in (b"", bytes(32), bytes(33)):
        with pytest.raises(ValueError):
            sealing.seal(encryption, public, b"x", b"", ROOT)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40))
def test_every_leaf_has_a_proof_for_its_own_place_only(leaves: list[bytes]) -> None:
    tree = merkle.Tree.of(leaves)
    for place, leaf in enumerate(leaves):
        path = tree.prove(place)
        assert merkle.included(tree.root, len(leaves), place, leaf, path)
        assert not merkle.included(tree.root, len(leaves), place, leaf + b"x", path)
        assert not merkle.included(tree.root, len(leaves), place, leaf, (*path, b"x" * 32))
        for other in range(len(leaves)):
            if leaves[other] != leaf:
                assert not merkle.included(tree.root, len(leaves), other, leaf, path)


@given(st.lists(st.binary(max_size=4), max_size=9), st.lists(st.binary(max_size=4), max_size=9))
def test_different_leaves_give_different_roots(one: list[bytes], other: list[bytes]) -> None:
    assert (merkle.root(one) == merkle.root(other)) == (one == other)


def test_roots_are_those_of_rfc6962() -> None:
    def h(data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    a, b, c = (h(b"\x00" + leaf) for leaf in (b"a", b"b", b"c"))
    assert merkle.root([]) == h(b"")
    assert merkle.root([b"a"]) == a
    assert merkle.root([b"a", b"b", b"c"]) == h(b"\x01" + h(b"\x01" + a + b) + c)


def test_a_node_cannot_be_passed_off_as_a_leaf() -> None:
    tree = merkle.Tree.of([b"a", b"b", b"c", b"d"])
    inner = tree.levels[0][0] + tree.levels[0][1]
    assert not merkle.included(tree.root, 2, 0, inner, (tree.levels[1][1],))


@pytest.mark.parametrize(("size", "index"), [(0, 0), (4, 4), (4, -1), (2**64, 0)])
def test_a_proof_outside_the_tree_is_false(size: int, index: int) -> None:
    tree = merkle.Tree.of([b"a", b"b", b"c", b"d"])
    assert not merkle.included(tree.root, size, index, b"a", tree.prove(0))


def test_der_is_not_a_signature_here() -> None:
    der = ec.derive_private_key(PAIR.private, signing.CURVE).sign(b"m", ec.ECDSA(hashes.SHA256()))
    assert decode_dss_signature(der) and not signing.verify(PAIR.public, b"m", der)
