"""Guarantees of the `Queries` machine: that no answer is stale, and that there is one.

Freshness is proved for any number of devices, records and questions. The proof needs that a read quorum and a quorum
that confirmed a record share a device which is correct. That follows from the two formulas, n-q+f+1 and q, for every n
and f, and is itself proved; f+1 for the first does not do.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma, quiescent
from model.queries import Queries
from model.vocabulary import BYZ, Query, Replica, Version
from model.voting import quorum_of


def taken_after_an_update(s):
    """An answer was taken to a question that was asked after a later record than the first was final."""
    return exists(Query, Version, Version, lambda q, u, v: (u < v) & s.due[q, v] & s.taken[q, v])


@lemma(of=Queries)
def final_by_a_quorum(s):
    """For a final record a quorum had signed when it became so."""
    return forall(Version, lambda v: implies(s.final[v], quorum_of(s, lambda r: s.signed[r, v])))


@lemma(of=Queries)
def signed_is_confirmed(s):
    """Who had signed for a record, has."""
    return forall(Replica, Version, lambda r, v: implies(s.signed[r, v], s.confirmed[r, v]))


@lemma(of=Queries)
def due_is_final(s):
    """What was final when a question was asked, is."""
    return forall(Query, Version, lambda q, v: implies(s.due[q, v], s.final[v]))


@lemma(of=Queries)
def answered_once_asked(s):
    """A question is answered only once it is asked."""
    return forall(Query, Replica, Version, lambda q, r, v: implies(s.shown[q, r, v], s.asked[q]))


@lemma(of=Queries)
def taken_once_asked(s):
    """An answer is taken only to a question that was asked."""
    return forall(Query, Version, lambda q, v: implies(s.taken[q, v], s.asked[q]))


@lemma(of=Queries)
def signers_show_no_less(s):
    """A correct device that had signed for a record which was final when it was asked shows none before it."""
    return forall(
        Query, Replica, Version, Version,
        lambda q, r, u, v: implies(~s.faulty[r] & s.due[q, v] & s.signed[r, v] & s.shown[q, r, u], v <= u),
    )  # fmt: skip


@invariant(
    of=Queries, id="ZK-P8", cites="ZK-P8 ZK-R30 ZK-R32 ZK-R34 ZK-C9 ZK-A21", against=BYZ, witness=taken_after_an_update,
    lemmas=(
        final_by_a_quorum, signed_is_confirmed, due_is_final, answered_once_asked, taken_once_asked,
        signers_show_no_less,
    ),
)  # fmt: skip
def read_freshness(s):
    """read freshness: no answer is superseded by a record that was final before the question was asked"""
    return forall(Query, Version, Version, lambda q, u, v: implies(s.taken[q, u] & s.due[q, v], v <= u))


@quiescent(of=Queries, id="ZK-V40", cites="ZK-V40 ZK-C9 ZK-A21", against=BYZ, witness=taken_after_an_update)
def questions_are_answered(s):
    """questions are answered: when only faulty devices can still move, an answer to every question has been taken"""
    return forall(Query, lambda q: exists(Version, lambda v: s.taken[q, v]))


NOBODY_CORRUPTED = explore(Replica=3, Version=2, Query=1, f=1, faulty=0)
FOUR_DEVICES = explore(Replica=4, Version=2, Query=1, faulty=1)
FIVE_DEVICES = explore(Replica=5, Version=2, Query=1, faulty=1)
SEVEN_DEVICES = thorough(explore(Replica=7, Version=2, Query=1, faulty=2))
TWO_UPDATES = thorough(explore(Replica=4, Version=3, Query=1, faulty=1))
TWO_QUESTIONS = thorough(explore(Replica=4, Version=2, Query=2, faulty=1))

CASES = (
    Case(read_freshness, {
        "published literal": violated(NOBODY_CORRUPTED, note="a device that lags is enough; none is corrupted"),
        "published charitable": violated(NOBODY_CORRUPTED),
        "hardened": holds(
            "proved", induction(), FOUR_DEVICES, FIVE_DEVICES, TWO_UPDATES, TWO_QUESTIONS, SEVEN_DEVICES,
            controls=removing("query_scope", "read_quorum", "quorum", by=FOUR_DEVICES)
            + changing("read_quorum", "f+1", by=FOUR_DEVICES),
        ),
    }),
    Case(questions_are_answered, {
        "hardened": holds(
            "exhausted", FOUR_DEVICES, FIVE_DEVICES, TWO_UPDATES, SEVEN_DEVICES,
            controls=changing("read_quorum", "n", by=FOUR_DEVICES),
            note="a device that is asked answers; while too few do, there is no answer, and never a stale one",
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
