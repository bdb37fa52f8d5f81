"""The times of a block, and the node that looks at them when it votes (WA-R10, WA-R20, WA-C11).

An origin dates its draft, under its signature, by the clock that it has. As published the lock time is when the draft
is stored, and nobody compares the two. Hardened, a block has the one time of its draft: later than that of the block
before it, and not in the future of whoever votes, by more than clocks may differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.crypto.encoding import Malformed
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Committee, Vote
from reference.ledger.effects import Effects, Refused, Sent
from reference.sovereign_chain.block import Block, DataRecord
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.signed import Signed

SERVICE, DRAFT = 1, "dated-draft"
TOLERANCE = 2
"""Seconds by which correct clocks may differ."""


@dataclass(frozen=True)
class Draft(Signed):
    """A block's data and the time that its origin gives it, in seconds. Its place is found when it is stored."""

    KIND = DRAFT
    origin: int
    entry: bytes
    time: int
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Draft:
        return Draft(*Draft.read(chain_id, data, int, bytes, int))


@dataclass(frozen=True)
class Node:
    """One node's memory: the chain, and what its clock shows, in seconds. `origins` are public keys, by number."""

    index: int
    pair: KeyPair
    rules: Rules
    committee: Committee
    origins: tuple[bytes, ...]
    clock: int
    blocks: tuple[Block, ...] = ()

    @property
    def chain_id(self) -> str:
        return self.committee.chain

    @property
    def tip(self) -> bytes:
        """The hash of its last block."""
        return self.blocks[-1].name(self.chain_id, self.rules.hashed) if self.blocks else chain.GENESIS

    def block(self, draft: Draft, lock: int) -> Block:
        """The draft at the next place, with this lock time, which is that attached to its data as well."""
        record = DataRecord(SERVICE, (draft.encode(self.chain_id),))
        block = Block.build(self.chain_id, len(self.blocks), self.tip, draft.time, draft.origin, record)
        return block.completed(self.chain_id, b"script", lock)


@dataclass(frozen=True)
class Tick:
    """The clock goes on."""

    clock: int


@dataclass(frozen=True)
class Judge:
    """A block comes that is to be stored next: look at its times, and vote."""

    block: Block


@dataclass(frozen=True)
class Store:
    """A block comes with a certificate of its votes."""

    block: Block
    certificate: bytes


def dated(chain_id: str, origin: int, entry: bytes, clock: int, pair: KeyPair) -> Draft:
    """What a correct origin makes: its draft, dated by its clock."""
    return Draft(origin, entry, clock).signed(chain_id, pair)


def step(node: Node, event: Tick | Judge | Store) -> tuple[Node, Effects]:
    """The node's answer to an event; a refused event leaves it unchanged."""
    match event:
        case Tick():
            if event.clock <= node.clock:
                return node, (Refused("clock", "a clock goes forward", ("WA-C11",)),)
            return replace(node, clock=event.clock), ()
        case Judge():
            if (refusal := _fault(node, event.block)) is not None:
                return node, (refusal,)
            ballot = event.block.ballot(node.chain_id, len(node.blocks))
            vote = Vote.make(node.chain_id, node.index, ballot, True, node.pair)
            return node, (Sent(chain.VOTE, vote.encode(node.chain_id)),)
        case Store():
            ballot = event.block.ballot(node.chain_id, len(node.blocks))
            refusal = _misplaced(node, event.block) or node.committee.finalises(ballot, event.certificate)
            if refusal is not None:
                return node, (refusal,)
            return replace(node, blocks=(*node.blocks, event.block)), ()


def draft_of(chain_id: str, block: Block) -> Draft:
    """The draft that a block was made of. Raises Malformed for a block of anything else."""
    if len(block.record.entries) != 1:
        raise Malformed("a block here is of one draft")
    return Draft.decode(chain_id, block.record.entries[0])


def _fault(node: Node, block: Block) -> Refused | None:
    """Why the node does not vote for the block; None if it does."""
    if (refusal := _misplaced(node, block)) is not None:
        return refusal
    try:
        draft = draft_of(node.chain_id, block)
    except Malformed as malformed:
        return Refused("encoding", str(malformed), ("WA-R20",))
    known = 0 <= draft.origin < len(node.origins)
    if not known or not draft.signed_by(node.chain_id, node.origins[draft.origin]):
        return Refused("origin", f"origin {draft.origin} has not signed the draft", ("WA-R7",))
    if (draft.origin, draft.time) != (block.origin, block.header.timestamp):
        return Refused("origin", "the header says another origin or time than the draft", ("WA-R20",))
    if any(draft.entry == draft_of(node.chain_id, each).entry for each in node.blocks):
        return Refused("place", "the chain has this block", ("WA-R20",))
    if block.lock != block.record.attached:
        return Refused("block_time", "lock time and attached timestamp differ", ("WA-R10", "WA-C11"))
    return _out_of_time(node, block)


def _out_of_time(node: Node, block: Block) -> Refused | None:
    time, now = block.header.timestamp, node.clock + TOLERANCE
    if node.rules.block_time == "three-clocks":
        if abs(block.lock - node.clock) > TOLERANCE:
            return Refused("lock", "the lock time is not the present", ("WA-R20",))
        return None
    if block.lock != time:
        return Refused("block_time", "the lock time is not the block's time", ("WA-R20", "WA-C11"))
    if time > now:
        return Refused("block_time", f"{time} s is in the future at {node.clock} s", ("WA-C11",))
    if node.blocks and time <= node.blocks[-1].header.timestamp:
        return Refused("block_time", "the block before it is not earlier", ("WA-C11",))
    return None


def _misplaced(node: Node, block: Block) -> Refused | None:
    if block.header.previous != node.tip:
        return Refused("place", "the block follows another one", ("WA-R20",))
    return block.fault(node.chain_id, node.rules.hashed)
