"""Which record of a meter's key is the latest: devices that may lag or lie, and whoever asks them (Zhai et al., 2.2.1).

Each device has the chain of the meter's records as far as it has heard; a record is final once a quorum has confirmed
it. As published the asked device answers from the tail of its own chain, and that is it (ZK-R30). Hardened, whoever
asks takes no record before a read quorum of devices has shown him one that is no later (ZK-C9). Answers are signed, and
carry the record as it was issued, so that no device can make one up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reference.crypto import encoding, signing
from reference.crypto.encoding import HASH, SIGNATURE, Domain, Malformed, UpTo
from reference.crypto.signing import KeyPair
from reference.edge_keys.records import Record
from reference.edge_keys.rules import Rules
from reference.ledger.chain import GENESIS
from reference.ledger.effects import Effects, Refused, Sent

ISSUED, CONFIRMATION, QUESTION, SHOWN = "issued-record", "confirmation", "question", "shown-record"
RECORD = UpTo(1024)


@dataclass(frozen=True)
class Issued:
    """A record with the signature of whoever may change the meter's key."""

    record: bytes
    signature: bytes

    @staticmethod
    def make(chain: str, record: Record, issuer: KeyPair) -> Issued:
        data = record.encode(chain)
        return Issued(data, signing.sign(issuer, _issued_part(chain, data)))

    def opened(self, chain: str, issuer: bytes) -> Record:
        """The record. Raises Malformed if this issuer has not signed it, or if it is none."""
        if not signing.verify(issuer, _issued_part(chain, self.record), self.signature):
            raise Malformed("the record is not signed by whoever may issue it")
        return Record.decode(chain, self.record)

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, ISSUED), [self.record, self.signature])

    @staticmethod
    def decode(chain: str, data: bytes) -> Issued:
        return Issued(*encoding.decode_fields(Domain(chain, ISSUED), data, RECORD, SIGNATURE))


def _issued_part(chain: str, record: bytes) -> bytes:
    return encoding.encode(Domain(chain, "signed-" + ISSUED), [record])


@dataclass(frozen=True)
class Confirmation:
    """A device has the record with this digest on its chain, and signs that it has (ZK-R21)."""

    device: int
    digest: bytes
    signature: bytes = b""

    @staticmethod
    def make(chain: str, device: int, record: Record, pair: KeyPair) -> Confirmation:
        draft = Confirmation(device, record.digest(chain))
        return replace(draft, signature=signing.sign(pair, draft.signed_part(chain)))

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "signed-" + CONFIRMATION), [self.digest])

    def is_of(self, chain: str, record: Record, devices: Sequence[bytes]) -> bool:
        """Whether this is a valid confirmation of the record by one of the devices."""
        there = 0 <= self.device < len(devices) and self.digest == record.digest(chain)
        return there and signing.verify(devices[self.device], self.signed_part(chain), self.signature)

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, CONFIRMATION), [self.device, self.digest, self.signature])

    @staticmethod
    def decode(chain: str, data: bytes) -> Confirmation:
        return Confirmation(*encoding.decode_fields(Domain(chain, CONFIRMATION), data, int, HASH, SIGNATURE))


@dataclass(frozen=True)
class Question:
    """Which record of the meter's key is in force? `number` tells questions apart."""

    number: int
    meter: bytes

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, QUESTION), [self.number, self.meter])

    @staticmethod
    def decode(chain: str, data: bytes) -> Question:
        return Question(*encoding.decode_fields(Domain(chain, QUESTION), data, int, HASH))


@dataclass(frozen=True)
class Shown:
    """A device's signed answer to a question: this record, as it was issued."""

    question: bytes
    device: int
    issued: bytes
    signature: bytes = b""

    def signed(self, chain: str, pair: KeyPair) -> Shown:
        return replace(self, signature=signing.sign(pair, self.signed_part(chain)))

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "signed-" + SHOWN), [self.question, self.device, self.issued])

    def encode(self, chain: str) -> bytes:
        body: encoding.Value = [self.question, self.device, self.issued, self.signature]
        return encoding.encode(Domain(chain, SHOWN), body)

    @staticmethod
    def decode(chain: str, data: bytes) -> Shown:
        types = (UpTo(256), int, UpTo(2048), SIGNATURE)
        return Shown(*encoding.decode_fields(Domain(chain, SHOWN), data, *types))


@dataclass(frozen=True)
class Follower:
    """A correct device: the issued records of the meter that it has heard of, in their order, encoded."""

    index: int
    chain: str
    pair: KeyPair = field(repr=False)
    issuer: bytes
    records: tuple[bytes, ...] = ()
    answered: tuple[bytes, ...] = ()


def hear(follower: Follower, data: bytes) -> tuple[Follower, Effects]:
    """A record arrives: if it follows what the device has, it is appended and confirmed."""
    chain = follower.chain
    try:
        record = Issued.decode(chain, data).opened(chain, follower.issuer)
        last = [Issued.decode(chain, each).opened(chain, follower.issuer) for each in follower.records[-1:]]
    except Malformed as malformed:
        return follower, (Refused("encoding", str(malformed), ("ZK-R26",)),)
    previous = last[0].digest(chain) if last else GENESIS
    if record.previous != previous or record.place.version != len(follower.records):
        return follower, (Refused("record_link", "the record does not follow those that the device has", ("ZK-R26",)),)
    confirmation = Confirmation.make(chain, follower.index, record, follower.pair)
    return replace(follower, records=(*follower.records, data)), (Sent(CONFIRMATION, confirmation.encode(chain)),)


def answer(follower: Follower, question: bytes) -> tuple[Follower, Effects]:
    """Answer a question, once, from the tail of the own chain (ZK-R30)."""
    chain = follower.chain
    try:
        Question.decode(chain, question)
    except Malformed as malformed:
        return follower, (Refused("encoding", str(malformed), ("ZK-R30",)),)
    if question in follower.answered or not follower.records:
        return follower, (Refused("query", "the device has answered this, or has nothing to answer", ("ZK-R30",)),)
    shown = Shown(question, follower.index, follower.records[-1]).signed(chain, follower.pair)
    return replace(follower, answered=(*follower.answered, question)), (Sent(SHOWN, shown.encode(chain)),)


@dataclass(frozen=True)
class Reader:
    """Whoever asks: the public keys of devices and issuer, and how many devices there are to fail."""

    rules: Rules
    chain: str
    devices: tuple[bytes, ...]
    bound: int
    issuer: bytes

    def versions(self, question: bytes, answers: Sequence[bytes]) -> Mapping[int, frozenset[int]]:
        """The versions that each device has shown for the question, by device; what is not in order counts nothing."""
        found: dict[int, frozenset[int]] = {}
        for data in answers:
            try:
                shown = Shown.decode(self.chain, data)
                record = Issued.decode(self.chain, shown.issued).opened(self.chain, self.issuer)
            except Malformed:
                continue
            known = 0 <= shown.device < len(self.devices) and shown.question == question
            if known and signing.verify(self.devices[shown.device], shown.signed_part(self.chain), shown.signature):
                found[shown.device] = found.get(shown.device, frozenset()) | {record.place.version}
        return found

    def refuses(self, question: bytes, answers: Sequence[bytes], version: int) -> Refused | None:
        """Why the record of this version is not taken for the answer; None if it is."""
        shown = self.versions(question, answers)
        if not any(version in versions for versions in shown.values()):
            return Refused("query", "nobody has shown this record", ("ZK-R30",))
        if self.rules.query_scope == "local-tail":
            return None
        needed = self.rules.needed_answers(len(self.devices), self.bound)
        no_later = sum(min(versions) <= version for versions in shown.values())
        if no_later < needed:
            why = f"{no_later} of {needed} devices have shown no later record"
            return Refused("query_scope", why, ("ZK-C9",))
        return None
