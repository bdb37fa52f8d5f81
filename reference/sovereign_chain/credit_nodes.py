"""Validators of the chain of credit ratings, and nodes that rate users by what they get of it (WA-R15, WA-C23).

A rating node verifies the certificate of every block that it is shown. What it computes a score from is the rule
`credit_inputs`: under `final-records` a set, so that it does not matter in which order the blocks came.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.crypto.encoding import Malformed
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Committee, Vote
from reference.ledger.effects import Effects, Refused, Sent
from reference.sovereign_chain import credit
from reference.sovereign_chain.block import Block
from reference.sovereign_chain.credit_records import CLAIM, Claim, Entry, Register, Ruling, entry_of


@dataclass(frozen=True)
class Final:
    """A block of the chain, at its height, and the certificate of its votes."""

    height: int
    block: Block
    certificate: bytes

    def entry(self, committee: Committee) -> Entry | Refused:
        """The block's one entry, if a quorum has voted for it. May raise Malformed."""
        refusal = committee.finalises(self.block.ballot(committee.chain, self.height), self.certificate)
        return refusal if refusal is not None else entry_of(committee.chain, only_entry(self.block))


def only_entry(block: Block) -> bytes:
    """The one entry that a block of this chain has. Raises Malformed for more or none."""
    if len(block.record.entries) != 1:
        raise Malformed("a block of the chain of credit ratings has one entry")
    return block.record.entries[0]


@dataclass(frozen=True)
class Validator:
    """One validator's memory: the chain."""

    index: int
    pair: KeyPair
    committee: Committee
    register: Register
    blocks: tuple[Block, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What the chain has, in order."""
        return tuple(entry_of(self.committee.chain, only_entry(each)) for each in self.blocks)

    @property
    def tip(self) -> bytes:
        """The hash of its last block."""
        return self.blocks[-1].name(self.committee.chain, "all-parts") if self.blocks else chain.GENESIS


@dataclass(frozen=True)
class Validate:
    """A block comes that is to be the next: evaluate its entry, and vote."""

    block: Block


@dataclass(frozen=True)
class Append:
    """The next block comes with its certificate."""

    final: Final


def validate(validator: Validator, event: Validate | Append) -> tuple[Validator, Effects]:
    """The validator's answer to an event; a refused event leaves it unchanged."""
    committee, block = validator.committee, event.block if isinstance(event, Validate) else event.final.block
    if block.header.previous != validator.tip:
        return validator, (Refused("place", "the block follows another one", ("WA-R20",)),)
    try:
        if isinstance(event, Append):
            entry = event.final.entry(committee)
            if isinstance(entry, Refused):
                return validator, (entry,)
            return replace(validator, blocks=(*validator.blocks, block)), ()
        refusal = block.fault(committee.chain, "all-parts")
        refusal = refusal or validator.register.fault(only_entry(block), validator.entries)
    except Malformed as malformed:
        refusal = Refused("encoding", str(malformed), ("WA-R20",))
    if refusal is not None:
        return validator, (refusal,)
    ballot = block.ballot(committee.chain, len(validator.blocks))
    vote = Vote.make(committee.chain, validator.index, ballot, True, validator.pair)
    return validator, (Sent(chain.VOTE, vote.encode(committee.chain)),)


@dataclass(frozen=True)
class Rater:
    """One rating node's memory: what it got, in order, and the rulings that a fact is void.

    A fact is a final block with a claim, or hearsay: a claim that a reporter has signed.
    """

    committee: Committee
    register: Register
    got: tuple[Final | bytes, ...] = ()
    rulings: tuple[Final, ...] = ()

    @property
    def facts(self) -> tuple[credit.Fact, ...]:
        """All that it got, in order."""
        name = self.committee.chain
        found = []
        for each in self.got:
            height, data = (-1, each) if isinstance(each, bytes) else (each.height, only_entry(each.block))
            found.append(Claim.decode(name, data).fact(name, height))
        return tuple(found)

    @property
    def void(self) -> frozenset[bytes]:
        """The facts that it knows to be void."""
        name = self.committee.chain
        return frozenset(Ruling.decode(name, only_entry(each.block)).fact for each in self.rulings)

    @property
    def counted(self) -> tuple[credit.Fact, ...]:
        """The facts that count, in the order in which it got them."""
        if self.register.rules.credit_inputs in ("final-records", "all-reports"):
            return tuple(fact for fact in self.facts if fact.record not in self.void)
        return credit.first_of_contrary(self.facts)

    def score(self, user: bytes) -> int:
        """The user's points, computed from all that the node has."""
        if self.register.rules.credit_inputs in ("final-records", "all-reports"):
            return credit.score(user, self.facts, self.void)
        return credit.running_score(user, self.facts)


@dataclass(frozen=True)
class Hear:
    """A claim comes from a reporter, before the chain has it."""

    claim: bytes


@dataclass(frozen=True)
class Learn:
    """A block of the chain comes, with its certificate."""

    final: Final


@dataclass(frozen=True)
class StartAnew:
    """The node has crashed, and has nothing."""


def rate(rater: Rater, event: Hear | Learn | StartAnew) -> tuple[Rater, Effects]:
    """The rating node's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case Hear():
                return _hear(rater, event.claim)
            case Learn():
                return _learn(rater, event.final)
            case StartAnew():
                return Rater(rater.committee, rater.register), ()
    except Malformed as malformed:
        return rater, (Refused("encoding", str(malformed), ("WA-R23",)),)


def _hear(rater: Rater, data: bytes) -> tuple[Rater, Effects]:
    claim = Claim.decode(rater.committee.chain, data)
    if rater.register.rules.credit_inputs in ("final-records", "in-order"):
        return rater, (Refused("credit_inputs", "what is not final does not count", ("WA-C23",)),)
    return _take(rater, claim, data)


def _learn(rater: Rater, final: Final) -> tuple[Rater, Effects]:
    entry = final.entry(rater.committee)
    if isinstance(entry, Refused):
        return rater, (entry,)
    if isinstance(entry, Claim):
        return _take(rater, entry, final)
    if not isinstance(entry, Ruling) or entry.holds or entry.fact in rater.void:
        return rater, (Refused("record", "this changes no rating", ("WA-C23",)),)
    return replace(rater, rulings=(*rater.rulings, final)), ()


def _take(rater: Rater, claim: Claim, got: Final | bytes) -> tuple[Rater, Effects]:
    if (refusal := rater.register.reported(claim)) is not None:
        return rater, (refusal,)
    if any(fact.record == claim.identity(rater.committee.chain) for fact in rater.facts):
        return rater, (Refused("record", "the node has this fact", ("WA-R23",)),)
    return replace(rater, got=(*rater.got, got)), ()


def report(register: Register, claim: Claim) -> Effects:
    """What an honest reporter does with a claim of its own: it sends it if it is so."""
    refusal = register.evaluate(claim) or register.reported(claim)
    return (refusal,) if refusal is not None else (Sent(CLAIM, claim.encode(register.chain_id)),)
