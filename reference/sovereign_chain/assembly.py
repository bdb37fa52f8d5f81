"""A node of one chain: what it proposes, accepts, completes and stores (WA-R5, WA-R7 to WA-R10, WA-C1, WA-C2).

The origin circulates a block, the others sign that they accept it, and once most have, it is stored: on the origin's
word or on the votes, by the rules. Votes are for all that a node sees of a block, at the height. Where script and
timestamp are attached afterwards, that is the temporary block, and what is stored in the end is the one that its origin
completed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reference.crypto import encoding, signing
from reference.crypto.encoding import SIGNATURE, Domain, Malformed
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import ANNOUNCEMENT, CERTIFICATE, VOTE, Certificate, Committee, Vote
from reference.ledger.effects import Decided, Effects, Refused, Sent
from reference.sovereign_chain.block import Block
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.scripts import Edition

CIRCULATED = "circulated-block"


@dataclass(frozen=True)
class Circulated:
    """A block on its way to the other nodes, signed by its origin."""

    height: int
    block: bytes
    signature: bytes

    @staticmethod
    def make(chain_id: str, height: int, block: Block, pair: KeyPair) -> Circulated:
        data = block.encode(chain_id)
        return Circulated(height, data, signing.sign(pair, _statement(chain_id, height, data)))

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, CIRCULATED), [self.height, self.block, self.signature])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Circulated:
        return Circulated(*encoding.decode_fields(Domain(chain_id, CIRCULATED), data, int, bytes, SIGNATURE))

    def signed_by(self, chain_id: str, public: bytes) -> bool:
        return signing.verify(public, _statement(chain_id, self.height, self.block), self.signature)


def _statement(chain_id: str, height: int, block: bytes) -> bytes:
    return encoding.encode(Domain(chain_id, "signed-" + CIRCULATED), [height, block])


@dataclass(frozen=True)
class Node:
    """One node's memory: its chain, what it has heard of by height and ballot, and what it has accepted.

    `edition` is that of the contract by which it checks scripts.
    """

    index: int
    pair: KeyPair
    rules: Rules
    committee: Committee
    edition: Edition
    blocks: tuple[Block, ...] = ()
    candidates: Mapping[tuple[int, bytes], Block] = field(default_factory=dict)
    circulated: tuple[int, ...] = ()
    """The heights for which it has circulated a block."""
    completed: tuple[int, ...] = ()
    """The heights for which it has said that its block is accepted."""
    voted: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)
    """Its votes by height: the digests of the ballots."""

    @property
    def chain_id(self) -> str:
        return self.committee.chain

    def before(self, height: int) -> bytes | None:
        """What a block at this height must give as its previous hash; None if the chain is not there yet."""
        if height == 0:
            return chain.GENESIS
        if not 0 < height <= len(self.blocks):
            return None
        return self.blocks[height - 1].name(self.chain_id, self.rules.hashed)

    def ballot(self, height: int, block: Block) -> chain.Header:
        """What votes for the block are given for: all of it, or the temporary block that it is made of."""
        return voted_form(self.rules, self.chain_id, block).ballot(self.chain_id, height)

    def faces(self, block: Block) -> Refused | None:
        """Why the script is not the one that the contract in force makes of the data; None where it is, or may be."""
        if self.rules.script_source == "center-at-will":
            return None
        if block.record.script != self.edition.script(self.chain_id, block.record):
            return Refused("script_source", "the contract in force makes another script of it", ("WA-R10", "WA-C12"))
        return None


def voted_form(rules: Rules, chain_id: str, block: Block) -> Block:
    """What nodes see of the block when they vote."""
    return block.temporary(chain_id) if rules.attached == "after-acceptance" else block


@dataclass(frozen=True)
class Circulate:
    """Data have come, of which the node is the first receiver: it sends this block around."""

    height: int
    block: Block


@dataclass(frozen=True)
class Receive:
    """A block arrives from its origin."""

    message: bytes


@dataclass(frozen=True)
class Accept:
    """Validate the block of this ballot's digest, and sign that it is accepted."""

    height: int
    digest: bytes


@dataclass(frozen=True)
class Announce:
    """These votes for its own block have come in: are they enough?"""

    height: int
    block: Block
    votes: tuple[bytes, ...]


@dataclass(frozen=True)
class Complete:
    """As `Announce`, with the script and the timestamp that are now attached to the block."""

    height: int
    block: Block
    votes: tuple[bytes, ...]


@dataclass(frozen=True)
class Store:
    """A block that was voted on as it is comes with the evidence that it is accepted."""

    height: int
    block: Block
    evidence: bytes


@dataclass(frozen=True)
class StoreCompleted:
    """A block comes that its origin completed after the vote: its word for that, and the votes where they are shown."""

    height: int
    block: Block
    word: bytes
    votes: bytes = b""


Event = Circulate | Receive | Accept | Announce | Complete | Store | StoreCompleted
Outcome = tuple[Node, Effects]


def step(node: Node, event: Event) -> Outcome:
    """The node's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case Circulate():
                return _circulate(node, event.height, event.block)
            case Receive():
                return _receive(node, event.message)
            case Accept():
                return _accept(node, event)
            case Announce():
                return _announce(node, event)
            case Complete():
                return _complete(node, event)
            case Store():
                return _store(node, event)
            case StoreCompleted():
                return _store_completed(node, event)
    except Malformed as malformed:
        return _refuse(node, "encoding", str(malformed), "WA-R20")


def _circulate(node: Node, height: int, block: Block) -> Outcome:
    if block.origin != node.index:
        return _refuse(node, "origin", "another node's block", "WA-R7")
    if height in node.circulated:
        return _refuse(node, "origin", "a block of this height was circulated already", "WA-R8")
    if (refusal := _misplaced(node, height, block)) is not None:
        return node, (refusal,)
    message = Circulated.make(node.chain_id, height, block, node.pair).encode(node.chain_id)
    return replace(_heard(node, height, block), circulated=(*node.circulated, height)), (Sent(CIRCULATED, message),)


def _receive(node: Node, data: bytes) -> Outcome:
    message = Circulated.decode(node.chain_id, data)
    block = Block.decode(node.chain_id, message.block)
    if not 0 <= block.origin < len(node.committee.members):
        return _refuse(node, "origin", f"node {block.origin} is not of this chain", "WA-R7")
    if not message.signed_by(node.chain_id, node.committee.members[block.origin]):
        return _refuse(node, "origin", f"node {block.origin} has not signed it", "WA-R7")
    if (refusal := _misplaced(node, message.height, block)) is not None:
        return node, (refusal,)
    return _heard(node, message.height, block), ()


def _heard(node: Node, height: int, block: Block) -> Node:
    digest = node.ballot(height, block).digest(node.chain_id)
    kept = voted_form(node.rules, node.chain_id, block)
    return replace(node, candidates={**node.candidates, (height, digest): kept})


def _accept(node: Node, event: Accept) -> Outcome:
    block, given = node.candidates.get((event.height, event.digest)), node.voted.get(event.height, ())
    if block is None:
        return _refuse(node, "origin", "the block has not been sent here", "WA-R8")
    if event.digest in given:
        return _refuse(node, "vote", "this block was accepted already", "WA-R9")
    if node.rules.vote_once and given:
        return _refuse(node, "vote_once", "another block of this height was accepted", "WA-C1")
    if node.rules.attached == "before-vote" and (refusal := node.faces(block)) is not None:
        return node, (refusal,)
    vote = Vote.make(node.chain_id, node.index, node.ballot(event.height, block), True, node.pair)
    after = replace(node, voted={**node.voted, event.height: (*given, event.digest)})
    return after, (Sent(VOTE, vote.encode(node.chain_id)),)


def _announce(node: Node, event: Announce) -> Outcome:
    """The origin makes the evidence: its word, or where votes are shown the certificate."""
    if (refusal := _unaccepted(node, event)) is not None:
        return node, (refusal,)
    ballot = node.ballot(event.height, event.block)
    if node.rules.acceptance_evidence == "origins-word":
        return node, (Sent(ANNOUNCEMENT, chain.announcement(node.chain_id, ballot, node.pair)),)
    votes = chain.by_voter(Vote.decode(node.chain_id, each) for each in event.votes)
    return node, (Sent(CERTIFICATE, Certificate(votes).encode(node.chain_id)),)


def _complete(node: Node, event: Complete) -> Outcome:
    if (refusal := _unaccepted(node, event) or node.faces(event.block)) is not None:
        return node, (refusal,)
    if event.height in node.completed:
        return _refuse(node, "origin", "another block of this height was completed", "WA-R10")
    word = chain.announcement(node.chain_id, event.block.ballot(node.chain_id, event.height), node.pair)
    return replace(node, completed=(*node.completed, event.height)), (Sent(ANNOUNCEMENT, word),)


def _unaccepted(node: Node, event: Announce | Complete) -> Refused | None:
    if event.block.origin != node.index:
        return Refused("origin", "another node's block", ("WA-R9",))
    votes = chain.by_voter(Vote.decode(node.chain_id, each) for each in event.votes)
    return node.committee.counts(node.ballot(event.height, event.block), votes)


def _store(node: Node, event: Store) -> Outcome:
    if (refusal := _no_place(node, event.height, event.block)) is not None:
        return node, (refusal,)
    believed = replace(node.committee, leader=event.block.origin)
    refusal = believed.finalises(node.ballot(event.height, event.block), event.evidence)
    if refusal is not None:
        return node, (_told(refusal),)
    return _stored(node, event.height, event.block)


def _store_completed(node: Node, event: StoreCompleted) -> Outcome:
    block, height = event.block, event.height
    if (refusal := _no_place(node, height, block)) is not None:
        return node, (refusal,)
    if node.rules.attached != "after-acceptance":
        return _refuse(node, "attached", "what was not voted on is not stored", "WA-R10", "WA-C2")
    believed = replace(node.committee, leader=block.origin, finality="leaders-word")
    if (refusal := believed.finalises(block.ballot(node.chain_id, height), event.word)) is not None:
        return node, (_told(refusal),)
    if (refusal := node.faces(block)) is not None:
        return node, (refusal,)
    if node.rules.acceptance_evidence == "votes-shown":
        refusal = node.committee.finalises(node.ballot(height, block), event.votes)
        if refusal is not None:
            return node, (_told(refusal),)
    return _stored(node, height, block)


def _stored(node: Node, height: int, block: Block) -> Outcome:
    digest = block.ballot(node.chain_id, height).digest(node.chain_id)
    return replace(node, blocks=(*node.blocks, block)), (Decided(node.index, height, digest),)


def _no_place(node: Node, height: int, block: Block) -> Refused | None:
    if height < len(node.blocks):
        return Refused("decision", "this place of the chain is taken", ("WA-R10",))
    if not 0 <= block.origin < len(node.committee.members):
        return Refused("origin", f"node {block.origin} is not of this chain", ("WA-R7",))
    return _misplaced(node, height, block)


def _misplaced(node: Node, height: int, block: Block) -> Refused | None:
    if node.before(height) != block.header.previous:
        return Refused("place", "the block belongs to another height or predecessor", ("WA-R20",))
    return block.fault(node.chain_id, node.rules.hashed)


def _told(refusal: Refused) -> Refused:
    if refusal.rule != "finality":
        return refusal
    return Refused("acceptance_evidence", refusal.reason, ("WA-R9", "WA-C1", *refusal.cites))


def _refuse(node: Node, rule: str, reason: str, *cites: str) -> Outcome:
    return node, (Refused(rule, reason, cites),)
