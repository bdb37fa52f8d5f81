"""Records of keys, and checkpoints of them, with their bytes (Zhai et al., sections 2.2 and 2.2.1).

A record stands at its place among those of a meter and epoch, and names the hash of the one before it. What it shows
of its key is the rule `body`. As published that is its device's signature over key information that the device keeps
(ZK-R24, ZK-R25): others can neither verify it nor compare it with a key that they are shown (ZK-C27). Hardened, it
commits to meter, place and key, and has the signatures of those who asked for it beside the device's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from reference.crypto import encoding, signing
from reference.crypto.encoding import HASH, SIGNATURE, Domain, Malformed
from reference.crypto.signing import KeyPair
from reference.edge_keys.block import Entry
from reference.edge_keys.key_messages import Place
from reference.ledger.chain import GENESIS
from reference.ledger.effects import Refused

RECORD, CHECKPOINT = "key-record", "checkpoint"
Status = Literal["key", "vetoed", "revoked"]
_STATUSES: tuple[Status, ...] = ("key", "vetoed", "revoked")


@dataclass(frozen=True)
class Record:
    """One record. `status` says whether it bears a key, or ends one that was pending, or the whole epoch.

    `previous` is the hash of the epoch's record before it, or of nothing; `owner` the device that has the key
    information. `body` is an `Entry` or a `Commitment`, and empty where there is no key.
    """

    meter: bytes
    place: Place
    status: Status
    previous: bytes
    owner: int
    body: bytes = b""

    def encode(self, chain: str) -> bytes:
        fields: encoding.Value = [self.meter, *self.place, self.status, self.previous, self.owner, self.body]
        return encoding.encode(Domain(chain, RECORD), fields)

    def digest(self, chain: str) -> bytes:
        """What the next record of the epoch names as its predecessor, 32 bytes."""
        return hashlib.sha256(self.encode(chain)).digest()

    @staticmethod
    def decode(chain: str, data: bytes) -> Record:
        types = (HASH, int, int, str, HASH, int, bytes)
        meter, epoch, version, status, *rest = encoding.decode_fields(Domain(chain, RECORD), data, *types)
        if status not in _STATUSES:
            raise Malformed(f"no record has the status {status!r}")
        return Record(meter, Place(epoch, version), status, *rest)


@dataclass(frozen=True)
class KeptInformation:
    """What a device signs in a body as published. `kept` stands for all that stays with it: whatever it keeps of the
    meter's key beside the public part, without which nobody can check the signature (ZK-R24, ZK-R25)."""

    meter: bytes
    place: Place
    public: bytes
    kept: bytes

    def encode(self, chain: str) -> bytes:
        fields: encoding.Value = [self.meter, *self.place, self.public, self.kept]
        return encoding.encode(Domain(chain, "kept-key-information"), fields)

    def entry(self, chain: str, device: int, pair: KeyPair) -> bytes:
        """The body over it."""
        return Entry(device, signing.sign(pair, self.encode(chain))).encode(chain)

    def is_behind(self, chain: str, record: Record, device: bytes) -> bool:
        """Whether this is what the device with this public key has signed in the record: only the device can tell."""
        try:
            entry = Entry.decode(chain, record.body)
        except Malformed:
            return False
        return signing.verify(device, self.encode(chain), entry.signature)


@dataclass(frozen=True)
class Commitment:
    """A body that binds its key (ZK-C27): the hash, the signatures of whoever asked for it, and the device's."""

    digest: bytes
    asked: tuple[bytes, ...]
    by_device: bytes

    @staticmethod
    def make(chain: str, meter: bytes, place: Place, public: bytes, asked: tuple[bytes, ...], pair: KeyPair) -> bytes:
        """The body, encoded, with the signature of the device's `pair`."""
        digest = commitment(chain, meter, place, public)
        signature = signing.sign(pair, _committed_part(chain, digest, asked))
        return Commitment(digest, asked, signature).encode(chain)

    def signed_by(self, chain: str, device: bytes) -> bool:
        """Whether the device with this public key has signed it."""
        return signing.verify(device, _committed_part(chain, self.digest, self.asked), self.by_device)

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "key-commitment"), [self.digest, list(self.asked), self.by_device])

    @staticmethod
    def decode(chain: str, data: bytes) -> Commitment:
        digest, asked, by_device = encoding.decode_fields(Domain(chain, "key-commitment"), data, HASH, list, SIGNATURE)
        return Commitment(digest, encoding.fields(asked, *[SIGNATURE] * len(asked)), by_device)


def commitment(chain: str, meter: bytes, place: Place, public: bytes) -> bytes:
    """H(meter, epoch, version, key), 32 bytes: a public key needs no salt."""
    return encoding.digest(Domain(chain, "committed-key"), [meter, *place, public])


def _committed_part(chain: str, digest: bytes, asked: Sequence[bytes]) -> bytes:
    return encoding.encode(Domain(chain, "signed-commitment"), [digest, list(asked)])


@dataclass(frozen=True)
class Checkpoint:
    """What devices agree is left of the records (ZK-C30): those that are kept, by their hash, and what is revoked.

    `tombstones` are the epochs of meters that are revoked, in order; `signatures` those of devices, by their numbers.
    """

    records: bytes
    tombstones: tuple[tuple[bytes, int], ...]
    signatures: tuple[tuple[int, bytes], ...] = ()

    @staticmethod
    def of(chain: str, records: Iterable[Record], tombstones: Iterable[tuple[bytes, int]]) -> Checkpoint:
        """The statement, which nobody has signed yet."""
        kept: encoding.Value = [record.encode(chain) for record in records]
        return Checkpoint(encoding.digest(Domain(chain, "kept-records"), kept), tuple(sorted(tombstones)))

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "signed-" + CHECKPOINT), [self.records, self._stones()])

    def signers(self, chain: str, devices: Sequence[bytes]) -> int:
        """The number of devices whose valid signature it has; of each the first one is looked at."""
        part = self.signed_part(chain)
        first = {device: each for device, each in reversed(self.signatures) if 0 <= device < len(devices)}
        return sum(signing.verify(devices[device], part, each) for device, each in first.items())

    def _stones(self) -> list[encoding.Value]:
        return [[meter, epoch] for meter, epoch in self.tombstones]

    def encode(self, chain: str) -> bytes:
        signatures: encoding.Value = [[device, each] for device, each in self.signatures]
        return encoding.encode(Domain(chain, CHECKPOINT), [self.records, self._stones(), signatures])

    @staticmethod
    def decode(chain: str, data: bytes) -> Checkpoint:
        records, stones, signatures = encoding.decode_fields(Domain(chain, CHECKPOINT), data, HASH, list, list)
        revoked = tuple(encoding.fields(each, HASH, int) for each in stones)
        if list(revoked) != sorted(set(revoked)):
            raise Malformed("tombstones are not in order")
        signed = tuple(encoding.fields(each, int, SIGNATURE) for each in signatures)
        return Checkpoint(records, revoked, signed)


def broken_link(chain: str, records: Iterable[Record]) -> Refused | None:
    """Why these records of one meter and epoch, from its first on, are no chain; None if they are."""
    previous = GENESIS
    for number, record in enumerate(records):
        if record.previous != previous:
            return Refused("record_link", f"record {number} does not name its predecessor", ("ZK-C8",))
        previous = record.digest(chain)
    return None
