"""Guarantees of the `Links` machine: what hash links give, and to whom. They hold as published: a positive control."""

from meterproof.claims import Case, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, is_next, lemma
from model.links import Links
from model.vocabulary import EDITOR, Block, Height, Verifier


def walked_past_an_edit(s):
    """A verifier has checked two blocks, one above the other, and one of them is shown edited now."""
    return exists(
        Verifier, Height, Height, Block, Block,
        lambda v, g, h, a, b: s.independent[v] & is_next(g, h) & s.checked[v, g, a] & s.checked[v, h, b]
        & ~s.shown[g, a],
    )  # fmt: skip


def checked_from_the_replicas_tip(s):
    """A verifier who has the tip's digest from the replica has checked a block that the chain has made."""
    return exists(
        Verifier, Height, Block, lambda v, h, b: ~s.independent[v] & s.checked[v, h, b] & s.made[h, b]
    )  # fmt: skip


@lemma(of=Links)
def known_tips_are_true(s):
    """What an independent verifier takes for the tip the chain has made."""
    return forall(
        Verifier, Height, Block, lambda v, h, b: implies(s.independent[v] & s.tip[v, h, b], s.made[h, b])
    )  # fmt: skip


@lemma(of=Links)
def blocks_are_linked(s):
    """Each block has the digest of the one that the chain has made before it."""
    return forall(
        Height, Height, Block, lambda g, h, b: implies(is_next(g, h) & s.made[h, b], s.made[g, s.before[b]])
    )  # fmt: skip


@invariant(
    of=Links, id="ZD-P15", cites="ZD-P15 ZD-R1 ZD-A41 ZD-A45", against=EDITOR, witness=walked_past_an_edit,
    lemmas=(known_tips_are_true, blocks_are_linked),
)  # fmt: skip
def edits_are_noticed(s):
    """edits are noticed: whoever knows the tip's digest finds nothing in order but what the chain has made"""
    return forall(
        Verifier, Height, Block, lambda v, h, b: implies(s.independent[v] & s.checked[v, h, b], s.made[h, b])
    )  # fmt: skip


@invariant(of=Links, id="ZD-V46", cites="ZD-V46 ZD-P15 ZD-C18", against=EDITOR, witness=checked_from_the_replicas_tip)
def edits_are_noticed_by_anybody(s):
    """edits are noticed by anybody (fails by design: who has the tip from the editor as well is shown what it likes)"""
    return forall(Verifier, Height, Block, lambda v, h, b: implies(s.checked[v, h, b], s.made[h, b]))


TWO_BLOCKS = explore(Verifier=1, Height=2, Block=3)
THREE_HEIGHTS = thorough(explore(Verifier=1, Height=3, Block=3))

CONTROL = removing("hash_links", by=TWO_BLOCKS)

CASES = (
    Case(edits_are_noticed, {
        "published literal": holds("proved", induction(), TWO_BLOCKS, controls=CONTROL),
        "published charitable": holds("proved", induction(), TWO_BLOCKS, controls=CONTROL),
        "hardened": holds("proved", induction(), TWO_BLOCKS, THREE_HEIGHTS, controls=CONTROL),
    }),
    Case(edits_are_noticed_by_anybody, {
        "published literal": violated(TWO_BLOCKS),
        "published charitable": violated(TWO_BLOCKS),
        "hardened": violated(TWO_BLOCKS, note="what the tip is, is for those to say who agree on the chain"),
    }),
)  # fmt: skip
"""One case a property of the machine."""
