"""Bad nodes that may claim at any time: what the tests of the eager adversary build upon."""

from __future__ import annotations

from meterproof.lang import Protocol, Sort, action, require, rigid, var

Node = Sort("Node")
ADVERSARY = "ADVERSARY"


class Base(Protocol):
    """Bad nodes may claim at any time; what good nodes do depends on it."""

    bad = rigid(Node)
    claimed = var(Node)
    seen = var(Node)
    done = var(Node)

    @action(needs=ADVERSARY)
    def claim(s, a: Node):  # type: ignore[no-untyped-def]
        """The bad {a} claims."""
        require(s.bad[a] & ~s.claimed[a])
        return s.set(claimed={a: True})
