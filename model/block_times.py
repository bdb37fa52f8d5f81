"""The times that a block bears (Wang et al. 2019, sections 3.2 and 4.2).

There are three: the timestamp in the header (WA-R20), that which is attached once the block is accepted (WA-R10), and
the lock time, the creation time of the block in the chain. How they relate is not stated (WA-C11). In the model the
header's is the time at which a block is made, and the lock time that at which it is stored; the attached one lies
between them. Hardened, a block has one time, later than that of the block before it and not in the future, and
whoever is overtaken has to make the block anew, which is another block.

Correct nodes' clocks show the same time here, so that what goes wrong is not the clocks' fault. The tolerance by
which real ones differ is the reference's.
"""

from meterproof.lang import Protocol, action, choice, exists, forall, implies, is_first, require, rigid, var
from model.vocabulary import ORIG, Block, Height, Time


class BlockTimes(Protocol):
    """Any number of accepted blocks, which are stored in one chain."""

    block_time = choice(
        "three-clocks", "one-increasing", removed="three-clocks", cites=["WA-R20", "WA-C11"],
        doc="What times a block has: one when it is made and one when it is stored; or one, later than that of the "
        "block before it and not in the future.",
    )  # fmt: skip

    dishonest = rigid(Block, doc="the block's origin is dishonest")

    come = var(Time, init=lambda s, t: is_first(t), doc="this time has come")
    dated = var(Block, Time, doc="the time in the block's header")
    locked = var(Block, Time, doc="the block's lock time")
    stored = var(Block, Height, doc="the chain has the block at this place")

    @action
    def tick(s, t: Time):
        """It is {t} now."""
        require(~s.come[t] & forall(Time, lambda u: implies(u < t, s.come[u])))
        return s.set(come={t: True})

    @action(cites="WA-R8 WA-R20")
    def make(s, b: Block, t: Time):
        """The origin of {b} makes the block and dates it {t}, which it is now."""
        require(~s.dishonest[b] & ~_is_dated(s, b) & _is_now(s, t))
        return s.set(dated={(b, t): True})

    @action(needs=ORIG, cites="WA-C11")
    def make_at_will(s, b: Block, t: Time):
        """The dishonest origin of {b} makes the block and dates it {t}."""
        require(s.dishonest[b] & ~_is_dated(s, b))
        return s.set(dated={(b, t): True})

    @action(cites="WA-R10 WA-R20")
    def lock(s, b: Block, h: Height, t: Time):
        """{b} is stored at {h}, with {t}, the present, as its lock time."""
        require(s.rules.block_time == "three-clocks", rule="block_time")
        require(_is_dated(s, b) & _is_now(s, t) & _is_next(s, b, h))
        return s.set(stored={(b, h): True}, locked={(b, t): True})

    @action(cites="WA-R20 WA-C11")
    def append(s, b: Block, h: Height, t: Time):
        """{b} is stored at {h} with {t}, the time in its header, as its lock time."""
        require(s.rules.block_time == "one-increasing", "WA-C11", rule="block_time")
        require(s.dated[b, t] & _is_next(s, b, h))
        require(s.come[t] & ~exists(Block, Time, lambda c, u: is_stored(s, c) & s.dated[c, u] & (t <= u)), "WA-C11")
        return s.set(stored={(b, h): True}, locked={(b, t): True})


def is_stored(s, b):
    """The chain has the block somewhere."""
    return exists(Height, lambda h: s.stored[b, h])


def is_filled(s, h):
    """The chain has a block at this place."""
    return exists(Block, lambda b: s.stored[b, h])


def _is_dated(s, b):
    """The block has been made."""
    return exists(Time, lambda t: s.dated[b, t])


def _is_now(s, t):
    """It is the present: the latest time that has come."""
    return s.come[t] & ~exists(Time, lambda u: s.come[u] & (t < u))


def _is_next(s, b, h):
    """The block is not in the chain yet, and the place is the next."""
    free = ~is_filled(s, h) & forall(Height, lambda g: implies(g < h, is_filled(s, g)))
    return free & ~is_stored(s, b)
