"""Guarantees of the `Consensus` machine: one height, any number of views, and the lemmas that carry the proofs.

The proofs are for any n and f with n > 3f, by induction over steps. They use two axioms, which their evidence names:
views are totally ordered (be it densely, or without a first one), and any two quorums share a correct replica, which is
itself proved from the formula of the quorum. The machine has no axioms of its own.

What the machine takes for granted is in the register: signatures and digests (IS-A1), no more than f corruptions
(IS-A2), correct replicas that forget nothing (IS-A3) and are of one mind on members, leaders and audits (IS-A4).
Nothing is assumed of clocks, of channels, or of a change of view. In particular not what a published proof in this
style, `test/multiBftAbstract.ivy` of github.com/microsoft/ivy, calls "stronger and non realistic" in its header: that
the certificate which is acted on in a new view was reported by every correct replica. `decided_by_one_report` is a
run which that excludes.
"""

from meterproof.claims import changing, explore, removing, walk
from meterproof.lang import atleast, exists, forall, implies, invariant, is_first, lemma, reachable
from model.consensus import Consensus, quorum_final, quorum_prepared
from model.vocabulary import BYZ, Block, Replica, View


def somebody_decided(s):
    """A correct replica has decided."""
    return exists(Replica, View, Block, lambda r, k, b: ~s.faulty[r] & s.decided[r, k, b])


def agreed(s):
    """No two correct replicas have decided different blocks, be it in different views."""

    def decided(k, b):
        return exists(Replica, lambda r: ~s.faulty[r] & s.decided[r, k, b])

    return forall(View, View, Block, Block, lambda j, k, a, b: implies(decided(j, a) & decided(k, b), a == b))


@lemma(of=Consensus)
def decisions_are_chosen(s):
    """What a correct replica decided, a quorum chose."""
    return forall(Replica, View, Block, lambda r, k, b: implies(~s.faulty[r] & s.decided[r, k, b], s.chosen[k, b]))


@lemma(of=Consensus)
def chosen_by_a_quorum(s):
    """For a chosen block a quorum has signed final votes."""
    return forall(View, Block, lambda k, b: implies(s.chosen[k, b], quorum_final(s, k, b)))


@lemma(of=Consensus)
def certified_by_a_quorum(s):
    """For a certified block a quorum has signed prepare votes."""
    return forall(View, Block, lambda k, b: implies(s.certified[k, b], quorum_prepared(s, k, b)))


@lemma(of=Consensus)
def prepares_once(s):
    """A correct replica signs a prepare vote for one block a view at most."""
    return forall(
        Replica, View, Block, Block,
        lambda r, k, a, b: implies(~s.faulty[r] & s.prepares[r, k, a] & s.prepares[r, k, b], a == b),
    )  # fmt: skip


@lemma(of=Consensus)
def commits_are_certified(s):
    """A correct replica signs a commit vote for a certified block only."""
    return forall(Replica, View, Block, lambda r, k, b: implies(~s.faulty[r] & s.commits[r, k, b], s.certified[k, b]))


@lemma(of=Consensus)
def prepares_are_accepted(s):
    """A correct replica signs a prepare vote for a justified proposal only."""
    return forall(Replica, View, Block, lambda r, k, b: implies(~s.faulty[r] & s.prepares[r, k, b], s.accepted[k, b]))


@lemma(of=Consensus)
def reported_certificates_exist(s):
    """Whoever reports a certificate, it is of an earlier view and exists."""
    return forall(
        Replica, View, View, Block,
        lambda r, k, j, b: implies(s.reports[r, k, j, b], s.certified[j, b] & (j < k)),
    )  # fmt: skip


@lemma(of=Consensus)
def without_certificate_left_uncommitted(s):
    """A correct replica that reports no certificate has left all earlier views and sent no commit vote in them."""
    return forall(
        Replica, View, View, Block,
        lambda r, k, j, b: implies(~s.faulty[r] & s.reports_none[r, k] & (j < k), s.left[r, j] & ~s.commits[r, j, b]),
    )  # fmt: skip


@lemma(of=Consensus)
def reporters_have_left(s):
    """A correct replica that has reported to a view has left all earlier ones."""
    return forall(
        Replica, View, View, View,
        lambda r, k, j, i: implies(~s.faulty[r] & s.reports_upto[r, k, j] & (i < k), s.left[r, i]),
    )  # fmt: skip


@lemma(of=Consensus)
def reports_are_of_the_latest_commit(s):
    """A correct replica that reports nothing later than a view has sent no commit vote between it and the new one."""
    return forall(
        Replica, View, View, View, Block,
        lambda r, k, j, i, b: implies(
            ~s.faulty[r] & s.reports_upto[r, k, j] & (j < i) & (i < k), ~s.commits[r, i, b]
        ),
    )  # fmt: skip


@lemma(of=Consensus)
def dead_is_final(s):
    """Every quorum has a correct replica that has left a view without a commit vote for what is dead in it."""
    return forall(
        View, Block,
        lambda k, b: implies(
            s.dead[k, b],
            ~atleast(s.rules.quorum, Replica, lambda r: s.faulty[r] | ~s.left[r, k] | s.commits[r, k, b]),
        ),
    )  # fmt: skip


@lemma(of=Consensus)
def accepted_kills_others(s):
    """Once a proposal is found justified, every other block is dead in all earlier views."""
    return forall(
        View, View, Block, Block,
        lambda j, k, a, b: implies(s.accepted[k, b] & (j < k) & (a != b), s.dead[j, a]),
    )  # fmt: skip


CERTIFICATES = (
    certified_by_a_quorum,
    prepares_once,
    commits_are_certified,
    prepares_are_accepted,
    reported_certificates_exist,
    without_certificate_left_uncommitted,
    reporters_have_left,
    reports_are_of_the_latest_commit,
    dead_is_final,
    accepted_kills_others,
)
"""Why no other block can have a final certificate once one has: together they are inductive."""
DECISIONS = (decisions_are_chosen, chosen_by_a_quorum)
"""What ties decisions to final certificates."""


@invariant(
    of=Consensus, id="IS-P1", cites="IS-P1 IS-R15 IS-C17 IS-A1 IS-A2 IS-A3 IS-A4", against=BYZ,
    witness=somebody_decided, lemmas=(*CERTIFICATES, *DECISIONS),
)  # fmt: skip
def agreement_across_views(s):
    """agreement at each height, across views"""
    return agreed(s)


@invariant(of=Consensus, id="IS-V24", cites="IS-V24 IS-P17 IS-C20", against=BYZ, witness=somebody_decided)
def agreement_beyond_the_bound_across_views(s):
    """agreement across views with one corruption more than the quorum tolerates (fails by design: a tight bound)"""
    return agreed(s)


@invariant(
    of=Consensus, id="IS-V6", cites="IS-V6 IS-C18 IS-A1 IS-A2 IS-A3 IS-A4", against=BYZ, witness=somebody_decided,
    lemmas=CERTIFICATES,
)  # fmt: skip
def certificates_are_final(s):
    """certificates are final: no two blocks have final certificates, whoever holds them and of whatever views"""
    return forall(
        View, View, Block, Block,
        lambda j, k, a, b: implies(quorum_final(s, j, a) & quorum_final(s, k, b), a == b),
    )  # fmt: skip


@lemma(of=Consensus)
def prepares_are_valid(s):
    """A correct replica signs a prepare vote for a valid block only."""
    return forall(Replica, View, Block, lambda r, k, b: implies(~s.faulty[r] & s.prepares[r, k, b], s.valid[b]))


@invariant(
    of=Consensus, id="IS-V5", cites="IS-V5 IS-C16 IS-A1 IS-A2 IS-A4", against=BYZ, witness=somebody_decided,
    lemmas=(prepares_are_valid, certified_by_a_quorum, commits_are_certified),
)  # fmt: skip
def validity_across_views(s):
    """validity across views: no block that an honest audit refuses is decided by a correct replica"""
    return forall(Replica, View, Block, lambda r, k, b: implies(~s.faulty[r] & s.decided[r, k, b], s.valid[b]))


@reachable(of=Consensus, against=BYZ)
def decided_at_once(s):
    """some run decides in the first view"""
    return exists(Replica, View, Block, lambda r, k, b: ~s.faulty[r] & is_first(k) & s.decided[r, k, b])


@reachable(of=Consensus, against=BYZ)
def decided_without_a_certificate(s):
    """some run decides in a later view a block that no correct replica was bound to"""
    return exists(
        Replica, View, Block,
        lambda r, k, b: ~s.faulty[r] & ~is_first(k) & s.decided[r, k, b]
        & forall(Replica, lambda r2: s.faulty[r2] | s.reports_none[r2, k]),
    )  # fmt: skip


@reachable(of=Consensus, against=BYZ)
def decided_by_a_certificate(s):
    """some run decides in a later view a block that its leader was bound to: every correct replica reported it"""
    return exists(
        Replica, View, Block,
        lambda r, k, b: ~s.faulty[r] & s.decided[r, k, b]
        & forall(Replica, lambda r2: s.faulty[r2] | exists(View, lambda j: s.reports[r2, k, j, b])),
    )  # fmt: skip


@reachable(of=Consensus, against=BYZ)
def decided_by_one_report(s):
    """some run decides in a later view a block whose certificate one correct replica reported and all others denied"""

    def only(r, k, b):
        told = exists(View, lambda j: s.reports[r, k, j, b])
        return told & forall(Replica, lambda r2: (r2 == r) | s.faulty[r2] | s.reports_none[r2, k])

    return exists(
        Replica, View, Block,
        lambda r, k, b: ~s.faulty[r] & only(r, k, b) & exists(Replica, lambda r2: ~s.faulty[r2] & s.decided[r2, k, b]),
    )  # fmt: skip


TWO_VIEWS = explore(eager=True, Replica=4, View=2, Block=2, faulty=1)
TWO_OF_FOUR_FAULTY = explore(eager=True, Replica=4, View=1, Block=2, faulty=2)
FIVE_IN_ONE_VIEW = explore(eager=True, Replica=5, View=1, Block=2, faulty=1)
THREE_VIEWS = walk(3_000_000, 60, eager=True, Replica=4, View=3, Block=2, faulty=1)
WITHIN_TWO_VIEWS = (
    *removing("vote_once", "quorum", "rounds", "carried", "certificates_checked", by=TWO_VIEWS),
    *changing("quorum", "2*f+1", by=FIVE_IN_ONE_VIEW),
)
CONTROLS = (*WITHIN_TWO_VIEWS, *changing("carried", "any", by=THREE_VIEWS))
"""Each rule that agreement across views rests on, weakened, and the plan that must find out.

Two views have one certificate at most, so that any is the highest. Of three, walks reach what goes wrong within half a
million steps; breadth-first search takes 9 million states, of the right one of 45 worlds.
"""
