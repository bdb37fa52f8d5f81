"""The guarantee of the `Receipts` machine: what a chain takes from another, the other has as final.

The proof is for any number of chains, heights, records and validator sets. The machine `Trading` takes it for granted
under the rule `chain_receipts` = "certified", and lets anybody make receipts up under its other values.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.receipts import Receipts
from model.vocabulary import BYZ, KEY, NET, Chain, Entry, Height, Roster


def taken_after_a_change(s):
    """A chain that has followed another's change of sets has taken a record from it."""
    return exists(
        Chain, Chain, Height, Entry, Roster,
        lambda d, c, h, x, v: s.taken[d, c, h, x] & s.left[d, c, v] & s.stolen[v] & s.final[c, h, x],
    )  # fmt: skip


@lemma(of=Receipts)
def a_set_is_of_one_chain(s):
    """No set has been in force on two chains."""
    return forall(Chain, Chain, Roster, lambda c, d, v: implies(s.been[c, v] & s.been[d, v], c == d))


@lemma(of=Receipts)
def in_force_has_been(s):
    """What is in force, or replaced something, has been in force there, and what has been is used."""
    return forall(
        Chain, Roster, Roster,
        lambda c, v, w: implies(s.serves[c, v], s.been[c, v]) & implies(s.change[c, v, w], s.been[c, w])
        & implies(s.been[c, v], s.used[v]),
    )  # fmt: skip


@lemma(of=Receipts)
def follows_what_has_been(s):
    """A chain follows sets of the other chain that it doesn't know to be out of force."""
    return forall(
        Chain, Chain, Roster, lambda d, c, v: implies(s.follows[d, c, v], s.been[c, v] & ~s.left[d, c, v])
    )  # fmt: skip


@lemma(of=Receipts)
def stolen_when_all_have_left(s):
    """Keys are stolen of sets only that all chains know to be out of force."""
    return forall(Chain, Chain, Roster, lambda d, c, v: implies(s.stolen[v] & s.been[c, v], s.left[d, c, v]))


@lemma(of=Receipts)
def signed_when_final(s):
    """What a set of a chain that isn't broken has signed, with keys that aren't stolen, is final on that chain."""
    return forall(
        Roster, Chain, Chain, Height, Entry,
        lambda v, e, c, h, x: implies(
            s.been[e, v] & ~s.broken[e] & ~s.stolen[v] & s.signed[v, c, h, x], s.final[c, h, x]
        ),
    )  # fmt: skip


@lemma(of=Receipts)
def signed_by_sets(s):
    """What has signed has been in force somewhere, or its keys are stolen."""
    return forall(
        Roster, Chain, Height, Entry, lambda v, c, h, x: implies(s.signed[v, c, h, x], s.stolen[v] | s.used[v])
    )


@invariant(
    of=Receipts, id="WA-V33", cites="WA-V33 WA-R16 WA-C15 WA-C24 WA-A30", against=(NET, KEY, BYZ),
    witness=taken_after_a_change,
    lemmas=(a_set_is_of_one_chain, in_force_has_been, follows_what_has_been, stolen_when_all_have_left,
            signed_when_final, signed_by_sets),
)  # fmt: skip
def receipts_are_true(s):
    """receipts are true: what a chain takes for another's record at a height is that, unless the other is broken"""
    return forall(
        Chain, Chain, Height, Entry,
        lambda d, c, h, x: implies(s.taken[d, c, h, x] & ~s.broken[c], s.final[c, h, x]),
    )  # fmt: skip


ONE_HEIGHT = explore(Chain=2, Height=1, Entry=1, Roster=2)
ONE_CHANGE = explore(Chain=2, Height=1, Entry=1, Roster=3)

TWO_HEIGHTS = thorough(explore(Chain=2, Height=2, Entry=1, Roster=3))

CASES = (
    Case(receipts_are_true, {
        "published literal": violated(ONE_HEIGHT, note="there is nothing that a receipt could show"),
        "published charitable": violated(ONE_HEIGHT),
        "hardened": holds(
            "proved", induction(), ONE_CHANGE, TWO_HEIGHTS,
            controls=removing("chain_receipts", by=ONE_HEIGHT)
            + changing("chain_receipts", "record-only", by=ONE_HEIGHT)
            + changing("chain_receipts", "any-set", by=ONE_CHANGE),
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
