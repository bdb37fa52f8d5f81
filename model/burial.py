"""Blocks on top of a key record, and a branch that is built in private (Zhai et al., section 2.2.1; ZK-C3, ZK-C4).

The chain goes on from a record with the blocks of other keys (ZK-R29). Devices may rely on a record only when it is
some blocks deep, as chains without votes do; the text does not ask for it. Where a branch grows by puzzles alone,
whoever has the computing power builds a longer one, or nobody does and the devices' own branches part.

The depths are those of the scope: a record is relied on below the last of them, so that another branch can be longer.
How likely a given share of the computing power gets so far is a matter of probability, and not of this machine.
"""

from meterproof.lang import action, choice, exists, forall, implies, require, var
from model.acceptance import Acceptance
from model.vocabulary import HASH, Block, Height, Replica


class Burial(Acceptance):
    """One slot, the records that compete for it, and what is built on them."""

    fork_choice = choice(
        "none", "longest-chain", cites=["ZK-R10", "ZK-R29", "ZK-C3"],
        doc="What a device does that hears of another record where records are final by their puzzle: nothing, as the "
        "text has no rule, or it goes over to the branch that is longer.",
    )  # fmt: skip

    built = var(Block, Height, doc="the branch with this record has a block at this depth on top of it")
    relied = var(Replica, Block, doc="the device has found the record deep enough to rely on it")

    @action(cites="ZK-R29")
    def extend(s, r: Replica, b: Block, h: Height):
        """{r} solves the next block and appends it to its chain, at {h} above {b}."""
        require(~s.faulty[r] & s.decided[r, b] & _is_next(s, b, h), "ZK-R29")
        return s.set(built={(b, h): True})

    @action(needs=HASH, cites="ZK-C4")
    def extend_in_private(s, b: Block, h: Height):
        """The adversary builds a block of its own, at {h} above {b}, and shows it when it likes."""
        require(s.rules.acceptance == "first-solver", rule="acceptance")
        require(s.solved[b] & _is_next(s, b, h))
        return s.set(built={(b, h): True})

    @action(cites="ZK-C3")
    def rely(s, r: Replica, b: Block):
        """{r} finds {b} deep enough in its chain and relies on the record."""
        require(~s.faulty[r] & s.decided[r, b] & ~s.relied[r, b] & _is_deep(s, b))
        return s.set(relied={(r, b): True})

    @action(cites="ZK-C3")
    def reorganise(s, r: Replica, a: Block, b: Block):
        """{r} hears that the branch with {b} is longer and goes over to it from the one with {a}."""
        require(s.rules.acceptance == "first-solver", rule="acceptance")
        require(s.rules.fork_choice == "longest-chain", rule="fork_choice")
        require(~s.faulty[r] & s.decided[r, a] & exists(Height, lambda h: s.built[b, h] & ~s.built[a, h]))
        return s.set(decided=lambda r2, b2: ((r2 == r) & (b2 == b)) | ((r2 != r) & s.decided[r2, b2]))


def _is_next(s, b, h):
    """The branch has all blocks below this one, and not this one."""
    return ~s.built[b, h] & forall(Height, lambda below: implies(below < h, s.built[b, below]))


def _is_deep(s, b):
    """The branch has every block but, perhaps, the last."""
    return forall(Height, lambda h: s.built[b, h] | ~exists(Height, lambda above: h < above))
