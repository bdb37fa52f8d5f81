"""What the parties of a record do with it: its first receiver, the other nodes, and whoever reads (WA-R8, WA-C3).

What a record and its commitments are, and what makes one valid, is in `records`. The first receiver has the openings
that the meter sends it; a dishonest one may show others, or none, but must show a block that the other nodes accept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from reference.crypto.encoding import Malformed
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused, Sent
from reference.sovereign_chain.records import (
    FIELDS,
    REDACTABLE,
    Held,
    MeterRecord,
    Opening,
    OriginsRecord,
    ShownRecord,
    Value,
    fault,
    opened_fault,
)
from reference.sovereign_chain.rules import Rules

ENTRY = "desensitised-record"


@dataclass(frozen=True)
class Expected:
    """A record that the node is to receive: of which meter, by what name, and the number of the service."""

    meter: bytes
    sequence: int
    service: int


@dataclass(frozen=True)
class Origin:
    """The first receiver's memory of one record: what the meter has sent, and the openings that its block is to show.

    `told` has the openings that it has been sent. Under `origins-word` openings have no commitments to agree with.
    """

    chain_id: str
    rules: Rules
    number: int
    pair: KeyPair
    expected: Expected
    meters: Mapping[bytes, bytes]
    record: MeterRecord | None = None
    told: tuple[Opening, ...] = ()
    shown: Mapping[str, Opening] = field(default_factory=dict)
    drafted: bool = False

    def entry(self) -> bytes:
        """What its block has of the record. Where it shows a meter's record and has none, it makes one up."""
        shown = tuple(self.shown[name] for name in FIELDS if name in self.shown)
        of = self.expected
        if self.rules.redaction == "origins-word":
            content = {each.field: each.value for each in shown}
            said = OriginsRecord(self.number, of.meter, of.sequence, of.service, content)
            return said.signed(self.chain_id, self.pair).encode(self.chain_id)
        made_up = MeterRecord(of.meter, of.sequence, of.service, (bytes(32),) * len(FIELDS))
        record = self.record or made_up.signed(self.chain_id, self.pair)
        return ShownRecord(record, shown).encode(self.chain_id)


Outcome = tuple[Origin, Effects]


def sent_by_meter(rules: Rules, held: Held) -> ShownRecord:
    """What the meter sends: with the openings of all fields, or of those only that are not secret."""
    return held.without(REDACTABLE if rules.redaction == "meter-opens" else ())


def receive(origin: Origin, data: bytes) -> Outcome:
    """The meter's record and openings come. What a dishonest node has broadcast before, it can broadcast again with
    them."""
    try:
        sent = ShownRecord.decode(origin.chain_id, data)
    except Malformed as malformed:
        return _refuse(origin, "encoding", str(malformed), "WA-R4")
    if origin.record is not None:
        return _refuse(origin, "record", "the record is here already", "WA-R7")
    if (refusal := opened_fault(origin.chain_id, sent, origin.meters)) is not None:
        return origin, (refusal,)
    record, of = sent.record, origin.expected
    if (record.meter, record.sequence, record.service) != (of.meter, of.sequence, of.service):
        return _refuse(origin, "record", "this is another record", "WA-R4")
    return replace(origin, record=record, told=sent.openings), ()


def desensitise(origin: Origin) -> Outcome:
    """An honest origin shows all that it may, and leaves out the rest."""
    if origin.record is None:
        return _refuse(origin, "record", "the meter has sent nothing", "WA-R7")
    return _draft(replace(origin, shown={each.field: each for each in origin.told if each.field not in REDACTABLE}))


def told_by_meter(origin: Origin, name: str) -> Value | Refused:
    """What a dishonest origin can tell of a field beside the chain."""
    found = next((each.value for each in origin.told if each.field == name), None)
    return Refused("redaction", "the meter has not told it", ("WA-C3",)) if found is None else found


def put(origin: Origin, name: str, value: Value) -> Outcome:
    """A dishonest origin shows this value of a field, if it can: what does not open the commitment shows nothing."""
    if origin.drafted:
        return _refuse(origin, "draft", "the block is broadcast already", "WA-R8")
    if name in origin.shown:
        return _refuse(origin, "draft", "the block shows this field already", "WA-R8")
    salt = next((each.salt for each in origin.told if each.field == name), b"")
    opening = Opening(name, value, salt)
    after = replace(origin, shown={**origin.shown, name: opening})
    if origin.rules.redaction == "origins-word":
        return after, ()
    shown = ShownRecord.decode(origin.chain_id, after.entry())
    refusal = opened_fault(origin.chain_id, shown, origin.meters)
    return (after, ()) if refusal is None else (origin, (refusal,))


def draft(origin: Origin) -> Outcome:
    """A dishonest origin broadcasts its block as it is."""
    return _draft(origin)


def _draft(origin: Origin) -> Outcome:
    if origin.drafted:
        return _refuse(origin, "draft", "the block is broadcast already", "WA-R8")
    after = replace(origin, drafted=True)
    return after, (Sent(ENTRY, after.entry()),)


def accept(
    chain_id: str, rules: Rules, of: Expected, entry: bytes, meters: Mapping[bytes, bytes], origins: Mapping[int, bytes]
) -> Refused | None:
    """Why the other nodes do not accept the block that has this entry; None if they do.

    What a chain's nodes compare a record's label with is a rule of its own (`services`), and nothing here.
    """
    return fault(chain_id, replace(rules, label_check="none"), of.service, entry, meters, origins)


def guess(chain_id: str, rules: Rules, entry: bytes, name: str, values: Iterable[Value]) -> Value | Refused:
    """The value of a field that opens its commitment without a salt, by trying all; or why there is none."""
    if rules.redaction == "origins-word":
        return Refused("redaction", "the block has no commitments", ("WA-C3",))
    commitments = ShownRecord.decode(chain_id, entry).record.commitments
    for value in values:
        if Opening(name, value).commitment(chain_id) == commitments[FIELDS.index(name)]:
            return value
    return Refused("redaction", "no value opens the commitment without its salt", ("WA-C3",))


def _refuse(origin: Origin, rule: str, reason: str, *cites: str) -> Outcome:
    return origin, (Refused(rule, reason, cites),)
