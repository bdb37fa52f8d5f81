"""What the adversary does in the machine `Consensus` with real bytes: whatever its replicas' keys can sign."""

from __future__ import annotations

from reference.ledger import chain
from reference.ledger.chain import COMMIT, VOTE, Certificate, Vote
from reference.ledger.consensus_world import ConsensusWorld, Outcome, put, refuse
from reference.ledger.effects import Sent
from reference.ledger.view_change import PRE_PREPARE, VIEW_CHANGE, Lock, PrePrepare, Report


def equivocate(world: ConsensusWorld, k: int, b: int) -> Outcome:
    """BYZ: a faulty leader signs a proposal of the block; reports are not part of what it signs (IS-C17)."""
    leader = world.leader(k)
    if leader not in world.faulty:
        return refuse(world, "corruption", "the leader is correct", "IS-C17")
    pair = world.replicas[leader].pair
    made = (PrePrepare.make(world.chain, world.views[k], each, (), pair) for each in world.versions(k, b))
    return put(world, tuple(Sent(PRE_PREPARE, each.encode(world.chain)) for each in made))


def sign(world: ConsensusWorld, kind: str, r: int, k: int, b: int) -> Outcome:
    """BYZ: a faulty replica signs a vote of this kind for the block."""
    if r not in world.faulty:
        return refuse(world, "corruption", "the replica is correct", "IS-C17")
    if kind == COMMIT and world.rules.rounds != "two":
        return refuse(world, "rounds", "there is no second round", "IS-C17")
    pair, view = world.replicas[r].pair, world.views[k]
    votes = (Vote.make(world.chain, r, each.header, True, pair, view=view, kind=kind) for each in world.versions(k, b))
    return put(world, tuple(Sent(kind, each.encode(world.chain)) for each in votes))


def report(world: ConsensusWorld, r: int, k: int, j: int | None = None, b: int | None = None) -> Outcome:
    """BYZ: a faulty replica reports the certificate (j, b), or none, if there is anybody to take it (IS-C18).

    It makes the certificate of whatever votes there are.
    """
    if r not in world.faulty:
        return refuse(world, "corruption", "the replica is correct", "IS-C17")
    if k == 0 or (j is not None and j >= k):
        return refuse(world, "place", "nobody acts on a report to the first view, or of no earlier one", "IS-C17")
    lock = None
    if j is not None and b is not None:
        block, votes = world.backed(VOTE, j, b)
        lock = Lock(world.views[j], block, Certificate(votes).encode(world.chain))
    signed = Report(r, 0, world.views[k], lock).signed(world.chain, world.replicas[r].pair)
    refusal = signed.rejects(world.rules, world.committee, 0, world.views[k], chain.GENESIS)
    if refusal is not None:
        return world, (refusal,)
    if any(_says(each) == _says(signed) for each, _ in world.reports):
        return refuse(world, "network", "this is reported already", "IS-C17")
    return put(world, (Sent(VIEW_CHANGE, signed.encode(world.chain)),))


def _says(report: Report) -> tuple[object, ...]:
    lock = report.lock
    return report.voter, report.view, None if lock is None else (lock.view, lock.block.leaves)
