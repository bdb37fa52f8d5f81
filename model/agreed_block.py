"""One height of an agreed chain, as its readers see it: the ideal that every other machine takes for granted.

A reader has the block of the height, or has not yet; what two readers have is the same, and an honest audit accepts it.
That is all: who proposes, who votes, and in how many views, is `model.consensus`, and that each of its steps is a step
of this machine, or none, is GR-V2. Readers are as many as one likes, and come to it when they like, so that some know
what others don't yet.
"""

from meterproof.lang import Protocol, action, exists, forall, implies, require, rigid, var
from model.vocabulary import Block, Replica


class AgreedBlock(Protocol):
    """One height, any number of readers and candidate blocks."""

    valid = rigid(Block, doc="an honest audit accepts the block")

    has = var(Replica, Block, doc="the reader has the block as that of the height")

    @action(cites="IS-P1 IS-P2")
    def append(s, r: Replica, b: Block):
        """{r} appends {b}, as all others have that have appended one."""
        require(s.valid[b] & ~exists(Block, lambda c: s.has[r, c]))
        require(forall(Replica, Block, lambda q, c: implies(s.has[q, c], c == b)))
        return s.set(has={(r, b): True})
