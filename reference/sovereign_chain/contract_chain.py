"""The contract chain as one party: it enters denials and decisions on appeals, and closes a block in each slot.

It stands for the correct validators, who all have the same blocks (WA-A23). A denial is entered with the signed
operation that it is for, so that user and rule are those of the operation; that the operation is a violation, the
votes under the denial say, and who gives them for what is in `violations`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.crypto.encoding import Malformed
from reference.ledger import chain
from reference.ledger.chain import Block
from reference.ledger.effects import Effect, Effects, Refused
from reference.sovereign_chain.denials import Checkpoint, Decision, Denial, Entries, block_of
from reference.sovereign_chain.operations import judge
from reference.sovereign_chain.receipts import ValidatorSet
from reference.sovereign_chain.violations import Register


@dataclass(frozen=True)
class Slot:
    """The number of a slot, which is the height of the contract chain's block, and its time in microseconds."""

    height: int
    time: int


@dataclass(frozen=True)
class ContractChain:
    """`blocks` are complete, with a checkpoint of each; `pending` has the entries of the block of the present slot."""

    register: Register
    validators: ValidatorSet
    now: Slot
    blocks: tuple[Block, ...] = ()
    checkpoints: tuple[bytes, ...] = ()
    pending: tuple[bytes, ...] = ()

    @property
    def chain_id(self) -> str:
        return self.register.chain_id

    @property
    def complete(self) -> tuple[bytes, ...]:
        """The entries of all complete blocks."""
        return tuple(leaf for block in self.blocks for leaf in block.leaves)

    @property
    def entries(self) -> Entries:
        """Those of the block of the present slot included."""
        return Entries.of(self.chain_id, (*self.complete, *self.pending))

    def denial(self, operation: bytes) -> Denial | None:
        """The denial for this operation, if there is one."""
        return next((each for each in self.entries.denials if each.operation == operation), None)

    @property
    def candidate(self) -> Block:
        """The block of the present slot, as it is if it ends now."""
        previous = self.blocks[-1].header.digest(self.chain_id) if self.blocks else chain.GENESIS
        return block_of(self.chain_id, self.now.height, previous, self.now.time, self.complete, self.pending)


@dataclass(frozen=True)
class Deny:
    """The violation that a signed operation is has been recorded, and its user is denied."""

    denial: bytes
    evidence: bytes


@dataclass(frozen=True)
class Lift:
    """An appeal has been granted."""

    decision: bytes


@dataclass(frozen=True)
class Seal:
    """A quorum has voted for the block of the present slot, which ends; the next begins at `time`."""

    votes: bytes
    time: int


@dataclass(frozen=True)
class Entered(Effect):
    """The contract chain has this entry from now on, and broadcasts it."""

    entry: bytes


Event = Deny | Lift | Seal
Outcome = tuple[ContractChain, Effects]


def step(party: ContractChain, event: Event) -> Outcome:
    """The contract chain's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case Deny():
                return _deny(party, event)
            case Lift():
                return _lift(party, event.decision)
            case Seal():
                return _seal(party, event)
    except Malformed as malformed:
        return _refuse(party, "encoding", str(malformed), "WA-C9")


def _deny(party: ContractChain, event: Deny) -> Outcome:
    denial, known = Denial.decode(party.chain_id, event.denial), party.register
    if (refusal := denial.fault(party.validators)) is not None:
        return party, (refusal,)
    asked = judge(known.chain_id, known.rules.judged_by, known.editions, known.users, event.evidence)
    if isinstance(asked, Refused):
        return party, (asked,)
    said = (denial.operation, denial.user, denial.clause)
    if said != (asked.operation.identity(party.chain_id), asked.operation.user, asked.decision.rule):
        return _refuse(party, "evidence", "operation, user or rule are others than the evidence has", "WA-C8")
    if denial.start != party.now.height:
        return _refuse(party, "place", "a denial is from the block on that it is in", "WA-C9")
    if party.denial(denial.operation) is not None:
        return _refuse(party, "place", "there is a denial for this violation already", "WA-C9")
    if known.rules.denial == "scoped" and denial.until <= denial.start:
        return _refuse(party, "denial", "a denial lasts until a later block", "WA-C9")
    return _enter(party, event.denial)


def _lift(party: ContractChain, data: bytes) -> Outcome:
    decision = Decision.decode(party.chain_id, data)
    if party.register.rules.appeal != "quorum":
        return _refuse(party, "appeal", "a denial is not appealed against", "WA-C9")
    if (refusal := decision.fault(party.validators)) is not None:
        return party, (refusal,)
    if party.denial(decision.operation) is None:
        return _refuse(party, "appeal", "there is nothing to lift", "WA-C9")
    if decision.operation in party.entries.lifted:
        return _refuse(party, "appeal", "the denial is lifted already", "WA-C9")
    return _enter(party, data)


def _seal(party: ContractChain, event: Seal) -> Outcome:
    block, name = party.candidate, party.validators.committee.chain
    if (refusal := party.validators.committee.finalises(block.header, event.votes)) is not None:
        return party, (refusal,)
    if event.time <= party.now.time:
        return _refuse(party, "place", "a slot is later than the one before it", "WA-R18")
    entries = (*party.complete, *block.leaves)
    checkpoint = Checkpoint(block.header.encode(name), party.now.time, entries, event.votes).encode(party.chain_id)
    after = replace(
        party,
        now=Slot(party.now.height + 1, event.time),
        blocks=(*party.blocks, block),
        checkpoints=(*party.checkpoints, checkpoint),
        pending=(),
    )
    return after, ()


def _enter(party: ContractChain, data: bytes) -> Outcome:
    return replace(party, pending=(*party.pending, data)), (Entered(data),)


def _refuse(party: ContractChain, rule: str, reason: str, *cites: str) -> Outcome:
    return party, (Refused(rule, reason, cites),)
