"""Progress of `Consensus` once the network has settled: C. Dwork, N. Lynch and L. Stockmeyer, *Consensus in the
presence of partial synchrony*, Journal of the ACM 35 (2), 1988; M. Castro and B. Liskov, OSDI 1999, section 4.5.2.

Before it settles, at a moment of the environment's choice, anything of `Consensus` can have happened. It settles in a
view whose leader is correct and in which all correct replicas meet, and nobody leaves that view any more: that there
are such views again and again is assumed (IS-A5). Where views are never changed, all hangs on the one leader there is.

What correct replicas send each other in that view arrives (IS-A6), so what they can do on each other's messages has to
happen: those are the moves called `..._in_touch`, each of them one that `Consensus` has. What the adversary sends is
shown to some and not to others, or comes too late: what it makes possible can happen, but need not. Since a message is
no more than an opportunity, the adversary has signed all that it always can from the start; certificates it reports
when they exist.
"""

from meterproof.lang import action, exists, flag, forall, implies, is_first, require, var
from model.consensus import Consensus, in_view, justified, quorum_final, quorum_prepared
from model.vocabulary import Block, Replica, View


class Progress(Consensus):
    """One height, any number of views, of which one lasts."""

    view_change = flag(
        removed=False, cites=["IS-C17"], doc="Correct replicas give up a view that does not finish for a later one."
    )

    settled = var(View, doc="the network has settled, in this view")

    proposed = var(
        View, Block, init=lambda s, k, b: s.faulty[s.leader[k]],
        doc="the view's leader has signed a proposal of the block",
    )  # fmt: skip
    prepares = var(
        Replica, View, Block, init=lambda s, r, k, b: s.faulty[r],
        doc="the replica has signed a prepare vote for the block",
    )  # fmt: skip
    commits = var(
        Replica, View, Block, init=lambda s, r, k, b: s.faulty[r],
        doc="the replica has signed a commit vote for the block",
    )  # fmt: skip
    reports_none = var(
        Replica, View, init=lambda s, r, k: s.faulty[r] & ~is_first(k), doc="its report to this view has no certificate"
    )
    reports_upto = var(
        Replica, View, View, init=lambda s, r, k, j: s.faulty[r] & ~is_first(k),
        doc="its report to the first view has no certificate later than the second",
    )  # fmt: skip
    equivocate = sign_prepare = sign_commit = deny_certificates = None

    @action(cites="IS-A5")
    def settle(s, k: View):
        """The network settles, with all correct replicas in {k}."""
        require(~has_settled(s) & forall(Replica, lambda r: implies(~s.faulty[r], in_view(s, r, k))), "IS-A5")
        if s.rules.view_change:
            require(~s.faulty[s.leader[k]], "IS-A5", rule="view_change")
        return s.set(settled={k: True})

    @action(cites="IS-C17")
    def leave_without_certificate(s, r: Replica, k: View):
        """{r} gives up its view, goes to {k} and reports that nothing binds it."""
        _may_leave(s)
        return Consensus.leave_without_certificate.function(s, r, k)

    @action(cites="IS-C17")
    def leave_with_certificate(s, r: Replica, k: View, j: View, b: Block):
        """{r} gives up its view, goes to {k} and reports the certificate for {b} of {j}, the latest that binds it."""
        _may_leave(s)
        return Consensus.leave_with_certificate.function(s, r, k, j, b)

    @action(cites="IS-R15 IS-A6")
    def propose_in_touch(s, k: View, b: Block):
        """The correct leader of {k} proposes {b}, which follows from the reports of correct replicas."""
        require(s.settled[k] & justified(s, k, b, correct(s)), "IS-A6", rule="carried")
        return Consensus.propose.function(s, k, b)

    @action(cites="IS-R15 IS-A6")
    def prepare_in_touch(s, r: Replica, k: View, b: Block):
        """{r} hears of the correct leader's proposal of {b} in {k} and signs a prepare vote."""
        require(s.settled[k] & ~s.faulty[s.leader[k]], "IS-A6")
        return Consensus.prepare.function(s, r, k, b)

    @action(cites="IS-C17 IS-A6")
    def commit_in_touch(s, r: Replica, k: View, b: Block):
        """{r} hears a quorum of correct replicas' prepare votes for {b} in {k} and signs a commit vote."""
        require(s.settled[k] & quorum_prepared(s, k, b, correct(s)), "IS-A6", rule="quorum")
        return Consensus.commit.function(s, r, k, b)

    @action(cites="IS-R15 IS-A6")
    def decide_in_touch(s, r: Replica, k: View, b: Block):
        """{r} hears a quorum of correct replicas' final votes for {b} in {k} and appends it."""
        require(s.settled[k] & quorum_final(s, k, b, correct(s)), "IS-A6", rule=("quorum", "rounds"))
        return Consensus.decide.function(s, r, k, b)


def has_settled(s):
    """The network has settled."""
    return exists(View, lambda k: s.settled[k])


def correct(s):
    """Whose messages are sure to arrive: those of correct replicas."""
    return lambda r: ~s.faulty[r]


def _may_leave(s):
    """Views are changed, and the present one is not the one that lasts."""
    require(s.rules.view_change, "IS-C17", rule="view_change")
    require(~has_settled(s), "IS-A5")
