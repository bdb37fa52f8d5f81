"""Small versions of one voting protocol, and of two-phase commit, that differ by one decision each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.lang import (
    Enum,
    Protocol,
    Sort,
    System,
    action,
    atleast,
    axiom,
    exists,
    flag,
    forall,
    formula,
    implies,
    invariant,
    parameter,
    require,
    rigid,
    trace,
    var,
)

Replica = Sort("Replica", "a validator")
Block = Sort("Block", "a block")


class Voting(Protocol):
    """Replicas vote for blocks; a block with enough votes becomes final."""

    quorum = formula("n", "f", removed="1", doc="Votes that make a block final.", cites=("VO-R1",))
    vote_once = flag(removed=False, doc="A replica votes for one block.", cites=("VO-R2",))
    resilience = formula("n", "f", removed="1", doc="The least number of replicas.")

    f = parameter(Replica, default="floor((n-1)/3)", resilience="resilience")
    faulty = rigid(Replica, at_most="f", doc="the replica is corrupted")
    voted = var(Replica, Block, doc="the replica has voted for the block")
    final = var(Block, doc="the block is final")

    @action
    def vote(s: Any, r: Replica, b: Block) -> Any:  # type: ignore[valid-type]
        """{r} votes for {b}."""
        if s.rules.vote_once:
            require(~exists(Block, lambda other: s.voted[r, other]), "VO-R2", rule="vote_once")
        return s.set(voted={(r, b): True})

    @action(needs="BYZ")
    def vote_again(s: Any, r: Replica, b: Block) -> Any:  # type: ignore[valid-type]
        """The faulty {r} votes for {b}, too."""
        require(s.faulty[r])
        return s.set(voted={(r, b): True})

    @action(cites="VO-R1")
    def finish(s: Any, b: Block) -> Any:  # type: ignore[valid-type]
        """{b} becomes final."""
        require(atleast(s.rules.quorum, Replica, lambda r: s.voted[r, b]), "VO-R1", rule="quorum")
        return s.set(final={b: True})

    @invariant(against="BYZ")
    def agreement(s: Any) -> Any:
        """No two blocks are final."""
        return forall(Block, Block, lambda a, b: implies((a != b) & s.final[a], ~s.final[b]))

    @invariant
    def backed(s: Any) -> Any:
        """Enough replicas have voted for a final block."""
        return forall(Block, lambda b: implies(s.final[b], atleast(s.rules.quorum, Replica, lambda r: s.voted[r, b])))

    @invariant
    def meant(s: Any) -> Any:
        """Some replica that is not faulty has voted for a final block."""
        return forall(
            Block, lambda b: implies(s.final[b], exists(Replica, lambda r: s.voted[r, b] & ~s.faulty[r]))
        )  # fmt: skip


FOUR = {"Replica": 4, "Block": 2, "faulty": 1}


def voting(quorum: str = "2f+1", vote_once: bool = True, resilience: str = "3f+1", of: type = Voting) -> System:
    """The voting protocol under these rules."""
    rules = {"quorum": quorum, "vote_once": vote_once, "resilience": resilience}
    return trace(of, of.rule_schema().read(rules))  # type: ignore[attr-defined]


class Recorded(Voting):
    """The same with a record of its own of who has been asked."""

    asked = var(Replica, doc="the replica has been asked for its vote")

    @action
    def ask(s: Any, r: Replica) -> Any:  # type: ignore[valid-type]
        """{r} is asked."""
        return s.set(asked={r: True})

    @action
    def vote(s: Any, r: Replica, b: Block) -> Any:  # type: ignore[valid-type]
        """{r}, who was asked, votes for {b}."""
        require(s.asked[r])
        require(~exists(Block, lambda other: s.voted[r, other]), "VO-R2", rule="vote_once")
        return s.set(voted={(r, b): True})


class Guarded(Voting):
    """The same where somebody is faulty."""

    @axiom(cites="VO-C1")
    def somebody_is_faulty(s: Any) -> Any:
        return exists(Replica, lambda r: s.faulty[r])


class Unbounded(Voting):
    """The same where any number of replicas may be faulty."""

    faulty = rigid(Replica, doc="the replica is corrupted")


Step = Enum("Step", "idle", "half", "done")
LongStep = Enum("Step", "idle", "done")


class Split(Protocol):
    """Something is done in two steps."""

    at = var(to=Step, init=Step.idle)
    left = var()
    right = var()

    @action
    def begin(s: Any) -> Any:
        require(s.at == Step.idle)
        return s.set(at=Step.half, left=True)

    @action
    def end(s: Any) -> Any:
        require(s.at == Step.half)
        return s.set(at=Step.done, right=True)

    @invariant
    def ends_together(s: Any) -> Any:
        """What is done is done on both sides."""
        return implies(s.at == Step.done, s.left & s.right)


class Whole(Protocol):
    """The same thing is done in one step."""

    at = var(to=LongStep, init=LongStep.idle)
    left = var()
    right = var()

    @action
    def begin(s: Any) -> Any:
        require(s.at == LongStep.idle)
        return s.set(at=LongStep.done, left=True, right=True)

    @invariant
    def ends_together(s: Any) -> Any:
        """What is done is done on both sides."""
        return implies(s.at == LongStep.done, s.left & s.right)


def commit_without_hearing() -> System:
    """Two-phase commit whose manager commits without having heard from anybody."""
    system = trace(TwoPhaseCommit)
    loose = tuple(replace(a, guards=a.guards[:1]) if a.name == "commit" else a for a in system.actions)
    return replace(system, actions=loose)
