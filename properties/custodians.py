"""Guarantees of the `Custodians` machine: a file that is relied on can be had.

ZD-V44 is proved for any number of files and custodians; that whoever asks gets the file (ZD-V45) is shown of all fair
runs of small scopes.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, leads_to, lemma
from model.custodians import Custodians, kept_by_enough
from model.vocabulary import BYZ, Custodian, File


def relied_on_and_deleted(s):
    """A file is relied on that a faulty custodian says it keeps, and does not."""
    return exists(File, Custodian, lambda x, k: s.told[x] & s.said[k, x] & ~s.keeps[k, x])


def asked_for_after_a_loss(s):
    """A file that was relied on, and that a faulty custodian has lost, is asked for."""
    return exists(File, Custodian, lambda x, k: s.asked[x] & s.told[x] & s.said[k, x] & ~s.keeps[k, x])


@lemma(of=Custodians)
def correct_custodians_keep(s):
    """A correct custodian keeps what it says it keeps."""
    return forall(Custodian, File, lambda k, x: implies(s.said[k, x] & ~s.faulty[k], s.keeps[k, x]))


@lemma(of=Custodians)
def relied_on_when_enough_keep_it(s):
    """A file is relied on only if as many custodians as have to say that they keep it."""
    return forall(File, lambda x: implies(s.told[x], kept_by_enough(s, x)))


@invariant(
    of=Custodians, id="ZD-V44", cites="ZD-V44 ZD-R6 ZD-C6 ZD-A42", against=BYZ, witness=relied_on_and_deleted,
    lemmas=(correct_custodians_keep, relied_on_when_enough_keep_it),
)  # fmt: skip
def files_survive(s):
    """files survive: while no more than f custodians delete or lie, what is relied on is kept"""
    return forall(File, lambda x: implies(s.told[x], exists(Custodian, lambda k: s.keeps[k, x])))


@leads_to(
    of=Custodians, id="ZD-V45", cites="ZD-V45 ZD-R6 ZD-C6 ZD-A42", against=BYZ, fair="hand_out(_,x)",
    witness=asked_for_after_a_loss,
    then=lambda s: forall(File, lambda x: implies(s.told[x] & s.asked[x], s.got[x])),
)  # fmt: skip
def files_are_handed_out(s):
    """files are handed out: whoever asks for a file that is relied on gets it in the end"""
    return exists(File, lambda x: s.told[x] & s.asked[x] & ~s.got[x])


TWO = explore(Custodian=2, File=1, f=1, faulty=1)
FOUR = explore(Custodian=4, File=1, faulty=1)
SEVEN = thorough(explore(Custodian=7, File=1, faulty=2))

CASES = (
    Case(files_survive, {
        "published literal": violated(TWO, note="the one who keeps the file deletes it"),
        "published charitable": violated(TWO),
        "hardened": holds(
            "proved", induction(), FOUR, SEVEN,
            controls=removing("custodians", by=FOUR) + changing("custodians", "f", by=FOUR),
        ),
    }),
    Case(files_are_handed_out, {
        "published literal": violated(TWO),
        "published charitable": violated(TWO),
        "hardened": holds(
            "exhausted", FOUR, SEVEN,
            controls=removing("custodians", by=FOUR) + changing("custodians", "f", by=FOUR),
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
