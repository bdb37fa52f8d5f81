"""What a lying replica sends: BYZ with one replica's key, as a voter, as a leader, and in a change of view.

Every lie but silence must be refused by a named rule of the replicas that hear it, or do no harm. A liar signs with its
own key only, whatever name it gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from reference.crypto.randomness import Randomness
from reference.ledger.application import Application
from reference.ledger.chain import CERTIFICATE, COMMIT, VOTE, Block, Certificate, FinalBlock, Vote
from reference.ledger.consensus import Replica
from reference.ledger.view_change import PRE_PREPARE, VIEW_CHANGE, Lock, PrePrepare, Report

VOTES = ("silence", "other-block", "negative-audit", "borrowed-name")
LEADS = ("silence", "invalid-block", "equivocation", "withheld-votes", "false-certificate", "unjustified-block")
REPORTS = ("silence", "forged-certificate", "borrowed-name")


@dataclass(frozen=True)
class Letter:
    """One message to one replica; `final` stands in for its data where a block is passed on."""

    recipient: int
    kind: str
    data: bytes
    final: FinalBlock | None = None


class Spoilt(Application, Protocol):
    """An application of which a liar knows what a correct replica finds invalid."""

    def spoil(self, leaves: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """Leaves like these with which no block is valid; there may be none of them."""


Told = tuple[str, tuple[Letter, ...]]
"""The name of the lie, and its messages."""


def vote(liar: Replica, block: Block, others: Sequence[int], randomness: Randomness) -> Told:
    """A false answer to a candidate."""
    lie, chain = _drawn(VOTES, randomness), liar.committee.chain
    honest = Vote.make(chain, liar.index, block.header, True, liar.pair, view=liar.view)
    match lie:
        case "other-block":
            told = replace(honest, digest=randomness.child("digest").take(32)).signed(chain, liar.pair)
        case "negative-audit":
            told = replace(honest, positive=False).signed(chain, liar.pair)
        case "borrowed-name":
            told = replace(honest, voter=others[0])
        case _:
            return lie, ()
    return lie, tuple(Letter(each, VOTE, told.encode(chain)) for each in others)


def lead(
    liar: Replica, state: Spoilt, leaves: tuple[bytes, ...], others: Sequence[int], randomness: Randomness
) -> Told:
    """A false proposal. It shows the reports that it was sent, where it needs any."""
    lie = _drawn(LEADS, randomness)
    honest, shown = _block(liar, state, leaves), tuple(liar.reports[voter] for voter in sorted(liar.reports))
    match lie:
        case "invalid-block":
            return lie, _proposed(liar, _block(liar, state, state.spoil(leaves)), shown, others)
        case "equivocation":
            half, shorter = len(others) // 2, leaves[:-1] or state.spoil(leaves)
            second = _block(liar, state, shorter)
            return lie, (
                *_proposed(liar, honest, shown, others[:half]),
                *_proposed(liar, second, shown, others[half:]),
                *_voted(liar, honest, others[:half]),
                *_voted(liar, second, others[half:]),
            )
        case "withheld-votes":
            some = others[: max(liar.committee.needed - 1, 1)]
            return lie, (*_proposed(liar, honest, shown, some), *_voted(liar, honest, some[:1]))
        case "false-certificate":
            final = FinalBlock(honest, _forged(liar, honest, COMMIT))
            return lie, tuple(Letter(each, CERTIFICATE, final.evidence, final) for each in others)
        case "unjustified-block":
            return lie, _proposed(liar, _block(liar, state, leaves[:-1] or leaves), (), others)
        case _:
            return lie, ()


def report(liar: Replica, leader: int, randomness: Randomness) -> Told:
    """A false report to the leader of the view that the liar has come to."""
    lie, chain = _drawn(REPORTS, randomness), liar.committee.chain
    draft = Report(liar.index, liar.height, liar.view, None)
    match lie:
        case "forged-certificate":
            block = Block.build(liar.height, liar.first, liar.previous, (b"a block that nobody saw",), bytes(32))
            draft = replace(draft, lock=Lock(liar.view - 1, block, _forged(liar, block, VOTE, liar.view - 1)))
        case "borrowed-name":
            draft = replace(draft, voter=leader)
        case _:
            return lie, ()
    return lie, (Letter(leader, VIEW_CHANGE, draft.signed(chain, liar.pair).encode(chain)),)


def _drawn(lies: tuple[str, ...], randomness: Randomness) -> str:
    return lies[randomness.child("lie").integer(0, len(lies) - 1)]


def _block(liar: Replica, state: Spoilt, leaves: tuple[bytes, ...]) -> Block:
    return Block.build(liar.height, liar.view, liar.previous, leaves, state.root)


def _proposed(liar: Replica, block: Block, shown: tuple[bytes, ...], others: Sequence[int]) -> tuple[Letter, ...]:
    chain = liar.committee.chain
    data = PrePrepare.make(chain, liar.view, block, shown, liar.pair).encode(chain)
    return tuple(Letter(each, PRE_PREPARE, data) for each in others)


def _voted(liar: Replica, block: Block, others: Sequence[int]) -> tuple[Letter, ...]:
    chain = liar.committee.chain
    data = Vote.make(chain, liar.index, block.header, True, liar.pair, view=liar.view).encode(chain)
    return tuple(Letter(each, VOTE, data) for each in others)


def _forged(liar: Replica, block: Block, kind: str, view: int | None = None) -> bytes:
    """A certificate in the names of all members, signed by the liar alone."""
    chain, cast = liar.committee.chain, liar.view if view is None else view
    own = Vote.make(chain, liar.index, block.header, True, liar.pair, view=cast, kind=kind)
    votes = tuple(replace(own, voter=member) for member in range(len(liar.committee.members)))
    return Certificate(votes).encode(chain)
