"""Guarantees of the `Pseudonyms` machine: what the names on the ledger give away.

Unlinkability itself compares two runs, with the same meter and with another one: no invariant says it. What is checked
is a condition that it needs, and that a single run can break.
"""

from meterproof.claims import explore
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.pseudonyms import Pseudonyms
from model.vocabulary import LEDGER, Epoch, Meter, Name


def seen_in_two_epochs(s):
    """The adversary has read names of one meter in two epochs."""
    return exists(
        Epoch, Epoch, Meter,
        lambda d, e, m: (d < e) & _seen(s, d, m) & _seen(s, e, m),
    )  # fmt: skip


def _seen(s, e, m):
    return exists(Name, lambda n: s.bears[e, m, n] & s.seen[e, n])


def no_name_recurs(s):
    """No name that the adversary has read stands in two epochs."""
    return forall(Epoch, Epoch, Name, lambda d, e, n: implies(s.seen[d, n] & s.seen[e, n], d == e))


@lemma(of=Pseudonyms)
def names_are_given_once(s):
    """No name is given out twice, be it to one meter or to two."""
    return forall(
        Epoch, Epoch, Meter, Meter, Name,
        lambda d, e, o, m, n: implies(s.bears[d, o, n] & s.bears[e, m, n], (d == e) & (o == m)),
    )  # fmt: skip


@lemma(of=Pseudonyms)
def shown_names_are_borne(s):
    """The ledger shows a name in an epoch in which some meter bears it."""
    return forall(Epoch, Name, lambda e, n: implies(s.shown[e, n], exists(Meter, lambda m: s.bears[e, m, n])))


@lemma(of=Pseudonyms)
def seen_names_are_shown(s):
    """The adversary reads what the ledger shows."""
    return forall(Epoch, Name, lambda e, n: implies(s.seen[e, n], s.shown[e, n]))


NAMES = (names_are_given_once, shown_names_are_borne, seen_names_are_shown)


@invariant(of=Pseudonyms, id="IS-P15", cites="IS-P15 IS-R17 IS-C26", against=LEDGER, witness=seen_in_two_epochs)
def unlinkability(s):
    """unlinkability across epochs: what a single run can break of it, a name that recurs"""
    return no_name_recurs(s)


@invariant(
    of=Pseudonyms, id="IS-V11", cites="IS-V11 IS-C2 IS-C26", against=LEDGER, witness=seen_in_two_epochs, lemmas=NAMES
)
def no_name_in_two_epochs(s):
    """no name in two epochs: which unlinkability needs, and which does not amount to it"""
    return no_name_recurs(s)


TWO_NAMES = explore(Epoch=2, Meter=1, Name=2)
TWO_NAMED_METERS = explore(Epoch=2, Meter=2, Name=4)
