"""Progress: once the network has settled in a view that lasts, every correct replica decides.

`progress` says so of all fair runs, and exploration decides it at given sizes. For every size it is put together of
what induction proves. Where all correct replicas meet in a view, its leader has something to propose
(`something_can_be_proposed`). In a view that lasts, whoever has not accepted the leader's block is able to, once all
have, each is able to commit, and once all have committed, each is able to decide (`nobody_waits_in_vain`). Such a move
stays possible until it is made, since no message is taken back (a test proves that too), and each replica makes each of
them once: so if none is put off for ever, all correct replicas decide after at most 1 + 3n of them. This last sentence
is an argument on paper; no engine has checked it.

What is assumed beyond IS-A1 to IS-A4 are IS-A5, that such views recur, and IS-A6, that messages arrive in them.
"""

from meterproof.claims import changing, explore, removing
from meterproof.lang import exists, forall, implies, invariant, leads_to, lemma
from model.consensus import Consensus, in_view, justified, quorum_final, quorum_prepared
from model.progress import Progress, correct, has_settled
from model.vocabulary import BYZ, Block, Replica, View
from properties.consensus import prepares_are_valid

IN_TOUCH = "propose_in_touch prepare_in_touch commit_in_touch decide_in_touch"
"""What has to happen sooner or later: moves on correct replicas' messages in the view that lasts."""


def all_correct(s, holds):
    """`holds`, a function of the replica, is true of every correct one."""
    return forall(Replica, lambda r: s.faulty[r] | holds(r))


def has_decided(s, r):
    """The replica has decided."""
    return exists(View, Block, lambda k, b: s.decided[r, k, b])


def everybody_decided(s):
    """Every correct replica has decided."""
    return all_correct(s, lambda r: has_decided(s, r))


def settled_with_a_valid_block(s):
    """The network has settled, and there is a block to propose."""
    return has_settled(s) & exists(Block, lambda b: s.valid[b])


@leads_to(
    then=everybody_decided, fair=IN_TOUCH, of=Progress, id="IS-P3",
    cites="IS-P3 IS-R16 IS-C14 IS-C17 IS-C19 IS-A5 IS-A6", against=BYZ, witness=settled_with_a_valid_block,
)  # fmt: skip
def progress(s):
    """progress: once the network has settled, every correct replica decides, with f faulty ones silent or not"""
    return settled_with_a_valid_block(s)


# ---- something can be proposed


@lemma(of=Consensus)
def earlier_views_are_left(s):
    """A replica that has left a view has left all earlier ones."""
    return forall(Replica, View, View, lambda r, j, k: implies(s.left[r, k] & (j < k), s.left[r, j]))


@lemma(of=Consensus)
def latest_is_earlier(s):
    """The latest certificate reported to a view is of an earlier one."""
    return forall(View, View, lambda k, j: implies(s.latest[k, j], j < k))


@lemma(of=Consensus)
def latest_is_reported(s):
    """Some correct replica has reported the certificate that is the latest."""

    def by(k, j):
        return exists(Replica, Block, lambda r, b: ~s.faulty[r] & s.reports[r, k, j, b])

    return forall(View, View, lambda k, j: implies(s.latest[k, j], by(k, j)))


@lemma(of=Consensus)
def latest_is_one(s):
    """Only one view's certificate is the latest."""
    return forall(View, View, View, lambda k, i, j: implies(s.latest[k, i] & s.latest[k, j], i == j))


@lemma(of=Consensus)
def none_is_none_later(s):
    """A report without a certificate has none later than any view."""
    return forall(Replica, View, View, lambda r, k, j: implies(s.reports_none[r, k], s.reports_upto[r, k, j]))


@lemma(of=Consensus)
def bounds_go_upward(s):
    """A report without a certificate later than one view has none later than the views after it."""
    return forall(
        Replica, View, View, View,
        lambda r, k, i, j: implies(s.reports_upto[r, k, i] & (i < j), s.reports_upto[r, k, j]),
    )  # fmt: skip


@lemma(of=Consensus)
def whoever_is_there_is_bounded(s):
    """A correct replica in a view has reported no certificate to it that is later than the latest."""
    return forall(
        Replica, View, View,
        lambda r, k, j: implies(~s.faulty[r] & in_view(s, r, k) & s.latest[k, j], s.reports_upto[r, k, j]),
    )  # fmt: skip


@lemma(of=Consensus)
def whoever_is_there_has_reported(s):
    """A correct replica in a later view has reported to it: that nothing binds it, unless some certificate came."""

    def told(r, k):
        return s.reports_none[r, k] | exists(View, lambda j: s.latest[k, j])

    return forall(
        Replica, View, View, lambda r, k, i: implies(~s.faulty[r] & in_view(s, r, k) & (i < k), told(r, k))
    )  # fmt: skip


@lemma(of=Consensus)
def commits_are_valid(s):
    """A correct replica signs a commit vote for a valid block only."""
    return forall(Replica, View, Block, lambda r, k, b: implies(~s.faulty[r] & s.commits[r, k, b], s.valid[b]))


@lemma(of=Consensus)
def reports_are_valid(s):
    """A correct replica reports certificates of valid blocks only."""
    return forall(
        Replica, View, View, Block,
        lambda r, k, j, b: implies(~s.faulty[r] & s.reports[r, k, j, b], s.valid[b]),
    )  # fmt: skip


REPORTS = (
    reports_are_valid,
    commits_are_valid,
    prepares_are_valid,
    whoever_is_there_has_reported,
    whoever_is_there_is_bounded,
    latest_is_reported,
    latest_is_earlier,
    latest_is_one,
    none_is_none_later,
    bounds_go_upward,
    earlier_views_are_left,
)
"""Why the reports of correct replicas admit a valid block."""


def met_in_a_later_view(s):
    """All correct replicas are in a view that is not the first, and a block is valid."""
    met = exists(View, View, lambda j, k: (j < k) & all_correct(s, lambda r: in_view(s, r, k)))
    return met & exists(Block, lambda b: s.valid[b])


@invariant(
    of=Consensus, id="IS-V12", cites="IS-V12 IS-C17 IS-A4", against=BYZ, witness=met_in_a_later_view, lemmas=REPORTS
)  # fmt: skip
def something_can_be_proposed(s):
    """something can be proposed: where all correct replicas meet, their reports alone admit a valid block"""
    return forall(
        View, Block,
        lambda k, v: implies(
            s.valid[v] & all_correct(s, lambda r: in_view(s, r, k)),
            exists(Block, lambda b: s.valid[b] & justified(s, k, b, correct(s))),
        ),
    )  # fmt: skip


# ---- nobody waits in vain


@lemma(of=Progress)
def settled_under_a_correct_leader(s):
    """The view in which the network has settled has a correct leader."""
    return forall(View, lambda k: implies(s.settled[k], ~s.faulty[s.leader[k]]))


@lemma(of=Progress)
def nobody_leaves(s):
    """No correct replica leaves the view in which the network has settled."""
    return forall(Replica, View, lambda r, k: implies(s.settled[k] & ~s.faulty[r], ~s.left[r, k]))


@lemma(of=Progress)
def nobody_lags(s):
    """No correct replica is in an earlier view than that in which the network has settled."""
    return forall(Replica, View, View, lambda r, j, k: implies(s.settled[k] & ~s.faulty[r] & (j < k), s.left[r, j]))


@lemma(of=Progress)
def a_correct_leader_proposes_once(s):
    """A correct leader proposes one block a view at most."""
    return forall(
        View, Block, Block,
        lambda k, a, b: implies(~s.faulty[s.leader[k]] & s.proposed[k, a] & s.proposed[k, b], a == b),
    )  # fmt: skip


@lemma(of=Progress)
def a_correct_leader_proposes_valid_blocks(s):
    """A correct leader proposes valid blocks only."""
    return forall(View, Block, lambda k, b: implies(~s.faulty[s.leader[k]] & s.proposed[k, b], s.valid[b]))


@lemma(of=Progress)
def prepares_are_proposed(s):
    """A correct replica signs a prepare vote for a proposed block only."""
    return forall(Replica, View, Block, lambda r, k, b: implies(~s.faulty[r] & s.prepares[r, k, b], s.proposed[k, b]))


@lemma(of=Progress)
def a_correct_leader_is_justified(s):
    """What a correct leader proposes follows from the reports of a quorum, and goes on to."""
    return forall(
        View, Block, lambda k, b: implies(~s.faulty[s.leader[k]] & s.proposed[k, b], justified(s, k, b))
    )  # fmt: skip


ROUND = (
    settled_under_a_correct_leader,
    nobody_leaves,
    nobody_lags,
    a_correct_leader_proposes_once,
    a_correct_leader_proposes_valid_blocks,
    prepares_are_proposed,
    a_correct_leader_is_justified,
)
"""What a round is like under a correct leader, in a view that lasts."""


def may_prepare(s, r, k, b):
    """`prepare_in_touch` is possible."""
    ready = s.settled[k] & ~s.faulty[s.leader[k]] & in_view(s, r, k) & s.proposed[k, b] & s.valid[b]
    return ready & justified(s, k, b) & ~exists(Block, lambda b2: s.prepares[r, k, b2])


def may_commit(s, r, k, b):
    """`commit_in_touch` is possible."""
    return s.settled[k] & in_view(s, r, k) & ~s.commits[r, k, b] & quorum_prepared(s, k, b, correct(s))


def may_decide(s, r, k, b):
    """`decide_in_touch` is possible."""
    return s.settled[k] & ~has_decided(s, r) & quorum_final(s, k, b, correct(s))


@invariant(
    of=Progress, id="IS-V13", cites="IS-V13 IS-C14 IS-C17 IS-A5 IS-A6", against=BYZ, witness=settled_with_a_valid_block,
    lemmas=ROUND,
)  # fmt: skip
def nobody_waits_in_vain(s):
    """nobody waits in vain: in a view that lasts each vote of a correct replica is possible once those before it are"""

    def prepares(k, b):
        return all_correct(s, lambda r: s.prepares[r, k, b] | may_prepare(s, r, k, b))

    def commits(k, b):
        before = all_correct(s, lambda r: s.prepares[r, k, b])
        return implies(before, all_correct(s, lambda r: s.commits[r, k, b] | may_commit(s, r, k, b)))

    def decides(k, b):
        before = all_correct(s, lambda r: s.commits[r, k, b])
        return implies(before, all_correct(s, lambda r: has_decided(s, r) | may_decide(s, r, k, b)))

    return forall(
        View, Block,
        lambda k, b: implies(s.settled[k] & s.proposed[k, b], prepares(k, b) & commits(k, b) & decides(k, b)),
    )  # fmt: skip


# ---- how it is tried

MET = explore(Replica=4, View=2, Block=2, faulty=1)
MET_IN_ONE_VIEW = explore(Replica=4, View=1, Block=2, faulty=1)
FIVE_MET = explore(Replica=5, View=1, Block=2, faulty=1)
SEVEN_MET = explore(Replica=7, View=1, Block=1, faulty=2)
THREE_MET = explore(Replica=3, View=1, Block=1, f=1, faulty=1)
MORE_THAN_THE_CORRECT = changing("quorum", "2*f+2", by=MET_IN_ONE_VIEW)
"""The threshold of section 5.4.4: with f of 3f+1 replicas silent nobody ever has so many answers (IS-C14)."""
STUCK = MORE_THAN_THE_CORRECT + removing("resilience", by=THREE_MET)
"""What leaves correct replicas without a quorum of their own."""
