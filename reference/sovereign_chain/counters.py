"""What the nodes of a chain count, which counter of a block they accept, and what a reader takes (WA-R20, WA-C10).

As published the origin of a block writes its action counter, and nobody looks. Hardened it is derived: the number of
the block before and the valid violations of the block that are not on the chain yet, and validators accept no other.
Where the counter is of all chains, nodes count what they hear of other chains as it comes (WA-R16). A reader who knows
the hash of a chain's last block checks all links to it, and with them what the hash covers (WA-R21, WA-C6).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from reference.crypto.encoding import Malformed
from reference.ledger import chain
from reference.ledger.effects import Effects, Refused
from reference.sovereign_chain.block import Block, DataRecord, broken_link
from reference.sovereign_chain.receipts import ValidatorSet
from reference.sovereign_chain.rules import Hashed, Rules
from reference.sovereign_chain.violations import Register, ViolationRecord, blame

SERVICE = 5


@dataclass(frozen=True)
class Counted:
    """A violation's record, of which chain it is, and for another chain's the votes of its validators."""

    chain_id: str
    record: bytes
    votes: bytes = b""

    @property
    def operation(self) -> bytes:
        """The operation that is the violation, 32 bytes."""
        return ViolationRecord.decode(self.chain_id, self.record).operation


@dataclass(frozen=True)
class CountingChain:
    """The correct nodes of a chain, who have the same blocks and have counted the same, in the same order (WA-A23).

    `pending` has the records of the next block. `sets` are the validators of all chains.
    """

    register: Register
    sets: Mapping[str, ValidatorSet]
    blocks: tuple[Block, ...] = ()
    pending: tuple[bytes, ...] = ()
    counted: tuple[Counted, ...] = ()

    @property
    def chain_id(self) -> str:
        return self.register.chain_id

    @property
    def recorded(self) -> frozenset[bytes]:
        """The operations whose records as violations are on this chain, its next block included."""
        entries = (*(entry for block in self.blocks for entry in block.record.entries), *self.pending)
        return frozenset(ViolationRecord.decode(self.chain_id, each).operation for each in entries)

    def next_block(self, counter: int) -> Block:
        """The block that an origin makes of what is to go into it, with this counter."""
        height = len(self.blocks)
        previous = self.blocks[-1].name(self.chain_id, self.register.rules.hashed) if self.blocks else chain.GENESIS
        return Block.build(self.chain_id, height, previous, height, 0, DataRecord(SERVICE, self.pending), counter)


@dataclass(frozen=True)
class Count:
    """The record of a violation is to go into the next block."""

    record: bytes


@dataclass(frozen=True)
class Learn:
    """Another chain has the record of a violation, as the votes of its validators say."""

    chain_id: str
    record: bytes
    votes: bytes


@dataclass(frozen=True)
class Close:
    """An origin has made the next block."""

    block: bytes


Event = Count | Learn | Close
Outcome = tuple[CountingChain, Effects]


def step(party: CountingChain, event: Event) -> Outcome:
    """The nodes' answer to an event; a refused event leaves them unchanged."""
    try:
        match event:
            case Count():
                return _count(party, event.record)
            case Learn():
                return _learn(party, Counted(event.chain_id, event.record, event.votes))
            case Close():
                return _close(party, Block.decode(party.chain_id, event.block))
    except Malformed as malformed:
        return _refuse(party, "encoding", str(malformed), "WA-C10")


def uncountable(register: Register, recorded: Collection[bytes], record: bytes) -> Refused | None:
    """Why the record is not counted on a chain that has those of these operations; None if it is."""
    if (refusal := register.fault(record)) is not None:
        return refusal
    operation = ViolationRecord.decode(register.chain_id, record).operation
    if register.rules.record_id != "none" and operation in recorded:
        return Refused("record_id", "this violation is on the chain already", ("WA-C5", "WA-C10"))
    return None


def miscounted(rules: Rules, block: Block, counted: int) -> Refused | None:
    """Why a block's counter is not accepted by nodes that have counted so many; None if it is."""
    if rules.counter == "derived" and block.counter != counted:
        return Refused("counter", f"the block counts {block.counter} and not {counted}", ("WA-R20", "WA-C10"))
    return None


def _count(party: CountingChain, record: bytes) -> Outcome:
    if (refusal := uncountable(party.register, party.recorded, record)) is not None:
        return party, (refusal,)
    counted = (*party.counted, Counted(party.chain_id, record))
    return replace(party, pending=(*party.pending, record), counted=counted), ()


def _learn(party: CountingChain, told: Counted) -> Outcome:
    if party.register.rules.counter_scope != "all-chains":
        return _refuse(party, "counter_scope", "a chain counts its own violations", "WA-C10")
    if told.chain_id == party.chain_id:
        return _refuse(party, "place", "this is no other chain", "WA-R16")
    if (refusal := unheard(party.sets, told)) is not None:
        return party, (refusal,)
    if any((each.chain_id, each.operation) == (told.chain_id, told.operation) for each in party.counted):
        return _refuse(party, "record_id", "this violation is counted already", "WA-C10")
    return replace(party, counted=(*party.counted, told)), ()


def unheard(sets: Mapping[str, ValidatorSet], told: Counted) -> Refused | None:
    """Why another chain's record does not count; None if it does. Raises Malformed for what is no record."""
    signers = sets.get(told.chain_id)
    if signers is None:
        return Refused("chain", "there is no such chain", ("WA-R16",))
    return signers.committee.finalises(blame(told.operation), told.votes)


def _close(party: CountingChain, block: Block) -> Outcome:
    rules = party.register.rules
    if block.record.entries != party.pending:
        return _refuse(party, "record", "the block does not have what was counted for it", "WA-C10")
    previous = party.next_block(block.counter).header.previous
    if (refusal := broken_link(party.chain_id, (block,), rules.hashed, previous)) is not None:
        return party, (refusal,)
    if (refusal := miscounted(rules, block, len(party.counted))) is not None:
        return party, (refusal,)
    return replace(party, blocks=(*party.blocks, block), pending=()), ()


def _refuse(party: CountingChain, rule: str, reason: str, *cites: str) -> Outcome:
    return party, (Refused(rule, reason, cites),)


@dataclass(frozen=True)
class Reader:
    """Somebody who looks counters up; `seen` has the blocks that he was shown, by chain, height and counter."""

    hashed: Hashed
    seen: Mapping[tuple[str, int, int], Block] = field(default_factory=dict)


def look_up(reader: Reader, chain_id: str, data: tuple[bytes, ...], height: int, tip: bytes) -> tuple[Reader, Effects]:
    """The reader is shown a chain whose last block has the hash `tip`, as he knows, and looks at one counter."""
    try:
        blocks = tuple(Block.decode(chain_id, each) for each in data)
    except Malformed as malformed:
        return reader, (Refused("encoding", str(malformed), ("WA-R20",)),)
    if not 0 <= height < len(blocks):
        return reader, (Refused("place", "the chain has no block at this height", ("WA-R21",)),)
    if (refusal := broken_link(chain_id, blocks, reader.hashed, tip=tip)) is not None:
        return reader, (refusal,)
    place = (chain_id, height, blocks[height].counter)
    if place in reader.seen:
        return reader, (Refused("place", "the reader knows this counter", ("WA-R21",)),)
    return replace(reader, seen={**reader.seen, place: blocks[height]}), ()
