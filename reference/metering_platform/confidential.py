"""How the platform's encryption service stores and shows what is selectively disclosed; see `envelopes`.

It sees what it encrypts, and its keys are drawn from its own secret, which no route gives away: it is trusted. What
this keeps from is everybody else, nodes and their operators among them (ZD-P2). A key that somebody had stays had:
revocation is of what comes after it (ZD-C3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import rsa

from reference.crypto import sealing
from reference.crypto.sealing import SealingPair
from reference.metering_platform import acl, envelopes, token_keys
from reference.metering_platform.records import Content, Record, Wrap
from reference.metering_platform.state import PlatformState


def private_key(state: PlatformState) -> rsa.RSAPrivateKey:
    """The private key that class II is "encrypted by"; its public half is no secret."""
    return token_keys.rsa_key(state.secrets.randomness.child("class two"))


def public_pem(state: PlatformState) -> str:
    """The public half of `private_key`, as readers have it."""
    return token_keys.pem(private_key(state)).decode()


def open_data_key(state: PlatformState) -> SealingPair:
    """The pair to which class I is "encrypted by public keys": nobody but the platform has its private half (ZD-C1)."""
    return sealing.key_pair("x25519-aead", state.secrets.open_data)


def shared_key(state: PlatformState, key_id: str) -> bytes:
    """The key of this name that all readers have."""
    return state.secrets.randomness.child("shared", key_id).take(envelopes.KEY_BYTES)


def present_key_id(state: PlatformState) -> str:
    """The name of the shared key that is in use: another one after each change of access, if keys rotate."""
    return f"shared-{state.acl_epoch if state.rules.rotation == 'on-change' else 0}"


def encrypted(state: PlatformState, record: Record, plaintext: bytes) -> Record:
    """The record with its content encrypted as the rule `class_two` says, and wrapped to whoever may read it."""
    aad = envelopes.associated(record.record, "II", record.epoch)
    nonce = state.randomness("nonce", record.record).take(envelopes.NONCE_BYTES)
    match state.rules.class_two:
        case "private-key":
            key = state.randomness("record key", record.record).take(envelopes.KEY_BYTES)
            locked = envelopes.lock(private_key(state), key)
            content = Content(ciphertext=locked + envelopes.encrypt(key, nonce, plaintext, aad), nonce=nonce)
            return replace(record, content=replace(content, key_id="private"))
        case "shared-key":
            name = present_key_id(state)
            sealed = envelopes.encrypt(shared_key(state, name), nonce, plaintext, aad)
            return replace(record, content=Content(ciphertext=sealed, nonce=nonce, key_id=name))
        case "wrapped":
            sealed = envelopes.encrypt(_record_key(state, record), nonce, plaintext, aad)
            stored = replace(record, content=Content(ciphertext=sealed, nonce=nonce, key_id=f"record-{record.epoch}"))
            return wrapped(state, stored, acl.readers(state, stored))


def wrapped(state: PlatformState, record: Record, users: Iterable[str]) -> Record:
    """The record with its key wrapped to these users, too, who have keys to seal to."""
    aad = envelopes.associated(record.record, "II", record.epoch)
    key = _record_key(state, record)
    have = {each.recipient for each in record.wraps}
    more = tuple(
        Wrap(
            user, envelopes.wrap(state.accounts[user].sealing, key, aad, state.randomness("wrap", record.record, user))
        )
        for user in users
        if user not in have
    )
    return replace(record, wraps=(*record.wraps, *more))


def caught_up(state: PlatformState, user: str) -> dict[str, Record]:
    """Those of the stored records that the user may read now, and had no wrap of, with one for him."""
    return {
        each.record: wrapped(state, each, [user])
        for each in state.records.values()
        if each.content.key_id.startswith("record-")
        and user in acl.readers(state, each)
        and all(wrap.recipient != user for wrap in each.wraps)
    }


def plaintext(state: PlatformState, record: Record) -> bytes | None:
    """What a record holds, for the service itself; None if its content is no ciphertext of this platform's."""
    content = record.content
    if content.ciphertext is None:
        return content.plain
    aad = envelopes.associated(record.record, "II", record.epoch)
    if content.key_id == "private":
        return opened_with_public(private_key(state).public_key(), record)
    if content.key_id == "platform":
        aad = envelopes.associated(record.record, "I", record.epoch)
        return sealing.open_(open_data_key(state), content.ciphertext, aad)
    shared = content.key_id.startswith("shared-")
    key = shared_key(state, content.key_id) if shared else _record_key(state, record)
    return envelopes.decrypt(key, content.nonce, content.ciphertext, aad)


def opened_with_public(public: rsa.RSAPublicKey, record: Record) -> bytes | None:
    """What anybody reads who has the record from the chain, and the public key (ZD-C2)."""
    content = record.content
    size = public.key_size // 8
    ciphertext = content.ciphertext or b""
    key = envelopes.unlock(public, ciphertext[:size]) or b""
    aad = envelopes.associated(record.record, "II", record.epoch)
    return envelopes.decrypt(key, content.nonce, ciphertext[size:], aad)


def _record_key(state: PlatformState, record: Record) -> bytes:
    """The key of one record, which no other has."""
    return state.secrets.randomness.child("record", record.record, record.epoch).take(envelopes.KEY_BYTES)
