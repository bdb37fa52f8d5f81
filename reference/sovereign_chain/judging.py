"""A node of the registry, the honest centre, and how they judge: pure functions of state and event (WA-R12, WA-C12).

Which edition a node judges by is a function of what it has: of the centre's messages as published, hardened of the
blocks up to the operation's height alone, so that no two nodes differ and none changes its mind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from meterproof.contracts import decide
from reference.crypto.encoding import Malformed
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Block, Vote
from reference.ledger.effects import Effects, Refused, Sent
from reference.sovereign_chain.registry import (
    OUT_OF_DATE,
    Act,
    Delivery,
    Genesis,
    Judgement,
    Registry,
    approval,
    edition_of,
    latest,
    meaning,
)


@dataclass(frozen=True)
class Node:
    """One node's memory: its part of the chain, what the centre has sent it, and the meanings that it has approved."""

    index: int
    pair: KeyPair
    registry: Registry
    delivered: tuple[bytes, ...] = ()
    approved: frozenset[bytes] = frozenset()

    @property
    def genesis(self) -> Genesis:
        return self.registry.genesis

    def edition_for(self, height: int) -> bytes:
        """The file of the edition by which the node judges what is at this height."""
        if self.genesis.rules.contract_change != "center":
            return self.registry.holding(height)
        sent = (Delivery.decode(self.genesis.chain_id, each).source for each in self.delivered)
        return latest((*self.genesis.originals, *sent))


@dataclass(frozen=True)
class Deliver:
    """An edition comes from the centre."""

    delivery: bytes


@dataclass(frozen=True)
class Approve:
    """An edition's file comes, and the legislator's act."""

    source: bytes
    act: bytes


@dataclass(frozen=True)
class Extend:
    """A block of the chain comes."""

    block: bytes


@dataclass(frozen=True)
class Judge:
    """The node is asked to judge the operation at this height, by the edition of this meaning."""

    height: int
    edition: bytes


Event = Deliver | Approve | Extend | Judge
Outcome = tuple[Node, Effects]


def step(node: Node, event: Event) -> Outcome:
    """The node's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case Deliver():
                return _deliver(node, event.delivery)
            case Approve():
                return _approve(node, event)
            case Extend():
                return _extend(node, Block.decode(node.genesis.chain_id, event.block))
            case Judge():
                return _judge(node, event)
    except Malformed as malformed:
        return _refuse(node, "encoding", str(malformed), "WA-C12")


def sent_by_center(genesis: Genesis, center: KeyPair, source: bytes, act: bytes) -> Effects:
    """The honest centre sends an edition of which the legislator's act shows that it is law."""
    try:
        refusal = _unlawful(genesis, source, act)
    except Malformed as malformed:
        refusal = Refused("encoding", str(malformed), ("WA-C12",))
    if refusal is not None:
        return (refusal,)
    return (Sent(Delivery.KIND, Delivery(source).signed(genesis.chain_id, center).encode(genesis.chain_id)),)


def _unlawful(genesis: Genesis, source: bytes, data: bytes) -> Refused | None:
    act = Act.decode(genesis.chain_id, data)
    if act.edition != meaning(source) or not act.signed_by(genesis.chain_id, genesis.legislator):
        return Refused("act", "the legislator has not decided this edition", ("WA-R13", "WA-C12"))
    return None


def _deliver(node: Node, data: bytes) -> Outcome:
    delivery = Delivery.decode(node.genesis.chain_id, data)
    if node.genesis.rules.contract_change != "center":
        return _refuse(node, "contract_change", "editions come from the chain alone", "WA-C12")
    if not delivery.signed_by(node.genesis.chain_id, node.genesis.center):
        return _refuse(node, "center", "the centre has not sent this", "WA-R10")
    edition_of(delivery.source)
    if data in node.delivered or delivery.source in node.genesis.originals:
        return _refuse(node, "center", "the node has this edition already", "WA-R10")
    return replace(node, delivered=(*node.delivered, data)), ()


def _approve(node: Node, event: Approve) -> Outcome:
    if node.genesis.rules.contract_change == "center":
        return _refuse(node, "contract_change", "editions come from the centre", "WA-R10", "WA-C12")
    if (refusal := _unlawful(node.genesis, event.source, event.act)) is not None:
        return node, (refusal,)
    edition = meaning(event.source)
    if edition in node.approved:
        return _refuse(node, "vote", "this edition was voted for already", "WA-C12")
    given = Vote.make(node.genesis.chain_id, node.index, approval(edition), True, node.pair)
    return replace(node, approved=node.approved | {edition}), (Sent(chain.VOTE, given.encode(node.genesis.chain_id)),)


def _extend(node: Node, block: Block) -> Outcome:
    if (refusal := node.registry.fault(block)) is not None:
        return node, (refusal,)
    return replace(node, registry=replace(node.registry, blocks=(*node.registry.blocks, block))), ()


def _judge(node: Node, event: Judge) -> Outcome:
    operation = node.registry.operation(event.height)
    if operation is None:
        return _refuse(node, "operation", "the node has no operation at this height", "WA-R12")
    genesis, source = node.genesis, node.edition_for(event.height)
    if meaning(source) != event.edition:
        reason = f"the node goes by {edition_of(source).label} at height {event.height}"
        return _refuse(node, "contract_change", reason, "WA-R13", "WA-C12")
    contract = edition_of(source)
    dated = genesis.rules.judged_by == "signed-edition" and operation.edition != contract.version
    outcome = OUT_OF_DATE if dated else decide(contract, operation.request).outcome
    said = Judgement(node.index, operation.identity(genesis.chain_id), event.height, event.edition, outcome)
    return node, (Sent(Judgement.KIND, said.signed(genesis.chain_id, node.pair).encode(genesis.chain_id)),)


def _refuse(node: Node, rule: str, reason: str, *cites: str) -> Outcome:
    return node, (Refused(rule, reason, cites),)
