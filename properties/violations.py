"""Guarantees of the `Violations` machine: who is blamed for what, whether anything is hushed up, and what appeals do.

The safety proofs are for any number of validators, operations and editions of the contracts. That what a correct node
knows of is recorded is shown of all fair runs, by exhaustion of small scopes (WA-P8), and of any size it is shown that
as long as it isn't recorded some honest move is possible that takes it on (WA-V20). Such a move stays possible until it
is made, and there are at most n+2 of them, so if none is put off for ever the record comes; this last sentence is an
argument on paper. How long it takes is nobody's claim: among f+1 nodes that know of it one is correct.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, leads_to, lemma
from model.violations import Violations, committed, known_to_a_correct_node, may_propose, worth_a_vote
from model.vocabulary import BYZ, Edition, Operation, Replica
from model.voting import quorum_of


def recorded_under_a_later_edition(s):
    """A violation is recorded, and another edition than the one that its user went by is in force."""
    return exists(
        Operation, Edition, Edition,
        lambda o, u, v: s.recorded[o] & s.signed[o, u] & (u < v) & s.active[v],
    )  # fmt: skip


def seen_by_another_than_the_first(s):
    """A correct node knows of a violation whose first receiver is faulty."""
    return exists(Operation, Replica, lambda o, r: ~s.faulty[r] & s.seen[r, o] & s.faulty[s.first[o]])


def upheld_with_a_faulty_vote(s):
    """An appeal is upheld, with a faulty validator's vote among others."""
    return exists(Operation, Replica, lambda o, r: s.overturned[o] & s.faulty[r] & s.granted[r, o])


def a_groundless_appeal_backed(s):
    """A faulty validator has voted for an appeal against a denial that is right."""
    return exists(Operation, Replica, lambda o, r: s.appealed[o] & ~s.unjust[o] & s.granted[r, o])


@lemma(of=Violations)
def correct_votes_are_for_violations(s):
    """Correct validators have voted for records of what users have signed and the contracts deny only."""
    return forall(Replica, Operation, lambda r, o: implies(~s.faulty[r] & s.backed[r, o], committed(s, o)))


@lemma(of=Violations)
def seen_are_violations(s):
    """What a correct node knows of is a violation."""
    return forall(Replica, Operation, lambda r, o: implies(~s.faulty[r] & s.seen[r, o], committed(s, o)))


@lemma(of=Violations)
def correct_votes_are_for_justified_appeals(s):
    """Correct validators have voted for appeals against unjust denials only."""
    return forall(Replica, Operation, lambda r, o: implies(~s.faulty[r] & s.granted[r, o], s.unjust[o]))


@invariant(
    of=Violations, id="WA-P7", cites="WA-P7 WA-R12 WA-R13 WA-R15 WA-C8 WA-A20", against=BYZ,
    witness=recorded_under_a_later_edition, lemmas=(correct_votes_are_for_violations,),
)  # fmt: skip
def no_framing(s):
    """no framing: a recorded violation its user has signed, and the contracts that he went by deny it"""
    return forall(Operation, lambda o: implies(s.recorded[o], committed(s, o)))


@leads_to(
    of=Violations, id="WA-P8", cites="WA-P8 WA-R12 WA-C5 WA-C8 WA-A20", against=BYZ, fair="report(_,o) back record",
    witness=seen_by_another_than_the_first,
    then=lambda s: ~exists(Operation, lambda o: known_to_a_correct_node(s, o) & ~s.recorded[o]),
)  # fmt: skip
def no_suppression(s):
    """no suppression: a violation that a correct node knows is recorded in the end, whatever else goes on"""
    return exists(Operation, lambda o: known_to_a_correct_node(s, o) & ~s.recorded[o])


def someone_may_report(s, o):
    """`report` is possible for some node."""
    return ~s.reported[o] & exists(Replica, lambda r: ~s.faulty[r] & may_propose(s, r, o))


def someone_may_back(s, o):
    """`back` is possible for some validator."""
    return exists(Replica, lambda r: ~s.faulty[r] & s.reported[o] & ~s.backed[r, o] & worth_a_vote(s, o))


@invariant(
    of=Violations, id="WA-V20", cites="WA-V20 WA-P8 WA-R12 WA-C5 WA-C8 WA-A20", against=BYZ,
    witness=seen_by_another_than_the_first, lemmas=(seen_are_violations,),
)  # fmt: skip
def nothing_is_in_the_way_of_a_record(s):
    """nothing is in the way of a record: of a violation that a correct node knows the next honest move is possible"""
    return forall(
        Operation,
        lambda o: implies(
            known_to_a_correct_node(s, o) & ~s.recorded[o],
            someone_may_report(s, o) | someone_may_back(s, o) | quorum_of(s, lambda r: ~s.faulty[r] & s.backed[r, o]),
        ),
    )  # fmt: skip


@invariant(
    of=Violations, id="WA-V21", cites="WA-V21 WA-P9 WA-C9 WA-C18 WA-A21", against=BYZ,
    witness=a_groundless_appeal_backed, lemmas=(correct_votes_are_for_justified_appeals,),
)  # fmt: skip
def denials_stand_if_just(s):
    """denials stand if just: f validators can't lift the denial for a violation"""
    return forall(Operation, lambda o: implies(s.overturned[o], s.unjust[o]))


@leads_to(
    of=Violations, id="WA-V22", cites="WA-V22 WA-C9 WA-C18 WA-A21", against=BYZ, fair="grant overturn",
    witness=upheld_with_a_faulty_vote,
    then=lambda s: ~exists(Operation, lambda o: s.appealed[o] & s.unjust[o] & ~s.overturned[o]),
)  # fmt: skip
def appeals_are_heard(s):
    """appeals are heard: an appeal against an unjust denial is upheld in the end"""
    return exists(Operation, lambda o: s.appealed[o] & s.unjust[o] & ~s.overturned[o])


ONE = explore(Replica=4, Operation=1, Edition=1, faulty=1)
TWO_EDITIONS = explore(Replica=4, Operation=1, Edition=2, faulty=1)
TWO_OPERATIONS = thorough(explore(Replica=4, Operation=2, Edition=1, faulty=1))
SEVEN = thorough(explore(Replica=7, Operation=1, Edition=2, faulty=2))

CASES = (
    Case(no_framing, {
        "published literal": violated(ONE, note="a corrupted node's word is enough"),
        "published charitable": violated(ONE),
        "published shown": violated(ONE, note="votes are for a report that shows nothing"),
        "hardened": holds(
            "proved", induction(), TWO_EDITIONS, SEVEN,
            controls=removing("violation_evidence", "acceptance_evidence", "quorum", by=ONE)
            + changing("quorum", "f", by=ONE) + removing("judged_by", by=TWO_EDITIONS),
        ),
    }),
    Case(no_suppression, {
        "published literal": violated(ONE, note="the node that received the operation first keeps it to itself"),
        "published charitable": violated(ONE),
        "hardened": holds(
            "exhausted", TWO_EDITIONS, TWO_OPERATIONS,
            controls=removing("proposer", by=ONE) + changing("quorum", "n", by=ONE)
            + removing("judged_by", by=TWO_EDITIONS),
            note="an operation that faulty nodes alone have seen is not spoken of",
        ),
    }),
    Case(nothing_is_in_the_way_of_a_record, {
        "published literal": violated(ONE),
        "published charitable": violated(ONE),
        "hardened": holds(
            "proved", induction(), TWO_EDITIONS,
            controls=removing("proposer", by=ONE) + changing("quorum", "n", by=ONE)
            + removing("judged_by", by=TWO_EDITIONS),
            note="for any number of validators; with WA-P8 for four",
        ),
    }),
    Case(denials_stand_if_just, {
        "hardened": holds("proved", induction(), ONE, SEVEN, controls=removing("quorum", by=ONE)),
    }),
    Case(appeals_are_heard, {
        "published literal": violated(ONE),
        "published charitable": violated(ONE),
        "hardened": holds(
            "exhausted", ONE, TWO_OPERATIONS, controls=removing("appeal", by=ONE) + changing("quorum", "n", by=ONE)
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
