"""A node that receives meters' records and has them stored, and what it checks of others' blocks (WA-R7, WA-C5).

A node that takes itself to be the first receiver of a record says so to the others, under its signature. Below that
stands the node of `assembly`, which circulates, votes and stores; here it votes for a block only if a meter has made
each record in it, and, by the rules, if none of them is on the chain already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reference.crypto.encoding import HASH, Malformed
from reference.ledger.chain import GENESIS
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import assembly, records
from reference.sovereign_chain.assembly import voted_form
from reference.sovereign_chain.block import Block, DataRecord
from reference.sovereign_chain.records import Held, ShownRecord, entry_of
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.signed import Signed

NOTICE = "receipt-notice"
RecordId = tuple[bytes, int]
"""A meter's name on the chain, and its count."""


@dataclass(frozen=True)
class Notice(Signed):
    """A node's word that it is the first to have received a record."""

    KIND = NOTICE
    node: int
    meter: bytes
    sequence: int
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Notice:
        return Notice(*Notice.read(chain_id, data, int, HASH, int))


@dataclass(frozen=True)
class Service:
    """What is known of the chain of one service: public keys of its meters, by name, and of its nodes, by number."""

    chain_id: str
    rules: Rules
    number: int
    meters: Mapping[bytes, bytes]
    nodes: tuple[bytes, ...]

    def received(self, data: bytes) -> Held | Refused:
        """What a meter has sent: its record with all fields open, whatever blocks show of it. May raise Malformed."""
        as_sent = replace(self.rules, redaction="field-commitments")
        if (refusal := records.fault(self.chain_id, as_sent, self.number, data, self.meters, {})) is not None:
            return refusal
        shown = ShownRecord.decode(self.chain_id, data)
        return Held(shown.record, shown.openings)

    def noticed(self, data: bytes) -> Notice | Refused:
        """A notice that its node has signed. May raise Malformed."""
        notice = Notice.decode(self.chain_id, data)
        known = 0 <= notice.node < len(self.nodes)
        if not known or not notice.signed_by(self.chain_id, self.nodes[notice.node]):
            return Refused("notice", f"node {notice.node} has not signed it", ("WA-R7",))
        return notice

    def ids(self, blocks: Sequence[Block]) -> list[RecordId]:
        """By what the records of these blocks are told from others. Raises Malformed for foreign bytes."""
        return [records.record_id(self.chain_id, self.rules, entry) for each in blocks for entry in each.record.entries]

    def fault(self, block: Block, before: Sequence[Block] = ()) -> Refused | None:
        """Why the data of a block that follows these ones are not taken; None if they are. May raise Malformed."""
        if block.record.service != self.number:
            return Refused("service", "the block is of another service", ("WA-R11",))
        keys = dict(enumerate(self.nodes))
        for entry in block.record.entries:
            refusal = records.fault(self.chain_id, self.rules, self.number, entry, self.meters, keys)
            if refusal is not None:
                return refusal
        if self.rules.record_id == "meter-sequence":
            own, known = self.ids([block]), set(self.ids(before))
            if len(set(own)) < len(own) or not known.isdisjoint(own):
                return Refused("record_id", "a record of this meter and count is on the chain", ("WA-R7", "WA-C5"))
        return None


@dataclass(frozen=True)
class Node:
    """One node's memory: what it has received, of what it has heard that another was first, of what it takes itself to
    be the first receiver, and its chain."""

    member: assembly.Node
    service: Service
    received: Mapping[RecordId, bytes] = field(default_factory=dict)
    heard: frozenset[RecordId] = frozenset()
    first: frozenset[RecordId] = frozenset()

    @property
    def height(self) -> int:
        """The next place of its chain."""
        return len(self.member.blocks)

    def block(self, height: int, entry: bytes, time: int) -> Block:
        """A complete block of its own for this place, after what the node has below it."""
        member, chain_id = self.member, self.member.chain_id
        record = DataRecord(self.service.number, (entry,))
        block = Block.build(chain_id, height, member.before(height) or GENESIS, time, member.index, record)
        return block.completed(chain_id, member.edition.script(chain_id, record), time)


@dataclass(frozen=True)
class Hear:
    """Another node's notice arrives."""

    notice: bytes


@dataclass(frozen=True)
class Receive:
    """A meter's record arrives."""

    record: bytes


@dataclass(frozen=True)
class Propose:
    """Put the record forward at this height, in a block of this time."""

    record: RecordId
    height: int
    time: int


@dataclass(frozen=True)
class Judge:
    """Look at the block of this ballot's digest, and accept it or not."""

    height: int
    digest: bytes


Event = Hear | Receive | Propose | Judge | assembly.Event
Outcome = tuple[Node, Effects]


def step(node: Node, event: Event) -> Outcome:
    """The node's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case Hear():
                return _hear(node, event.notice)
            case Receive():
                return _receive(node, event.record)
            case Propose():
                return _propose(node, event)
            case Judge():
                return _judge(node, event)
            case _:
                return _passed(node, event)
    except Malformed as malformed:
        return _refuse(node, "encoding", str(malformed), "WA-R4")


def _hear(node: Node, data: bytes) -> Outcome:
    notice = node.service.noticed(data)
    if isinstance(notice, Refused):
        return node, (notice,)
    return replace(node, heard=node.heard | {(notice.meter, notice.sequence)}), ()


def _receive(node: Node, data: bytes) -> Outcome:
    held, member = node.service.received(data), node.member
    if isinstance(held, Refused):
        return node, (held,)
    id = (held.record.meter, held.record.sequence)
    if id in node.received:
        return _refuse(node, "record", "the node has this record", "WA-R4")
    after = replace(node, received={**node.received, id: data})
    if id in node.heard:
        return after, ()
    said = Notice(member.index, *id).signed(member.chain_id, member.pair)
    return replace(after, first=node.first | {id}), (Sent(NOTICE, said.encode(member.chain_id)),)


def _propose(node: Node, event: Propose) -> Outcome:
    service, member = node.service, node.member
    if event.record not in node.received:
        return _refuse(node, "record", "the node does not have this record", "WA-R7")
    if service.rules.proposer == "first-receiver" and event.record not in node.first:
        return _refuse(node, "proposer", "another node was the first receiver", "WA-R7", "WA-C5")
    own = [each for each in member.blocks if each.origin == member.index]
    if event.record in service.ids(own):
        return _refuse(node, "record", "the node has had this record stored", "WA-R7")
    if event.height != node.height:
        return _refuse(node, "place", "this is not the next place", "WA-R20")
    held = service.received(node.received[event.record])
    if isinstance(held, Refused):
        return node, (held,)
    entry = entry_of(member.chain_id, service.rules, held, member.index, member.pair)
    block = node.block(event.height, entry, event.time)
    if (refusal := service.fault(block, member.blocks)) is not None:
        return node, (refusal,)
    shown = voted_form(service.rules, member.chain_id, block)
    return _passed(node, assembly.Circulate(event.height, shown))


def _judge(node: Node, event: Judge) -> Outcome:
    member = node.member
    block = member.candidates.get((event.height, event.digest))
    if block is None or event.height != node.height:
        return _refuse(node, "place", "no such block has come for the next place", "WA-R8")
    if (refusal := node.service.fault(block, member.blocks)) is not None:
        return node, (refusal,)
    return _passed(node, assembly.Accept(event.height, event.digest))


def _passed(node: Node, event: assembly.Event) -> Outcome:
    member, effects = assembly.step(node.member, event)
    return (node if refused(effects) else replace(node, member=member)), effects


def _refuse(node: Node, rule: str, reason: str, *cites: str) -> Outcome:
    return node, (Refused(rule, reason, cites),)
