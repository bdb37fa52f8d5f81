"""A node among those of all chains: what it accepts, countersigns for other chains, and relies on (WA-R16, WA-C14).

As published a chain's block counts everywhere on the votes of that chain's nodes. Hardened, it is what a quorum of all
nodes has signed a checkpoint of. Who signs one has seen the votes of the chain, and not its data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Committee, Header, Vote
from reference.ledger.effects import Decided, Effects, Refused, Sent
from reference.sovereign_chain.rules import Rules

CHECKPOINTS = "checkpoints"
"""The name under which checkpoints of all chains are signed, so that they are votes in none of them."""


def recognised(
    rules: Rules, own: Committee, everybody: Committee, ballot: Header, evidence: bytes, checkpoint: bytes
) -> Refused | None:
    """Why a node, of whatever chain, does not take the block of this ballot for the one that its chain has.

    None if it does. `evidence` is what the block's own chain shows, `checkpoint` a certificate of all chains' nodes;
    the rule says which of them counts (WA-R16, WA-C14).
    """
    if rules.shards == "per-chain":
        return own.finalises(ballot, evidence)
    refusal = everybody.finalises(ballot, checkpoint)
    return None if refusal is None else Refused("shards", f"of all nodes {refusal.reason}", ("WA-R16", "WA-C14"))


@dataclass(frozen=True)
class Node:
    """One node's memory: who keeps the chain so far, and what it has signed and relies on, by ballots' digests.

    `own` are the nodes of the chain, by seat, `seats` how many there are to be, `everybody` those of all chains.
    """

    index: int
    pair: KeyPair
    rules: Rules
    own: Committee
    seats: int
    everybody: Committee
    accepted: tuple[bytes, ...] = ()
    countersigned: tuple[bytes, ...] = ()
    relied: bytes | None = None

    @property
    def seat(self) -> int | None:
        """Its place among the chain's nodes; None if it is none of them."""
        members = self.own.members
        return members.index(self.pair.public) if self.pair.public in members else None


@dataclass(frozen=True)
class Seat:
    """This key's owner is made a node of the chain."""

    public: bytes


@dataclass(frozen=True)
class Accept:
    """A block comes for the one place: validate it, and sign."""

    ballot: Header


@dataclass(frozen=True)
class Countersign:
    """The certificate of a block by its own chain comes: sign a checkpoint with it."""

    ballot: Header
    evidence: bytes


@dataclass(frozen=True)
class Rely:
    """A block comes with what there is to show for it, by its own chain and by all nodes."""

    ballot: Header
    evidence: bytes
    checkpoint: bytes


Event = Seat | Accept | Countersign | Rely
Outcome = tuple[Node, Effects]


def step(node: Node, event: Event) -> Outcome:
    """The node's answer to an event; a refused event leaves it unchanged."""
    match event:
        case Seat():
            return _seat(node, event.public)
        case Accept():
            return _accept(node, event.ballot)
        case Countersign():
            return _countersign(node, event)
        case Rely():
            return _rely(node, event)


def _seat(node: Node, public: bytes) -> Outcome:
    members = node.own.members
    if public not in node.everybody.members:
        return _refuse(node, "seat", "nobody has this key", "WA-R16")
    if public in members or len(members) == node.seats:
        return _refuse(node, "seat", "the chain has this node, or all its nodes", "WA-R16")
    return replace(node, own=replace(node.own, members=(*members, public))), ()


def _accept(node: Node, ballot: Header) -> Outcome:
    seat, digest = node.seat, ballot.digest(node.own.chain)
    if seat is None or len(node.own.members) < node.seats:
        return _refuse(node, "seat", "the node does not keep the chain, or does not yet", "WA-R16")
    if digest in node.accepted:
        return _refuse(node, "vote", "this block was accepted already", "WA-R9")
    if node.rules.vote_once and node.accepted:
        return _refuse(node, "vote_once", "another block of this place was accepted", "WA-C1")
    vote = Vote.make(node.own.chain, seat, ballot, True, node.pair)
    return replace(node, accepted=(*node.accepted, digest)), (Sent(chain.VOTE, vote.encode(node.own.chain)),)


def _countersign(node: Node, event: Countersign) -> Outcome:
    digest = event.ballot.digest(CHECKPOINTS)
    if node.rules.shards != "checkpointed":
        return _refuse(node, "shards", "no checkpoints are signed", "WA-C14")
    if (refusal := node.own.finalises(event.ballot, event.evidence)) is not None:
        return node, (refusal,)
    if digest in node.countersigned:
        return _refuse(node, "vote", "a checkpoint with this block was signed already", "WA-C14")
    if node.rules.vote_once and node.countersigned:
        return _refuse(node, "vote_once", "a checkpoint with another block was signed", "WA-C14")
    vote = Vote.make(CHECKPOINTS, node.index, event.ballot, True, node.pair)
    return replace(node, countersigned=(*node.countersigned, digest)), (Sent(chain.VOTE, vote.encode(CHECKPOINTS)),)


def _rely(node: Node, event: Rely) -> Outcome:
    if node.relied is not None:
        return _refuse(node, "decision", "the node relies on a block of this place already", "WA-R16")
    refusal = recognised(node.rules, node.own, node.everybody, event.ballot, event.evidence, event.checkpoint)
    if refusal is not None:
        return node, (refusal,)
    digest = event.ballot.digest(node.own.chain)
    return replace(node, relied=digest), (Decided(node.index, event.ballot.height, digest),)


def _refuse(node: Node, rule: str, reason: str, *cites: str) -> Outcome:
    return node, (Refused(rule, reason, cites),)
