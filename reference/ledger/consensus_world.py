"""The machine `Consensus` with real bytes: replicas across views of one height, some of them faulty, and the wire.

Messages stay on the wire, and each deed of a correct replica is its own checked step on those that it needs: which of
them reach it, and when, is for the deed to say. Some that a replica sends are lost: reports to views that it passes
over. A leader votes with its proposal, but that vote may leave it later.

The model's block is what a candidate holds. A real block also names the view in which it was first proposed, so one of
the model's is one of several here; the adversary signs for each of them, and correct replicas meet one in each view.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations, product
from typing import Any, Protocol

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.application import Application, ReplicaRules
from reference.ledger.chain import (
    COMMIT,
    VOTE,
    Block,
    Committee,
    CommitteeRules,
    FinalBlock,
    Rounds,
    Vote,
    committee_of,
)
from reference.ledger.consensus import Replica
from reference.ledger.effects import Effects, Refused, Sent
from reference.ledger.view_change import PRE_PREPARE, VIEW_CHANGE, PrePrepare, Report


class RoundRules(ReplicaRules, CommitteeRules, Protocol):
    """The rules of a protocol whose replicas vote in one round or two, across views."""

    @property
    def rounds(self) -> Rounds:
        """Whether one round of votes makes a block final, or a second."""


Candidates = Callable[[Any, int, int, int, tuple[bool, ...]], tuple[Application, tuple[Block, ...]]]
"""For these rules, so many replicas, a bound on their faults and a seed: the application's state before the first
height, and blocks for it, each of which it finds valid or not as asked."""


@dataclass(frozen=True)
class ConsensusWorld:
    """`faulty` replicas are the adversary's. `views` has the real number of each of the model's views, in order.

    `made` are votes by replica and view that a leader has not sent yet, `shown` proposals by view and block with the
    reports from which they follow, `final` what a replica has appended: it takes no further part.
    """

    rules: RoundRules
    replicas: tuple[Replica, ...]
    faulty: frozenset[int]
    application: Application
    blocks: tuple[Block, ...]
    views: tuple[int, ...]
    wire: tuple[Sent, ...] = ()
    made: Mapping[tuple[int, int], Sent] = field(default_factory=dict)
    shown: Mapping[tuple[int, int], bytes] = field(default_factory=dict)
    final: Mapping[int, FinalBlock] = field(default_factory=dict)

    @property
    def chain(self) -> str:
        """The chain's name, which all that is signed bears."""
        return self.committee.chain

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
        found = ((block, of_view.get(block.header.digest(self.chain), ())) for block in self.versions(k, b))
        return max(found, key=lambda each: len(each[1]))

    @cached_property
    def votes(self) -> tuple[Vote, ...]:
        """All votes on the wire, which nobody has verified yet."""
        return tuple(Vote.decode(self.chain, each.data, each.kind) for each in self.wire if each.kind in (VOTE, COMMIT))

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
        return tuple(
            (Report.decode(self.chain, each.data), each.data) for each in self.wire if each.kind == VIEW_CHANGE
        )

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
    rules: RoundRules,
    chain_id: str,
    candidates: Candidates,
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
    members = replace(
        committee_of(rules, chain_id, pairs, faults_bound, leaders[0]), rounds=rules.rounds, finality="certificate"
    )
    views = [0]
    for leader in leaders[1:]:
        later = range(views[-1] + 1, views[-1] + 1 + replicas)
        views.append(next(view for view in later if members.leader_of(view) == leader))
    agreed, blocks = candidates(rules, replicas, faults_bound, seed, tuple(valid))
    each = tuple(Replica(i, pair, rules, members) for i, pair in enumerate(pairs))
    return ConsensusWorld(rules, each, frozenset(faulty), agreed, blocks, tuple(views))


def messages(effects: Effects) -> tuple[Sent, ...]:
    """What is sent."""
    return tuple(each for each in effects if isinstance(each, Sent))


def acted(world: ConsensusWorld, after: Replica, sent: tuple[Sent, ...]) -> ConsensusWorld:
    """The replica's step is done, and what it sends is on the wire."""
    replicas = (*world.replicas[: after.index], after, *world.replicas[after.index + 1 :])
    return replace(world, replicas=replicas, wire=world.wire + sent)


def put(world: ConsensusWorld, made: tuple[Sent, ...]) -> Outcome:
    """These messages are on the wire, where they were not yet."""
    if made[0] in world.wire:
        return refuse(world, "network", "this message is on the wire already")
    return replace(world, wire=world.wire + made), made


def refuse(world: ConsensusWorld, rule: str, reason: str, *cites: str) -> Outcome:
    """Nothing happens, for this reason."""
    return world, (Refused(rule, reason, cites),)
