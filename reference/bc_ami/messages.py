"""The messages of registration, reporting and endorsement (IS-R5, R9, R11, R12, R14), with their bytes.

`decode` of each raises encoding.Malformed; parties turn that into a refusal.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from reference.bc_ami.rules import Epochs, SignatureScope
from reference.crypto import encoding, sealing, signing
from reference.crypto.encoding import HASH, SIGNATURE, Domain, UpTo
from reference.crypto.randomness import Randomness
from reference.crypto.sealing import Encryption
from reference.crypto.signing import KeyPair

REQUEST, RESPONSE, SUBMISSION = "registration-request", "registration-response", "registration-submission"
TRANSACTION, ENVELOPE, RECEIPT = "transaction", "envelope", "receipt"
POINT, SECRET, SEALED, BODY = UpTo(signing.PUBLIC_BYTES), UpTo(64), UpTo(256), UpTo(1024)
"""The most bytes that a public key, a private key in transport, a sealed report and a transaction can have."""


def hashed_identity(chain: str, identity: str) -> bytes:
    """HID: SHA-256 of a meter's id under a domain tag, 32 bytes. A name, not a secret (IS-C2)."""
    return encoding.digest(Domain(chain, "hashed-identity"), identity)


@dataclass(frozen=True)
class RegistrationRequest:
    """A meter asks the contract for a key pair (IS-R5). `credential` is empty, a channel tag or a signature."""

    hid: bytes
    credential: bytes = b""

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "registration-request-credential"), [self.hid])

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, REQUEST), [self.hid, self.credential])

    @staticmethod
    def decode(chain: str, data: bytes) -> RegistrationRequest:
        return RegistrationRequest(*encoding.decode_fields(Domain(chain, REQUEST), data, HASH, SIGNATURE))


@dataclass(frozen=True)
class RegistrationResponse:
    """The contract returns a key pair (IS-R6): `secret` is P_r, in clear or under the meter's private channel."""

    hid: bytes
    public: bytes
    secret: bytes

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, RESPONSE), [self.hid, self.public, self.secret])

    @staticmethod
    def decode(chain: str, data: bytes) -> RegistrationResponse:
        return RegistrationResponse(*encoding.decode_fields(Domain(chain, RESPONSE), data, HASH, POINT, SECRET))


@dataclass(frozen=True)
class RegistrationSubmission:
    """A meter registers a key that it drew itself (IS-C4, C5), with a credential and a proof that it has the key.

    `epoch` is the meter's own count of its registrations, which both signatures cover (IS-C1).
    """

    hid: bytes
    epoch: int
    public: bytes
    credential: bytes = b""
    possession: bytes = b""

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "registration-submission-credential"), [self.hid, self.epoch, self.public])

    def possession_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "proof-of-possession"), [self.hid, self.epoch, self.public])

    def proven(self, chain: str, pair: KeyPair) -> RegistrationSubmission:
        """With the proof of possession made by `pair`."""
        return replace(self, possession=signing.sign(pair, self.possession_part(chain)))

    def encode(self, chain: str) -> bytes:
        body: encoding.Value = [self.hid, self.epoch, self.public, self.credential, self.possession]
        return encoding.encode(Domain(chain, SUBMISSION), body)

    @staticmethod
    def decode(chain: str, data: bytes) -> RegistrationSubmission:
        types = (HASH, int, POINT, SIGNATURE, SIGNATURE)
        return RegistrationSubmission(*encoding.decode_fields(Domain(chain, SUBMISSION), data, *types))


@dataclass(frozen=True)
class Usage:
    """What is sealed (IS-R11): energy in kWh and the meter's own time, as seconds since 1970 or a sequence number."""

    kwh: Decimal
    time: int

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "usage"), [encoding.decimal_fields(self.kwh), self.time])

    @staticmethod
    def decode(chain: str, data: bytes) -> Usage:
        kwh, time = encoding.decode_fields(Domain(chain, "usage"), data, list, int)
        return Usage(encoding.decimal_from(kwh), time)


class RegisteredKey(NamedTuple):
    """A key that the ledger shows for a meter, and the epoch that it was registered for (IS-C12)."""

    epoch: int
    public: bytes

    def named(self, epochs: Epochs) -> int:
        """The epoch by which transactions name this key: 0 where epochs are nobody's concern."""
        return self.epoch if epochs == "increasing" else 0


@dataclass(frozen=True)
class Transaction:
    """A report on its way (IS-R12). `key` is the fingerprint of the signing key, `time` the outer tau.

    `epoch` is that of the key, and 0 where the rule `epochs` asks for none. The hash of the sealed
    usage, which the paper also sends, is left out: it adds nothing to the signature (IS-C32).
    """

    hid: bytes
    epoch: int
    key: bytes
    time: int
    sealed: bytes
    signature: bytes = b""

    def aad(self, chain: str, scope: SignatureScope) -> bytes:
        """What the seal binds: the header, so far as the signature covers it too.

        With the scope `payload` nothing binds the header, which is the paper's Table 2 read literally (IS-C7).
        """
        header: encoding.Value = [self.hid, self.epoch, self.key, self.time] if scope == "all-fields" else []
        return encoding.encode(Domain(chain, "transaction-header"), header)

    def signed_part(self, chain: str, scope: SignatureScope) -> bytes:
        if scope == "payload":
            return encoding.encode(Domain(chain, "signed-payload"), [self.sealed])
        body: encoding.Value = [self.hid, self.epoch, self.key, self.time, self.sealed]
        return encoding.encode(Domain(chain, "signed-transaction"), body)

    def verifies(self, chain: str, scope: SignatureScope, public: bytes) -> bool:
        """Whether the signature is of the holder of `public`, and the transaction names that key."""
        return self.key == signing.fingerprint(public) and signing.verify(
            public, self.signed_part(chain, scope), self.signature
        )

    def encode(self, chain: str) -> bytes:
        body: encoding.Value = [self.hid, self.epoch, self.key, self.time, self.sealed, self.signature]
        return encoding.encode(Domain(chain, TRANSACTION), body)

    @staticmethod
    def decode(chain: str, data: bytes) -> Transaction:
        types = (HASH, int, HASH, int, SEALED, SIGNATURE)
        return Transaction(*encoding.decode_fields(Domain(chain, TRANSACTION), data, *types))


@dataclass(frozen=True)
class Receipt:
    """The MDMS has recorded a report of this meter, dated `time` (IS-C33). It says no more than the report's header."""

    hid: bytes
    time: int
    signature: bytes = b""

    def signed(self, chain: str, pair: KeyPair) -> Receipt:
        """With the signature of `pair`."""
        return replace(self, signature=signing.sign(pair, self.signed_part(chain)))

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "signed-receipt"), [self.hid, self.time])

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, RECEIPT), [self.hid, self.time, self.signature])

    @staticmethod
    def decode(chain: str, data: bytes) -> Receipt:
        return Receipt(*encoding.decode_fields(Domain(chain, RECEIPT), data, HASH, int, SIGNATURE))


@dataclass(frozen=True)
class Recipient:
    """What anyone needs to seal and sign a report, and to check a receipt: all of it public (IS-R10).

    `receipts` is the key with which the MDMS signs receipts.
    """

    chain: str
    encryption: Encryption
    scope: SignatureScope
    public: bytes
    receipts: bytes

    def report(self, hid: bytes, pair: KeyPair, usage: Usage, randomness: Randomness, epoch: int = 0) -> Transaction:
        """Seal the usage to the recipient, then sign with `pair` in the name of `hid` and its `epoch`."""
        draft = Transaction(hid, epoch, signing.fingerprint(pair.public), usage.time, b"")
        plaintext = usage.encode(self.chain)
        aad = draft.aad(self.chain, self.scope)
        sealed = sealing.seal(self.encryption, self.public, plaintext, aad, randomness)
        whole = replace(draft, sealed=sealed)
        return replace(whole, signature=signing.sign(pair, whole.signed_part(self.chain, self.scope)))


@dataclass(frozen=True)
class Endorsement:
    """A peer's signature on a transaction that it has executed and found right (IS-R14)."""

    peer: int
    signature: bytes

    @staticmethod
    def signed_part(chain: str, transaction: bytes) -> bytes:
        return encoding.encode(Domain(chain, "endorsement"), [hashlib.sha256(transaction).digest()])


@dataclass(frozen=True)
class Envelope:
    """A transaction with the endorsements that its concentrator collected: what is ordered, a leaf of a block."""

    transaction: bytes
    endorsements: tuple[Endorsement, ...]

    def endorsing_peers(self, chain: str, peers: tuple[bytes, ...]) -> int:
        """The number of peers whose valid endorsement the envelope carries; of each peer the first one is looked at.

        However many somebody has added, that takes no more verifications than there are peers.
        """
        message = Endorsement.signed_part(chain, self.transaction)
        first = {each.peer: each.signature for each in reversed(self.endorsements) if 0 <= each.peer < len(peers)}
        return sum(signing.verify(peers[peer], message, signature) for peer, signature in first.items())

    def encode(self, chain: str) -> bytes:
        body: encoding.Value = [self.transaction, [[each.peer, each.signature] for each in self.endorsements]]
        return encoding.encode(Domain(chain, ENVELOPE), body)

    @staticmethod
    def decode(chain: str, data: bytes) -> Envelope:
        transaction, endorsements = encoding.decode_fields(Domain(chain, ENVELOPE), data, BODY, list)
        given = (encoding.fields(each, int, SIGNATURE) for each in endorsements)
        return Envelope(transaction, tuple(Endorsement(*each) for each in given))
