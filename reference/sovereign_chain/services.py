"""Service chains, and which records they take: by label, by form, and by what the meter has signed (WA-R11, WA-C16).

A record comes with a label, the number of the service that it is for, from the contracts' calling interface or from the
node that had it first, who sign that they have given it (WA-R6, WA-R11). The form that a service's data have is here
the field that it is about, which a record for it shows. Meters sign records before anybody indexes them, and the number
of a service with them: in the domain of the power data and of no chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reference.crypto.encoding import Malformed
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Block
from reference.ledger.effects import Effects, Refused, Sent
from reference.sovereign_chain.records import FIELDS, ShownRecord, opened_fault
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.signed import Signed

POWER_DATA = "power-data"
"""The domain of meters' records, and of what is said of them on their way."""
SERVICES = ("credit-rating", "dispatch-check", "power-data-mining", "power-trading", "contract-database")
"""The services of the text by their numbers: the form of each is to show the field of `FIELDS` of the same number."""


@dataclass(frozen=True)
class Indexed(Signed):
    """A record on its way to the chain of a service. `by` is the number of the node that says so; the interface's is
    -1."""

    KIND = "indexed-record"
    service: int
    record: bytes
    by: int
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Indexed:
        return Indexed(*Indexed.read(chain_id, data, int, bytes, int))


INTERFACE = -1


@dataclass(frozen=True)
class RecordChain:
    """The chain of one service as its nodes have it. `meters` are the public keys by name, `indexers` by number."""

    service: int
    rules: Rules
    meters: Mapping[bytes, bytes]
    indexers: Mapping[int, bytes]
    blocks: tuple[Block, ...] = ()

    @property
    def name(self) -> str:
        return SERVICES[self.service]

    @property
    def records(self) -> tuple[bytes, ...]:
        """What is in the blocks, in order."""
        return tuple(leaf for block in self.blocks for leaf in block.leaves)


def index(node: int, pair: KeyPair, record: bytes) -> Effects:
    """An honest node's index: the record for the chain of the service that its meter has signed."""
    try:
        service = ShownRecord.decode(POWER_DATA, record).record.service
    except Malformed as malformed:
        return (Refused("encoding", str(malformed), ("WA-R11",)),)
    said = Indexed(service, record, node).signed(POWER_DATA, pair)
    return (Sent(Indexed.KIND, said.encode(POWER_DATA)),)


def take(party: RecordChain, data: bytes) -> tuple[RecordChain, Effects]:
    """The chain with the record in a block of its own, or why its nodes do not take it."""
    try:
        indexed = Indexed.decode(POWER_DATA, data)
        shown = ShownRecord.decode(POWER_DATA, indexed.record)
    except Malformed as malformed:
        return party, (Refused("encoding", str(malformed), ("WA-C16",)),)
    if (refusal := _fault(party, indexed, shown)) is not None:
        return party, (refusal,)
    previous = party.blocks[-1].header.digest(party.name) if party.blocks else chain.GENESIS
    block = Block.build(len(party.blocks), 0, previous, (indexed.record,), chain.GENESIS)
    return replace(party, blocks=(*party.blocks, block)), ()


def _fault(party: RecordChain, indexed: Indexed, shown: ShownRecord) -> Refused | None:
    key = party.indexers.get(indexed.by)
    if key is None or not indexed.signed_by(POWER_DATA, key):
        return Refused("index", f"{indexed.by} has not indexed the record", ("WA-R6", "WA-R11"))
    if indexed.service != party.service:
        return Refused("index", "the record is on its way to another chain", ("WA-R17",))
    if (refusal := opened_fault(POWER_DATA, shown, party.meters)) is not None:
        return refusal
    if (refusal := label_fault(party, shown)) is not None:
        return refusal
    if indexed.record in party.records:
        return Refused("record_id", "the record is on the chain already", ("WA-C5",))
    return None


def label_fault(party: RecordChain, shown: ShownRecord) -> Refused | None:
    """Why a meter's record does not belong on this chain, so far as it is compared; None if it does."""
    check = party.rules.label_check
    if check != "none" and FIELDS[party.service] not in {each.field for each in shown.openings}:
        return Refused("label_check", f"the record shows no {FIELDS[party.service]}", ("WA-R11", "WA-C16"))
    if check == "meter-signed" and shown.record.service != party.service:
        return Refused("label_check", f"the meter has signed service {shown.record.service}", ("WA-R11", "WA-C16"))
    return None
