"""Guarantees of the `Classes` machine: who makes data open to more, and what can't be taken back.

The proofs are for any number of members, types, classes and records.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, is_first, lemma
from model.classes import Classes
from model.vocabulary import ADMIN, BYZ, LEDGER, Class, Record, Replica, Schema


def lowered_with_a_faulty_vote_against_the_law(s):
    """A type was lowered, and a faulty member has signed for a class that the law does not let it have."""
    lowered = exists(Schema, Class, lambda x, k: s.lowered[x, k])
    return lowered & exists(Replica, Schema, Class, lambda r, x, k: s.approved[r, x, k] & ~s.lawful[x, k])


def disclosed_of_an_unlisted_type(s):
    """A record of a type that is not listed was stored, and disclosed later, after a lawful decision."""
    return exists(Record, lambda d: s.disclosed[d] & ~s.listed[s.schema[d]])


def read_of_a_listed_type(s):
    """A record of a listed type was read."""
    return exists(Record, lambda d: s.learnt[d] & s.listed[s.schema[d]])


@lemma(of=Classes)
def correct_members_approve_by_the_law(s):
    """Correct members have approved only what the law lets be."""
    return forall(
        Replica, Schema, Class, lambda r, x, k: implies(s.approved[r, x, k] & ~s.faulty[r], s.lawful[x, k])
    )  # fmt: skip


@lemma(of=Classes)
def open_types_may_be_open(s):
    """A type of class I is listed with it, or the law lets it be."""
    return forall(
        Schema, Class, lambda x, k: implies(is_first(k) & (s.class_of[x] == k), may_be_open(s, x, k))
    )  # fmt: skip


def may_be_open(s, x, k):
    """The type, listed with the class, has it from the start; or the law lets it have it."""
    return (s.listed[x] & (s.original[x] == k)) | s.lawful[x, k]


@invariant(
    of=Classes, id="ZD-P14", cites="ZD-P14 ZD-R4 ZD-C14 ZD-C15 ZD-A44", against=(ADMIN, BYZ),
    witness=lowered_with_a_faulty_vote_against_the_law, lemmas=(correct_members_approve_by_the_law,),
)  # fmt: skip
def governed_declassification(s):
    """governed declassification: data become open to more only where a correct member finds that the law lets them"""
    return forall(Schema, Class, lambda x, k: implies(s.lowered[x, k], s.lawful[x, k]))


@invariant(
    of=Classes, id="ZD-V48", cites="ZD-V48 ZD-P14 ZD-R4 ZD-R24 ZD-C14 ZD-A44", against=(ADMIN, BYZ, LEDGER),
    witness=disclosed_of_an_unlisted_type, lemmas=(correct_members_approve_by_the_law, open_types_may_be_open),
)  # fmt: skip
def nothing_is_open_by_default(s):
    """nothing is open by default: what the public learns is of a type listed as class I, or lawfully declassified"""
    return forall(
        Record, Class,
        lambda d, k: implies(is_first(k) & (s.disclosed[d] | s.learnt[d]), may_be_open(s, s.schema[d], k)),
    )  # fmt: skip


@invariant(of=Classes, id="ZD-V49", cites="ZD-V49 ZD-C3 ZD-C14", against=LEDGER, witness=read_of_a_listed_type)
def disclosure_can_be_undone(s):
    """disclosure can be undone (fails by design: what is on the chain as class I is read when it is no longer that)"""
    return forall(
        Record, lambda d: implies(s.learnt[d] & s.listed[s.schema[d]], is_first(s.class_of[s.schema[d]]))
    )  # fmt: skip


ONE_MEMBER = explore(Replica=1, Schema=1, Class=2, Record=1, f=0, faulty=0)
FOUR_MEMBERS = explore(Replica=4, Schema=1, Class=2, Record=1, faulty=1)
THREE_CLASSES = thorough(explore(Replica=4, Schema=1, Class=3, Record=1, faulty=1))
TWO_TYPES = thorough(explore(Replica=4, Schema=2, Class=2, Record=1, faulty=1))

CASES = (
    Case(governed_declassification, {
        "published literal": violated(ONE_MEMBER, note="one administrator opens what he likes"),
        "published charitable": violated(ONE_MEMBER),
        "hardened": holds(
            "proved", induction(), FOUR_MEMBERS, THREE_CLASSES, TWO_TYPES,
            controls=removing("class_change", "quorum", by=FOUR_MEMBERS) + changing("quorum", "f", by=FOUR_MEMBERS),
        ),
    }),
    Case(nothing_is_open_by_default, {
        "published literal": violated(ONE_MEMBER, note="what residents' meters have measured is of no listed type"),
        "published charitable": violated(ONE_MEMBER),
        "hardened": holds(
            "proved", induction(), FOUR_MEMBERS, THREE_CLASSES,
            controls=removing("class_change", "quorum", by=FOUR_MEMBERS) + changing("quorum", "f", by=FOUR_MEMBERS),
        ),
    }),
    Case(disclosure_can_be_undone, {
        "published literal": violated(ONE_MEMBER),
        "published charitable": violated(ONE_MEMBER),
        "hardened": violated(ONE_MEMBER, note="a class may be made stricter, and it bears on what is stored later"),
    }),
)  # fmt: skip
"""One case a property of the machine."""
