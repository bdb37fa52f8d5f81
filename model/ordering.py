"""Ordering at one height and in one view, with a possibly faulty leader (Islam et al. 2022, sections 4.2.3 and 5.4.4).

The leader broadcasts a candidate, replicas audit it and answer, and the candidate is final on enough
answers. A faulty replica's answers are moves of the adversary, so that it may also stay silent. In every
reading, proposals and answers are signed: nobody else's can be made up, though the paper does not say so (IS-C17).
"""

from meterproof.lang import action, choice, exists, require, rigid, var
from model.vocabulary import BYZ, Block, Replica
from model.voting import Auditing, Voting, quorum_of


class Ordering(Voting, Auditing):
    """One height, one view, any number of candidate blocks."""

    finality = choice(
        "leaders-word", "certificate", removed="leaders-word", cites=["IS-R15", "IS-C18"],
        doc="Whom a replica believes that a candidate is final: the leader, or a quorum of answers that it sees.",
    )  # fmt: skip

    leader = rigid(to=Replica, doc="who leads this view")
    valid = rigid(Block, doc="an honest audit accepts the block")

    proposed = var(to=bool, doc="a correct leader has proposed")
    received = var(Replica, Block, doc="the leader's candidate has reached the replica")
    vote = var(Replica, Block, doc="the replica has signed an answer for the candidate")
    announced = var(Block, doc="the leader says that the candidate is final")
    decided = var(Replica, Block, doc="the replica has appended the block")

    @action(cites="IS-R15")
    def propose(s, b: Block):
        """The correct leader broadcasts the valid candidate {b}."""
        require(~s.faulty[s.leader] & ~s.proposed & s.valid[b])
        return s.set(proposed=True, received={(..., b): True})

    @action(needs=BYZ, cites="IS-C17")
    def equivocate(s, r: Replica, b: Block):
        """The faulty leader sends the candidate {b} to {r}."""
        require(s.faulty[s.leader] & ~s.received[r, b])
        return s.set(received={(r, b): True})

    @action(cites="IS-R15")
    def respond(s, r: Replica, b: Block):
        """{r} audits {b} and broadcasts its signed answer."""
        require(~s.faulty[r] & s.received[r, b] & ~s.vote[r, b], "IS-R15")
        if s.rules.vote_once:
            require(~exists(Block, lambda b2: s.vote[r, b2]), "IS-C17", rule="vote_once")
        if s.rules.counted == "positive-votes":
            require(s.valid[b], "IS-C16", rule="counted")
        return s.set(vote={(r, b): True})

    @action(needs=BYZ)
    def sign(s, r: Replica, b: Block):
        """The faulty {r} signs an answer for {b}."""
        require(s.faulty[r] & ~s.vote[r, b])
        return s.set(vote={(r, b): True})

    @action(cites="IS-R15")
    def announce(s, b: Block):
        """The correct leader has enough answers for {b} and announces it as final."""
        require(s.rules.finality == "leaders-word", rule="finality")
        require(~s.faulty[s.leader] & ~s.announced[b])
        require(enough(s, b), "IS-R15 IS-R16", rule="quorum")
        return s.set(announced={b: True})

    @action(needs=BYZ, cites="IS-C18")
    def lie(s, b: Block):
        """The faulty leader announces {b} as final, whatever was answered."""
        require(s.rules.finality == "leaders-word", rule="finality")
        require(s.faulty[s.leader] & ~s.announced[b])
        return s.set(announced={b: True})

    @action(cites="IS-R15")
    def decide(s, r: Replica, b: Block):
        """{r} takes {b} as final and appends it."""
        require(~s.faulty[r] & ~exists(Block, lambda b2: s.decided[r, b2]))
        if s.rules.finality == "leaders-word":
            require(s.announced[b], "IS-R15", rule="finality")
        else:
            require(enough(s, b), "IS-C14 IS-C18", rule=("finality", "quorum"))
        return s.set(decided={(r, b): True})


def enough(s, b):
    """A quorum of replicas has signed an answer for the block."""
    return quorum_of(s, lambda r: s.vote[r, b])
