"""Entries of the contract chain as those make them who ask for them, and what residents sign (WA-C8, WA-C9, WA-C12)."""

from __future__ import annotations

from meterproof.contracts import Request
from reference.grid import laws
from reference.grid.law_chain import LawChain, denying
from reference.grid.platform import data_of
from reference.grid.state import Deployed
from reference.ledger.chain import Certificate, Vote
from reference.ledger.effects import Refused
from reference.sovereign_chain.denials import Denial
from reference.sovereign_chain.operations import Editions, Operation, judge
from reference.sovereign_chain.registry import Registration, approval, edition_of, meaning


def next_version(chain: LawChain) -> int:
    """The version that a new edition has."""
    return 1 + max(edition_of(each).version for each in (*chain.genesis.originals, *chain.registered))


def edition_entry(known: Deployed, chain: LawChain, source: bytes) -> bytes:
    """A new edition, with the votes of a quorum of validators for it."""
    committee, header = chain.genesis.committee, approval(meaning(source))
    votes = tuple(
        Vote.make(committee.chain, i, header, True, pair) for i, pair in enumerate(known.replicas[: committee.needed])
    )
    return Registration(source, Certificate(votes).encode(committee.chain)).encode(chain.chain_id)


def operation_of(
    known: Deployed, chain: LawChain, resident: str, service: str, at: int, edition: int, count: int
) -> Operation:
    """A resident's signed wish to see readings of a service, at a time in seconds."""
    request = Request(laws.HOUSEHOLD, laws.SERVICE, laws.READ, data_of(service), laws.PLACE, at // 60)
    user = known.names.name(resident.encode(), chain.chain_id)
    return Operation(user, count, request, edition).signed(chain.chain_id, known.wallets[resident].signing)


def denial_entry(known: Deployed, chain: LawChain, operation: Operation, place: str, until: int) -> bytes:
    """The denial for an operation, from the chain's next block until that of this height, with the validators' votes.

    `place` is the service that it was asked of.
    """
    data = operation.encode(chain.chain_id)
    editions = Editions((chain.edition(chain.height),))
    asked = judge(chain.chain_id, "current-edition", editions, chain.genesis.users, data)
    assert not isinstance(asked, Refused), asked
    draft = Denial(
        operation.identity(chain.chain_id), operation.user, asked.decision.rule or "", place, chain.height, until
    )  # fmt: skip
    return denying(chain.chain_id, draft.voted(known.validators[chain.chain_id]).encode(chain.chain_id), data)
