"""The messages of PBFT that one view does without: PRE-PREPARE with what justifies it, and VIEW-CHANGE (IS-C17).

A pre-prepare of a height's first view carries no reports; a later one, PBFT's NEW-VIEW, carries those of a quorum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.crypto import encoding, signing
from reference.crypto.encoding import Domain, Malformed
from reference.crypto.signing import KeyPair
from reference.ledger.application import ReplicaRules
from reference.ledger.chain import Block, Certificate, Committee
from reference.ledger.effects import Refused

PRE_PREPARE, VIEW_CHANGE = "pre-prepare", "view-change"


@dataclass(frozen=True)
class Lock:
    """What binds a replica: it has acted on this certificate, a quorum of votes for the block in the view."""

    view: int
    block: Block
    certificate: bytes

    def fields(self, chain: str) -> list[encoding.Value]:
        return [self.view, self.block.encode(chain), self.certificate]

    @staticmethod
    def of(chain: str, fields: list[object]) -> Lock:
        view, block, certificate = encoding.fields(fields, int, bytes, bytes)
        return Lock(view, Block.decode(chain, block), certificate)

    def rejects(self, committee: Committee) -> Refused | None:
        """Why the certificate is none; None if it is one. May raise Malformed."""
        votes = Certificate.decode(committee.chain, self.certificate).votes
        refusal = committee.counts(self.block.header, votes, view=self.view)
        return refusal and Refused("certificates_checked", refusal.reason, ("IS-C18",))


@dataclass(frozen=True)
class Report:
    """A replica gives up all views of the height before `view`, and says what binds it."""

    voter: int
    height: int
    view: int
    lock: Lock | None
    signature: bytes = b""

    def signed(self, chain: str, pair: KeyPair) -> Report:
        return replace(self, signature=signing.sign(pair, self.signed_part(chain)))

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "signed-" + VIEW_CHANGE), self._body(chain))

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, VIEW_CHANGE), [*self._body(chain), self.signature])

    def _body(self, chain: str) -> list[encoding.Value]:
        lock: encoding.Value = self.lock.fields(chain) if self.lock is not None else []
        return [self.voter, self.height, self.view, lock]

    @staticmethod
    def decode(chain: str, data: bytes) -> Report:
        types = (int, int, int, list, bytes)
        voter, height, view, lock, signature = encoding.decode_fields(Domain(chain, VIEW_CHANGE), data, *types)
        return Report(voter, height, view, Lock.of(chain, lock) if lock else None, signature)

    def rejects(
        self, rules: ReplicaRules, committee: Committee, height: int, view: int, previous: bytes
    ) -> Refused | None:
        """Why the report does not count at this place; None if it does. May raise Malformed."""
        if not 0 <= self.voter < len(committee.members):
            return Refused("quorum", f"voter {self.voter} is not a member", ("IS-R19",))
        if (self.height, self.view) != (height, view):
            return Refused("place", "the report is for another height or view", ("IS-C17",))
        if not signing.verify(committee.members[self.voter], self.signed_part(committee.chain), self.signature):
            return Refused("quorum", f"the report of replica {self.voter} is not signed by it", ("IS-C17",))
        if self.lock is None:
            return None
        header = self.lock.block.header
        if (header.height, header.previous) != (height, previous) or not header.view <= self.lock.view < view:
            return Refused("place", "the certificate is for another height, view or predecessor", ("IS-C17",))
        return self.lock.rejects(committee) if rules.certificates_checked else None


@dataclass(frozen=True)
class PrePrepare:
    """A leader's proposal for a view, with the reports from which it follows."""

    view: int
    block: bytes
    reports: tuple[bytes, ...]
    signature: bytes = b""

    @staticmethod
    def make(chain: str, view: int, block: Block, reports: tuple[bytes, ...], leader: KeyPair) -> PrePrepare:
        statement = PrePrepare._statement(chain, view, block)
        return PrePrepare(view, block.encode(chain), reports, signing.sign(leader, statement))

    def encode(self, chain: str) -> bytes:
        body: encoding.Value = [self.view, self.block, list(self.reports), self.signature]
        return encoding.encode(Domain(chain, PRE_PREPARE), body)

    @staticmethod
    def opened(committee: Committee, data: bytes) -> tuple[int, Block, tuple[bytes, ...]]:
        """View, block and reports of a proposal that the view's leader signed; raises Malformed if it did not."""
        chain, types = committee.chain, (int, bytes, list, bytes)
        view, raw, reports, signature = encoding.decode_fields(Domain(chain, PRE_PREPARE), data, *types)
        block = Block.decode(chain, raw)
        if not 0 <= block.header.view <= view:
            raise Malformed("the block is of a later view")
        leader = committee.members[committee.leader_of(view)]
        if not signing.verify(leader, PrePrepare._statement(chain, view, block), signature):
            raise Malformed("the leader has not signed the candidate")
        return view, block, tuple(encoding.fields(reports, *[bytes] * len(reports)))

    @staticmethod
    def _statement(chain: str, view: int, block: Block) -> bytes:
        body: encoding.Value = [block.header.height, view, block.header.digest(chain)]
        return encoding.encode(Domain(chain, "signed-" + PRE_PREPARE), body)


def binding(
    rules: ReplicaRules, committee: Committee, height: int, view: int, previous: bytes, reports: tuple[bytes, ...]
) -> tuple[Lock, ...] | Refused:
    """What a quorum of reports leaves a leader to propose: one of these blocks, or any where there are none.

    Where the rule `carried` is "none", no reports are asked for.

    Refused if a report does not count, or if they are too few. May raise Malformed. Signatures come last, so that
    whoever shows many reports has none verified but at most one of each member.
    """
    if rules.carried == "none":
        return ()
    if not committee.needed <= len(reports) <= len(committee.members):
        return Refused("quorum", f"{len(reports)} reports, and {committee.needed} are needed", ("IS-C17",))
    read = [Report.decode(committee.chain, each) for each in reports]
    if len({each.voter for each in read}) != len(read):
        return Refused("quorum", "a replica's report is counted twice", ("IS-C17",))
    for report in read:
        if (refusal := report.rejects(rules, committee, height, view, previous)) is not None:
            return refusal
    locks = tuple(each.lock for each in read if each.lock is not None)
    if rules.carried == "any":
        return locks
    latest = max((lock.view for lock in locks), default=-1)
    return tuple(lock for lock in locks if lock.view == latest)
