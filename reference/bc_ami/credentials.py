"""The three credentials that a registration can carry, from the meter's side and from the contract's (IS-R8, IS-C1).

A private channel is a secret shared by meter and contract beforehand, with which messages are authenticated and answers
encrypted end to end, past the concentrator. That such a secret must exist before any key does is the finding IS-C3.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from reference.bc_ami.rules import Credential
from reference.crypto import signing
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Refused


@dataclass(frozen=True)
class MeterCredentials:
    """What a meter was given when it was made: its enrolment key, and its end of a private channel."""

    enrolment: KeyPair
    channel: bytes = field(repr=False)

    def show(self, kind: Credential, statement: bytes) -> bytes:
        """The credential for this statement: nothing, a tag of the channel, or an enrolment signature."""
        match kind:
            case "hashed-identity":
                return b""
            case "private-channel":
                return _tag(self.channel, statement)
            case "enrolment-signature":
                return signing.sign(self.enrolment, statement)


@dataclass(frozen=True)
class Enrolled:
    """What the contract was told of a meter beforehand; with its HID stored on the chain (IS-R3)."""

    enrolment: bytes
    channel: bytes = field(repr=False)

    def rejects(self, kind: Credential, statement: bytes, credential: bytes) -> Refused | None:
        """Why the credential is not this meter's for the statement. The bare HID is compared to itself: never."""
        match kind:
            case "hashed-identity":
                return None
            case "private-channel":
                if not hmac.compare_digest(_tag(self.channel, statement), credential):
                    return Refused("credential", "this did not come over the meter's private channel", ("IS-R8",))
            case "enrolment-signature":
                if not signing.verify(self.enrolment, statement, credential):
                    return Refused("credential", "the enrolment key has not signed this", ("IS-C1",))
        return None


def wrap(kind: Credential, channel: bytes, public: bytes, secret: bytes) -> bytes:
    """P_r as the contract returns it: encrypted over a private channel, and otherwise in clear for every relay."""
    if kind != "private-channel":
        return secret
    # One secret is wrapped for one public key, so a nonce taken from that key is never used for two messages.
    return ChaCha20Poly1305(_wrapping_key(channel)).encrypt(signing.fingerprint(public) + bytes(4), secret, public)


def unwrap(kind: Credential, channel: bytes, public: bytes, wrapped: bytes) -> bytes | None:
    """The inverse of `wrap` for whoever has the channel; None if the bytes were not made over it."""
    if kind != "private-channel":
        return wrapped
    try:
        return ChaCha20Poly1305(_wrapping_key(channel)).decrypt(signing.fingerprint(public) + bytes(4), wrapped, public)
    except InvalidTag:
        return None


def _tag(channel: bytes, statement: bytes) -> bytes:
    return hmac.digest(channel, b"request" + statement, "sha256")


def _wrapping_key(channel: bytes) -> bytes:
    return hashlib.sha256(b"meterproof/channel/response" + channel).digest()
