"""What correct replicas do in the machine `Consensus`, in bytes: each deed is a checked step on the wire's messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reference.ledger import consensus
from reference.ledger.chain import COMMIT, VOTE, Block, Certificate, FinalBlock, Vote
from reference.ledger.consensus import Replica
from reference.ledger.consensus_world import ConsensusWorld, Outcome, acted, messages, put, refuse
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.ledger.view_change import PRE_PREPARE, PrePrepare, Report


def propose(world: ConsensusWorld, k: int, b: int) -> Outcome:
    """The correct leader proposes the block, if some reports on the wire let it (IS-R15, IS-C17)."""
    leader = world.leader(k)
    if (refusal := _absent(world, leader)) is not None:
        return world, (refusal,)
    if world.replicas[leader].view != world.views[k]:
        return refuse(world, "place", "the leader is in another view", "IS-C17")
    effects: Effects = ()
    for reports in world.quorums(k):
        here = replace(world.replicas[leader], reports={})
        for report in reports:
            here, effects = consensus.step(here, consensus.Gather(report))
        after, effects = consensus.step(here, consensus.Propose(world.blocks[b].leaves, world.application))
        if refused(effects):
            continue
        sent = {each.kind: each for each in effects if isinstance(each, Sent)}
        proposal = sent[PRE_PREPARE]
        if PrePrepare.opened(world.committee, proposal.data)[1].leaves == world.blocks[b].leaves:
            made = {**world.made, (leader, k): sent[VOTE]}
            shown = {**world.shown, (k, b): proposal.data}
            return acted(replace(world, made=made, shown=shown), after, (proposal,)), (proposal,)
        effects = (Refused("carried", "the reports ask for another block", ("IS-C17",)),)
    return world, effects


def prepare(world: ConsensusWorld, r: int, k: int, b: int) -> Outcome:
    """A correct replica is shown a proposal, with whatever reports may justify it, and votes (IS-R15, IS-C17)."""
    if (refusal := _absent(world, r)) is not None:
        return world, (refusal,)
    if r == world.leader(k):
        return _send_made(world, r, k, b)
    here = world.replicas[r]
    effects: Effects = (Refused("candidate", "the leader has not proposed this block", ("IS-R15",)),)
    for proposal in _shown(world, k, b):
        after, effects = consensus.step(here, consensus.Receive(proposal, world.application))
        if not refused(effects):
            taken = replace(world, shown={**world.shown, (k, b): proposal})
            return acted(taken, after, messages(effects)), effects
    return world, effects


def commit(world: ConsensusWorld, r: int, k: int, b: int) -> Outcome:
    """A correct replica gets the votes for the block: one by one if it has voted itself, else as a certificate."""
    if (refusal := _absent(world, r)) is not None:
        return world, (refusal,)
    block, votes = world.backed(VOTE, k, b)
    if world.rules.rounds == "two" and _takes_part(world, r, block, votes):
        after, effects = _heard(world.replicas[r], votes)
    else:
        evidence = Certificate(votes).encode(world.chain)
        after, effects = consensus.step(world.replicas[r], consensus.Certified(block, evidence))
    if any(isinstance(each, Sent) and each.kind == COMMIT for each in effects):
        return acted(world, after, messages(effects)), effects
    return world, _no_quorum(effects)


def decide(world: ConsensusWorld, r: int, k: int, b: int) -> Outcome:
    """A correct replica gets the final votes for the block, likewise (IS-R15, IS-C18)."""
    if (refusal := _absent(world, r)) is not None:
        return world, (refusal,)
    block, votes = world.backed(COMMIT if world.rules.rounds == "two" else VOTE, k, b)
    if _takes_part(world, r, block, votes):
        after, effects = _heard(world.replicas[r], votes)
        if after.decided is None:
            return world, _no_quorum(effects)
        return replace(acted(world, after, ()), final={**world.final, r: after.decided}), effects
    final = FinalBlock(block, Certificate(votes).encode(world.chain))
    _, effects = consensus.step(world.replicas[r], consensus.Learn(final))
    return (world, effects) if refused(effects) else (replace(world, final={**world.final, r: final}), effects)


def leave(world: ConsensusWorld, r: int, k: int, j: int | None = None, b: int | None = None) -> Outcome:
    """A correct replica's timer runs out until it is in the view; it must report the certificate (j, b), or none.

    What it would have reported to views that it passes over is lost.
    """
    if (refusal := _absent(world, r)) is not None:
        return world, (refusal,)
    here = world.replicas[r]
    if here.view >= world.views[k]:
        return refuse(world, "place", "the replica is in this view or a later one", "IS-C17")
    effects: Effects = ()
    while here.view < world.views[k]:
        here, effects = consensus.step(here, consensus.TimeOut())
    [report] = messages(effects)
    lock = Report.decode(world.chain, report.data).lock
    told = None if lock is None else (world.views.index(lock.view), world.number(lock.block))
    if told != (None if j is None else (j, b)):
        return refuse(world, "lock", f"the replica is bound by {told}", "IS-C17")
    return acted(world, here, (report,)), effects


def _shown(world: ConsensusWorld, k: int, b: int) -> Iterator[bytes]:
    """The proposals of the block that a replica may be shown: all that the adversary can make of what is signed."""
    if (k, b) in world.shown:
        yield world.shown[k, b]
        return
    leader = world.leader(k)
    if leader not in world.faulty:
        return
    leaves, pair = world.blocks[b].leaves, world.replicas[leader].pair
    for view, block, _ in world.proposals:
        if view == world.views[k] and block.leaves == leaves:
            signed = PrePrepare.make(world.chain, view, block, (), pair)
            for reports in world.quorums(k):
                yield replace(signed, reports=reports).encode(world.chain)


def _send_made(world: ConsensusWorld, r: int, k: int, b: int) -> Outcome:
    """The leader's vote for its own proposal leaves it."""
    vote = world.made.get((r, k))
    if vote is None or (k, b) not in world.shown:
        return refuse(world, "candidate", "the leader has not proposed this block", "IS-R15")
    if world.replicas[r].view != world.views[k]:
        return refuse(world, "place", "the leader is in another view", "IS-C17")
    return put(world, (vote,))


def _takes_part(world: ConsensusWorld, r: int, block: Block, votes: tuple[Vote, ...]) -> bool:
    """Whether its own vote is among these, in its present view, and it has the block: it counts votes as they come."""
    here = world.replicas[r]
    own = any((vote.voter, vote.view) == (r, here.view) for vote in votes)
    return own and block.header.digest(world.chain) in here.candidates


def _heard(replica: Replica, votes: tuple[Vote, ...]) -> tuple[Replica, Effects]:
    """The replica hears others' votes, one by one, until something comes of it."""
    effects: Effects = ()
    for vote in votes:
        if vote.voter != replica.index:
            replica, effects = consensus.step(replica, consensus.Hear(vote.kind, vote.encode(replica.committee.chain)))
            if effects and not refused(effects):
                break
    return replica, effects


def _no_quorum(effects: Effects) -> Effects:
    return effects if refused(effects) else (Refused("quorum", "too few votes are on the wire", ("IS-C14",)),)


def _absent(world: ConsensusWorld, r: int) -> Refused | None:
    """Why a replica does nothing of what a correct one does at this height."""
    if r in world.faulty:
        return Refused("corruption", "a faulty replica does not follow the protocol")
    if r in world.final:
        return Refused("decision", "the replica has decided, and has gone on to the next height", ("IS-R15",))
    return None
