"""The action counter of a block: how many violations there are up to it (Wang et al., 4.2).

The fourth of a block's six parts is the action counter, "the total number of violations in the blockchain" (WA-R20).
Whether that is the block's own chain or all of them, and who sees to it that the number is right, is not said; and it
stands beside the header, which alone is hashed (WA-R21). As published, the block's origin writes it. If it is of all
chains, blocks that are made at the same time know nothing of each other's violations (WA-C10); if of one, an origin
that is corrupted writes what it likes. A violation that is reported twice is two, and whoever serves the block to a
reader may alter its counter, with all hashes still valid (WA-C6).

Hardened, the counter is of the block's own chain, and no origin's word: each validator adds the valid violations of the
block that are not on the chain yet to the number of the block before, accepts no other number, and the hash covers it.

Numbers are the individuals of an ordered sort, of which the first is zero. A violation that is counted gets the next
number, as its own; and to say that a counter is right is to say that the numbers from one up to it are those of the
violations up to its block, each of one. So between them and the numbers up to the counter there is a one-to-one map,
and as the natural numbers up to k are k, the counter is how many they are: no arithmetic is needed to say it, nor to
prove it. What a block adds is the difference of two such numbers. A block may have any number of violations.

Chains are ideal here: a block of a chain is the same to all, and has what correct validators accept. An operation
stands for the record of a violation; which records are valid, is the machine `Violations`.
"""

from meterproof.lang import (
    Protocol,
    action,
    choice,
    exists,
    forall,
    implies,
    is_first,
    is_next,
    ite,
    require,
    rigid,
    var,
)
from model.assembly import Attachment
from model.inclusion import Inclusion
from model.violations import Violations
from model.vocabulary import BYZ, Chain, Count, Height, Operation


class ActionCounter(Protocol):
    """Any number of chains, blocks and violations."""

    counter = choice(
        "written-by-origin", "derived", removed="written-by-origin", cites=["WA-R20", "WA-C10"],
        doc="Whose a block's counter is: its origin's, which writes it, or that of every validator, which works it out "
        "from the block before and accepts no other.",
    )  # fmt: skip
    counter_scope = choice(
        "all-chains", "own-chain", removed="all-chains", cites=["WA-R16", "WA-R20", "WA-C10"],
        doc="Of which violations the counter is the number: those on any chain, or on its own.",
    )  # fmt: skip
    violation_evidence = Violations.violation_evidence
    hashed = Attachment.hashed
    record_id = Inclusion.record_id

    place = rigid(Operation, to=Chain, doc="the chain that the record of the violation belongs to")
    valid = rigid(Operation, doc="the record is valid: its user has signed what the contracts deny")

    on = var(Operation, doc="the violation is on its chain")
    number = var(Chain, Operation, Count, doc="the nodes of the chain have counted the violation as this one")
    total = var(Chain, Count, init=lambda s, c, k: is_first(k), doc="so many they have counted")
    closed = var(Chain, Height, doc="the chain has a block at this height")
    carries = var(Chain, Height, Count, doc="the block's counter says so many")
    upto = var(Chain, Height, Operation, ghost=True, doc="when the block was made, the violation was one to be counted")
    read = var(Chain, Height, Count, doc="a reader was shown this counter of the block, and all hashes were right")

    @action(cites="WA-R12 WA-R18 WA-R20 WA-C10")
    def count(s, c: Chain, o: Operation, j: Count, k: Count):
        """The violation {o} goes into the next block of {c}, and is counted as {k}, after {j}."""
        if s.rules.violation_evidence == "re-evaluated":
            require(s.valid[o], "WA-C8 WA-C10", rule="violation_evidence")
        if s.rules.record_id != "none":
            require(~s.on[o], "WA-C5 WA-C10", rule="record_id")
        require((s.place[o] == c) & s.total[c, j] & is_next(j, k))
        return s.set(on={o: True}, number={(c, o, k): True}, total=_counted_to(s, c, k))

    @action(cites="WA-R16 WA-R20 WA-C10")
    def learn(s, c: Chain, o: Operation, j: Count, k: Count):
        """The nodes of {c} hear of {o}, a violation on another chain, and count it as {k}, after {j}."""
        require(s.rules.counter_scope == "all-chains", "WA-C10", rule="counter_scope")
        require((s.place[o] != c) & s.on[o] & ~exists(Count, lambda i: s.number[c, o, i]))
        require(s.total[c, j] & is_next(j, k))
        return s.set(number={(c, o, k): True}, total=_counted_to(s, c, k))

    @action(cites="WA-R20 WA-C10")
    def close(s, c: Chain, h: Height, k: Count):
        """The block at {h} of {c} is made, with the counter {k}."""
        require(s.total[c, k], "WA-C10", rule="counter")
        return _closing(s, c, h, k)

    @action(needs=BYZ, cites="WA-R20 WA-C10")
    def misstate(s, c: Chain, h: Height, k: Count):
        """The block at {h} of {c} is made by a corrupted origin, which writes {k} into its counter."""
        require(s.rules.counter == "written-by-origin", "WA-C10", rule="counter")
        return _closing(s, c, h, k)

    @action(cites="WA-R21")
    def look_up(s, c: Chain, h: Height, k: Count):
        """A reader is shown {h} of {c}, whose counter says {k}."""
        require(s.carries[c, h, k] & ~s.read[c, h, k])
        return s.set(read={(c, h, k): True})

    @action(needs=BYZ, cites="WA-R21 WA-C6")
    def alter(s, c: Chain, h: Height, k: Count):
        """A corrupted node shows a reader {h} of {c} with {k} in the counter, and the header as it is."""
        require(s.rules.hashed != "all-parts", "WA-C6", rule="hashed")
        require(s.closed[c, h] & ~s.read[c, h, k])
        return s.set(read={(c, h, k): True})


def to_be_counted(s, c, o):
    """The violation is one of those that a counter of the chain is the number of."""
    return s.on[o] & (s.place[o] == c) if s.rules.counter_scope == "own-chain" else s.on[o]


def _counted_to(s, c, k):
    """The chain's nodes have counted to `k`."""
    return lambda d, i: ite(d == c, i == k, s.total[d, i])


def _closing(s, c, h, k):
    """The next block of the chain is that at this height, with the counter `k`."""
    require(~s.closed[c, h] & forall(Height, lambda g: implies(g < h, s.closed[c, g])))
    return s.set(
        closed={(c, h): True}, carries={(c, h, k): True},
        upto=lambda d, g, o: s.upto[d, g, o] | ((d == c) & (g == h) & to_be_counted(s, c, o)),
    )  # fmt: skip
