"""Records of power data, from the meter to the chain, and what is left out of them on the way (WA-R4, WA-R8, WA-C3).

A node that is the first to receive a record desensitises it: it leaves out what tells the user and what is a commercial
secret. As published the others see what the origin has made of the record, and nothing to compare it with. Hardened,
the meter signs a commitment to each field, SHA-256 over the field's name, value and a salt of 32 bytes; the origin
opens those that it passes on, and may leave closed the fields of `REDACTABLE` alone. Without salts
(`unsalted-commitments`) whoever can guess a value can tell that it is the one. Under `meter-opens` it is the meter that
leaves fields out, so that the origin never has them; the bytes are the same.

A meter's record has the service type that it is for under its signature, and its sequence number (WA-C5, WA-C16).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from reference.crypto import encoding, signing
from reference.crypto.encoding import HASH, SIGNATURE, Domain, Malformed, UpTo
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Refused
from reference.sovereign_chain.rules import Rules

FIELDS = ("user", "terms", "energy", "price", "time")
"""The fields of every record, in their order: energy in Wh, price in cents, time in seconds, and two texts."""
REDACTABLE = frozenset({"user", "terms"})
SALT_BYTES = 32
RECORD, COMMITMENT, ORIGINS_RECORD, SHOWN = "meter-record", "field-commitment", "origins-record", "shown-record"

Value = int | str
Content = Mapping[str, Value]


@dataclass(frozen=True)
class MeterRecord:
    """What a meter signs: its name on the chain, its count, the service type, and a commitment to each field."""

    meter: bytes
    sequence: int
    service: int
    commitments: tuple[bytes, ...]
    signature: bytes = b""

    def signed_part(self, chain_id: str) -> bytes:
        body: encoding.Value = [self.meter, self.sequence, self.service, list(self.commitments)]
        return encoding.encode(Domain(chain_id, "signed-" + RECORD), body)

    def signed(self, chain_id: str, pair: KeyPair) -> MeterRecord:
        return replace(self, signature=signing.sign(pair, self.signed_part(chain_id)))

    def encode(self, chain_id: str) -> bytes:
        body: encoding.Value = [self.meter, self.sequence, self.service, list(self.commitments), self.signature]
        return encoding.encode(Domain(chain_id, RECORD), body)

    @staticmethod
    def decode(chain_id: str, data: bytes) -> MeterRecord:
        types = (HASH, int, int, list, SIGNATURE)
        meter, sequence, service, commitments, signature = encoding.decode_fields(
            Domain(chain_id, RECORD), data, *types
        )
        return MeterRecord(meter, sequence, service, encoding.fields(commitments, *[HASH] * len(FIELDS)), signature)


@dataclass(frozen=True)
class Opening:
    """A field's value and its salt, which is empty where commitments have none."""

    field: str
    value: Value
    salt: bytes = b""

    def commitment(self, chain_id: str) -> bytes:
        """32 bytes."""
        return encoding.digest(Domain(chain_id, COMMITMENT), [self.field, self.value, self.salt])


@dataclass(frozen=True)
class ShownRecord:
    """A meter's record as it goes into a block: signed, with openings of the fields that are passed on, in order."""

    record: MeterRecord
    openings: tuple[Opening, ...]

    @property
    def content(self) -> Content:
        return {each.field: each.value for each in self.openings}

    def encode(self, chain_id: str) -> bytes:
        opened: encoding.Value = [[each.field, each.value, each.salt] for each in self.openings]
        return encoding.encode(Domain(chain_id, SHOWN), [self.record.encode(chain_id), opened])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> ShownRecord:
        record, opened = encoding.decode_fields(Domain(chain_id, SHOWN), data, bytes, list)
        return ShownRecord(MeterRecord.decode(chain_id, record), tuple(_opening(each) for each in opened))


def _opening(body: object) -> Opening:
    if not isinstance(body, list) or len(body) != 3:
        raise Malformed("an opening has a field, a value and a salt")
    field, value, salt = body
    if type(field) is not str or field not in _TYPES:
        raise Malformed("an opening of no field of a record")
    return Opening(*encoding.fields([field, value, salt], str, _TYPES[field], UpTo(SALT_BYTES)))


_TYPES: Mapping[str, type] = {"user": str, "terms": str, "energy": int, "price": int, "time": int}


@dataclass(frozen=True)
class OriginsRecord:
    """What an origin says that it was sent: its word, under its signature. Fields that are left out have no entry."""

    origin: int
    meter: bytes
    sequence: int
    service: int
    content: Content
    signature: bytes = b""

    def signed_part(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, "signed-" + ORIGINS_RECORD), self._body())

    def signed(self, chain_id: str, pair: KeyPair) -> OriginsRecord:
        return replace(self, signature=signing.sign(pair, self.signed_part(chain_id)))

    def _body(self) -> list[encoding.Value]:
        return [self.origin, self.meter, self.sequence, self.service, dict(self.content)]

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, ORIGINS_RECORD), [*self._body(), self.signature])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> OriginsRecord:
        types = (int, HASH, int, int, dict, SIGNATURE)
        origin, meter, sequence, service, content, signature = encoding.decode_fields(
            Domain(chain_id, ORIGINS_RECORD), data, *types
        )
        for name, value in content.items():
            if type(value) is not _TYPES.get(name):
                raise Malformed(f"a record has no {name} of this kind")
        return OriginsRecord(origin, meter, sequence, service, content, signature)


@dataclass(frozen=True)
class Held:
    """What the meter makes and sends to its node: the signed record and the openings of all its fields."""

    record: MeterRecord
    openings: tuple[Opening, ...]

    @property
    def content(self) -> Content:
        return {each.field: each.value for each in self.openings}

    def without(self, left_out: Collection[str]) -> ShownRecord:
        """The record with these fields left closed, whichever they are: what may be is for `fault` to say."""
        return ShownRecord(self.record, tuple(each for each in self.openings if each.field not in left_out))


def metered(
    chain_id: str,
    rules: Rules,
    meter: bytes,
    sequence: int,
    service: int,
    content: Content,
    pair: KeyPair,
    randomness: Randomness,
) -> Held:
    """A meter's record of this content. Each salt is drawn for one field of one record."""
    salted = rules.redaction != "unsalted-commitments"
    stream = randomness.child("salts", meter, sequence, service)
    openings = tuple(
        Opening(name, content[name], stream.child(name).take(SALT_BYTES) if salted else b"") for name in FIELDS
    )
    commitments = tuple(each.commitment(chain_id) for each in openings)
    return Held(MeterRecord(meter, sequence, service, commitments).signed(chain_id, pair), openings)


def entry_of(chain_id: str, rules: Rules, held: Held, origin: int, pair: KeyPair) -> bytes:
    """What an honest origin puts into its block: the desensitised record in the form that the rules ask for."""
    if rules.redaction == "origins-word":
        record = held.record
        kept = {name: value for name, value in held.content.items() if name not in REDACTABLE}
        said = OriginsRecord(origin, record.meter, record.sequence, record.service, kept)
        return said.signed(chain_id, pair).encode(chain_id)
    return held.without(REDACTABLE).encode(chain_id)


def content_of(chain_id: str, rules: Rules, entry: bytes) -> Content:
    """What the entry of a block says, by field. Raises Malformed for foreign bytes."""
    if rules.redaction == "origins-word":
        return OriginsRecord.decode(chain_id, entry).content
    return ShownRecord.decode(chain_id, entry).content


def fault(
    chain_id: str,
    rules: Rules,
    service: int,
    entry: bytes,
    meters: Mapping[bytes, bytes],
    origins: Mapping[int, bytes],
) -> Refused | None:
    """Why a validator of the chain of `service` finds the entry invalid; None if it does not.

    `meters` has the meters' public keys by their names on the chain, `origins` the nodes'. Under `origins-word` nothing
    but the origin's signature can be checked, and its label only where the rules say so.
    """
    try:
        if rules.redaction == "origins-word":
            return _origins_fault(chain_id, rules, service, OriginsRecord.decode(chain_id, entry), origins)
        return _shown_fault(chain_id, rules, service, ShownRecord.decode(chain_id, entry), meters)
    except Malformed as malformed:
        return Refused("encoding", str(malformed), ("WA-R8",))


def _origins_fault(
    chain_id: str, rules: Rules, service: int, said: OriginsRecord, origins: Mapping[int, bytes]
) -> Refused | None:
    key = origins.get(said.origin)
    if key is None or not signing.verify(key, said.signed_part(chain_id), said.signature):
        return Refused("origin", f"node {said.origin} has not signed the record", ("WA-R8",))
    if rules.label_check != "none" and set(said.content) - REDACTABLE != set(FIELDS) - REDACTABLE:
        return Refused("label_check", "the record does not have the fields of its service", ("WA-R11", "WA-C16"))
    if rules.label_check != "none" and said.service != service:
        return _label(said.service)
    return None


def _shown_fault(
    chain_id: str, rules: Rules, service: int, shown: ShownRecord, meters: Mapping[bytes, bytes]
) -> Refused | None:
    if (refusal := opened_fault(chain_id, shown, meters)) is not None:
        return refusal
    opened = {each.field for each in shown.openings}
    if missing := sorted(set(FIELDS) - opened - REDACTABLE):
        return Refused("redaction", f"{missing[0]} may not be left out", ("WA-R8", "WA-C3"))
    if rules.label_check != "none" and shown.record.service != service:
        return _label(shown.record.service)
    return None


def opened_fault(chain_id: str, shown: ShownRecord, meters: Mapping[bytes, bytes]) -> Refused | None:
    """Why the record is no meter's, or an opening is not what the meter has signed; None if all are."""
    record = shown.record
    key = meters.get(record.meter)
    if key is None or not signing.verify(key, record.signed_part(chain_id), record.signature):
        return Refused("redaction", "no meter has signed the record", ("WA-R4", "WA-C3"))
    names = [each.field for each in shown.openings]
    if names != [name for name in FIELDS if name in names]:
        return Refused("redaction", "a field is unknown, opened twice or out of order", ("WA-C3",))
    for opening in shown.openings:
        if opening.commitment(chain_id) != record.commitments[FIELDS.index(opening.field)]:
            return Refused("redaction", f"{opening.field} is not what the meter has signed", ("WA-R8", "WA-C3"))
    return None


def _label(service: int) -> Refused:
    return Refused("label_check", f"the record is for the chain of service {service}", ("WA-R11", "WA-C16"))


def record_id(chain_id: str, rules: Rules, entry: bytes) -> tuple[bytes, int]:
    """By what a record is told from others: its meter and count. Raises Malformed for foreign bytes."""
    if rules.redaction == "origins-word":
        said = OriginsRecord.decode(chain_id, entry)
        return said.meter, said.sequence
    shown = ShownRecord.decode(chain_id, entry)
    return shown.record.meter, shown.record.sequence
