"""Guarantees of the `Locking` machine: agreement across views by locks, with the lemmas that carry its proof."""

from meterproof.claims import changing, explore, removing, walk
from meterproof.lang import atleast, forall, implies, invariant, lemma
from model.locking import Locking, committed, prepared
from model.vocabulary import BYZ, Block, Replica, View
from properties import consensus
from properties.consensus import agreed, somebody_decided

# What PBFT and Tendermint's way have in common is said once, of the other machine, and shown of this one.
decisions_are_chosen = lemma(of=Locking)(consensus.decisions_are_chosen.function)
prepares_once = lemma(of=Locking)(consensus.prepares_once.function)
commits_are_certified = lemma(of=Locking)(consensus.commits_are_certified.function)


@lemma(of=Locking)
def chosen_by_a_quorum(s):
    """For a chosen block a quorum has signed commit votes."""
    return forall(View, Block, lambda k, b: implies(s.chosen[k, b], committed(s, k, b)))


@lemma(of=Locking)
def certified_by_a_quorum(s):
    """For a certified block a quorum has signed prepare votes."""
    return forall(View, Block, lambda k, b: implies(s.certified[k, b], prepared(s, k, b)))


@lemma(of=Locking)
def preparing_is_in_view(s):
    """A correct replica that has prepared in a view has left all earlier ones."""
    return forall(
        Replica, View, View, Block,
        lambda r, k, j, b: implies(~s.faulty[r] & s.prepares[r, k, b] & (j < k), s.left[r, j]),
    )  # fmt: skip


@lemma(of=Locking)
def unlocked_only_from_dead(s):
    """Where a correct replica prepares another block than an earlier lock's, that one is dead."""
    return forall(
        Replica, View, View, Block, Block,
        lambda r, k, j, a, b: implies(
            ~s.faulty[r] & s.prepares[r, k, b] & (j < k) & s.commits[r, j, a] & (a != b), s.dead[j, a]
        ),
    )  # fmt: skip


@lemma(of=Locking)
def dead_is_final(s):
    """Every quorum has a correct replica that has left a view without a commit vote for what is dead in it."""
    return forall(
        View, Block,
        lambda k, b: implies(
            s.dead[k, b],
            ~atleast(s.rules.quorum, Replica, lambda r: s.faulty[r] | ~s.left[r, k] | s.commits[r, k, b]),
        ),
    )  # fmt: skip


LOCKS = (
    decisions_are_chosen,
    chosen_by_a_quorum,
    certified_by_a_quorum,
    prepares_once,
    commits_are_certified,
    preparing_is_in_view,
    unlocked_only_from_dead,
    dead_is_final,
)
"""Why a block that was chosen stays the only one: together with agreement they are inductive."""


@invariant(
    of=Locking, cites="IS-P1 IS-C17 IS-A1 IS-A2 IS-A3 IS-A4", against=BYZ, witness=somebody_decided, lemmas=LOCKS
)
def agreement_by_locks(s):
    """agreement at each height, across views, by locks"""
    return agreed(s)


TWO_VIEWS = explore(eager=True, Replica=4, View=2, Block=2, faulty=1)
FIVE_IN_ONE_VIEW = explore(eager=True, Replica=5, View=1, Block=2, faulty=1)
THREE_VIEWS = walk(5_000_000, 60, eager=True, Replica=4, View=3, Block=2, faulty=1)
CONTROLS = (
    *removing("vote_once", "quorum", "lock", by=TWO_VIEWS),
    *changing("quorum", "2*f+1", by=FIVE_IN_ONE_VIEW),
    *changing("lock", "any", by=THREE_VIEWS),
)
"""Each rule that agreement by locks rests on, weakened, and the plan that must find out.

Without `lock`, nobody need be shown a quorum of prepare votes before another block is prepared: Tendermint's form of a
certificate dropped. `lock = any` is its form of not the highest.
"""
