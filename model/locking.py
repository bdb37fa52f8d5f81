"""Byzantine agreement by locks, in the manner of Tendermint: E. Buchman, J. Kwon, Z. Milosevic, *The latest gossip on
BFT consensus*, arXiv:1807.04938, 2018, algorithm 1.

A second way to the same agreement, smaller than `model.consensus`: nothing is sent when a view (a *round* there) is
left. A replica that has sent a commit vote (*precommit*) is locked on its block; it prepares another one only when a
quorum has prepared that one in a later view than its lock. Any block may be proposed in any view, so no leader is
modelled; one that has crashed is one whose block nobody prepares. The adversary votes at will with the faulty replicas'
signatures, as in `model.consensus`, and the same is assumed. Engines are compared and timed on this machine.

`certified`, `dead` and `chosen` are history for the proof in `properties.locking`.
"""

from meterproof.lang import action, adding, choice, exists, forall, implies, require, var
from model.consensus import in_view, leaves_for, leaving
from model.vocabulary import BYZ, Block, Replica, View
from model.voting import Voting, quorum_of


class Locking(Voting):
    """One height, any number of views, replicas and candidate blocks."""

    lock = choice(
        "none", "any", "later", removed="none", cites=["IS-C17"],
        doc="What lets a locked replica prepare another block: nothing need be shown, a quorum that prepared it in any "
        "earlier view, or in one later than the lock.",
    )  # fmt: skip

    left = var(Replica, View, doc="the replica has left the view, or passed over it")
    prepares = var(Replica, View, Block, doc="the replica has signed a prepare vote for the block")
    commits = var(Replica, View, Block, doc="the replica has signed a commit vote for the block, and is locked on it")
    decided = var(Replica, View, Block, doc="the replica has appended the block, on votes of this view")

    certified = var(View, Block, ghost=True, doc="a quorum has signed prepare votes for the block")
    dead = var(View, Block, ghost=True, doc="the block can no longer be decided in the view")
    chosen = var(View, Block, ghost=True, doc="a quorum has signed commit votes for the block")

    @action
    def leave(s, r: Replica, k: View):
        """{r} gives up its view and goes to {k}."""
        require(~s.faulty[r] & leaves_for(s, r, k))
        return s.set(left=leaving(r, k))

    @action(cites="IS-C17")
    def prepare(s, r: Replica, k: View, b: Block):
        """{r}, locked on no other block than {b}, signs a prepare vote for it in {k}."""
        _may_prepare(s, r, k, b)
        if s.rules.lock != "none":
            require(forall(View, Block, lambda j, b2: implies(s.commits[r, j, b2] & (j < k), b2 == b)), rule="lock")
        return s.set(prepares={(r, k, b): True})

    @action(cites="IS-C17")
    def unlock(s, r: Replica, k: View, b: Block, v: View):
        """{r} sees that a quorum prepared {b} in {v}, lets go of its lock, and signs a prepare vote for {b} in {k}."""
        require(s.rules.lock != "none", rule="lock")
        _may_prepare(s, r, k, b)
        require((v < k) & prepared(s, v, b), rule="quorum")
        if s.rules.lock == "later":
            require(
                forall(View, Block, lambda j, b2: implies(s.commits[r, j, b2] & (j < k), (b2 == b) | (j <= v))),
                rule="lock",
            )
        return s.set(prepares={(r, k, b): True}, **_certifying(v, b))

    @action(cites="IS-C17")
    def commit(s, r: Replica, k: View, b: Block):
        """{r} sees a quorum of prepare votes for {b} in {k}, signs a commit vote and is locked on {b}."""
        require(~s.faulty[r] & in_view(s, r, k) & ~s.commits[r, k, b])
        require(prepared(s, k, b), "IS-C14", rule="quorum")
        return s.set(commits={(r, k, b): True}, **_certifying(k, b))

    @action(cites="IS-C18")
    def decide(s, r: Replica, k: View, b: Block):
        """{r} sees a quorum of commit votes for {b} in {k} and appends it."""
        require(~s.faulty[r] & ~exists(View, Block, lambda k2, b2: s.decided[r, k2, b2]))
        require(committed(s, k, b), "IS-C14 IS-C18", rule="quorum")
        return s.set(decided={(r, k, b): True}, chosen={(k, b): True})

    @action(needs=BYZ)
    def sign_prepare(s, r: Replica, k: View, b: Block):
        """The faulty {r} signs a prepare vote for {b} in {k}."""
        require(s.faulty[r] & ~s.prepares[r, k, b])
        return s.set(prepares={(r, k, b): True})

    @action(needs=BYZ)
    def sign_commit(s, r: Replica, k: View, b: Block):
        """The faulty {r} signs a commit vote for {b} in {k}."""
        require(s.faulty[r] & ~s.commits[r, k, b])
        return s.set(commits={(r, k, b): True})


def prepared(s, k, b):
    """A quorum has signed prepare votes for the block."""
    return quorum_of(s, lambda r: s.prepares[r, k, b])


def committed(s, k, b):
    """A quorum has signed commit votes for the block."""
    return quorum_of(s, lambda r: s.commits[r, k, b])


def _may_prepare(s, r, k, b):
    """The replica is in the view and has a vote left."""
    require(~s.faulty[r] & in_view(s, r, k) & ~s.prepares[r, k, b])
    if s.rules.vote_once:
        require(~exists(Block, lambda b2: s.prepares[r, k, b2]), "IS-C17", rule="vote_once")


def _certifying(k, b):
    """History of a quorum of prepare votes: every other block is dead in all earlier views."""
    return {
        "certified": {(k, b): True},
        "dead": adding(lambda j, b2: (j < k) & (b2 != b)),
    }
