"""Guarantees of the machine `BlockTimes`: one time, which increases along the chain."""

from meterproof.claims import Case, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.block_times import BlockTimes, is_filled, is_stored
from model.vocabulary import ORIG, Block, Height, Time


def a_dishonest_block_is_followed(s):
    """A block of a dishonest origin is stored, and an honest one after it."""
    return exists(
        Block, Block, Height, Height,
        lambda b, c, g, h: s.stored[b, g] & s.stored[c, h] & (g < h) & s.dishonest[b] & ~s.dishonest[c],
    )  # fmt: skip


@lemma(of=BlockTimes)
def a_block_is_dated_once(s):
    """A block has one time in its header."""
    return forall(Block, Time, Time, lambda b, t, u: implies(s.dated[b, t] & s.dated[b, u], t == u))


@lemma(of=BlockTimes)
def there_are_no_gaps(s):
    """Below a place with a block there are only such places."""
    return forall(Height, Height, lambda g, h: implies(is_filled(s, h) & (g < h), is_filled(s, g)))


@lemma(of=BlockTimes)
def stored_blocks_are_dated(s):
    """A block of the chain has a time in its header."""
    return forall(Block, lambda b: implies(is_stored(s, b), exists(Time, lambda t: s.dated[b, t])))


@lemma(of=BlockTimes)
def lock_times_are_header_times(s):
    """A lock time is the time in the header."""
    return forall(Block, Time, lambda b, t: implies(s.locked[b, t], s.dated[b, t]))


def increasing(s):
    """Blocks have later times than those before them."""
    return forall(
        Block, Block, Height, Height, Time, Time,
        lambda b, c, g, h, t, u: implies(
            s.stored[b, g] & s.stored[c, h] & (g < h) & s.dated[b, t] & s.dated[c, u], t < u
        ),
    )  # fmt: skip


@invariant(
    of=BlockTimes, id="WA-P16", cites="WA-P16 WA-R10 WA-R20 WA-C11", against=ORIG,
    witness=a_dishonest_block_is_followed,
    lemmas=(
        a_block_is_dated_once, there_are_no_gaps, stored_blocks_are_dated, lock_times_are_header_times,
    ),
)  # fmt: skip
def one_increasing_time(s):
    """one increasing time: blocks have later times than those before them, and their lock times are the same times"""
    same = forall(Block, Time, Time, lambda b, t, u: implies(s.dated[b, t] & s.locked[b, u], t == u))
    return increasing(s) & same


@invariant(
    of=BlockTimes, id="WA-V9", cites="WA-V9 WA-R20 WA-C11", against=ORIG, witness=a_dishonest_block_is_followed,
    lemmas=(a_block_is_dated_once, stored_blocks_are_dated),
)  # fmt: skip
def nothing_is_of_the_future(s):
    """nothing is of the future: no stored block has a time in its header that has not come"""
    return forall(Block, Time, lambda b, t: implies(is_stored(s, b) & s.dated[b, t], s.come[t]))


TWO_BLOCKS = explore(Block=2, Height=2, Time=2)
THREE_BLOCKS = thorough(explore(Block=3, Height=3, Time=3))

CASES = (
    Case(one_increasing_time, {
        "published literal": violated(TWO_BLOCKS, note="a block is stored later than it is made, and is overtaken"),
        "published charitable": violated(TWO_BLOCKS),
        "hardened": holds(
            "proved", induction(), TWO_BLOCKS, THREE_BLOCKS, controls=removing("block_time", by=TWO_BLOCKS)
        ),
    }),
    Case(nothing_is_of_the_future, {
        "published literal": violated(TWO_BLOCKS),
        "published charitable": violated(TWO_BLOCKS),
        "hardened": holds(
            "proved", induction(), TWO_BLOCKS, THREE_BLOCKS, controls=removing("block_time", by=TWO_BLOCKS)
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
