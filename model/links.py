"""Hash links between blocks: what whoever knows the digest of the latest block notices (Zhao et al., 3.1; ZD-P15).

Data on the chain are said not to be tampered with. What a chain of hashes gives is less, and it does give that: each
block has the digest of the one before it, so that the digest of one block vouches for all below. Whoever keeps a
replica may change any blocks of it and mend any links; a verifier who has the tip's digest from elsewhere follows the
links down from it and takes nothing but what the chain has made. A verifier who takes the tip from the same replica
takes whatever it is shown: that there is one chain at all, and what its tip is, is the concern of `Consensus`.

A block is named by its digest: blocks that differ in one byte are two blocks (ZD-A41).
"""

from meterproof.lang import Protocol, action, flag, forall, implies, is_next, require, rigid, var
from model.vocabulary import EDITOR, Block, Height, Verifier


class Links(Protocol):
    """One replica, any number of blocks, and verifiers who walk down from the tip that they know."""

    hash_links = flag(
        removed=False, cites=["ZD-R1", "ZD-P15"], doc="A block has the digest of the one before it, which is checked."
    )  # fmt: skip

    before = rigid(Block, to=Block, doc="the block whose digest the block has in it")
    independent = rigid(Verifier, doc="the verifier gets the tip's digest from elsewhere than from the replica")

    filled = var(Height, doc="the chain has this height")
    made = var(Height, Block, doc="the chain has made the block for the height")
    shown = var(Height, Block, doc="the replica shows the block at the height")
    tip = var(Verifier, Height, Block, doc="the verifier takes the block for the chain's at this height, by its digest")
    checked = var(Verifier, Height, Block, doc="the verifier has found the block at the height, and in order")

    @action(cites="ZD-R1")
    def append(s, h: Height, b: Block):
        """The chain makes {b} for {h}, and the replica stores it."""
        require(~s.filled[h] & forall(Height, lambda g: implies(g < h, s.filled[g]) & ~s.made[g, b]))
        if s.rules.hash_links:
            linked = forall(Height, lambda g: implies(is_next(g, h), s.made[g, s.before[b]]))
            require(linked, "ZD-P15", rule="hash_links")
        return s.set(filled={h: True}, made={(h, b): True}, shown={(h, b): True})

    @action(needs=EDITOR, cites="ZD-P15 ZD-C18")
    def edit(s, h: Height, b: Block, c: Block):
        """Whoever keeps the replica changes {b}, at {h}, into {c}."""
        require(b != c)
        require(s.shown[h, b])
        return s.set(shown={(h, b): False, (h, c): True})

    @action(cites="ZD-R9 ZD-P15")
    def learn(s, v: Verifier, h: Height, b: Block):
        """{v} gets the digest of the tip, {b} at {h}: its own way, or else from the replica."""
        require(s.filled[h] & forall(Height, lambda g: implies(h < g, ~s.filled[g])) & ~s.tip[v, h, b])
        require((s.independent[v] & s.made[h, b]) | (~s.independent[v] & s.shown[h, b]))
        return s.set(tip={(v, h, b): True})

    @action(cites="ZD-P15")
    def check_tip(s, v: Verifier, h: Height, b: Block):
        """{v} finds {b} at {h}, and its digest to be the tip's."""
        require(s.shown[h, b] & s.tip[v, h, b] & ~s.checked[v, h, b])
        return s.set(checked={(v, h, b): True})

    @action(cites="ZD-P15")
    def check_below(s, v: Verifier, g: Height, h: Height, a: Block, b: Block):
        """{v}, which has found {b} at {h} in order, finds {a} at {g}, as {b} says."""
        require(is_next(g, h) & s.checked[v, h, b] & s.shown[g, a] & ~s.checked[v, g, a])
        if s.rules.hash_links:
            require(s.before[b] == a, "ZD-P15", rule="hash_links")
        return s.set(checked={(v, g, a): True})
