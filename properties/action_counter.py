"""Guarantees of the `ActionCounter` machine: the counter of a block is how many violations there are up to it.

That is said by a one-to-one map between the violations up to a block and the numbers up to its counter, in three parts
(see `model.action_counter`): each number up to the counter is of a violation (WA-P6), of one only (WA-V25), and each
violation has one (WA-V26). The proofs are for any number of chains, blocks and violations. WA-V27 is about two blocks.
"""

from meterproof.claims import Case, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, is_first, lemma
from model.action_counter import ActionCounter, to_be_counted
from model.vocabulary import BYZ, Chain, Count, Height, Operation


def read_with_a_violation(s):
    """A reader was shown the counter of a block up to which there is a violation."""
    return exists(
        Chain, Height, Count, Operation, lambda c, h, k, o: s.read[c, h, k] & s.upto[c, h, o] & ~is_first(k)
    )  # fmt: skip


def two_counted(s):
    """Two violations were counted."""
    return exists(
        Chain, Operation, Operation, Count, Count,
        lambda c, o, p, j, k: (o != p) & s.number[c, o, j] & s.number[c, p, k],
    )  # fmt: skip


def two_blocks_read(s):
    """Readers were shown two blocks, of which the later has more violations."""
    return exists(
        Chain, Height, Height, Count, Count,
        lambda c, g, h, j, k: (g < h) & s.read[c, g, j] & s.read[c, h, k] & (j < k),
    )  # fmt: skip


@lemma(of=ActionCounter)
def read_as_it_is(s):
    """Readers were shown what the block says."""
    return forall(Chain, Height, Count, lambda c, h, k: implies(s.read[c, h, k], s.carries[c, h, k]))


@lemma(of=ActionCounter)
def one_total(s):
    """The nodes of a chain have counted to one number."""
    return forall(Chain, Count, Count, lambda c, j, k: implies(s.total[c, j] & s.total[c, k], j == k))


@lemma(of=ActionCounter)
def numbers_up_to_the_total(s):
    """No violation has a number that has not been reached."""
    return forall(
        Chain, Operation, Count, Count, lambda c, o, j, k: implies(s.number[c, o, j] & s.total[c, k], j <= k)
    )  # fmt: skip


@lemma(of=ActionCounter)
def counters_up_to_the_total(s):
    """No block's counter says more than what has been reached."""
    return forall(
        Chain, Height, Count, Count, lambda c, h, j, k: implies(s.carries[c, h, j] & s.total[c, k], j <= k)
    )  # fmt: skip


@lemma(of=ActionCounter)
def counted_on_the_chain(s):
    """A violation that has a number is valid and on the chain."""
    return forall(
        Chain, Operation, Count, lambda c, o, k: implies(s.number[c, o, k], s.valid[o] & to_be_counted(s, c, o))
    )  # fmt: skip


@lemma(of=ActionCounter)
def blocks_are_closed(s):
    """A block with a counter, or with violations up to it, is made."""
    return forall(
        Chain, Height, Count, Operation,
        lambda c, h, k, o: implies(s.carries[c, h, k] | s.upto[c, h, o], s.closed[c, h]),
    )  # fmt: skip


@lemma(of=ActionCounter)
def blocks_have_no_gap(s):
    """Before a block of a chain are all earlier ones."""
    return forall(
        Chain, Height, Height, lambda c, g, h: implies(s.closed[c, h] & (g < h), s.closed[c, g])
    )  # fmt: skip


@lemma(of=ActionCounter)
def each_number_is_taken(s):
    """Each number that the nodes of a chain have reached is that of a violation."""
    return forall(
        Chain, Count, Count,
        lambda c, j, k: implies(
            s.total[c, k] & (j <= k) & ~is_first(j), exists(Operation, lambda o: s.number[c, o, j])
        ),
    )  # fmt: skip


@lemma(of=ActionCounter)
def each_number_is_taken_by_a_block(s):
    """Each number up to a block's counter is that of a violation up to the block."""
    return forall(Chain, Height, Count, Count, lambda c, h, j, k: implies(s.carries[c, h, k], _taken(s, c, h, j, k)))


@lemma(of=ActionCounter)
def each_violation_has_a_number(s):
    """Each violation on a chain has a number there."""
    return forall(
        Chain, Operation, lambda c, o: implies(to_be_counted(s, c, o), exists(Count, lambda k: s.number[c, o, k]))
    )  # fmt: skip


@lemma(of=ActionCounter)
def counted_on_its_chain(s):
    """A violation up to a block is on the block's chain."""
    return forall(Chain, Height, Operation, lambda c, h, o: implies(s.upto[c, h, o], to_be_counted(s, c, o)))


@lemma(of=ActionCounter)
def counters_reach_all_numbers(s):
    """No violation up to a block has a number beyond its counter."""
    return forall(
        Chain, Height, Count, Operation, Count,
        lambda c, h, k, o, j: implies(s.carries[c, h, k] & s.upto[c, h, o] & s.number[c, o, j], j <= k),
    )  # fmt: skip


@lemma(of=ActionCounter)
def counters_do_not_fall(s):
    """No block's counter is less than that of an earlier one."""
    return forall(
        Chain, Height, Height, Count, Count,
        lambda c, g, h, j, k: implies(s.carries[c, g, j] & s.carries[c, h, k] & (g < h), j <= k),
    )  # fmt: skip


def _taken(s, c, h, j, k):
    """The number, unless it is zero or beyond the counter, is that of a valid violation up to the block."""
    return implies(
        (j <= k) & ~is_first(j), exists(Operation, lambda o: s.valid[o] & s.upto[c, h, o] & s.number[c, o, j])
    )  # fmt: skip


@invariant(
    of=ActionCounter, id="WA-P6", cites="WA-P6 WA-R20 WA-R21 WA-C6 WA-C8 WA-C10 WA-A23", against=BYZ,
    witness=read_with_a_violation,
    lemmas=(counted_on_the_chain, each_number_is_taken, each_number_is_taken_by_a_block),
)  # fmt: skip
def no_violation_is_made_up(s):
    """no violation is made up: each number up to a block's counter is that of a valid violation up to the block"""
    return forall(
        Chain, Height, Count, Count, lambda c, h, j, k: implies(s.read[c, h, k], _taken(s, c, h, j, k))
    )  # fmt: skip


@invariant(
    of=ActionCounter, id="WA-V25", cites="WA-V25 WA-P6 WA-R20 WA-C10 WA-A23", against=BYZ, witness=two_counted,
    lemmas=(numbers_up_to_the_total, counted_on_the_chain),
)  # fmt: skip
def no_violation_counts_twice(s):
    """no violation counts twice: on a chain a number is that of one violation, and a violation has one number"""
    return forall(
        Chain, Operation, Operation, Count, Count,
        lambda c, o, p, j, k: implies(s.number[c, o, j] & s.number[c, p, k], (o == p) == (j == k)),
    )  # fmt: skip


@invariant(
    of=ActionCounter, id="WA-V26", cites="WA-V26 WA-P6 WA-R20 WA-R21 WA-C6 WA-C10 WA-A23", against=BYZ,
    witness=read_with_a_violation,
    lemmas=(
        read_as_it_is, numbers_up_to_the_total, each_violation_has_a_number, counted_on_its_chain,
        blocks_are_closed, counters_reach_all_numbers,
    ),
)  # fmt: skip
def no_violation_is_left_out(s):
    """no violation is left out: each one up to a block has a number, which is not beyond the block's counter"""
    numbered = forall(
        Chain, Height, Operation, lambda c, h, o: implies(s.upto[c, h, o], exists(Count, lambda j: s.number[c, o, j]))
    )
    return numbered & forall(
        Chain, Height, Count, Operation, Count,
        lambda c, h, k, o, j: implies(s.read[c, h, k] & s.upto[c, h, o] & s.number[c, o, j], j <= k),
    )  # fmt: skip


@invariant(
    of=ActionCounter, id="WA-V27", cites="WA-V27 WA-P6 WA-R20 WA-R21 WA-C6 WA-C10 WA-A23", against=BYZ,
    witness=two_blocks_read,
    lemmas=(
        read_as_it_is, one_total, blocks_are_closed, blocks_have_no_gap, counters_up_to_the_total, counters_do_not_fall,
    ),
)  # fmt: skip
def counters_are_monotone(s):
    """counters are monotone: of two blocks of a chain the later has no smaller counter, whoever shows them"""
    return forall(
        Chain, Height, Height, Count, Count,
        lambda c, g, h, j, k: implies(s.read[c, g, j] & s.read[c, h, k] & (g < h), j <= k),
    )  # fmt: skip


ONE_BLOCK = explore(Chain=1, Operation=1, Height=1, Count=2)
TWO_BLOCKS = explore(Chain=1, Operation=2, Height=2, Count=3)
TWO_CHAINS = explore(Chain=2, Operation=1, Height=1, Count=2)
LARGE = thorough(explore(Chain=2, Operation=2, Height=2, Count=3))

CASES = (
    Case(no_violation_is_made_up, {
        "published literal": violated(ONE_BLOCK),
        "published charitable": violated(ONE_BLOCK),
        "hardened": holds(
            "proved", induction(), TWO_BLOCKS, TWO_CHAINS, LARGE,
            controls=removing("counter", "hashed", "violation_evidence", by=ONE_BLOCK),
            note="with WA-V25 and WA-V26: the counter is the number of the violations, as a one-to-one map says it",
        ),
    }),
    Case(no_violation_counts_twice, {
        "published literal": violated(TWO_BLOCKS, note="two nodes report the same violation"),
        "published charitable": violated(TWO_BLOCKS),
        "hardened": holds(
            "proved", induction(), TWO_BLOCKS, LARGE, controls=removing("record_id", by=TWO_BLOCKS),
        ),
    }),
    Case(no_violation_is_left_out, {
        "published literal": violated(TWO_CHAINS, note="blocks of two chains do not know of each other's violations"),
        "published charitable": violated(ONE_BLOCK, note="a corrupted origin is enough"),
        "hardened": holds(
            "proved", induction(), TWO_BLOCKS, TWO_CHAINS, LARGE,
            controls=removing("counter", "hashed", by=ONE_BLOCK) + removing("counter_scope", by=TWO_CHAINS),
        ),
    }),
    Case(counters_are_monotone, {
        "published literal": violated(TWO_BLOCKS),
        "published charitable": violated(TWO_BLOCKS),
        "hardened": holds(
            "proved", induction(), TWO_BLOCKS, LARGE, controls=removing("counter", "hashed", by=TWO_BLOCKS),
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
