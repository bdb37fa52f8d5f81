"""The chain's registry of the editions of a contract, and what is said of them (WA-R13, WA-C12, WA-C18).

A legislator signs which editions are law. As published a centre sends editions to the nodes, and what each has got by
then it judges by. Hardened, nodes sign that an edition is law; with a quorum of such votes the chain registers it, in
the words of its file, below the height from which it is to hold. An operation is judged by the edition that holds at
the height of its block, which follows from the blocks up to there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from meterproof.contracts import Contract, digest, parse
from meterproof.errors import InputError
from reference.crypto import encoding, merkle, signing
from reference.crypto.encoding import HASH, Domain, Malformed
from reference.ledger import chain
from reference.ledger.chain import Block, Certificate, Committee, Header
from reference.ledger.effects import Refused
from reference.sovereign_chain.operations import Operation
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.signed import Signed

REGISTRATION = "edition-registration"
OUT_OF_DATE = "out-of-date"


@lru_cache(maxsize=1 << 10)
def edition_of(source: bytes) -> Contract:
    """The edition that a file writes. Raises Malformed for a file that is no contract."""
    try:
        return parse(source, Path("a registered edition"))
    except InputError as error:
        raise Malformed(f"no contract: {error}") from error


@lru_cache(maxsize=1 << 10)
def meaning(source: bytes) -> bytes:
    """The hash of what the file's edition means, 32 bytes. Raises Malformed for a file that is no contract."""
    return bytes.fromhex(digest(edition_of(source)))


@dataclass(frozen=True)
class Act(Signed):
    """The legislator's word that the edition of this meaning is law."""

    KIND = "act"
    edition: bytes
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Act:
        return Act(*Act.read(chain_id, data, HASH))


@dataclass(frozen=True)
class Delivery(Signed):
    """An edition's file, sent to a node by the centre."""

    KIND = "edition-delivery"
    source: bytes
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Delivery:
        return Delivery(*Delivery.read(chain_id, data, bytes))


@dataclass(frozen=True)
class Registration:
    """What a block has of an edition: its file, and a certificate of the nodes' votes for its meaning."""

    source: bytes
    approvals: bytes

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, REGISTRATION), [self.source, self.approvals])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Registration:
        return Registration(*encoding.decode_fields(Domain(chain_id, REGISTRATION), data, bytes, bytes))


@dataclass(frozen=True)
class Judgement(Signed):
    """A node's word on an operation of a block: what the edition of this meaning says of it, or that its user went by
    another edition (`OUT_OF_DATE`)."""

    KIND = "judgement"
    node: int
    operation: bytes
    height: int
    edition: bytes
    outcome: str
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Judgement:
        return Judgement(*Judgement.read(chain_id, data, int, HASH, int, HASH, str))


def approval(edition: bytes) -> Header:
    """What votes for the edition of this meaning are given for: number and activation height are part of it."""
    return Header(0, 0, chain.GENESIS, merkle.root((b"edition", edition)), 1, edition)


@dataclass(frozen=True)
class Genesis:
    """What all nodes begin with: keys, and the files of the editions that hold from the start."""

    rules: Rules
    committee: Committee
    users: Mapping[bytes, bytes]
    legislator: bytes
    center: bytes
    originals: tuple[bytes, ...]

    @property
    def chain_id(self) -> str:
        return self.committee.chain


@dataclass(frozen=True)
class Registry:
    """The chain as far as somebody has it: blocks of one registration or one operation each."""

    genesis: Genesis
    blocks: tuple[Block, ...] = ()

    def next(self, leaf: bytes) -> Block:
        """The block that would come next with this in it, valid or not."""
        previous = self.blocks[-1].header.digest(self.genesis.chain_id) if self.blocks else chain.GENESIS
        return Block.build(len(self.blocks), 0, previous, (leaf,), chain.GENESIS)

    @property
    def registered(self) -> tuple[bytes, ...]:
        """The files of the editions that are registered, in the order of their blocks."""
        return tuple(each.source for block in self.blocks if (each := self.registration(block)) is not None)

    def registration(self, block: Block) -> Registration | None:
        """What the block registers; None if it has something else."""
        return _read(Registration, self.genesis.chain_id, block.leaves[0])

    def operation(self, height: int) -> Operation | None:
        """The operation that the block at this height includes; None if there is none."""
        has = 0 <= height < len(self.blocks)
        return _read(Operation, self.genesis.chain_id, self.blocks[height].leaves[0]) if has else None

    def holding(self, height: int) -> bytes:
        """The file of the latest edition that holds at this height; without activation heights, of all that are known.

        It is the one that `meterproof.contracts.in_force` names where activation heights rise with the versions.
        """
        return holding(self.genesis, self.registered, height)

    def fault(self, block: Block) -> Refused | None:
        """Why this is not the chain's next block; None if it is."""
        if len(block.leaves) != 1 or block != self.next(block.leaves[0]):
            return Refused("place", "this is not the chain's next block", ("WA-R21",))
        leaf, chain_id = block.leaves[0], self.genesis.chain_id
        if (registration := _read(Registration, chain_id, leaf)) is not None:
            return registration_fault(self.genesis, self.registered, len(self.blocks), registration)
        if (operation := _read(Operation, chain_id, leaf)) is not None:
            return self._operation_fault(operation)
        return Refused("encoding", "a block has a registration or an operation", ("WA-R20",))

    def _operation_fault(self, operation: Operation) -> Refused | None:
        chain_id, key = self.genesis.chain_id, self.genesis.users.get(operation.user)
        if key is None or not signing.verify(key, operation.signed_part(chain_id), operation.signature):
            return Refused("operation", "the user has not signed the operation", ("WA-C8",))
        identity = operation.identity(chain_id)
        earlier = (self.operation(height) for height in range(len(self.blocks)))
        if any(each is not None and each.identity(chain_id) == identity for each in earlier):
            return Refused("operation", "the chain has the operation already", ("WA-C5",))
        return None


def holding(genesis: Genesis, registered: Sequence[bytes], height: int) -> bytes:
    """Of these registered files that of the latest edition that holds at this height; see `Registry.holding`."""
    pinned = genesis.rules.contract_change == "quorum-activation"
    active = [each for each in registered if not pinned or edition_of(each).activation_height <= height]
    return latest((*genesis.originals, *active))


def registration_fault(
    genesis: Genesis, registered: Sequence[bytes], height: int, entry: Registration
) -> Refused | None:
    """Why the block at this height does not register the edition, where these files are registered; None if it may."""
    rules, committee = genesis.rules, genesis.committee
    if rules.contract_change == "center":
        return Refused("contract_change", "editions come from the centre", ("WA-R10", "WA-C12"))
    try:
        edition = edition_of(entry.source)
        votes = Certificate.decode(committee.chain, entry.approvals).votes
    except Malformed as malformed:
        return Refused("encoding", str(malformed), ("WA-C12",))
    known = [edition_of(each) for each in (*genesis.originals, *registered)]
    if edition.version in {each.version for each in known}:
        return Refused("edition", f"there is a version {edition.version} already", ("WA-C12",))
    if edition.name != known[0].name:
        return Refused("edition", f"this is an edition of another contract than {known[0].name}", ("WA-C12",))
    if (refusal := committee.counts(approval(meaning(entry.source)), votes)) is not None:
        return replace(refusal, cites=("WA-C12", "WA-C18"))
    if rules.contract_change == "quorum-activation" and height >= edition.activation_height:
        return Refused("contract_change", "the height from which it is to hold is reached", ("WA-C12",))
    return None


Leaf = TypeVar("Leaf", Registration, Operation)


def _read(kind: type[Leaf], chain_id: str, leaf: bytes) -> Leaf | None:
    try:
        return kind.decode(chain_id, leaf)
    except Malformed:
        return None


def latest(sources: tuple[bytes, ...]) -> bytes:
    """The file of the highest version."""
    return max(sources, key=lambda each: edition_of(each).version)
