"""Byzantine agreement on one block, view by view, in the manner of PBFT: M. Castro and B. Liskov, *Practical
Byzantine Fault Tolerance*, OSDI 1999, section 4; messages come in any order, late, or never.

The leader of a view proposes a block, replicas vote in one round or two (prepare, commit), and a quorum decides. Timers
are not modelled: a correct replica may give up its view at any moment. It then reports to the view that it goes to
(VIEW-CHANGE) what binds it: the certificate, a quorum of prepare votes, of the latest view in which it has acted on
one, or that there is none. A proposal in a later view must follow from a quorum of such reports (NEW-VIEW), and every
replica checks that it does. A leader that has crashed is one that does nothing.

The faulty replicas' signatures are the adversary's: it proposes and votes at will, for any number of blocks, and to
one view it reports, as often as it likes, old certificates, the latest one, and none; but it can't make up a
certificate where replicas check them. A message is a member of a relation that only grows, and a replica acts on any
that are signed: what it shows to one replica it need not show to another. Two moves are left out, since nobody would
act on them: to report to the first view, and to report a certificate of no earlier view.

What is assumed beyond that is IS-A1 to IS-A4 of the register, and nothing of a change of view. `certified`, `accepted`,
`dead` and `chosen` are history for the proof in `properties.consensus`, `latest` for that in `properties.progress`.
"""

from meterproof.lang import action, adding, choice, exists, flag, forall, implies, is_first, ite, require, rigid, var
from model.vocabulary import BYZ, Block, Replica, View
from model.voting import Auditing, Voting, quorum_of


class Consensus(Voting, Auditing):
    """One height, any number of views, replicas and candidate blocks."""

    rounds = choice(
        "one", "two", removed="one", cites=["IS-R15", "IS-C17"],
        doc="Whether one round of votes makes a block final, or a second, of replicas that saw a quorum in the first.",
    )  # fmt: skip
    carried = choice(
        "none", "any", "highest", removed="none", cites=["IS-C17"],
        doc="What binds the leader of a later view: nothing, any certificate that a replica reports, or the one of the "
        "latest view among the reports of a quorum.",
    )  # fmt: skip
    certificates_checked = flag(
        removed=False, cites=["IS-C18"], doc="A reported certificate counts only with its quorum of prepare votes."
    )

    leader = rigid(View, to=Replica, doc="who leads the view")
    valid = rigid(Block, doc="an honest audit accepts the block")

    left = var(Replica, View, doc="the replica has left the view, or passed over it")
    proposed = var(View, Block, doc="the view's leader has signed a proposal of the block")
    prepares = var(Replica, View, Block, doc="the replica has signed a prepare vote for the block")
    commits = var(Replica, View, Block, doc="the replica has signed a commit vote for the block")
    decided = var(Replica, View, Block, doc="the replica has appended the block, on votes of this view")
    reports = var(Replica, View, View, Block, doc="its report to the first view has the second view's certificate")
    reports_none = var(Replica, View, doc="its report to this view has no certificate")
    reports_upto = var(Replica, View, View, doc="its report to the first view has no certificate later than the second")

    certified = var(View, Block, ghost=True, doc="a quorum has signed prepare votes for the block")
    accepted = var(View, Block, ghost=True, doc="a correct replica has found the proposal justified")
    dead = var(View, Block, ghost=True, doc="the block can no longer be decided in the view")
    chosen = var(View, Block, ghost=True, doc="a quorum has signed commit votes for the block")
    latest = var(
        View, View, ghost=True, doc="of all certificates that correct replicas report to the first view, none is later"
    )  # fmt: skip

    @action(cites="IS-R15 IS-C17")
    def propose(s, k: View, b: Block):
        """The correct leader of {k} proposes {b}, as it may."""
        require(~s.faulty[s.leader[k]] & s.valid[b] & ~exists(Block, lambda b2: s.proposed[k, b2]))
        require(justified(s, k, b), "IS-C17", rule="carried")
        return s.set(proposed={(k, b): True})

    @action(needs=BYZ, cites="IS-C17")
    def equivocate(s, k: View, b: Block):
        """The faulty leader of {k} proposes {b}."""
        require(s.faulty[s.leader[k]] & ~s.proposed[k, b])
        return s.set(proposed={(k, b): True})

    @action(cites="IS-R15 IS-C17")
    def prepare(s, r: Replica, k: View, b: Block):
        """{r} accepts the proposal of {b} in {k} and signs a prepare vote."""
        require(~s.faulty[r] & in_view(s, r, k) & s.proposed[k, b] & ~s.prepares[r, k, b], "IS-R15")
        require(justified(s, k, b), "IS-C17", rule="carried")
        if s.rules.vote_once:
            require(~exists(Block, lambda b2: s.prepares[r, k, b2]), "IS-C17", rule="vote_once")
        if s.rules.counted == "positive-votes":
            require(s.valid[b], "IS-C16", rule="counted")
        return s.set(
            prepares={(r, k, b): True},
            accepted={(k, b): True},
            dead=adding(lambda j, b2: (j < k) & (b2 != b)),
        )

    @action(cites="IS-C17")
    def commit(s, r: Replica, k: View, b: Block):
        """{r} sees a quorum of prepare votes for {b} in {k} and signs a commit vote."""
        require(s.rules.rounds == "two", rule="rounds")
        require(~s.faulty[r] & in_view(s, r, k) & ~s.commits[r, k, b])
        require(quorum_prepared(s, k, b), "IS-C14", rule="quorum")
        return s.set(commits={(r, k, b): True}, certified={(k, b): True})

    @action(cites="IS-R15 IS-C18")
    def decide(s, r: Replica, k: View, b: Block):
        """{r} sees a quorum of final votes for {b} in {k} and appends it."""
        require(~s.faulty[r] & ~exists(View, Block, lambda k2, b2: s.decided[r, k2, b2]))
        require(quorum_final(s, k, b), "IS-R15 IS-C14 IS-C18", rule=("quorum", "rounds"))
        return s.set(decided={(r, k, b): True}, chosen={(k, b): True})

    @action(cites="IS-C17")
    def leave_without_certificate(s, r: Replica, k: View):
        """{r} gives up its view, goes to {k} and reports that nothing binds it."""
        require(~s.faulty[r] & leaves_for(s, r, k))
        require(~exists(View, Block, lambda j, b: (j < k) & bound_by(s, r, j, b)), "IS-C17")
        return s.set(left=leaving(r, k), reports_none={(r, k): True}, reports_upto={(r, k, ...): True})

    @action(cites="IS-C17")
    def leave_with_certificate(s, r: Replica, k: View, j: View, b: Block):
        """{r} gives up its view, goes to {k} and reports the certificate for {b} of {j}, the latest that binds it."""
        require(~s.faulty[r] & leaves_for(s, r, k) & (j < k) & bound_by(s, r, j, b), "IS-C17")
        require(~exists(View, Block, lambda i, b2: (j < i) & (i < k) & bound_by(s, r, i, b2)), "IS-C17")
        return s.set(
            left=leaving(r, k),
            reports={(r, k, j, b): True},
            reports_upto=_reporting(r, k, j),
            latest=lambda k2, i: ite((k2 == k) & _is_latest(s, k, j), i == j, s.latest[k2, i]),
        )

    @action(needs=BYZ)
    def sign_prepare(s, r: Replica, k: View, b: Block):
        """The faulty {r} signs a prepare vote for {b} in {k}."""
        require(s.faulty[r] & ~s.prepares[r, k, b])
        return s.set(prepares={(r, k, b): True})

    @action(needs=BYZ)
    def sign_commit(s, r: Replica, k: View, b: Block):
        """The faulty {r} signs a commit vote for {b} in {k}."""
        require(s.rules.rounds == "two", rule="rounds")
        require(s.faulty[r] & ~s.commits[r, k, b])
        return s.set(commits={(r, k, b): True})

    @action(needs=BYZ)
    def deny_certificates(s, r: Replica, k: View):
        """The faulty {r} reports to {k} that nothing binds it."""
        require(s.faulty[r] & ~is_first(k) & ~s.reports_none[r, k])
        return s.set(reports_none={(r, k): True}, reports_upto={(r, k, ...): True})

    @action(needs=BYZ, cites="IS-C18")
    def report_certificate(s, r: Replica, k: View, j: View, b: Block):
        """The faulty {r} reports a certificate for {b} of {j} to {k}, whatever else it has seen."""
        require(s.faulty[r] & (j < k) & ~s.reports[r, k, j, b])
        if s.rules.certificates_checked:
            require(quorum_prepared(s, j, b), "IS-C18", rule="certificates_checked")
            return s.set(reports={(r, k, j, b): True}, reports_upto=_reporting(r, k, j), certified={(j, b): True})
        return s.set(reports={(r, k, j, b): True}, reports_upto=_reporting(r, k, j))


def in_view(s, r, k):
    """The replica has left all views before `k`, but not `k`."""
    return ~s.left[r, k] & forall(View, lambda j: implies(j < k, s.left[r, j]))


def leaves_for(s, r, k):
    """The replica is in some view before `k`."""
    return exists(View, lambda j: (j < k) & ~s.left[r, j])


def anybody(r):
    """Every replica: whose messages count, where nothing else is said."""
    return True


def quorum_prepared(s, k, b, of=anybody):
    """A quorum has signed prepare votes for the block: its certificate."""
    return quorum_of(s, lambda r: of(r) & s.prepares[r, k, b])


def quorum_final(s, k, b, of=anybody):
    """A quorum has signed the votes that make a block final: commit votes, or prepare votes where they are all."""
    if s.rules.rounds == "two":
        return quorum_of(s, lambda r: of(r) & s.commits[r, k, b])
    return quorum_prepared(s, k, b, of)


def bound_by(s, r, k, b):
    """The replica has acted on the block's certificate: by a commit vote, or by deciding where that is all it does."""
    return s.commits[r, k, b] if s.rules.rounds == "two" else s.decided[r, k, b]


def fresh(s, k, of=anybody):
    """The view's proposal may be any block: no view was before it, or a quorum reports no certificate."""
    return is_first(k) | quorum_of(s, lambda r: of(r) & s.reports_none[r, k])


def carries(s, k, b, of=anybody):
    """The view's proposal may be this block: a quorum has reported, and `carried` admits a certificate for it."""

    def by(r, j):
        latest = j if s.rules.carried == "highest" else k
        reported = quorum_of(s, lambda r2: of(r2) & s.reports_upto[r2, k, latest])
        return (j < k) & of(r) & s.reports[r, k, j, b] & reported

    return exists(Replica, View, by)


def justified(s, k, b, of=anybody):
    """The block may be proposed in the view."""
    return True if s.rules.carried == "none" else fresh(s, k, of) | carries(s, k, b, of)


def leaving(r, k):
    """Which views are left once the replica goes to `k`: all before it."""
    return adding(lambda r2, j: (r2 == r) & (j < k))


def _reporting(r, k, latest):
    """Which bounds on reports hold once the replica has reported to `k` a certificate of the view `latest`."""
    return adding(lambda r2, k2, j: (r2 == r) & (k2 == k) & (j >= latest))


def _is_latest(s, k, j):
    """No correct replica has reported to `k` a certificate of `j` or later yet."""
    return ~exists(View, lambda i: s.latest[k, i] & (j <= i))
