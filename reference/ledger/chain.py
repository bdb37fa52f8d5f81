"""Blocks, votes and what makes a block final (IS-R15, IS-C14 to C18).

Everything signed carries chain id, height, view, digest and kind, so a vote can be used for nothing else. The digest is
that of the whole header: no field of a block is left outside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from reference.crypto import encoding, merkle, signing
from reference.crypto.encoding import HASH, SIGNATURE, Domain, Malformed
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Refused

Counted = Literal["responses", "positive-votes"]
Finality = Literal["leaders-word", "certificate"]
Rounds = Literal["one", "two"]

GENESIS = bytes(32)
"""What the first header names as its predecessor."""
PROPOSAL, VOTE, CERTIFICATE, ANNOUNCEMENT = "proposal", "vote", "certificate", "announcement"
COMMIT = "commit"
"""The kind of a vote in the second round, where there is one; `VOTE` is that of the first, PBFT's prepare."""


@dataclass(frozen=True)
class Header:
    """What votes are given for. `state` is the digest of the application's state before the block."""

    height: int
    view: int
    previous: bytes
    transactions: bytes
    count: int
    state: bytes

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "header"), self._body())

    def digest(self, chain: str) -> bytes:
        return encoding.digest(Domain(chain, "header"), self._body())

    def _body(self) -> encoding.Value:
        return [self.height, self.view, self.previous, self.transactions, self.count, self.state]

    @staticmethod
    def decode(chain: str, data: bytes) -> Header:
        types = (int, int, HASH, HASH, int, HASH)
        return Header(*encoding.decode_fields(Domain(chain, "header"), data, *types))


@dataclass(frozen=True)
class Block:
    """A header and its leaves, which are encoded envelopes."""

    header: Header
    leaves: tuple[bytes, ...]

    @staticmethod
    def build(height: int, view: int, previous: bytes, leaves: tuple[bytes, ...], state: bytes) -> Block:
        """A block over these leaves with the header that belongs to it."""
        return Block(Header(height, view, previous, merkle.root(leaves), len(leaves), state), leaves)

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "block"), [self.header.encode(chain), list(self.leaves)])

    @staticmethod
    def decode(chain: str, data: bytes) -> Block:
        """Raises Malformed for leaves that are not those which the header commits to, too."""
        header, leaves = encoding.decode_fields(Domain(chain, "block"), data, bytes, list)
        block = Block(Header.decode(chain, header), encoding.fields(leaves, *[bytes] * len(leaves)))
        if block.header.count != len(leaves) or block.header.transactions != merkle.root(leaves):
            raise Malformed("the leaves are not those of the header")
        return block


@dataclass(frozen=True)
class Proposal:
    """A leader's candidate block, signed by it."""

    block: bytes
    signature: bytes

    @staticmethod
    def make(chain: str, block: Block, leader: KeyPair) -> Proposal:
        return Proposal(block.encode(chain), signing.sign(leader, _statement(chain, PROPOSAL, block.header)))

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, PROPOSAL), [self.block, self.signature])

    @staticmethod
    def opened(chain: str, data: bytes, leader: bytes) -> Block:
        """The block of a proposal that this leader signed; raises Malformed if it did not."""
        block_bytes, signature = encoding.decode_fields(Domain(chain, PROPOSAL), data, bytes, SIGNATURE)
        block = Block.decode(chain, block_bytes)
        if not signing.verify(leader, _statement(chain, PROPOSAL, block.header), signature):
            raise Malformed("the leader has not signed the candidate")
        return block


@dataclass(frozen=True)
class Vote:
    """A replica's signed response to a candidate: `positive` is the result of its audit (IS-R15).

    `kind` is VOTE or COMMIT. `view` is where the vote is cast: later than the header's where a block is carried on.
    """

    voter: int
    height: int
    view: int
    digest: bytes
    positive: bool
    signature: bytes = b""
    kind: str = VOTE

    @staticmethod
    def make(
        chain: str,
        voter: int,
        header: Header,
        positive: bool,
        pair: KeyPair,
        *,
        view: int | None = None,
        kind: str = VOTE,
    ) -> Vote:
        """Signed with `pair`, in the header's view unless another is given."""
        cast = header.view if view is None else view
        return Vote(voter, header.height, cast, header.digest(chain), positive, kind=kind).signed(chain, pair)

    def signed(self, chain: str, pair: KeyPair) -> Vote:
        """With the signature of `pair`, whatever the vote says."""
        return replace(self, signature=signing.sign(pair, self.signed_part(chain)))

    def signed_part(self, chain: str) -> bytes:
        body: encoding.Value = [self.height, self.view, self.digest, self.positive]
        return encoding.encode(Domain(chain, "signed-" + self.kind), body)

    def encode(self, chain: str) -> bytes:
        body: encoding.Value = [self.voter, self.height, self.view, self.digest, self.positive, self.signature]
        return encoding.encode(Domain(chain, self.kind), body)

    @staticmethod
    def decode(chain: str, data: bytes, kind: str = VOTE) -> Vote:
        types = (int, int, int, HASH, bool, SIGNATURE)
        voter, height, view, digest, positive, signature = encoding.decode_fields(Domain(chain, kind), data, *types)
        return Vote(voter, height, view, digest, positive, signature, kind)


class CommitteeRules(Protocol):
    """What the rules of a protocol say of its committee."""

    @property
    def counted(self) -> Counted:
        """Whether any answer counts, or only a positive one."""

    @property
    def finality(self) -> Finality:
        """Whom others believe that a block is final: the leader, or the votes."""

    def needed_votes(self, n: int, f: int) -> int:
        """The quorum of n members of which at most f are taken to be faulty."""

    def check_deployment(self, n: int, f: int) -> None:
        """Raises InputError if these are too few members, or if f is not in 0..n."""


@dataclass(frozen=True)
class Committee:
    """Who votes on a chain and what makes a block final there: the same for replicas, MDMS and any auditor.

    Where `rounds` is "two", a certificate is a quorum of COMMIT votes, all of one view, which may be later than that of
    the header. `leader` leads the first view.
    """

    chain: str
    members: tuple[bytes, ...]
    leader: int
    needed: int
    counted: Counted
    finality: Finality
    rounds: Rounds = "one"

    def leader_of(self, view: int) -> int:
        """Members take turns, view by view."""
        return (self.leader + view) % len(self.members)

    def finalises(self, header: Header, evidence: bytes) -> Refused | None:
        """Why `evidence` does not make the block of this header final, or None if it does."""
        try:
            if self.finality == "leaders-word":
                return self.announced(header, evidence)
            kind = COMMIT if self.rounds == "two" else VOTE
            votes = Certificate.decode(self.chain, evidence, kind).votes
            return self.counts(header, votes, view=votes[0].view if votes else header.view, kind=kind)
        except Malformed as malformed:
            return Refused("finality", str(malformed), ("IS-C18",))

    def counts(
        self, header: Header, votes: tuple[Vote, ...], *, view: int | None = None, kind: str = VOTE
    ) -> Refused | None:
        """Why these votes are no quorum for the header; None if they are. Only distinct members' signatures count.

        They must be of this kind, in the order of their voters, so that a certificate of the same votes has the same
        bytes, and cast in `view`: by default that of the header, and never an earlier one.
        """
        cast = header.view if view is None else view
        if cast < header.view:
            return Refused("quorum", "the votes are older than the block", ("IS-C17",))
        digest, voters = header.digest(self.chain), set[int]()
        for vote in votes:
            if vote.voter in voters:
                return Refused("quorum", f"replica {vote.voter} is counted twice", ("IS-C16",))
            if voters and vote.voter < max(voters):
                return Refused("canonical", f"the vote of replica {vote.voter} is out of order", ("IS-C18",))
            if (refusal := self.rejects(vote, (kind, header.height, cast, digest))) is not None:
                return refusal
            voters.add(vote.voter)
        if len(voters) < self.needed:
            return Refused("quorum", f"{len(voters)} of {self.needed} votes", ("IS-R15", "IS-C14"))
        return None

    def rejects(self, vote: Vote, asked: tuple[str, int, int, bytes]) -> Refused | None:
        """Why this vote does not count where kind, height, view and digest are those asked for; None if it does."""
        if not 0 <= vote.voter < len(self.members):
            return Refused("quorum", f"voter {vote.voter} is not a member", ("IS-R19",))
        if (vote.kind, vote.height, vote.view, vote.digest) != asked:
            return Refused("quorum", "a vote is for another block, height or view", ("IS-C16",))
        if self.counted == "positive-votes" and not vote.positive:
            return Refused("counted", f"replica {vote.voter} found the block invalid", ("IS-C16",))
        if not signing.verify(self.members[vote.voter], vote.signed_part(self.chain), vote.signature):
            return Refused("quorum", f"the vote of replica {vote.voter} is not signed by it", ("IS-C17",))
        return None

    def announced(self, header: Header, evidence: bytes) -> Refused | None:
        """Why `evidence` is not the leader's word for this header; None if it is. May raise Malformed."""
        digest, signature = encoding.decode_fields(Domain(self.chain, ANNOUNCEMENT), evidence, HASH, SIGNATURE)
        word = _statement(self.chain, ANNOUNCEMENT, header)
        if digest != header.digest(self.chain) or not signing.verify(self.members[self.leader], word, signature):
            return Refused("finality", "the leader has not announced this block", ("IS-R15",))
        return None


def committee_of(rules: CommitteeRules, chain: str, pairs: Sequence[KeyPair], bound: int, leader: int = 0) -> Committee:
    """The members with these keys, of which at most `bound` are taken to be faulty. Raises InputError for too few."""
    rules.check_deployment(len(pairs), bound)
    needed = rules.needed_votes(len(pairs), bound)
    return Committee(chain, tuple(pair.public for pair in pairs), leader, needed, rules.counted, rules.finality)


def by_voter(votes: Iterable[Vote]) -> tuple[Vote, ...]:
    """The votes in the order in which a certificate lists them."""
    return tuple(sorted(votes, key=lambda vote: vote.voter))


@dataclass(frozen=True)
class Certificate:
    """Votes that anybody can check: what makes a block final under the rule `certificate`; see `by_voter`."""

    votes: tuple[Vote, ...]

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, CERTIFICATE), [vote.encode(chain) for vote in self.votes])

    @staticmethod
    def decode(chain: str, data: bytes, kind: str = VOTE) -> Certificate:
        """Raises Malformed for votes of another kind, too."""
        body = encoding.decode(Domain(chain, CERTIFICATE), data)
        if not isinstance(body, list):
            raise Malformed("a certificate is a list of votes")
        votes = encoding.fields(body, *[bytes] * len(body))
        return Certificate(tuple(Vote.decode(chain, each, kind) for each in votes))


def announcement(chain: str, header: Header, leader: KeyPair) -> bytes:
    """The leader's word that a block is final: its signature, which shows nobody that a quorum answered (IS-C18)."""
    signature = signing.sign(leader, _statement(chain, ANNOUNCEMENT, header))
    return encoding.encode(Domain(chain, ANNOUNCEMENT), [header.digest(chain), signature])


def _statement(chain: str, kind: str, header: Header) -> bytes:
    body: encoding.Value = [header.height, header.view, header.digest(chain)]
    return encoding.encode(Domain(chain, "signed-" + kind), body)


@dataclass(frozen=True)
class FinalBlock:
    """A block of the ledger and the evidence that made it final."""

    block: Block
    evidence: bytes
