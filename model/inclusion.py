"""The way of a meter's record into a chain (Wang et al. 2019, sections 3.2 and 4.1).

The node that is the first to receive data proposes a block of it (WA-R7). Who was first a node can't know: in a
network that delays and repeats, several take themselves to be, and where the first one is silent no other is said to
take over (WA-C5). Hardened, a record is named by its meter and sequence number, the nodes accept one block with it
and no second, and whoever has the record may propose it in its turn.

Acceptance is taken as done: a block is appended in one step, to an ideal chain that all correct nodes agree on. That
a correct node gets its turn, and its block the votes that it takes, is what `Progress` is about. A meter may send a
record to any number of nodes; what matters here are the nodes that have it, however they came by it.
"""

from meterproof.lang import Protocol, action, choice, exists, forall, implies, require, rigid, var
from model.vocabulary import NET, ORIG, Height, Record, Replica


class Inclusion(Protocol):
    """Any number of nodes, of records of meters, and of places in one chain."""

    record_id = choice(
        "none", "meter-sequence", removed="none", cites=["WA-R7", "WA-C5"],
        doc="How the nodes tell that a record is on the chain already: not at all, or by meter and sequence number.",
    )  # fmt: skip
    proposer = choice(
        "first-receiver", "any-in-turn", removed="first-receiver", cites=["WA-R7", "WA-C5"],
        doc="Who proposes a block with a record: nodes that take themselves to be the first to receive it, or every "
        "node that has it, in its turn.",
    )  # fmt: skip

    dishonest = rigid(Replica, doc="the node proposes what it likes, or nothing")

    has = var(Replica, Record, doc="the node has the record")
    first = var(Replica, Record, doc="the node takes itself to be the first that has received the record")
    tried = var(Replica, Record, doc="the node has proposed the record, and it was stored")
    stored = var(Height, Record, doc="the chain has the record at this place")

    @action(cites="WA-R4 WA-R7")
    def receive(s, r: Replica, m: Record):
        """{r} is the first to receive {m}."""
        require(~exists(Replica, lambda q: s.first[q, m]), "WA-R7")
        return s.set(has={(r, m): True}, first={(r, m): True})

    @action(needs=NET, cites="WA-C5")
    def receive_unaware(s, r: Replica, m: Record):
        """{r} receives {m} and has not heard of another node that has it."""
        require(~s.has[r, m] & exists(Replica, lambda q: s.first[q, m]))
        return s.set(has={(r, m): True}, first={(r, m): True})

    @action(cites="WA-R4 WA-R5")
    def receive_later(s, r: Replica, m: Record):
        """{r} receives {m} and knows that another node was first."""
        require(~s.has[r, m] & exists(Replica, lambda q: s.first[q, m]))
        return s.set(has={(r, m): True})

    @action(cites="WA-R7 WA-R9 WA-R10")
    def include(s, r: Replica, m: Record, h: Height):
        """The nodes accept a block of {r} with {m} and store it at {h}."""
        require(~s.dishonest[r] & s.has[r, m] & ~s.tried[r, m])
        if s.rules.proposer == "first-receiver":
            require(s.first[r, m], "WA-R7", rule="proposer")
        _may_be_stored(s, m, h)
        return s.set(tried={(r, m): True}, stored={(h, m): True})

    @action(needs=ORIG, cites="WA-C5")
    def include_at_will(s, r: Replica, m: Record, h: Height):
        """The nodes accept a block of the dishonest {r} with {m} and store it at {h}."""
        require(s.dishonest[r] & s.has[r, m])
        _may_be_stored(s, m, h)
        return s.set(stored={(h, m): True})


def is_stored(s, m):
    """The chain has the record somewhere."""
    return exists(Height, lambda h: s.stored[h, m])


def _may_be_stored(s, m, h):
    """The place is the next of the chain, and the nodes do not know the record as one that is stored."""
    require(~_is_filled(s, h) & forall(Height, lambda g: implies(g < h, _is_filled(s, g))))
    if s.rules.record_id == "meter-sequence":
        require(~is_stored(s, m), "WA-C5", rule="record_id")


def _is_filled(s, h):
    """The chain has a record at this place."""
    return exists(Record, lambda m: s.stored[h, m])
