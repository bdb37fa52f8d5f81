"""Entries of the contract chain that deny, or end a denial, and checkpoints of them (WA-R12, WA-C9, WA-C13).

A denial names the violation, its user, the contract's rule that it broke, the chain on which it was found, and the
blocks from and until which it lasts; under it are the votes of a quorum of the contract database's validators. What of
it counts is for the rule `denial` to say: as published the user alone, or the one operation. A decision on an appeal
has the votes that the appeal was granted with. Entries stay, and are in force until the term or a decision ends them.

A checkpoint is the header of a complete block, with a quorum's votes, the block's time, and all entries up to it, which
the header has the digest of: none can be left out of it. Users have one name on all chains here; where each chain has
a pseudonym for them, the registrar would have to tell a chain which of its names a denial is of (WA-C4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reference.crypto import encoding, merkle
from reference.crypto.encoding import HASH, Domain, Malformed
from reference.ledger import chain
from reference.ledger.chain import Block, Header
from reference.ledger.effects import Refused
from reference.sovereign_chain.operations import Judgement
from reference.sovereign_chain.receipts import Validators, ValidatorSet
from reference.sovereign_chain.rules import Denied
from reference.sovereign_chain.violations import acquittal

DENIAL, DECISION, CHECKPOINT, ENTRIES = "denial", "appeal-decision", "denials-checkpoint", "denials"


@dataclass(frozen=True)
class Denial:
    """`operation` and `user` are 32 bytes, `place` is a chain; it lasts from block `start` on, and until `until`."""

    operation: bytes
    user: bytes
    clause: str
    place: str
    start: int
    until: int
    votes: bytes = b""

    @property
    def _body(self) -> list[encoding.Value]:
        return [self.operation, self.user, self.clause, self.place, self.start, self.until]

    def ballot(self, chain_id: str) -> Header:
        """What votes for the denial are given for: all that it says."""
        said = encoding.encode(Domain(chain_id, "signed-" + DENIAL), self._body)
        return Header(self.start, 0, chain.GENESIS, merkle.root((said,)), 1, self.operation)

    def voted(self, signers: Validators) -> Denial:
        """With the votes of a quorum of them."""
        return replace(self, votes=signers.votes(self.ballot(signers.of.chain_id), signers.of.committee.chain))

    def fault(self, database: ValidatorSet) -> Refused | None:
        """Why this is no denial of the contract chain of these validators; None if it is."""
        return database.committee.finalises(self.ballot(database.chain_id), self.votes)

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, DENIAL), [*self._body, self.votes])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Denial:
        return Denial(*encoding.decode_fields(Domain(chain_id, DENIAL), data, HASH, HASH, str, str, int, int, bytes))

    def bars(self, rule: Denied, chain_id: str, asked: Judgement) -> bool:
        """Whether what is denied, while it is, is this."""
        if rule == "this-request":
            return self.operation == asked.operation.identity(chain_id)
        if rule == "for-ever":
            return self.user == asked.operation.user
        return (self.user, self.clause) == (asked.operation.user, asked.decision.rule)


@dataclass(frozen=True)
class Decision:
    """The denial for this operation is lifted; `votes` are those that the appeal was granted with."""

    operation: bytes
    votes: bytes = b""

    def voted(self, signers: Validators) -> Decision:
        """With the votes of a quorum of them."""
        return replace(self, votes=signers.votes(acquittal(self.operation), signers.of.committee.chain))

    def fault(self, database: ValidatorSet) -> Refused | None:
        """Why this is no decision of these validators; None if it is."""
        refusal = database.committee.finalises(acquittal(self.operation), self.votes)
        return None if refusal is None else Refused("appeal", refusal.reason, ("WA-C9",))

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, DECISION), [self.operation, self.votes])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Decision:
        return Decision(*encoding.decode_fields(Domain(chain_id, DECISION), data, HASH, bytes))


def entry(chain_id: str, data: bytes) -> Denial | Decision:
    """What this entry of the contract chain is. Raises Malformed if it is neither."""
    try:
        return Denial.decode(chain_id, data)
    except Malformed:
        return Decision.decode(chain_id, data)


@dataclass(frozen=True)
class Entries:
    """What somebody knows of the contract chain: the denials, and the operations of which they are lifted."""

    denials: tuple[Denial, ...]
    lifted: frozenset[bytes]

    @staticmethod
    def of(chain_id: str, data: Sequence[bytes]) -> Entries:
        """Raises Malformed for what is no entry."""
        read = [entry(chain_id, each) for each in data]
        denials = tuple(each for each in read if isinstance(each, Denial))
        return Entries(denials, frozenset(each.operation for each in read if isinstance(each, Decision)))

    def against(self, rule: Denied, chain_id: str, asked: Judgement, slot: int) -> tuple[Denial, ...]:
        """The denials that stand against an operation in this slot."""
        return tuple(
            each
            for each in self.denials
            if each.bars(rule, chain_id, asked)
            and each.operation not in self.lifted
            and not (rule == "scoped" and each.until <= slot)
        )


@dataclass(frozen=True)
class Checkpoint:
    """`entries` are all that the contract chain has up to the block of this header, `time` is the block's."""

    header: bytes
    time: int
    entries: tuple[bytes, ...]
    votes: bytes

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, CHECKPOINT), [self.header, self.time, list(self.entries), self.votes])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Checkpoint:
        header, time, entries, votes = encoding.decode_fields(
            Domain(chain_id, CHECKPOINT), data, bytes, int, list, bytes
        )
        return Checkpoint(header, time, encoding.fields(entries, *[bytes] * len(entries)), votes)

    def opened(self, database: ValidatorSet) -> Header | Refused:
        """The header, if a quorum of these validators has signed it and it has this time and these entries."""
        try:
            header = Header.decode(database.committee.chain, self.header)
            Entries.of(database.chain_id, self.entries)
        except Malformed as malformed:
            return Refused("encoding", str(malformed), ("WA-C13",))
        if (refusal := database.committee.finalises(header, self.votes)) is not None:
            return Refused("denial_reach", refusal.reason, ("WA-R16", "WA-C13"))
        if header.state != state_of(database.chain_id, self.time, self.entries):
            return Refused("denial_reach", "time or entries are not those of the header", ("WA-R16", "WA-C13"))
        return header


def state_of(chain_id: str, time: int, entries: Sequence[bytes]) -> bytes:
    """The digest of a block's time and of all entries up to it, 32 bytes."""
    return encoding.digest(Domain(chain_id, ENTRIES), [time, list(entries)])


def block_of(
    chain_id: str, height: int, previous: bytes, time: int, before: Sequence[bytes], new: Sequence[bytes]
) -> Block:
    """The contract chain's block with these new entries; what is before it goes into its state."""
    return Block.build(height, 0, previous, tuple(new), state_of(chain_id, time, (*before, *new)))
