"""Guarantees of the `Membership` machine: changes of the validator set fork nothing, and are taken over.

What is proved is proved for any number of heights, sets, nodes and blocks, and any size of sets with its f.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, is_first, lemma
from model.membership import Membership, has_quorum
from model.vocabulary import BYZ, CENTER, Block, Council, Height, Node


def changed(s):
    """A height is final that was confirmed by another set than the first one."""
    return exists(
        Height, Council, Block,
        lambda h, v, b: ~is_first(v) & s.counted[h, v] & s.final[h, b] & has_quorum(s, v, h, b),
    )  # fmt: skip


@lemma(of=Membership)
def correct_nodes_confirm_once(s):
    """A correct node confirms one block a height."""
    return forall(
        Node, Height, Block, Block,
        lambda i, h, a, b: implies(~s.corrupted[i] & s.vote[i, h, a] & s.vote[i, h, b], a == b),
    )  # fmt: skip


@lemma(of=Membership)
def one_set_counts(s):
    """The confirmations for a height are counted over one set."""
    return forall(Height, Council, Council, lambda h, v, w: implies(s.counted[h, v] & s.counted[h, w], v == w))


@lemma(of=Membership)
def final_blocks_are_confirmed(s):
    """A final block is confirmed by a set that counts."""
    return forall(
        Height, Block,
        lambda h, b: implies(s.final[h, b], exists(Council, lambda v: s.counted[h, v] & has_quorum(s, v, h, b))),
    )  # fmt: skip


@lemma(of=Membership)
def sets_count_above_final_heights(s):
    """Where a set counts, all heights below are final."""
    return forall(
        Height, Height,
        lambda g, h: implies(
            (g < h) & exists(Council, lambda v: s.counted[h, v]), exists(Block, lambda b: s.final[g, b])
        ),
    )  # fmt: skip


@lemma(of=Membership)
def what_counts_is_the_latest(s):
    """A set that counts for a height is the latest one."""
    return forall(Height, Council, lambda h, v: implies(s.counted[h, v], s.latest[h, v]))


@lemma(of=Membership)
def one_final_block(s):
    """A height has one final block at most."""
    return forall(Height, Block, Block, lambda h, a, b: implies(s.final[h, a] & s.final[h, b], a == b))


@invariant(
    of=Membership, id="WA-V10", cites="WA-V10 WA-P1 WA-R14 WA-R19 WA-C24 WA-A10", against=(BYZ, CENTER),
    witness=changed,
    lemmas=(correct_nodes_confirm_once, one_set_counts, final_blocks_are_confirmed, sets_count_above_final_heights),
)  # fmt: skip
def agreement_across_changes(s):
    """agreement across changes: a height has one final block at most, whatever sets come and go"""
    return one_final_block.function(s)


@invariant(
    of=Membership, id="WA-V11", cites="WA-V11 WA-R19 WA-C24 WA-A10", against=(BYZ, CENTER), witness=changed,
    lemmas=(
        correct_nodes_confirm_once, one_set_counts, final_blocks_are_confirmed, sets_count_above_final_heights,
        what_counts_is_the_latest,
    ),
)  # fmt: skip
def no_old_set_is_replayed(s):
    """no old-set replay: what is final was confirmed by the latest set for its height, not by one that was replaced"""
    return forall(
        Height, Block,
        lambda h, b: implies(s.final[h, b], exists(Council, lambda v: s.latest[h, v] & has_quorum(s, v, h, b))),
    )  # fmt: skip


@invariant(of=Membership, id="WA-V12", cites="WA-V12 WA-R19 WA-C24", against=(BYZ, CENTER), witness=changed)
def sets_take_over(s):
    """hand-over: before a set comes into force, a quorum of it has confirmed the block below, and so has the chain"""
    return forall(Council, lambda v: ~s.unready[v])


ONE_SEAT = explore(Seat=1, Node=2, Council=2, Height=2, Block=2, faulty=0)
TWO_SEATS = explore(Seat=2, Node=2, Council=1, Height=1, Block=2, f=0, faulty=0)
ONE_LEAVES = explore(Seat=2, Node=3, Council=2, Height=1, Block=1, f=0, faulty=0)
ONE_LEAVES_LATER = explore(Seat=2, Node=3, Council=2, Height=2, Block=1, f=0, faulty=0)
ALL_LEAVE = explore(Seat=2, Node=4, Council=2, Height=1, Block=2, f=0, faulty=0)
FOUR_SEATS = thorough(explore(Seat=4, Node=4, Council=1, Height=1, Block=2, faulty=1))
TWO_CHANGES = thorough(explore(Seat=1, Node=2, Council=2, Height=3, Block=2, faulty=0))

CASES = (
    Case(agreement_across_changes, {
        "published literal": violated(TWO_SEATS, note="one set is enough, as its nodes may confirm twice"),
        "published charitable": violated(ALL_LEAVE, note="no node is faulty, and each confirms once"),
        "hardened": holds(
            "proved", induction(), ONE_SEAT, TWO_CHANGES,
            controls=removing("membership", by=ONE_SEAT) + removing("vote_once", "quorum", by=FOUR_SEATS),
            note="from one height to the next the old set's word is enough; what the new one's is for is WA-V12",
        ),
    }),
    Case(no_old_set_is_replayed, {
        "published literal": violated(ONE_LEAVES),
        "published charitable": violated(ONE_LEAVES),
        "hardened": holds("proved", induction(), ONE_SEAT, controls=removing("membership", by=ONE_SEAT)),
    }),
    Case(sets_take_over, {
        "published literal": violated(ONE_LEAVES_LATER),
        "published charitable": violated(ONE_LEAVES_LATER),
        "hardened": holds(
            "proved", induction(), ONE_SEAT,
            controls=removing("membership", by=ONE_SEAT) + changing("membership", "old-quorum", by=ONE_SEAT),
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
