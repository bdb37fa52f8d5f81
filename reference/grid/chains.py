"""What all chains of the grid have in common: one set of replicas decides a block a slot, and readers follow.

A chain's application says which block is valid and what comes after it; `bc_ami.network` plays the replicas, with their
faults. A reader has the application as of some complete block, and takes the next one with its certificate only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, Self, TypeVar

from reference.bc_ami import network
from reference.bc_ami.faults import Conditions
from reference.bc_ami.lies import Spoilt
from reference.bc_ami.tally import Tally
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.application import ReplicaRules
from reference.ledger.chain import Block, Committee, FinalBlock
from reference.ledger.consensus import Replica
from reference.ledger.effects import Refused


class App(Spoilt, Protocol):
    """What a chain is about."""

    def after(self, block: Block) -> Self:
        """The state once this block, which is valid, is complete."""


A = TypeVar("A", bound=App)


@dataclass(frozen=True)
class Place:
    """Where a replica is at the beginning of a height."""

    height: int = 0
    view: int = 0
    previous: bytes = chain.GENESIS


@dataclass(frozen=True)
class Replicated(Generic[A]):
    """A chain: its application after the last complete block, and where each replica is.

    `blocks` are the last ones, from height `first` on, for whoever is behind. `link` is a digest of all blocks and
    their certificates.
    """

    committee: Committee
    app: A
    places: tuple[Place, ...]
    first: int = 0
    blocks: tuple[FinalBlock, ...] = ()
    link: bytes = chain.GENESIS

    @property
    def height(self) -> int:
        """The number of complete blocks, which is the next slot."""
        return self.first + len(self.blocks)

    def block(self, height: int) -> FinalBlock:
        """The block of this height. Raises KeyError for one that is not kept."""
        if not self.first <= height < self.height:
            raise KeyError(height)
        return self.blocks[height - self.first]

    def kept_from(self, height: int) -> Replicated[A]:
        """Without the blocks below this height that no replica needs."""
        least = min([height, *(each.height for each in self.places)])
        first = max(self.first, min(least, self.height))
        return replace(self, first=first, blocks=self.blocks[first - self.first :])


def order(
    party: Replicated[A],
    leaves: tuple[bytes, ...],
    pairs: Sequence[KeyPair],
    rules: ReplicaRules,
    conditions: Conditions,
    randomness: Randomness,
) -> tuple[Replicated[A], FinalBlock, Tally]:
    """The chain with its next block over these leaves, and what went on; a lying leader may leave some of them out.

    `party.app` is what every replica audits by. Raises NoQuorum if too many replicas fail.
    """
    replicas = tuple(
        Replica(index, pairs[index], rules, party.committee).at(each.height, each.view, each.previous)
        for index, each in enumerate(party.places)
    )
    tally = Tally()
    after, final = network.decide(replicas, party.app, leaves, conditions, randomness, party.block, party.height, tally)
    if isinstance(final, Refused):
        raise AssertionError(f"a correct leader of {party.committee.chain} proposed what is invalid: {final.reason}")
    return (
        replace(
            party,
            app=party.app.after(final.block),
            places=tuple(Place(each.height, each.first, each.previous) for each in after),
            blocks=(*party.blocks, final),
            link=_link(party.link, party.committee.chain, final),
        ),
        final,
        tally,
    )


def _link(before: bytes, chain_id: str, final: FinalBlock) -> bytes:
    data = final.block.encode(chain_id)
    return hashlib.sha256(before + hashlib.sha256(data).digest() + hashlib.sha256(final.evidence).digest()).digest()


@dataclass(frozen=True)
class Followed(Generic[A]):
    """What a reader has of a chain: all blocks below `height`, the last of which has this digest."""

    app: A
    height: int = 0
    previous: bytes = field(default=chain.GENESIS)

    @property
    def covers(self) -> int:
        """The last block that it has; -1 if none."""
        return self.height - 1


def follow(reader: Followed[A], committee: Committee, final: FinalBlock) -> Followed[A] | Refused:
    """The reader with the next block, or why it does not take it."""
    header = final.block.header
    if (header.height, header.previous) != (reader.height, reader.previous):
        return Refused("place", "not the block that follows those that the reader has", ("GR-R1",))
    if (refusal := committee.finalises(header, final.evidence)) is not None:
        return refusal
    if (refusal := reader.app.audit(final.block)) is not None:
        return refusal
    digest = header.digest(committee.chain)
    return Followed(reader.app.after(final.block), reader.height + 1, digest)


def is_recent(covers: int, slot: int, delta: int) -> bool:
    """Whether a checkpoint of this block is one of a complete block, not more than Delta old in the slot (WA-C13)."""
    return max(slot - delta, 0) <= covers < slot
