"""Guarantees of the `Supersession` machine: one answer, and the right one, for each height and time.

The proofs are for any number of instruments, certificates, heights and times.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.supersession import Supersession, in_force, superseded
from model.vocabulary import Certificate, Height, Instrument, Time


def answered_with_both(s):
    """Of two certificates, each was the answer for its own time, by the chain as it is now."""
    return exists(
        Instrument, Height, Time, Time, Certificate, Certificate,
        lambda i, h, t, u, c, d: (c != d) & s.answered[i, h, t, c] & s.answered[i, h, u, d] & s.replaced[c, d],
    )  # fmt: skip


def answered_with_a_successor(s):
    """A certificate that has another's place was the answer."""
    return exists(
        Instrument, Height, Time, Certificate, Certificate,
        lambda i, h, t, c, d: s.later[c, d] & s.answered[i, h, t, d],
    )  # fmt: skip


def answered_before_the_withdrawal(s):
    """A certificate was the answer, and has been withdrawn since."""
    return exists(
        Instrument, Height, Height, Time, Certificate,
        lambda i, g, h, t, c: s.answered[i, g, t, c] & s.withdrawn[c, h],
    )  # fmt: skip


@lemma(of=Supersession)
def no_gaps(s):
    """The chain has every height below one that it has."""
    return forall(Height, Height, lambda g, h: implies((g < h) & s.filled[h], s.filled[g]))


@lemma(of=Supersession)
def answers_are_of_known_heights(s):
    """Answers are of heights that the chain has."""
    return forall(
        Instrument, Height, Time, Certificate, lambda i, h, t, c: implies(s.answered[i, h, t, c], s.filled[h])
    )  # fmt: skip


@lemma(of=Supersession)
def successors_are_stored_and_about_the_same(s):
    """A certificate, and one that has its place, are stored and about one instrument."""
    return forall(
        Certificate, Certificate,
        lambda c, d: implies(
            s.later[c, d],
            (s.about[c] == s.about[d]) & exists(Height, lambda h: s.stored[c, h])
            & exists(Height, lambda h: s.stored[d, h]),
        ),
    )  # fmt: skip


@lemma(of=Supersession)
def one_line(s):
    """Of two certificates of an instrument, one has the place of the other."""

    def is_stored(c):
        return exists(Height, lambda h: s.stored[c, h])

    return forall(
        Certificate, Certificate,
        lambda c, d: implies(
            is_stored(c) & is_stored(d) & (s.about[c] == s.about[d]), (c == d) | s.later[c, d] | s.later[d, c]
        ),
    )  # fmt: skip


@lemma(of=Supersession)
def what_replaces_is_later(s):
    """What takes a certificate's place has it."""
    return forall(Certificate, Certificate, lambda b, c: implies(s.replaced[b, c], s.later[b, c]))


@invariant(
    of=Supersession, id="ZD-P9", cites="ZD-P9 ZD-R3 ZD-R11 ZD-C19", witness=answered_with_both,
    lemmas=(no_gaps, answers_are_of_known_heights, successors_are_stored_and_about_the_same, one_line),
)  # fmt: skip
def the_answer_is_in_force(s):
    """the answer is in force: one certificate, valid at the time, not withdrawn, and not replaced for that time"""
    right = forall(
        Instrument, Height, Time, Certificate,
        lambda i, h, t, c: implies(s.answered[i, h, t, c], (s.about[c] == i) & in_force(s, c, h, t)),
    )  # fmt: skip
    unique = forall(
        Instrument, Height, Time, Certificate, Certificate,
        lambda i, h, t, c, d: implies(s.answered[i, h, t, c] & s.answered[i, h, t, d], c == d),
    )  # fmt: skip
    return right & unique


@invariant(
    of=Supersession, id="ZD-V50", cites="ZD-V50 ZD-P9 ZD-C19", witness=answered_before_the_withdrawal,
    lemmas=(what_replaces_is_later,),
)  # fmt: skip
def no_correction_is_lost(s):
    """no correction is lost: no two certificates take the place of one, each without regard to the other"""
    return forall(
        Certificate, Certificate, Certificate, lambda b, c, d: implies(s.replaced[b, c] & s.replaced[b, d], c == d)
    )  # fmt: skip


@lemma(of=Supersession)
def successors_are_above(s):
    """What has a certificate's place is at a greater height than the certificate."""
    return forall(
        Certificate, Certificate, Height, Height,
        lambda c, d, g, h: implies(s.later[c, d] & s.stored[c, g] & s.stored[d, h], g < h),
    )  # fmt: skip


@lemma(of=Supersession)
def stored_heights_are_filled(s):
    """Certificates are at heights that the chain has."""
    return forall(Certificate, Height, lambda c, h: implies(s.stored[c, h], s.filled[h]))


@invariant(
    of=Supersession, id="ZD-V51", cites="ZD-V51 ZD-P9 ZD-C19", witness=answered_with_a_successor,
    lemmas=(
        no_gaps, answers_are_of_known_heights, successors_are_stored_and_about_the_same, successors_are_above,
        stored_heights_are_filled,
    ),
)  # fmt: skip
def nothing_replaced_is_given(s):
    """nothing replaced is given: of a time, no answer is a certificate that another has the place of at that time"""
    return forall(
        Instrument, Height, Time, Certificate,
        lambda i, h, t, c: implies(s.answered[i, h, t, c], ~superseded(s, c, h, t)),
    )  # fmt: skip


REPLACED = explore(Instrument=1, Certificate=2, Height=2, Time=2)
THREE_HEIGHTS = thorough(explore(Instrument=1, Certificate=2, Height=3, Time=2))
THREE_RECORDS = explore(Instrument=1, Certificate=3, Height=3, Time=1)
TWO_INSTRUMENTS = thorough(explore(Instrument=2, Certificate=2, Height=2, Time=2))

CASES = (
    Case(the_answer_is_in_force, {
        "published literal": violated(REPLACED, note="a certificate that has run out is as valid as before"),
        "published charitable": violated(REPLACED, note="what was stored last may have run out, or not begun"),
        "hardened": holds(
            "proved", induction(), REPLACED, THREE_HEIGHTS, TWO_INSTRUMENTS,
            controls=removing("supersession", by=REPLACED) + changing("supersession", "latest-stored", by=REPLACED),
            note="of what the chain has up to a height; later records change later answers only",
        ),
    }),
    Case(nothing_replaced_is_given, {
        "published literal": violated(REPLACED, note="a certificate that was replaced is as valid as before"),
        "published charitable": holds(
            "proved", induction(), REPLACED, controls=removing("supersession", by=REPLACED),
            note="what was stored last has been replaced by nothing; it may be wrong for other reasons (ZD-P9)",
        ),
        "hardened": holds("proved", induction(), REPLACED, controls=removing("supersession", by=REPLACED)),
    }),
    Case(no_correction_is_lost, {
        "published literal": violated(THREE_RECORDS),
        "published charitable": violated(THREE_RECORDS, note="the second correction hides the first"),
        "hardened": holds(
            "proved", induction(), REPLACED, controls=changing("supersession", "latest-stored", by=THREE_RECORDS)
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
