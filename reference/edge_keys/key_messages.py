"""What meters, owners, devices and the enrolment root send about a key, with its bytes (Zhai et al., section 2.2.1).

Each message has an address, the meter and epoch that it is said to be about, and a part that is signed. As published
only the new key is signed, with the old one (ZK-R32), and a revocation is the empty key, signed alike (ZK-R34): so
meter, epoch and place are no more than an address, which whoever relays the message can rewrite. Where records are
chained, the signed part has all of them and the predecessor's hash. The domain tag, with the chain's id, is under every
signature here; it separates kinds of message, which the text does not.

`decode` of each raises encoding.Malformed; parties turn that into a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from reference.crypto import encoding, signing
from reference.crypto.encoding import HASH, SIGNATURE, Domain, Malformed, UpTo
from reference.crypto.signing import KeyPair
from reference.edge_keys.rules import Rules

APPLICATION, UPDATE, REVOCATION, RECALL, VETO, SHOWING = (
    "key-application",
    "key-update",
    "key-revocation",
    "key-recall",
    "key-veto",
    "key-showing",
)
POINT = UpTo(signing.PUBLIC_BYTES)
EMPTY_KEY = b""
"""The key that a revocation uploads as published (ZK-R34)."""


class Place(NamedTuple):
    """The number of a record among those of a meter and epoch."""

    epoch: int
    version: int


@dataclass(frozen=True)
class Application:
    """A meter wants its first key of an epoch recorded (ZK-R28), and names its owner's recovery key, if it has one.

    `credential` is what the rule `join` asks for: nothing, a device's signature, or the enrolment root's. `possession`
    is the new key's own signature, and empty where nobody asks for it.
    """

    meter: bytes
    epoch: int
    public: bytes
    recovery: bytes = b""
    credential: bytes = b""
    possession: bytes = b""

    def certified_part(self, chain: str) -> bytes:
        """What the enrolment root signs."""
        return encoding.encode(Domain(chain, "enrolment-certificate"), self._named())

    def vouched_part(self, chain: str) -> bytes:
        """What the device signs that says that it has authenticated the meter."""
        return encoding.encode(Domain(chain, "device-vouches"), self._named())

    def asked_part(self, chain: str) -> bytes:
        """What the meter shows to whoever is to certify or vouch, under a key that only the two of them use."""
        return encoding.encode(Domain(chain, "meter-applies"), self._named())

    def possession_part(self, chain: str) -> bytes:
        """What the new key signs."""
        return encoding.encode(Domain(chain, "proof-of-possession"), self._named())

    def proven(self, chain: str, pair: KeyPair) -> Application:
        """With the proof of possession made by `pair`."""
        return replace(self, possession=signing.sign(pair, self.possession_part(chain)))

    def _named(self) -> list[encoding.Value]:
        return [self.meter, self.epoch, self.public, self.recovery]

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, APPLICATION), [*self._named(), self.credential, self.possession])

    @staticmethod
    def decode(chain: str, data: bytes) -> Application:
        types = (HASH, int, POINT, POINT, SIGNATURE, SIGNATURE)
        return Application(*encoding.decode_fields(Domain(chain, APPLICATION), data, *types))


class Link(NamedTuple):
    """Where a chained update stands: its epoch and version, and the hash of the record before it."""

    epoch: int
    version: int
    previous: bytes


@dataclass(frozen=True)
class Update:
    """A meter's new key, signed with an old one that it names, and with the new one too where that is asked for.

    `link` is None where updates are not chained.
    """

    meter: bytes
    signer: bytes
    public: bytes
    link: Link | None = None
    by_old: bytes = b""
    by_new: bytes = b""

    def signed_part(self, chain: str) -> bytes:
        """What both keys sign: as published the new key alone."""
        if self.link is None:
            return new_key_alone(chain, self.public)
        return encoding.encode(Domain(chain, "chained-update"), [self.meter, *self.link, self.public])

    def signed(self, chain: str, old: KeyPair | None, new: KeyPair | None) -> Update:
        """With the signatures of those pairs that the sender has."""
        part = self.signed_part(chain)
        by_old = b"" if old is None else signing.sign(old, part)
        return replace(self, by_old=by_old, by_new=b"" if new is None else signing.sign(new, part))

    def encode(self, chain: str) -> bytes:
        link: encoding.Value = [] if self.link is None else list(self.link)
        body: encoding.Value = [self.meter, self.signer, self.public, link, self.by_old, self.by_new]
        return encoding.encode(Domain(chain, UPDATE), body)

    @staticmethod
    def decode(chain: str, data: bytes) -> Update:
        types = (HASH, POINT, POINT, list, SIGNATURE, SIGNATURE)
        meter, signer, public, link, by_old, by_new = encoding.decode_fields(Domain(chain, UPDATE), data, *types)
        linked = Link(*encoding.fields(link, int, int, HASH)) if link else None
        return Update(meter, signer, public, linked, by_old, by_new)


@dataclass(frozen=True)
class Revocation:
    """The keys of a meter's epoch are to be revoked, says whoever holds `signer` (ZK-R34)."""

    meter: bytes
    epoch: int
    signer: bytes
    signature: bytes = b""

    def signed_part(self, chain: str, rules: Rules) -> bytes:
        """As published an empty key, as in any update; where records are chained, what is to be revoked."""
        if rules.record_link == "none":
            return new_key_alone(chain, EMPTY_KEY)
        return encoding.encode(Domain(chain, "signed-" + REVOCATION), [self.meter, self.epoch])

    def signed(self, chain: str, rules: Rules, pair: KeyPair) -> Revocation:
        return replace(self, signature=signing.sign(pair, self.signed_part(chain, rules)))

    def verifies(self, chain: str, rules: Rules) -> bool:
        """Whether the key that it names has signed it."""
        return signing.verify(self.signer, self.signed_part(chain, rules), self.signature)

    def encode(self, chain: str) -> bytes:
        body: encoding.Value = [self.meter, self.epoch, self.signer, self.signature]
        return encoding.encode(Domain(chain, REVOCATION), body)

    @staticmethod
    def decode(chain: str, data: bytes) -> Revocation:
        types = (HASH, int, POINT, SIGNATURE)
        return Revocation(*encoding.decode_fields(Domain(chain, REVOCATION), data, *types))


@dataclass(frozen=True)
class Recall:
    """An owner revokes the keys of an epoch with the recovery key (ZK-C6)."""

    meter: bytes
    epoch: int
    signature: bytes = b""

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "signed-" + RECALL), [self.meter, self.epoch])

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, RECALL), [self.meter, self.epoch, self.signature])

    @staticmethod
    def decode(chain: str, data: bytes) -> Recall:
        return Recall(*encoding.decode_fields(Domain(chain, RECALL), data, HASH, int, SIGNATURE))


@dataclass(frozen=True)
class Veto:
    """An owner forbids a pending record with the recovery key (ZK-C5)."""

    meter: bytes
    place: Place
    signature: bytes = b""

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "signed-" + VETO), [self.meter, *self.place])

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, VETO), [self.meter, *self.place, self.signature])

    @staticmethod
    def decode(chain: str, data: bytes) -> Veto:
        meter, epoch, version, signature = encoding.decode_fields(Domain(chain, VETO), data, HASH, int, int, SIGNATURE)
        return Veto(meter, Place(epoch, version), signature)


@dataclass(frozen=True)
class Showing:
    """The device that holds a meter's key information says which key is behind a record (ZK-R31), and signs that."""

    meter: bytes
    place: Place
    public: bytes
    signature: bytes = b""

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "signed-" + SHOWING), [self.meter, *self.place, self.public])

    def signed(self, chain: str, device: KeyPair) -> Showing:
        return replace(self, signature=signing.sign(device, self.signed_part(chain)))

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, SHOWING), [self.meter, *self.place, self.public, self.signature])

    @staticmethod
    def decode(chain: str, data: bytes) -> Showing:
        types = (HASH, int, int, POINT, SIGNATURE)
        meter, epoch, version, public, signature = encoding.decode_fields(Domain(chain, SHOWING), data, *types)
        return Showing(meter, Place(epoch, version), public, signature)


def new_key_alone(chain: str, public: bytes) -> bytes:
    """What is signed as published: a new key, or the empty one, and nothing else (ZK-R32, ZK-R34, ZK-C8)."""
    return encoding.encode(Domain(chain, "new-key"), [public])


def read(kind: type[Message], chain: str, data: bytes) -> Message | None:
    """The message of this kind; None if the bytes are none."""
    try:
        return kind.decode(chain, data)
    except Malformed:
        return None


Message = Application | Update | Revocation | Recall | Veto | Showing
