"""What one chain of a grid knows of another: certified blocks up to some height, which may be out of date.

A grid has several chains, and all make one block in each slot, empty or not (WA-A22, ZD-A3): a height is a slot. Who
reads a chain has a *prefix* of it, by a checkpoint of a complete block; others may have more. To each slot belongs the
oldest block that is not more than Delta old, whichever that is, so that what is shown holds for every Delta.
"""

from meterproof.lang import Protocol, axiom, forall, implies, rigid
from model.vocabulary import Height


class Slots(Protocol):
    """The slots, and which blocks are old."""

    oldest = rigid(Height, to=Height, doc="the oldest block that is not more than Delta old in this slot")

    @axiom(cites="WA-C13 GR-A2")
    def delta_looks_back(s):
        """What is not more than Delta old in a slot is no later than it, and none is older for a later slot."""
        return forall(Height, lambda t: s.oldest[t] <= t) & forall(
            Height, Height, lambda t, u: implies(t < u, s.oldest[t] <= s.oldest[u])
        )


def recent(s, h, t):
    """The block is complete in the slot, and not more than Delta old."""
    return (s.oldest[t] <= h) & (h < t)
