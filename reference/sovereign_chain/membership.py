"""Validator sets while nodes come and go: who may confirm a block, and what brings a set into force (WA-C24).

A block names the set of the next height, with its number and the keys of its members. Under "at-will" that has no
weight: a set counts once a centre says so, whenever its word arrives, and votes name no set, so that whoever leaves
goes on to count with those who have not heard. Otherwise votes name the epoch, and who follows the chain goes from one
set to the next by the old set's certificate over the block that names the new one; under "epochs" the new set has to
have certified that block, too. A `Follower` that has changed sets takes receipts of the set in force (`receipts`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.crypto import encoding
from reference.crypto.encoding import Domain, Malformed, UpTo
from reference.crypto.signing import PUBLIC_BYTES, KeyPair
from reference.ledger import chain
from reference.ledger.chain import Block, Committee, Vote
from reference.ledger.effects import Effect, Effects, Refused
from reference.sovereign_chain.receipts import ValidatorSet
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.signed import Signed

NAMED_SET, PERMIT, HANDOVER = "named-set", "permit", "handover"
PUBLIC = UpTo(PUBLIC_BYTES)


@dataclass(frozen=True)
class NamedSet:
    """A validator set as a block or a permit names it. How many votes it needs follows from the rules."""

    epoch: int
    members: tuple[bytes, ...]

    @staticmethod
    def of(each: ValidatorSet) -> NamedSet:
        return NamedSet(each.epoch, each.members)

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, NAMED_SET), [self.epoch, list(self.members)])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> NamedSet:
        """Raises Malformed for a set in which a key sits twice, too: it would have two votes."""
        epoch, members = encoding.decode_fields(Domain(chain_id, NAMED_SET), data, int, list)
        keys = encoding.fields(members, *[PUBLIC] * len(members))
        if len(set(keys)) < len(keys):
            raise Malformed("a key sits in a set twice")
        return NamedSet(epoch, keys)


@dataclass(frozen=True)
class Permit(Signed):
    """The word of whoever sets permissions: from this height on the set is that of the permitted nodes."""

    KIND = PERMIT

    height: int
    named: bytes
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Permit:
        return Permit(*Permit.read(chain_id, data, int, bytes))


@dataclass(frozen=True)
class Handover:
    """A block with what confirms it: a certificate of an epoch's set, and one of the set that the block names."""

    epoch: int
    block: bytes
    old: bytes
    new: bytes

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, HANDOVER), [self.epoch, self.block, self.old, self.new])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Handover:
        return Handover(*encoding.decode_fields(Domain(chain_id, HANDOVER), data, int, bytes, bytes, bytes))


def committee_of(rules: Rules, each: ValidatorSet) -> Committee:
    """A set as the shared ledger knows it: its epoch is under every vote, but where a centre sets permissions."""
    committee = each.committee
    return replace(committee, chain=each.chain_id) if rules.membership == "at-will" else committee


def block_of(chain_id: str, height: int, body: bytes, next_set: ValidatorSet) -> Block:
    """A block that names the set of the next height. What links blocks is not looked at here."""
    return Block.build(height, 0, chain.GENESIS, (body, NamedSet.of(next_set).encode(chain_id)), chain.GENESIS)


# ---- a node that confirms


@dataclass(frozen=True)
class Voted(Effect):
    """A vote on the wire, and the domain that it is for."""

    domain: str
    vote: bytes


@dataclass(frozen=True)
class Confirmer:
    """A node's memory: the sets that it sits in, each with its seat there, and what it has confirmed, by height."""

    chain_id: str
    rules: Rules
    pair: KeyPair
    sits: tuple[tuple[ValidatorSet, int], ...]
    confirmed: frozenset[tuple[int, bytes]] = frozenset()


def confirm(node: Confirmer, data: bytes) -> tuple[Confirmer, Effects]:
    """The node confirms a block, once a height if the rules say so; a refusal leaves it unchanged."""
    try:
        header = Block.decode(node.chain_id, data).header
    except Malformed as malformed:
        return node, (Refused("encoding", str(malformed), ("WA-R9",)),)
    digest = header.digest(node.chain_id)
    if (header.height, digest) in node.confirmed:
        return node, (Refused("vote", "this is confirmed already", ("WA-R9",)),)
    if node.rules.vote_once and any(height == header.height for height, _ in node.confirmed):
        return node, (Refused("vote_once", "another block is confirmed at this height", ("WA-R9", "WA-C1")),)
    return replace(node, confirmed=node.confirmed | {(header.height, digest)}), votes_of(node, data)


def votes_of(node: Confirmer, data: bytes) -> tuple[Voted, ...]:
    """The node's votes for a block: for each set that it sits in, or for all at once where votes name no set.

    Who sits in none has a vote of the chain alone, which counts in no epoch.
    """
    header = Block.decode(node.chain_id, data).header
    asked = [(committee_of(node.rules, each).chain, seat) for each, seat in node.sits]
    domains = dict(asked or [(node.chain_id, 0)])
    return tuple(
        Voted(domain, Vote.make(domain, seat, header, True, node.pair).encode(domain))
        for domain, seat in domains.items()
    )


# ---- whoever follows the chain


@dataclass(frozen=True)
class Follower:
    """Somebody correct: the sets that it has followed, the one in force last, and what it has taken as final.

    `bound` are the members of a set that are taken to be faulty at most; `centre` is the public key of whoever sets
    permissions.
    """

    chain_id: str
    rules: Rules
    bound: int
    centre: bytes
    followed: tuple[ValidatorSet, ...]
    taken: tuple[bytes, ...] = ()

    @property
    def height(self) -> int:
        """Which it has no block of yet."""
        return len(self.taken)

    @property
    def in_force(self) -> ValidatorSet:
        return self.followed[-1]

    def read_set(self, data: bytes) -> ValidatorSet:
        """The set that bytes name. All sets are of one size, and an epoch has one set.

        Raises Malformed for another number of members, and for another set than the one followed in that epoch.
        """
        named = NamedSet.decode(self.chain_id, data)
        if len(named.members) != len(self.in_force.members):
            raise Malformed(f"{len(named.members)} members in a set of {len(self.in_force.members)}")
        needed = self.rules.needed_votes(len(named.members), self.bound)
        if any(each.epoch == named.epoch and each.members != named.members for each in self.followed):
            raise Malformed(f"the set of epoch {named.epoch} is another")
        return ValidatorSet(self.chain_id, named.epoch, named.members, needed)

    def following(self, each: ValidatorSet) -> Follower:
        return self if each == self.in_force else replace(self, followed=(*self.followed, each))


Outcome = tuple[Follower, Effects]


def hear(follower: Follower, data: bytes) -> Outcome:
    """The centre's word comes, maybe late."""
    if follower.rules.membership != "at-will":
        return _refuse(follower, "membership", "a set comes into force by the chain, not by a word", "WA-R14", "WA-C24")
    try:
        permit = Permit.decode(follower.chain_id, data)
        named = follower.read_set(permit.named)
    except Malformed as malformed:
        return _refuse(follower, "encoding", str(malformed), "WA-R14")
    if not permit.signed_by(follower.chain_id, follower.centre):
        return _refuse(follower, "permit", "the centre has not signed this", "WA-R14")
    if permit.height > follower.height:
        return _refuse(follower, "height", f"the permit is for height {permit.height}", "WA-R14")
    return follower.following(named), ()


def take(follower: Follower, data: bytes) -> Outcome:
    """A block comes with its certificates: it is final for who follows its set, and brings the next one."""
    try:
        handover = Handover.decode(follower.chain_id, data)
        block = Block.decode(follower.chain_id, handover.block)
        if len(block.leaves) != 2:
            raise Malformed("a block has a body and the set of the next height")
        named = follower.read_set(block.leaves[1])
    except Malformed as malformed:
        return _refuse(follower, "encoding", str(malformed), "WA-R9")
    rules, header = follower.rules, block.header
    if header.height != follower.height:
        return _refuse(follower, "height", f"the next block is that of height {follower.height}", "WA-R9")
    if handover.epoch != follower.in_force.epoch:
        return _refuse(follower, "membership", f"the set of epoch {handover.epoch} is not in force", "WA-C24")
    if (refusal := committee_of(rules, follower.in_force).finalises(header, handover.old)) is not None:
        return follower, (refusal,)
    after = replace(follower, taken=(*follower.taken, data))
    if rules.membership == "at-will":
        return after, ()
    if rules.membership == "epochs":
        refusal = committee_of(rules, named).finalises(header, handover.new)
        if refusal is not None:
            return _refuse(follower, "membership", f"of the new set {refusal.reason}", "WA-C24")
    return after.following(named), ()


def _refuse(follower: Follower, rule: str, reason: str, *cites: str) -> Outcome:
    return follower, (Refused(rule, reason, cites),)
