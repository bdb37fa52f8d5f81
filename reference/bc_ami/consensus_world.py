"""The machine `Consensus` with real bytes: replicas across views of one height, some of them faulty, and the wire.

Messages stay on the wire, and each deed of a correct replica is its own checked step on those that it needs: which of
them reach it, and when, is for the deed to say. Some that a replica sends are lost: reports to views that it passes
over. A leader votes with its proposal, but that vote may leave it later.

The model's block is what a candidate holds. A real block also names the view in which it was first proposed, so one of
the model's is one of several here; the adversary signs for each of them, and correct replicas meet one in each view.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations, product

from meterproof.errors import InputError
from reference.bc_ami import chain, consensus
from reference.bc_ami.chain import COMMIT, VOTE, Block, Certificate, Committee, FinalBlock, Vote
from reference.bc_ami.consensus import Replica
from reference.bc_ami.contract import Contract
from reference.bc_ami.effects import Effects, Refused, Sent, refused
from reference.bc_ami.ordering_world import candidates
from reference.bc_ami.rules import Rules
from reference.bc_ami.view_change import PRE_PREPARE, VIEW_CHANGE, Lock, PrePrepare, Report
from reference.bc_ami.world import CHAIN
from reference.bc_ami.world import committee as elect
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair


@dataclass(frozen=True)
class ConsensusWorld:
    """`faulty` replicas are the adversary's. `views` has the real number of each of the model's views, in order.

    `made` are votes by replica and view that a leader has not sent yet, `shown` proposals by view and block with the
    reports from which they follow, `final` what a replica has appended: it takes no further part.
    """

    rules: Rules
    replicas: tuple[Replica, ...]
    faulty: frozenset[int]
    contract: Contract
    blocks: tuple[Block, ...]
    views: tuple[int, ...]
    wire: tuple[Sent, ...] = ()
    made: Mapping[tuple[int, int], Sent] = field(default_factory=dict)
    shown: Mapping[tuple[int, int], bytes] = field(default_factory=dict)
    final: Mapping[int, FinalBlock] = field(default_factory=dict)

    @property
    def committee(self) -> Committee:
        return self.replicas[0].committee

    def leader(self, k: int) -> int:
        """Who leads the model's view."""
        return self.committee.leader_of(self.views[k])

    def versions(self, k: int, b: int) -> tuple[Block, ...]:
        """The block as it would be if first proposed in this view, or in one before."""
        block = self.blocks[b]
        return tuple(Block(replace(block.header, view=view), block.leaves) for view in reversed(self.views[: k + 1]))

    def number(self, block: Block) -> int:
        """Which block of the model it is."""
        return next(b for b, each in enumerate(self.blocks) if each.leaves == block.leaves)

    def backed(self, kind: str, k: int, b: int) -> tuple[Block, tuple[Vote, ...]]:
        """The version of the block that has most votes of this kind in the view, and the votes, by voter."""
        of_view = self._voted.get((kind, self.views[k]), {})
        found = ((block, of_view.get(block.header.digest(CHAIN), ())) for block in self.versions(k, b))
        return max(found, key=lambda each: len(each[1]))

    @cached_property
    def votes(self) -> tuple[Vote, ...]:
        """All votes on the wire, which nobody has verified yet."""
        return tuple(Vote.decode(CHAIN, each.data, each.kind) for each in self.wire if each.kind in (VOTE, COMMIT))

    @cached_property
    def _voted(self) -> Mapping[tuple[str, int], Mapping[bytes, tuple[Vote, ...]]]:
        found: dict[tuple[str, int], dict[bytes, tuple[Vote, ...]]] = {}
        for vote in chain.by_voter(self.votes):
            of_view = found.setdefault((vote.kind, vote.view), {})
            of_view[vote.digest] = (*of_view.get(vote.digest, ()), vote)
        return found

    @cached_property
    def reports(self) -> tuple[tuple[Report, bytes], ...]:
        """All reports on the wire, read and as they are."""
        return tuple((Report.decode(CHAIN, each.data), each.data) for each in self.wire if each.kind == VIEW_CHANGE)

    @cached_property
    def proposals(self) -> tuple[tuple[int, Block, bytes], ...]:
        """All proposals on the wire: the real view, the block, and as they are."""
        sent = (each.data for each in self.wire if each.kind == PRE_PREPARE)
        return tuple((*PrePrepare.opened(self.committee, data)[:2], data) for data in sent)

    def quorums(self, k: int) -> Iterator[tuple[bytes, ...]]:
        """Every way to show as many replicas' reports to the view as are needed, one of each; nothing, if too few."""
        by_voter: dict[int, list[bytes]] = {}
        for report, data in self.reports:
            if report.view == self.views[k]:
                by_voter.setdefault(report.voter, []).append(data)
        needed = self.committee.needed
        if k == 0 or self.rules.carried == "none" or len(by_voter) < needed:
            yield ()
            return
        for voters in combinations(sorted(by_voter), needed):
            yield from product(*(by_voter[voter] for voter in voters))


Outcome = tuple[ConsensusWorld, Effects]


def deploy(
    rules: Rules,
    replicas: int,
    faults_bound: int,
    seed: int,
    *,
    faulty: Collection[int] = (),
    leaders: Sequence[int] = (0,),
    valid: Collection[bool] = (True, True),
) -> ConsensusWorld:
    """Replicas of which `faulty` are corrupted, a view for each of `leaders`, a candidate for each of `valid`.

    Members take turns to lead, so the model's views are those real ones, in order, whose turn is that leader's. Raises
    InputError for a leader or faulty replica that does not exist, and for too few replicas (IS-C19).
    """
    if not {*leaders, *faulty} <= set(range(replicas)) or not leaders:
        raise InputError("a leader or a faulty replica does not exist", allowed=f"0 to {replicas - 1}")
    root = Randomness.from_seed(seed)
    pairs = [KeyPair.generate(root.child("replica", i)) for i in range(replicas)]
    members = replace(elect(rules, pairs, faults_bound, leaders[0]), rounds=rules.rounds, finality="certificate")
    views = [0]
    for leader in leaders[1:]:
        later = range(views[-1] + 1, views[-1] + 1 + replicas)
        views.append(next(view for view in later if members.leader_of(view) == leader))
    agreed, blocks = candidates(rules, replicas, faults_bound, seed, tuple(valid))
    each = tuple(Replica(i, pair, rules, members) for i, pair in enumerate(pairs))
    return ConsensusWorld(rules, each, frozenset(faulty), agreed, blocks, tuple(views))


def propose(world: ConsensusWorld, k: int, b: int) -> Outcome:
    """The correct leader proposes the block, if some reports on the wire let it (IS-R15, IS-C17)."""
    leader = world.leader(k)
    if (refusal := _absent(world, leader)) is not None:
        return world, (refusal,)
    if world.replicas[leader].view != world.views[k]:
        return _refuse(world, "place", "the leader is in another view", "IS-C17")
    effects: Effects = ()
    for reports in world.quorums(k):
        here = replace(world.replicas[leader], reports={})
        for report in reports:
            here, effects = consensus.step(here, consensus.Gather(report))
        after, effects = consensus.step(here, consensus.Propose(world.blocks[b].leaves, world.contract))
        if refused(effects):
            continue
        sent = {each.kind: each for each in effects if isinstance(each, Sent)}
        proposal = sent[PRE_PREPARE]
        if PrePrepare.opened(world.committee, proposal.data)[1].leaves == world.blocks[b].leaves:
            made = {**world.made, (leader, k): sent[VOTE]}
            shown = {**world.shown, (k, b): proposal.data}
            return _acted(replace(world, made=made, shown=shown), after, (proposal,)), (proposal,)
        effects = (Refused("carried", "the reports ask for another block", ("IS-C17",)),)
    return world, effects


def equivocate(world: ConsensusWorld, k: int, b: int) -> Outcome:
    """BYZ: a faulty leader signs a proposal of the block; reports are not part of what it signs (IS-C17)."""
    leader = world.leader(k)
    if leader not in world.faulty:
        return _refuse(world, "corruption", "the leader is correct", "IS-C17")
    pair = world.replicas[leader].pair
    made = (PrePrepare.make(CHAIN, world.views[k], each, (), pair) for each in world.versions(k, b))
    return _new(world, tuple(Sent(PRE_PREPARE, each.encode(CHAIN)) for each in made))


def prepare(world: ConsensusWorld, r: int, k: int, b: int) -> Outcome:
    """A correct replica is shown a proposal, with whatever reports may justify it, and votes (IS-R15, IS-C17)."""
    if (refusal := _absent(world, r)) is not None:
        return world, (refusal,)
    if r == world.leader(k):
        return _send_made(world, r, k, b)
    here = world.replicas[r]
    effects: Effects = (Refused("candidate", "the leader has not proposed this block", ("IS-R15",)),)
    for proposal in _shown(world, k, b):
        after, effects = consensus.step(here, consensus.Receive(proposal, world.contract))
        if not refused(effects):
            taken = replace(world, shown={**world.shown, (k, b): proposal})
            return _acted(taken, after, _sent(effects)), effects
    return world, effects


def commit(world: ConsensusWorld, r: int, k: int, b: int) -> Outcome:
    """A correct replica gets the votes for the block: one by one if it has voted itself, else as a certificate."""
    if (refusal := _absent(world, r)) is not None:
        return world, (refusal,)
    block, votes = world.backed(VOTE, k, b)
    if world.rules.rounds == "two" and _takes_part(world, r, block, votes):
        after, effects = _heard(world.replicas[r], votes)
    else:
        evidence = Certificate(votes).encode(CHAIN)
        after, effects = consensus.step(world.replicas[r], consensus.Certified(block, evidence))
    if any(isinstance(each, Sent) and each.kind == COMMIT for each in effects):
        return _acted(world, after, _sent(effects)), effects
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
        return replace(_acted(world, after, ()), final={**world.final, r: after.decided}), effects
    final = FinalBlock(block, Certificate(votes).encode(CHAIN))
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
        return _refuse(world, "place", "the replica is in this view or a later one", "IS-C17")
    effects: Effects = ()
    while here.view < world.views[k]:
        here, effects = consensus.step(here, consensus.TimeOut())
    [report] = _sent(effects)
    lock = Report.decode(CHAIN, report.data).lock
    told = None if lock is None else (world.views.index(lock.view), world.number(lock.block))
    if told != (None if j is None else (j, b)):
        return _refuse(world, "lock", f"the replica is bound by {told}", "IS-C17")
    return _acted(world, here, (report,)), effects


def sign(world: ConsensusWorld, kind: str, r: int, k: int, b: int) -> Outcome:
    """BYZ: a faulty replica signs a vote of this kind for the block."""
    if r not in world.faulty:
        return _refuse(world, "corruption", "the replica is correct", "IS-C17")
    if kind == COMMIT and world.rules.rounds != "two":
        return _refuse(world, "rounds", "there is no second round", "IS-C17")
    pair, view = world.replicas[r].pair, world.views[k]
    votes = (Vote.make(CHAIN, r, each.header, True, pair, view=view, kind=kind) for each in world.versions(k, b))
    return _new(world, tuple(Sent(kind, each.encode(CHAIN)) for each in votes))


def report(world: ConsensusWorld, r: int, k: int, j: int | None = None, b: int | None = None) -> Outcome:
    """BYZ: a faulty replica reports the certificate (j, b), or none, if there is anybody to take it (IS-C18).

    It makes the certificate of whatever votes there are.
    """
    if r not in world.faulty:
        return _refuse(world, "corruption", "the replica is correct", "IS-C17")
    if k == 0 or (j is not None and j >= k):
        return _refuse(world, "place", "nobody acts on a report to the first view, or of no earlier one", "IS-C17")
    lock = None
    if j is not None and b is not None:
        block, votes = world.backed(VOTE, j, b)
        lock = Lock(world.views[j], block, Certificate(votes).encode(CHAIN))
    signed = Report(r, 0, world.views[k], lock).signed(CHAIN, world.replicas[r].pair)
    refusal = signed.rejects(world.rules, world.committee, 0, world.views[k], chain.GENESIS)
    if refusal is not None:
        return world, (refusal,)
    if any(_says(each) == _says(signed) for each, _ in world.reports):
        return _refuse(world, "network", "this is reported already", "IS-C17")
    return _new(world, (Sent(VIEW_CHANGE, signed.encode(CHAIN)),))


def _says(report: Report) -> tuple[object, ...]:
    lock = report.lock
    return report.voter, report.view, None if lock is None else (lock.view, lock.block.leaves)


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
            signed = PrePrepare.make(CHAIN, view, block, (), pair)
            for reports in world.quorums(k):
                yield replace(signed, reports=reports).encode(CHAIN)


def _send_made(world: ConsensusWorld, r: int, k: int, b: int) -> Outcome:
    """The leader's vote for its own proposal leaves it."""
    vote = world.made.get((r, k))
    if vote is None or (k, b) not in world.shown:
        return _refuse(world, "candidate", "the leader has not proposed this block", "IS-R15")
    if world.replicas[r].view != world.views[k]:
        return _refuse(world, "place", "the leader is in another view", "IS-C17")
    return _new(world, (vote,))


def _takes_part(world: ConsensusWorld, r: int, block: Block, votes: tuple[Vote, ...]) -> bool:
    """Whether its own vote is among these, in its present view, and it has the block: it counts votes as they come."""
    here = world.replicas[r]
    own = any((vote.voter, vote.view) == (r, here.view) for vote in votes)
    return own and block.header.digest(CHAIN) in here.candidates


def _heard(replica: Replica, votes: tuple[Vote, ...]) -> tuple[Replica, Effects]:
    """The replica hears others' votes, one by one, until something comes of it."""
    effects: Effects = ()
    for vote in votes:
        if vote.voter != replica.index:
            replica, effects = consensus.step(replica, consensus.Hear(vote.kind, vote.encode(CHAIN)))
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


def _sent(effects: Effects) -> tuple[Sent, ...]:
    return tuple(each for each in effects if isinstance(each, Sent))


def _acted(world: ConsensusWorld, after: Replica, sent: tuple[Sent, ...]) -> ConsensusWorld:
    """The replica's step is done, and what it sends is on the wire."""
    replicas = (*world.replicas[: after.index], after, *world.replicas[after.index + 1 :])
    return replace(world, replicas=replicas, wire=world.wire + sent)


def _new(world: ConsensusWorld, messages: tuple[Sent, ...]) -> Outcome:
    if messages[0] in world.wire:
        return _refuse(world, "network", "this message is on the wire already")
    return replace(world, wire=world.wire + messages), messages


def _refuse(world: ConsensusWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)
