"""An ordering replica at one height and view: candidate, audit, comparison, certificate, decision (IS-R15, IS-R16).

The paper's single round with a collecting leader. Where a rule is hardened, it is the replica that holds to it: it
votes once, counts positive votes only, and decides on a certificate that it has verified itself. Whatever the rules,
replicas tell each other of their audits and compare them, as the text has it, and the comparison decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reference.bc_ami import contract
from reference.bc_ami.audit import AUDIT_RESPONSE, AuditResponse
from reference.bc_ami.contract import Contract
from reference.bc_ami.rules import Rules
from reference.bc_ami.tally import Tally
from reference.crypto.encoding import Malformed
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import ANNOUNCEMENT, PROPOSAL, VOTE, Block, Certificate, Committee, Header, Proposal, Vote
from reference.ledger.effects import Decided, Effects, Refused, Sent


@dataclass(frozen=True)
class Replica:
    """One replica's memory; all but its place (committee, pair, height, previous) is of the current height."""

    index: int
    pair: KeyPair
    rules: Rules
    committee: Committee
    height: int = 0
    view: int = 0
    previous: bytes = chain.GENESIS
    proposed: bool = False
    candidates: Mapping[bytes, Block] = field(default_factory=dict)
    voted: Mapping[bytes, Vote] = field(default_factory=dict)
    """Its answers, by the digest of the candidate."""
    heard: Mapping[int, Vote] = field(default_factory=dict)
    """Others' audit results, by replica: the first that each of them sent."""
    decided: tuple[bytes, ...] = ()
    audited: tuple[bytes, ...] = ()
    """Candidates of its own, which it audited before it proposed them."""
    made: tuple[bytes, ...] = ()
    """Evidence of its own, whose votes it verified when it put them together."""


@dataclass(frozen=True)
class Propose:
    """The leader may put this block forward; `contract` is its own copy of the world state before it."""

    block: Block
    contract: Contract


@dataclass(frozen=True)
class Receive:
    """A leader's proposal reaches the replica."""

    proposal: bytes


@dataclass(frozen=True)
class Respond:
    """Audit a candidate and tell everybody; `contract` is the replica's own copy of the world state."""

    digest: bytes
    contract: Contract


@dataclass(frozen=True)
class Hear:
    """Another replica's audit result arrives."""

    vote: bytes


@dataclass(frozen=True)
class Compare:
    """No more audit results are waited for: compare them with that of this candidate, and answer the leader."""

    digest: bytes


@dataclass(frozen=True)
class Announce:
    """The leader has received these votes for the block of this header: is it final?"""

    header: Header
    votes: tuple[bytes, ...]


@dataclass(frozen=True)
class Decide:
    """A block comes with evidence that it is final."""

    header: Header
    evidence: bytes


@dataclass(frozen=True)
class Advance:
    """Go on to the next height, on top of the block of this header, which the replica has decided."""

    header: Header


Event = Propose | Receive | Respond | Hear | Compare | Announce | Decide | Advance


def step(replica: Replica, event: Event) -> tuple[Replica, Effects]:
    """The replica's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case Propose():
                return _propose(replica, event)
            case Receive():
                return _receive(replica, event.proposal)
            case Respond():
                return _respond(replica, event)
            case Hear():
                return _hear(replica, event.vote)
            case Compare():
                return _compare(replica, event.digest)
            case Announce():
                return _announce(replica, event)
            case Decide():
                return _decide(replica, event)
            case Advance():
                return _advance(replica, event.header)
    except Malformed as malformed:
        return replica, (Refused("encoding", str(malformed), ("IS-R15",)),)


def _propose(replica: Replica, event: Propose) -> tuple[Replica, Effects]:
    if replica.index != replica.committee.leader:
        return replica, (Refused("leader", "only the leader proposes", ("IS-R15",)),)
    if replica.proposed:
        return replica, (Refused("leader", "a candidate of this height and view was proposed already", ("IS-R15",)),)
    refusal = _misplaced(replica, event.block.header) or contract.audit(event.contract, event.block)
    if refusal is not None:
        return replica, (refusal,)
    proposal = Proposal.make(replica.committee.chain, event.block, replica.pair)
    audited = (*replica.audited, event.block.header.digest(replica.committee.chain))
    return replace(replica, proposed=True, audited=audited), (Sent(PROPOSAL, proposal.encode(replica.committee.chain)),)


def _receive(replica: Replica, data: bytes) -> tuple[Replica, Effects]:
    committee = replica.committee
    block = Proposal.opened(committee.chain, data, committee.members[committee.leader])
    if (refusal := _misplaced(replica, block.header)) is not None:
        return replica, (refusal,)
    digest = block.header.digest(committee.chain)
    return replace(replica, candidates={**replica.candidates, digest: block}), ()


def _respond(replica: Replica, event: Respond) -> tuple[Replica, Effects]:
    block = replica.candidates.get(event.digest)
    if block is None:
        return replica, (Refused("candidate", "the leader has not sent this block here", ("IS-R15",)),)
    if event.digest in replica.voted:
        return replica, (Refused("vote", "this block was answered already", ("IS-R15",)),)
    if replica.rules.vote_once and replica.voted:
        return replica, (Refused("vote_once", "another block of this height and view was answered", ("IS-C17",)),)
    # A candidate of its own was audited before it was proposed, against the same world state.
    invalid = None if event.digest in replica.audited else contract.audit(event.contract, block)
    if invalid is not None and replica.rules.counted == "positive-votes":
        return replica, (invalid,)
    vote = Vote.make(replica.committee.chain, replica.index, block.header, invalid is None, replica.pair)
    after = replace(replica, voted={**replica.voted, event.digest: vote})
    return after, (Sent(VOTE, vote.encode(replica.committee.chain)),)


def _hear(replica: Replica, data: bytes) -> tuple[Replica, Effects]:
    vote = Vote.decode(replica.committee.chain, data)
    if vote.voter in replica.heard:
        return replica, (Refused("vote", f"replica {vote.voter} has told its audit result already", ("IS-R15",)),)
    if (refusal := replica.committee.rejects(vote, (VOTE, replica.height, replica.view, vote.digest))) is not None:
        return replica, (refusal,)
    return replace(replica, heard={**replica.heard, vote.voter: vote}), ()


def _compare(replica: Replica, digest: bytes) -> tuple[Replica, Effects]:
    """The comparison goes to the leader, who makes no use of it: the paper gives none (IS-R15)."""
    if replica.index == replica.committee.leader:
        return replica, (Refused("leader", "the leader answers nobody", ("IS-R15",)),)
    if (own := replica.voted.get(digest)) is None:
        return replica, (Refused("vote", "this block was not audited here", ("IS-R15",)),)
    response = AuditResponse.make(replica.committee.chain, own, replica.heard)
    return replica, (Sent(AUDIT_RESPONSE, response.encode(replica.committee.chain)),)


def _announce(replica: Replica, event: Announce) -> tuple[Replica, Effects]:
    """The leader makes the evidence: its word, or under the rule `certificate` the votes themselves, by voter."""
    committee = replica.committee
    if replica.index != committee.leader:
        return replica, (Refused("leader", "only the leader announces", ("IS-R15",)),)
    votes = chain.by_voter(Vote.decode(committee.chain, each) for each in event.votes)
    if (refusal := committee.counts(event.header, votes)) is not None:
        return replica, (refusal,)
    if committee.finality == "leaders-word":
        sent = Sent(ANNOUNCEMENT, chain.announcement(committee.chain, event.header, replica.pair))
    else:
        sent = Sent(chain.CERTIFICATE, Certificate(votes).encode(committee.chain))
    return replace(replica, made=(*replica.made, _evidence(event.header, sent.data, committee.chain))), (sent,)


def _decide(replica: Replica, event: Decide) -> tuple[Replica, Effects]:
    """Everybody who decides verifies the evidence; it makes no difference who brought it."""
    digest = event.header.digest(replica.committee.chain)
    if replica.decided:
        return replica, (Refused("decision", "a block of this height is decided already", ("IS-R15",)),)
    refusal = _misplaced(replica, event.header)
    if refusal is None and _evidence(event.header, event.evidence, replica.committee.chain) not in replica.made:
        refusal = replica.committee.finalises(event.header, event.evidence)
    if refusal is not None:
        return replica, (refusal,)
    after = replace(replica, decided=(*replica.decided, digest))
    return after, (Decided(replica.index, event.header.height, digest),)


def _advance(replica: Replica, header: Header) -> tuple[Replica, Effects]:
    digest = header.digest(replica.committee.chain)
    if digest not in replica.decided:
        return replica, (Refused("decision", "the block before is not decided", ("IS-R15",)),)
    place = Replica(replica.index, replica.pair, replica.rules, replica.committee)
    return replace(place, height=replica.height + 1, view=replica.view, previous=digest), ()


def _misplaced(replica: Replica, header: Header) -> Refused | None:
    if (header.height, header.view, header.previous) != (replica.height, replica.view, replica.previous):
        return Refused("place", "the block belongs to another height, view or predecessor", ("IS-R15",))
    return None


def _evidence(header: Header, evidence: bytes, chain_id: str) -> bytes:
    return header.digest(chain_id) + evidence


def order(
    replicas: tuple[Replica, ...], contract_state: Contract, leaves: tuple[bytes, ...], tally: Tally | None = None
) -> tuple[tuple[Replica, ...], chain.FinalBlock | Refused, Effects]:
    """One height with all replicas correct: propose, audit, compare, announce, decide, advance.

    Returns the replicas, the final block (or why it is refused, with the replicas unchanged), and their decisions. All
    that they send is added to the tally.
    """
    first, counted = replicas[0], Tally() if tally is None else tally
    committee, others = first.committee, len(replicas) - 1
    registry = contract.registry(contract_state).root
    block = Block.build(first.height, first.view, first.previous, leaves, registry)
    digest = block.header.digest(committee.chain)
    leader = replicas[committee.leader]
    leader, effects = step(leader, Propose(block, contract_state))
    match effects:
        case (Refused() as refusal,):
            return replicas, refusal, effects
        case (Sent(data=proposal),):
            counted.sent(PROPOSAL, proposal, others)
    members = [leader if each.index == leader.index else each for each in replicas]
    audits = dict[int, bytes]()
    for place, member in enumerate(members):
        heard, _ = step(member, Receive(proposal))
        members[place], effects = step(heard, Respond(digest, contract_state))
        for effect in effects:
            if isinstance(effect, Sent):
                audits[place] = effect.data
    votes = _compared(members, digest, audits, counted)
    leader, effects = step(members[committee.leader], Announce(block.header, tuple(votes[: max(committee.needed, 0)])))
    match effects:
        case (Refused() as refusal,):
            return replicas, refusal, effects
        case (Sent(kind=kind, data=evidence),):
            counted.sent(kind, evidence, others)
    decisions: Effects = ()
    for place, member in enumerate(members):
        decided, effects = step(member, Decide(block.header, evidence))
        decisions += effects
        members[place], _ = step(decided, Advance(block.header))
    return tuple(members), chain.FinalBlock(block, evidence), decisions


def _compared(members: list[Replica], digest: bytes, audits: Mapping[int, bytes], tally: Tally) -> list[bytes]:
    """All but the leader tell all others their audit results and answer the leader; the votes that it then has."""
    leader, votes = members[0].committee.leader, list[bytes]()
    for teller, audit in audits.items():
        if teller != leader:
            tally.sent(VOTE, audit, len(members) - 1)
            for place, member in enumerate(members):
                if place != teller:
                    members[place], _ = step(member, Hear(audit))
    for place in audits:
        if place == leader:
            votes.append(audits[place])
            continue
        _, effects = step(members[place], Compare(digest))
        for effect in effects:
            if isinstance(effect, Sent):
                tally.sent(effect.kind, effect.data)
                votes.append(AuditResponse.decode(members[place].committee.chain, effect.data).vote)
    return votes
