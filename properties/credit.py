"""Guarantees of the `CreditRating` machine: what a score depends on.

The score is a function of the facts that count: so two nodes for which the same facts count have the same score,
whatever points they are worth. The proofs are for any number of users, facts and nodes.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma, quiescent
from model.credit import CreditRating, same_records
from model.vocabulary import BYZ, CR, NET, Fact, Person, Replica

ANYTHING = (NET, BYZ, CR)


def the_same_in_another_order(s):
    """Two nodes have got the same two facts about a user, of which one rules the other out."""
    return exists(
        Replica, Replica, Fact, Fact,
        lambda r, q, d, e: (r != q) & (d != e) & s.contrary[d, e] & (s.about[d] == s.about[e])
        & s.final[d] & s.final[e] & s.has[r, d] & s.has[r, e] & s.has[q, d] & s.has[q, e],
    )  # fmt: skip


def something_counts(s):
    """A fact counts, and another one is reported only."""
    return exists(Replica, Fact, Fact, lambda r, d, e: s.counted[r, d] & s.reported[e] & ~s.final[e])


def a_false_fact_was_recorded(s):
    """The chain has a fact that is not so."""
    return exists(Fact, lambda e: s.final[e] & ~s.just[e])


@lemma(of=CreditRating)
def got_from_the_chain(s):
    """What a node has got, the chain has."""
    return forall(
        Replica, Fact,
        lambda r, e: implies(s.has[r, e], s.final[e]),
    )  # fmt: skip


@lemma(of=CreditRating)
def counted_by_itself(s):
    """A fact counts exactly where it has been got, and no ruling that it is void has."""
    return forall(Replica, Fact, lambda r, e: s.counted[r, e] == (s.has[r, e] & ~s.has_void[r, e]))


@invariant(
    of=CreditRating, id="WA-V37", cites="WA-V37 WA-R15 WA-R23 WA-C13 WA-C23", against=ANYTHING,
    witness=the_same_in_another_order, lemmas=(got_from_the_chain, counted_by_itself),
)  # fmt: skip
def scores_depend_on_records_only(s):
    """scores depend on records only: nodes with the same final records rate alike, in whatever order they came"""
    return forall(
        Replica, Replica, Person, Fact,
        lambda r, q, p, e: implies(same_records(s, r, q, p) & (s.about[e] == p), s.counted[r, e] == s.counted[q, e]),
    )  # fmt: skip


@invariant(
    of=CreditRating, id="WA-V38", cites="WA-V38 WA-R15 WA-R23 WA-C23", against=ANYTHING, witness=something_counts,
)  # fmt: skip
def only_final_records_count(s):
    """only final records count: no score rests on hearsay, nor on what the node knows to be void"""
    return forall(Replica, Fact, lambda r, e: implies(s.counted[r, e], s.final[e] & ~s.has_void[r, e]))


@quiescent(
    of=CreditRating, id="WA-V39", cites="WA-V39 WA-R15 WA-R23 WA-C23 WA-A32", against=ANYTHING,
    witness=a_false_fact_was_recorded,
)  # fmt: skip
def disputes_are_settled(s):
    """disputes are settled: once nothing is open, exactly those facts count, at every node, that are so"""
    return forall(Replica, Fact, lambda r, e: s.counted[r, e] == s.just[e])


TWO_NODES = explore(Person=1, Fact=2, Replica=2)
TWO_USERS = thorough(explore(symmetry=["all"], Person=2, Fact=2, Replica=2))

CASES = (
    Case(scores_depend_on_records_only, {
        "published literal": violated(TWO_NODES, note="what counts depends on what is heard, and on what came first"),
        "published charitable": violated(TWO_NODES, note="no formula is given, and no order among parallel chains"),
        "hardened": holds(
            "proved", induction(), TWO_NODES, TWO_USERS,
            controls=removing("credit_inputs", by=TWO_NODES)
            + changing("credit_inputs", "all-reports", by=TWO_NODES)
            + changing("credit_inputs", "in-order", by=TWO_NODES),
        ),
    }),
    Case(only_final_records_count, {
        "published literal": violated(TWO_NODES),
        "published charitable": violated(TWO_NODES),
        "hardened": holds("proved", induction(), TWO_NODES, controls=removing("credit_inputs", by=TWO_NODES)),
    }),
    Case(disputes_are_settled, {
        "published literal": violated(TWO_NODES, note="nobody can dispute a record"),
        "published charitable": violated(TWO_NODES, note="nobody can dispute a record"),
        "hardened": holds("exhausted", TWO_NODES, TWO_USERS, controls=removing("credit_inputs", by=TWO_NODES)),
    }),
)  # fmt: skip
"""One case a property of the machine."""
