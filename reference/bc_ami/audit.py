"""What a replica answers the leader in the round of section 4.2.3: its own audit, beside those of others (IS-R15).

The audit result with a hash, which replicas broadcast first, is a `Vote`: signed, and with the digest of the candidate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from reference.crypto import encoding
from reference.crypto.encoding import Domain, Malformed
from reference.ledger.chain import Vote

AUDIT_RESPONSE = "audit-response"


@dataclass(frozen=True)
class AuditResponse:
    """The replica's vote as it has signed it, and of whose audit result it found the same (True) or another (False).

    Only the vote is signed: what a difference should lead to the paper does not say, so nothing hangs on it.
    """

    vote: bytes
    comparison: tuple[tuple[int, bool], ...]

    @staticmethod
    def make(chain: str, own: Vote, heard: Mapping[int, Vote]) -> AuditResponse:
        """Compare the digest and the result of each audit that was heard with one's own."""
        same = ((voter, _said(heard[voter]) == _said(own)) for voter in sorted(heard))
        return AuditResponse(own.encode(chain), tuple(same))

    def encode(self, chain: str) -> bytes:
        compared: list[encoding.Value] = [[voter, same] for voter, same in self.comparison]
        return encoding.encode(Domain(chain, AUDIT_RESPONSE), [self.vote, compared])

    @staticmethod
    def decode(chain: str, data: bytes) -> AuditResponse:
        """Raises Malformed, also for voters that are not in rising order."""
        vote, compared = encoding.decode_fields(Domain(chain, AUDIT_RESPONSE), data, bytes, list)
        pairs = tuple(_pair(each) for each in encoding.fields(compared, *[list] * len(compared)))
        if any(a >= b for (a, _), (b, _) in pairwise(pairs)):
            raise Malformed("the voters that were compared are not in rising order")
        Vote.decode(chain, vote)
        return AuditResponse(vote, pairs)


def _pair(fields: list[object]) -> tuple[int, bool]:
    voter, same = encoding.fields(fields, int, bool)
    return voter, same


def _said(vote: Vote) -> tuple[bytes, bool]:
    return vote.digest, vote.positive
