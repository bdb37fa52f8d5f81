"""A node of a chain: under which IDs, and until when, it takes what is sent (WA-R5, WA-R19, WA-C17).

As published it knows the IDs that were issued and takes what names one of them. Hardened certificates and ends of IDs
are recorded in its blocks: what is sent under an ID is signed with the certified key by somebody of the role that the
chain is for, and none is taken once the ID's end is recorded. All correct nodes have the same blocks, so that one of
them is enough here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reference.crypto.encoding import Malformed
from reference.ledger import chain
from reference.ledger.chain import Block
from reference.ledger.effects import Effects, Refused
from reference.sovereign_chain.identity import USER, Credential, IdMessage, Revocation
from reference.sovereign_chain.rules import Registration


@dataclass(frozen=True)
class IdNode:
    """The node's memory. `centre` is the public key of the registration centre, `role` that of those who send here;
    `listed` are the IDs that it knows, `leaves` those of the block that is being made."""

    chain_id: str
    rule: Registration
    centre: bytes
    role: str = USER
    listed: Mapping[bytes, Credential] = field(default_factory=dict)
    ended: frozenset[bytes] = frozenset()
    blocks: tuple[Block, ...] = ()
    leaves: tuple[bytes, ...] = ()

    @property
    def height(self) -> int:
        """Whose block is being made."""
        return len(self.blocks)

    def leaves_at(self, height: int) -> tuple[bytes, ...]:
        """What the block of the height has, or is to have."""
        closed = 0 <= height < self.height
        return self.blocks[height].leaves if closed else self.leaves if height == self.height else ()

    def messages(self, height: int) -> tuple[IdMessage, ...]:
        """What was taken under IDs into the block of the height."""
        return tuple(each for each in map(self._message, self.leaves_at(height)) if each is not None)

    def _message(self, leaf: bytes) -> IdMessage | None:
        try:
            return IdMessage.decode(self.chain_id, leaf)
        except Malformed:
            return None


@dataclass(frozen=True)
class Learn:
    """An ID was issued."""

    credential: bytes


@dataclass(frozen=True)
class End:
    """An ID has ended."""

    revocation: bytes


@dataclass(frozen=True)
class Take:
    """Something is sent under an ID."""

    message: bytes


@dataclass(frozen=True)
class Close:
    """The block of the height is made."""

    height: int


Event = Learn | End | Take | Close
Outcome = tuple[IdNode, Effects]


def step(node: IdNode, event: Event) -> Outcome:
    """The node's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case Learn():
                return _learn(node, event.credential)
            case End():
                return _end(node, event.revocation)
            case Take():
                return _take(node, event.message)
            case Close():
                return _close(node, event.height)
    except Malformed as malformed:
        return _refuse(node, "encoding", str(malformed))


def _learn(node: IdNode, data: bytes) -> Outcome:
    credential = Credential.decode(node.chain_id, data)
    if credential.identity in node.listed:
        return _refuse(node, "identity", "the ID is issued already", "WA-R3")
    after = replace(node, listed={**node.listed, credential.identity: credential})
    if node.rule != "certified":
        return after, ()
    if not credential.signed_by(node.chain_id, node.centre):
        return _refuse(node, "registration", "the centre has not certified the ID", "WA-C17")
    return replace(after, leaves=(*node.leaves, data)), ()


def _end(node: IdNode, data: bytes) -> Outcome:
    if node.rule != "certified":
        return _refuse(node, "registration", "no chain is told that an ID ends", "WA-C17")
    revocation = Revocation.decode(node.chain_id, data)
    if not revocation.signed_by(node.chain_id, node.centre):
        return _refuse(node, "registration", "the centre has not withdrawn the ID", "WA-C17")
    if revocation.identity not in node.listed or revocation.identity in node.ended:
        return _refuse(node, "identity", "there is no such ID in force", "WA-R19")
    if revocation.height != node.height:
        return _refuse(node, "height", f"the chain is at height {node.height}", "WA-R19")
    return replace(node, ended=node.ended | {revocation.identity}, leaves=(*node.leaves, data)), ()


def _take(node: IdNode, data: bytes) -> Outcome:
    message = IdMessage.decode(node.chain_id, data)
    credential = node.listed.get(message.identity)
    if message.height != node.height:
        return _refuse(node, "height", f"the chain is at height {node.height}", "WA-R18")
    if credential is None:
        return _refuse(node, "identity", "no such ID was issued", "WA-R3")
    if any(each.identity == message.identity for each in node.messages(node.height)):
        return _refuse(node, "place", "the block has something under the ID already", "WA-R18")
    if node.rule == "certified" and (reason := _not_under(node, credential, message)) is not None:
        return _refuse(node, "registration", reason, "WA-C17")
    return replace(node, leaves=(*node.leaves, data)), ()


def _not_under(node: IdNode, credential: Credential, message: IdMessage) -> str | None:
    """Why the message is not one that the ID's certificate allows for."""
    if credential.identity in node.ended:
        return "the ID has ended"
    if credential.role != node.role:
        return f"the chain takes nothing of a {credential.role}"
    return None if message.sent_under(node.chain_id, credential) else "the ID's key has not signed it"


def _close(node: IdNode, height: int) -> Outcome:
    if height != node.height:
        return _refuse(node, "height", f"the chain is at height {node.height}", "WA-R18")
    previous = node.blocks[-1].header.digest(node.chain_id) if node.blocks else chain.GENESIS
    block = Block.build(height, 0, previous, node.leaves, chain.GENESIS)
    return replace(node, blocks=(*node.blocks, block), leaves=()), ()


def _refuse(node: IdNode, rule: str, reason: str, *cites: str) -> Outcome:
    return node, (Refused(rule, reason, cites),)
