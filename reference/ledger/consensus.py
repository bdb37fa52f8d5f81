"""An ordering replica across views: PBFT's pre-prepare, prepare and commit, and its change of view (IS-R15, IS-C17).

After M. Castro and B. Liskov, Practical Byzantine Fault Tolerance, OSDI 1999, section 4; the machine of the model
`Consensus`, one height after the other. A first-round vote is PBFT's prepare. A replica that sees a quorum of them has
the block's certificate, is bound by it in later views, and votes to commit; a quorum of commits makes the block final.
Where the committee has one round, the first-round votes do.

A height begins in the view that the block before it was first proposed in, so that the turn of a leader that has
crashed comes once and not at every height. Timers are not kept here: `TimeOut` is an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reference.crypto.encoding import Malformed
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.application import Application, ReplicaRules
from reference.ledger.chain import COMMIT, VOTE, Block, Certificate, Committee, FinalBlock, Vote
from reference.ledger.effects import Decided, Effects, Refused, Sent
from reference.ledger.view_change import PRE_PREPARE, VIEW_CHANGE, Lock, PrePrepare, Report, binding


@dataclass(frozen=True)
class Replica:
    """One replica's memory. `lock` lasts for the height, what stands below it for the view; `decided` ends the height.

    `heard` has the votes that it has verified, by kind and digest.
    """

    index: int
    pair: KeyPair
    rules: ReplicaRules
    committee: Committee
    height: int = 0
    first: int = 0
    """The view in which the height begins."""
    view: int = 0
    previous: bytes = chain.GENESIS
    decided: FinalBlock | None = None
    lock: Lock | None = None
    reports: Mapping[int, bytes] = field(default_factory=dict)
    proposed: bool = False
    candidates: Mapping[bytes, Block] = field(default_factory=dict)
    prepared: tuple[bytes, ...] = ()
    committed: tuple[bytes, ...] = ()
    heard: Mapping[tuple[str, bytes], tuple[Vote, ...]] = field(default_factory=dict)

    def at(self, height: int, view: int, previous: bytes) -> Replica:
        """The same member at the beginning of a height, which starts in this view."""
        place = Replica(self.index, self.pair, self.rules, self.committee)
        return replace(place, height=height, first=view, view=view, previous=previous)


@dataclass(frozen=True)
class Propose:
    """The leader may put a block over these leaves forward; `application` is its own copy of the state.

    It carries on another where it must; of several that it may carry on, that over these leaves, or else the first.
    """

    leaves: tuple[bytes, ...]
    application: Application


@dataclass(frozen=True)
class Receive:
    """A leader's pre-prepare reaches the replica, which audits it on its own copy of the application's state."""

    proposal: bytes
    application: Application


@dataclass(frozen=True)
class Hear:
    """A vote of this kind arrives: VOTE or COMMIT."""

    kind: str
    vote: bytes


@dataclass(frozen=True)
class Certified:
    """A block comes with a certificate of the replica's view, from whoever: it need not have voted for it itself."""

    block: Block
    certificate: bytes


@dataclass(frozen=True)
class TimeOut:
    """The view has not decided in time: go to the next one."""


@dataclass(frozen=True)
class Gather:
    """A report arrives at the leader of the view that it goes to."""

    report: bytes


@dataclass(frozen=True)
class Learn:
    """A block comes with its certificate, from whoever: the height is over."""

    final: FinalBlock


Event = Propose | Receive | Hear | Certified | TimeOut | Gather | Learn


def step(replica: Replica, event: Event) -> tuple[Replica, Effects]:
    """The replica's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case Propose():
                return _propose(replica, event)
            case Receive():
                return _receive(replica, event)
            case Hear():
                return _hear(replica, event)
            case Certified():
                return _certified(replica, event)
            case TimeOut():
                return _time_out(replica)
            case Gather():
                return _gather(replica, event.report)
            case Learn():
                return _learn(replica, event.final)
    except Malformed as malformed:
        return replica, (Refused("encoding", str(malformed), ("IS-R15",)),)


def _propose(replica: Replica, event: Propose) -> tuple[Replica, Effects]:
    committee = replica.committee
    if replica.index != committee.leader_of(replica.view):
        return replica, (Refused("leader", "only the leader of the view proposes", ("IS-R15",)),)
    if replica.proposed:
        return replica, (Refused("leader", "a candidate of this height and view was proposed already", ("IS-R15",)),)
    shown = tuple(replica.reports[voter] for voter in sorted(replica.reports))
    bound = _binding(replica, shown)
    if isinstance(bound, Refused):
        return replica, (bound,)
    if bound:
        block = next((each.block for each in bound if each.block.leaves == event.leaves), bound[0].block)
    else:
        state = event.application.root
        block = Block.build(replica.height, replica.view, replica.previous, event.leaves, state)
    if (refusal := event.application.audit(block)) is not None:
        return replica, (refusal,)
    message = PrePrepare.make(committee.chain, replica.view, block, shown, replica.pair)
    after, effects = _prepare(replace(replica, proposed=True), block, positive=True)
    return after, (Sent(PRE_PREPARE, message.encode(committee.chain)), *effects)


def _receive(replica: Replica, event: Receive) -> tuple[Replica, Effects]:
    committee = replica.committee
    view, block, reports = PrePrepare.opened(committee, event.proposal)
    header, digest = block.header, block.header.digest(committee.chain)
    if (header.height, view, header.previous) != (replica.height, replica.view, replica.previous):
        return replica, (_MISPLACED,)
    bound = _binding(replica, reports)
    if isinstance(bound, Refused):
        return replica, (bound,)
    if bound and all(lock.block.header != header for lock in bound):
        return replica, (Refused("carried", "a quorum's reports ask for another block", ("IS-C17",)),)
    if not bound and header.view != view:
        return replica, (_MISPLACED,)
    if digest in replica.prepared:
        return replica, (Refused("vote", "this block was answered already", ("IS-R15",)),)
    if replica.rules.vote_once and replica.prepared:
        return replica, (Refused("vote_once", "another block of this height and view was answered", ("IS-C17",)),)
    invalid = event.application.audit(block)
    if invalid is not None and replica.rules.counted == "positive-votes":
        return replica, (invalid,)
    return _prepare(replica, block, positive=invalid is None)


def _prepare(replica: Replica, block: Block, *, positive: bool) -> tuple[Replica, Effects]:
    """Take the candidate, vote for it, and count the own vote."""
    chain_id, digest = replica.committee.chain, block.header.digest(replica.committee.chain)
    vote = Vote.make(chain_id, replica.index, block.header, positive, replica.pair, view=replica.view)
    after = replace(
        replica,
        candidates={**replica.candidates, digest: block},
        prepared=(*replica.prepared, digest),
    )
    after, effects = _counted(after, vote)
    return after, (Sent(VOTE, vote.encode(chain_id)), *effects)


def _hear(replica: Replica, event: Hear) -> tuple[Replica, Effects]:
    committee = replica.committee
    vote = Vote.decode(committee.chain, event.vote, event.kind)
    if vote.digest not in replica.candidates:
        return replica, (Refused("candidate", "a vote for a block that the leader has not sent here", ("IS-C16",)),)
    known = replica.heard.get((event.kind, vote.digest), ())
    if len(known) >= committee.needed:
        return replica, ()  # the quorum is complete: nothing is left to count, or to verify
    if any(vote.voter == each.voter for each in known):
        return replica, (Refused("quorum", f"replica {vote.voter} is counted twice", ("IS-C16",)),)
    refusal = committee.rejects(vote, (event.kind, replica.height, replica.view, vote.digest))
    return (replica, (refusal,)) if refusal is not None else _counted(replica, vote)


def _counted(replica: Replica, vote: Vote) -> tuple[Replica, Effects]:
    """Count a verified vote, and do what a quorum of its kind allows: commit, or decide."""
    committee, key = replica.committee, (vote.kind, vote.digest)
    votes = (*replica.heard.get(key, ()), vote)
    after = replace(replica, heard={**replica.heard, key: votes})
    if len(votes) != max(committee.needed, 1):
        return after, ()
    block = replica.candidates[vote.digest]
    certificate = Certificate(chain.by_voter(votes)).encode(committee.chain)
    if vote.kind == VOTE and committee.rounds == "two":
        return _commit(after, Lock(replica.view, block, certificate))
    if after.decided is not None:
        return after, ()
    decision = Decided(replica.index, replica.height, vote.digest)
    return replace(after, decided=FinalBlock(block, certificate)), (decision,)


def _certified(replica: Replica, event: Certified) -> tuple[Replica, Effects]:
    committee, header = replica.committee, event.block.header
    digest = header.digest(committee.chain)
    if committee.rounds != "two":
        return replica, (Refused("rounds", "there is no second round", ("IS-C17",)),)
    if (header.height, header.previous) != (replica.height, replica.previous):
        return replica, (_MISPLACED,)
    if digest in replica.committed:
        return replica, (Refused("vote", "the replica has committed to this block already", ("IS-C17",)),)
    votes = Certificate.decode(committee.chain, event.certificate).votes
    if (refusal := committee.counts(header, votes, view=replica.view)) is not None:
        return replica, (refusal,)
    after = replace(replica, candidates={**replica.candidates, digest: event.block})
    return _commit(after, Lock(replica.view, event.block, event.certificate))


def _commit(replica: Replica, lock: Lock) -> tuple[Replica, Effects]:
    """Be bound by the certificate, vote in the second round, and count the own vote."""
    chain_id, header = replica.committee.chain, lock.block.header
    commit = Vote.make(chain_id, replica.index, header, True, replica.pair, view=replica.view, kind=COMMIT)
    locked = replace(replica, lock=lock, committed=(*replica.committed, commit.digest))
    after, effects = _counted(locked, commit)
    return after, (Sent(COMMIT, commit.encode(chain_id)), *effects)


def _time_out(replica: Replica) -> tuple[Replica, Effects]:
    if replica.decided is not None:
        return replica, (Refused("decision", "a block of this height is decided already", ("IS-R15",)),)
    after = replica.at(replica.height, replica.first, replica.previous)
    after = replace(after, view=replica.view + 1, lock=replica.lock)
    report = Report(replica.index, replica.height, after.view, replica.lock)
    chain_id = replica.committee.chain
    return after, (Sent(VIEW_CHANGE, report.signed(chain_id, replica.pair).encode(chain_id)),)


def _gather(replica: Replica, data: bytes) -> tuple[Replica, Effects]:
    committee = replica.committee
    report = Report.decode(committee.chain, data)
    refusal = report.rejects(replica.rules, committee, replica.height, replica.view, replica.previous)
    if refusal is None and replica.view == replica.first:
        refusal = Refused("place", "a height begins without reports", ("IS-C17",))
    if refusal is not None:
        return replica, (refusal,)
    if report.voter in replica.reports or len(replica.reports) >= committee.needed:
        return replica, ()
    return replace(replica, reports={**replica.reports, report.voter: data}), ()


def _learn(replica: Replica, final: FinalBlock) -> tuple[Replica, Effects]:
    """Whoever has not decided the block itself verifies its certificate; then it goes on to the next height."""
    committee, header = replica.committee, final.block.header
    digest = header.digest(committee.chain)
    own = replica.decided
    if (header.height, header.previous) != (replica.height, replica.previous) or header.view < replica.first:
        return replica, (_MISPLACED,)
    if own is not None and own.block.header != header:
        return replica, (Refused("decision", "another block of this height is decided", ("IS-R15",)),)
    if own is None and (refusal := committee.finalises(header, final.evidence)) is not None:
        return replica, (refusal,)
    decision: Effects = () if own is not None else (Decided(replica.index, replica.height, digest),)
    return replica.at(replica.height + 1, header.view, digest), decision


def _binding(replica: Replica, reports: tuple[bytes, ...]) -> tuple[Lock, ...] | Refused:
    """What the reports leave a leader to propose in the replica's view; the first view of a height needs none."""
    if replica.view == replica.first:
        return Refused("place", "a height begins without reports", ("IS-C17",)) if reports else ()
    return binding(replica.rules, replica.committee, replica.height, replica.view, replica.previous, reports)


_MISPLACED = Refused("place", "the block belongs to another height, view or predecessor", ("IS-R15",))
