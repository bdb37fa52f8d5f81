"""The state of the world `violations_world`: what everybody knows, and what is on the wire and in the database.

There is one user, and an operation of his for each number. The database is one chain: its blocks have a record each,
and the counter of violations.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from meterproof.contracts import Contract, Request
from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.chain import VOTE, Committee, Header, Vote, committee_of
from reference.ledger.effects import Sent
from reference.sovereign_chain.block import Block
from reference.sovereign_chain.made_contract import edition
from reference.sovereign_chain.operations import OPERATION, Editions, Operation
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.violations import Register, Statement, Validator, ViolationRecord

CHAIN = "contract-database"
USER = b"user one".ljust(32, b"\0")


@dataclass(frozen=True)
class ViolationsWorld:
    """`faulty` validators are the adversary's. `editions` are all that there will be; the first `active` of them have
    come into force. `asked` has the user's operations, unsigned and with no edition yet."""

    rules: Rules
    validators: tuple[Validator, ...]
    faulty: frozenset[int]
    unjust: frozenset[int]
    editions: tuple[Contract, ...]
    user: KeyPair
    asked: tuple[Operation, ...]
    wire: tuple[Sent, ...] = ()
    blocks: tuple[Block, ...] = ()
    overturned: frozenset[bytes] = frozenset()
    active: int = 1

    @property
    def register(self) -> Register:
        """What all validators know."""
        editions = Editions(self.editions[: self.active])
        return Register(CHAIN, self.rules, {USER: self.user.public}, editions)

    @property
    def committee(self) -> Committee:
        return self.validators[0].committee

    def identity(self, number: int) -> bytes:
        """By what the operation is named, 32 bytes."""
        return self.asked[number].identity(CHAIN)

    def signed(self, number: int) -> bytes:
        """The signed operation, if it is on the wire; nothing otherwise."""
        wanted = self.identity(number)
        sent = (each.data for each in self.wire if each.kind == OPERATION)
        return next((data for data in sent if Operation.decode(CHAIN, data).identity(CHAIN) == wanted), b"")

    def statements(self, kind: str, number: int) -> tuple[bytes, ...]:
        """What is on the wire of this kind about the operation."""
        wanted = self.identity(number)
        sent = (each.data for each in self.wire if each.kind == kind)
        return tuple(data for data in sent if Statement.decode(CHAIN, kind, data).operation == wanted)

    def votes(self, ballot: Header) -> tuple[Vote, ...]:
        """The votes on the wire for this, which nobody has verified yet."""
        digest = ballot.digest(CHAIN)
        decoded = (Vote.decode(CHAIN, each.data) for each in self.wire if each.kind == VOTE)
        return tuple(vote for vote in decoded if vote.digest == digest)

    @property
    def records(self) -> tuple[ViolationRecord, ...]:
        """What the database has."""
        return tuple(ViolationRecord.decode(CHAIN, entry) for block in self.blocks for entry in block.record.entries)

    def is_recorded(self, number: int) -> bool:
        return any(record.operation == self.identity(number) for record in self.records)


def deploy(
    rules: Rules,
    validators: int,
    bound: int,
    seed: int,
    *,
    first: Sequence[int],
    breaks: Sequence[Sequence[bool]],
    unjust: Collection[int] = (),
    faulty: Collection[int] = (),
) -> ViolationsWorld:
    """Validators, one operation for each entry of `first`, which has its first receiver, and the editions.

    `breaks` says for each operation which editions deny it. Raises InputError for a validator that does not exist, and
    for too few of them.
    """
    if not {*first, *faulty} <= set(range(validators)):
        raise InputError("a first receiver or a faulty validator does not exist", allowed=f"0 to {validators - 1}")
    root = Randomness.from_seed(seed)
    pairs = tuple(KeyPair.generate(root.child("validator", i)) for i in range(validators))
    committee = replace(committee_of(rules, CHAIN, pairs, bound), finality="certificate")
    asked = tuple(
        Operation(USER, number, Request("user", "data", "read", f"data-{number}", "here", 60 * number), 0)
        for number in range(len(first))
    )
    editions = tuple(
        edition(number, [denied[number] for denied in breaks]) for number in range(max(map(len, breaks), default=1))
    )
    user = KeyPair.generate(root.child("user"))
    register = Register(CHAIN, rules, {USER: user.public}, Editions(editions[:1]))
    received = [
        frozenset(each.identity(CHAIN) for each, receiver in zip(asked, first, strict=True) if receiver == i)
        for i in range(validators)
    ]
    each = tuple(Validator(i, pair, committee, register, first=received[i]) for i, pair in enumerate(pairs))
    return ViolationsWorld(rules, each, frozenset(faulty), frozenset(unjust), editions, user, asked)
