"""One chain of several, whose nodes are a part of all nodes (Wang et al. 2019, section 4.1).

There is a chain for each type of service, each node holds the data of its chains only, and what one chain has agreed
on the others recognise (WA-R16). So a block is final on the votes of a few nodes, and whoever corrupts a few needs
them in one chain only (WA-C14). The machine is one place of one chain, which m of the n nodes keep: any of them, as
it is not said who is assigned to which, and whoever attacks looks for the chain that suits. So the corrupted ones
among the m are bounded by their number in all, and by nothing else. Hardened, what is final in a chain is what a
quorum of all nodes has signed a checkpoint of.

The chains do not overlap here, and no other chain matters to what is final in this one but by its nodes' signatures.
"""

import re

from meterproof.lang import Formula, action, atleast, choice, exists, forall, implies, parameter, require, var
from model.vocabulary import BYZ, Block, Count, Replica
from model.voting import Voting, quorum_of


class Shards(Voting):
    """One place of one chain, all nodes of the network, and competing blocks."""

    shards = choice(
        "per-chain", "checkpointed", removed="per-chain", cites=["WA-R16", "WA-C14"],
        doc="What makes a block of a chain final: enough votes of the chain's nodes, or a checkpoint with it that a "
        "quorum of the nodes of all chains has signed.",
    )  # fmt: skip

    m = parameter(Count, default="n", doc="how many nodes keep a chain: as many as the scope counts")
    g = parameter(Count, default="floor((n-1)/3)", doc="design bound on faulty nodes among those of one chain")

    filled = var(Count, doc="the chain has more than this many nodes")
    seated = var(Replica, doc="the node is one of those that keep the chain")
    vote = var(Replica, Block, doc="the node has signed that it accepts the block")
    checkpoint = var(Replica, Block, doc="the node has signed a checkpoint of the chain with the block")
    decided = var(Replica, Block, doc="the node takes the block as final")

    @action(cites="WA-R16 WA-C14")
    def assign(s, r: Replica, x: Count):
        """{r} is made a node of the chain, which had {x} of them."""
        require(~s.seated[r] & ~s.filled[x] & forall(Count, lambda y: implies(y < x, s.filled[y])))
        return s.set(seated={r: True}, filled={x: True})

    @action(cites="WA-R9 WA-R16")
    def accept(s, r: Replica, b: Block):
        """{r}, a node of the chain, validates {b} and signs that it accepts it."""
        require(~s.faulty[r] & s.seated[r] & _is_kept(s) & ~s.vote[r, b], "WA-R9 WA-R16")
        if s.rules.vote_once:
            require(~exists(Block, lambda b2: s.vote[r, b2]), "WA-C1", rule="vote_once")
        return s.set(vote={(r, b): True})

    @action(needs=BYZ, cites="WA-C14")
    def sign(s, r: Replica, b: Block):
        """The faulty {r} signs that it accepts {b}, which counts if it is a node of the chain."""
        require(s.faulty[r] & ~s.vote[r, b])
        return s.set(vote={(r, b): True})

    @action(cites="WA-C14")
    def countersign(s, r: Replica, b: Block):
        """{r} sees that enough nodes of the chain have accepted {b} and signs a checkpoint with it."""
        require(s.rules.shards == "checkpointed", "WA-C14", rule="shards")
        require(~s.faulty[r] & ~s.checkpoint[r, b] & accepted_in_the_chain(s, b), "WA-C14", rule="quorum")
        if s.rules.vote_once:
            require(~exists(Block, lambda b2: s.checkpoint[r, b2]), "WA-C14", rule="vote_once")
        return s.set(checkpoint={(r, b): True})

    @action(needs=BYZ, cites="WA-C14")
    def sign_checkpoint(s, r: Replica, b: Block):
        """The faulty {r} signs a checkpoint with {b}."""
        require(s.rules.shards == "checkpointed", rule="shards")
        require(s.faulty[r] & ~s.checkpoint[r, b])
        return s.set(checkpoint={(r, b): True})

    @action(cites="WA-R16 WA-C14 WA-C15")
    def rely(s, r: Replica, b: Block):
        """{r}, of whatever chain, takes {b} as final."""
        require(~s.faulty[r] & ~exists(Block, lambda b2: s.decided[r, b2]))
        if s.rules.shards == "per-chain":
            require(accepted_in_the_chain(s, b), "WA-R16", rule=("shards", "quorum"))
        else:
            require(in_a_checkpoint(s, b), "WA-C14", rule=("shards", "quorum"))
        return s.set(decided={(r, b): True})


def accepted_in_the_chain(s, b):
    """Enough nodes of the chain have signed that they accept the block."""
    return atleast(of_one_chain(s.rules.quorum), Replica, lambda r: s.seated[r] & s.vote[r, b])


def in_a_checkpoint(s, b):
    """A quorum of all nodes has signed a checkpoint with the block."""
    return quorum_of(s, lambda r: s.checkpoint[r, b])


def _is_kept(s):
    """The chain has all its nodes."""
    return forall(Count, lambda x: s.filled[x])


def of_one_chain(quorum):
    """The rule for n nodes of which f may be faulty, said of a chain's m nodes and its bound g; never above n."""
    votes = re.sub(r"\b[nf]\b", lambda name: {"n": "m", "f": "g"}[name[0]], quorum.text)
    return Formula.parse(f"min(n, {votes})", ("n", "m", "g"))
