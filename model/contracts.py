"""Versions of the contracts that judge operations (Wang et al. 2019, sections 2.2, 3.2 and 3.3).

Contracts carry the state's rules (WA-R13), and one centre writes them (WA-R10). That they are not interfered with by
people does not go together with rules that legislators change, and nothing says when a new version holds (WA-C12):
nodes that have it and nodes that have not yet judge one operation differently. Hardened, a version is approved by a
quorum, registered on the chain, and holds from a height that lies after its registration; an operation is judged by
the version that held at the height at which it is included, whenever and by whomever it is judged.

Versions are ordered, and the latest that holds is in force; some hold from the start. The chain is ideal, with a
prefix of it for each node. What a version says of an operation is a function of the two; that the rule language is
deterministic is shown where it is defined.
"""

from meterproof.lang import action, axiom, choice, exists, forall, implies, require, rigid, var
from model.vocabulary import BYZ, CENTER, Edition, Height, Operation, Replica
from model.voting import Voting, quorum_of


class Contracts(Voting):
    """One contract, any number of its versions, of nodes and of operations that are judged."""

    contract_change = choice(
        "center", "quorum", "quorum-activation", removed="center", cites=["WA-R10", "WA-R13", "WA-C12"],
        doc="How a version comes into force: the centre sends it to the nodes, or a quorum approves it and it is "
        "registered on the chain, for whoever has read of it or from an activation height on.",
    )  # fmt: skip

    original = rigid(Edition, doc="the version holds from the start")
    lawful = rigid(Edition, doc="the version says what the legislator has decided")
    activation = rigid(Edition, to=Height, doc="the height from which the version is to hold")

    sent = var(
        Replica, Edition, init=lambda s, r, v: s.original[v], doc="the node has the version from the centre"
    )  # fmt: skip
    approved = var(Replica, Edition, doc="the node has signed that it approves the version")
    filled = var(Height, doc="the chain has a block at this height")
    registered = var(Edition, Height, doc="the block at this height registers the version")
    included = var(Operation, Height, doc="the block at this height has the operation")
    read = var(Replica, Height, doc="the node has the block at this height")
    judged = var(Replica, Operation, Edition, doc="the node has judged the operation by the version")

    @axiom
    def something_holds_from_the_start(s):
        """Some version does."""
        return exists(Edition, lambda v: s.original[v])

    @action(cites="WA-R10 WA-R13")
    def send(s, r: Replica, v: Edition):
        """The centre sends {r} the version {v}, which the legislator has decided."""
        require(s.rules.contract_change == "center", rule="contract_change")
        require(s.lawful[v] & ~s.sent[r, v])
        return s.set(sent={(r, v): True})

    @action(needs=CENTER, cites="WA-C12")
    def send_at_will(s, r: Replica, v: Edition):
        """The dishonest centre sends {r} the version {v}."""
        require(s.rules.contract_change == "center", rule="contract_change")
        require(~s.sent[r, v])
        return s.set(sent={(r, v): True})

    @action(cites="WA-C12")
    def approve(s, r: Replica, v: Edition):
        """{r} sees that the legislator has decided {v} and signs that it approves it."""
        require(s.rules.contract_change != "center", "WA-C12", rule="contract_change")
        require(~s.faulty[r] & s.lawful[v] & ~s.approved[r, v], "WA-C12")
        return s.set(approved={(r, v): True})

    @action(needs=BYZ)
    def sign(s, r: Replica, v: Edition):
        """The faulty {r} signs that it approves {v}."""
        require(s.rules.contract_change != "center", rule="contract_change")
        require(s.faulty[r] & ~s.approved[r, v])
        return s.set(approved={(r, v): True})

    @action(cites="WA-C12")
    def register(s, v: Edition, h: Height):
        """The chain registers {v} at {h}."""
        require(s.rules.contract_change != "center", "WA-C12", rule="contract_change")
        require(is_approved(s, v), "WA-C12", rule="quorum")
        require(~s.original[v] & _is_next(s, h) & ~exists(Height, lambda g: s.registered[v, g]))
        if s.rules.contract_change == "quorum-activation":
            require(h < s.activation[v], "WA-C12", rule="contract_change")
        return s.set(filled={h: True}, registered={(v, h): True})

    @action(cites="WA-R5 WA-R12")
    def include(s, o: Operation, h: Height):
        """The chain includes {o} at {h}."""
        require(_is_next(s, h) & ~exists(Height, lambda g: s.included[o, g]))
        return s.set(filled={h: True}, included={(o, h): True})

    @action(cites="WA-R5")
    def catch_up(s, r: Replica, h: Height):
        """{r} gets the block at {h}."""
        require(s.filled[h] & ~s.read[r, h] & forall(Height, lambda g: implies(g < h, s.read[r, g])))
        return s.set(read={(r, h): True})

    @action(cites="WA-R12 WA-C12")
    def judge(s, r: Replica, o: Operation, v: Edition, h: Height):
        """{r} judges {o}, included at {h}, by {v}."""
        require(~s.faulty[r] & s.included[o, h] & s.read[r, h])
        require(_is_latest(s, r, v, h), "WA-C12", rule="contract_change")
        return s.set(judged={(r, o, v): True})


def is_approved(s, v):
    """A quorum has approved the version."""
    return quorum_of(s, lambda r: s.approved[r, v])


def is_in_force(s, v, h):
    """By the chain, the version holds at this height, and no later one does."""

    def holds(w):
        return s.original[w] | (exists(Height, lambda g: s.registered[w, g]) & (s.activation[w] <= h))

    return holds(v) & ~exists(Edition, lambda w: (v < w) & holds(w))


def _is_latest(s, r, v, h):
    """To the node's knowledge this version, and no later one, is that by which to judge what is at this height."""

    def holds(w):
        if s.rules.contract_change == "center":
            return s.sent[r, w]
        known = exists(Height, lambda g: s.registered[w, g] & s.read[r, g])
        if s.rules.contract_change == "quorum":
            return s.original[w] | known
        return s.original[w] | (known & (s.activation[w] <= h))

    return holds(v) & ~exists(Edition, lambda w: (v < w) & holds(w))


def _is_next(s, h):
    """The height is that of the next block."""
    return ~s.filled[h] & forall(Height, lambda g: implies(g < h, s.filled[g]))
