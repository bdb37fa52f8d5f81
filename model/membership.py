"""Who counts when nodes confirm a block, while nodes come and go (Wang et al., sections 2.2, 3.2 and 4.1).

Participants come and go at will, and the grid company sets the nodes' permissions. A node counts confirmations over the
set that it takes to be in force; who has not heard of a change counts over the old one, and so does whoever is shown a
block that the old set has confirmed (WA-C24). Hardened, sets are numbered by the chain: the block of one height says
which set confirms the next, and a new set comes into force once the old one and itself have both confirmed that block.

A height has one round of confirmations here, for whichever blocks compete; that it may take several is the machine
`Consensus`. All sets are of the same size n, and a set is told by who sits in which of its seats. At most f seats of a
set are corrupted nodes', without loss of generality the same seats in all sets, as seats can be numbered anew set by
set. The bound is for good, and so holds of those too who have left a set, whose keys for it must be worthless to a
corruptor: they erase them, say (WA-A10).
"""

from meterproof.lang import (
    Protocol,
    action,
    adding,
    atleast,
    axiom,
    choice,
    exists,
    forall,
    implies,
    is_first,
    is_next,
    ite,
    parameter,
    require,
    rigid,
    var,
)
from model.vocabulary import BYZ, CENTER, Block, Council, Height, Node, Seat
from model.voting import Voting


class Membership(Protocol):
    """Any number of heights, sets, nodes and competing blocks."""

    membership = choice(
        "at-will", "old-quorum", "epochs", removed="at-will", cites=["WA-R14", "WA-R19", "WA-C18", "WA-C24"],
        doc="What brings a validator set into force: the word of whoever sets permissions, which reaches nodes at any "
        "time; a block that the set in force has confirmed; or one that the new set has confirmed as well.",
    )  # fmt: skip
    quorum = Voting.quorum
    resilience = Voting.resilience
    vote_once = Voting.vote_once

    f = parameter(Seat, default="floor((n-1)/3)", resilience="resilience", doc="design bound on corrupted seats")
    faulty = rigid(Seat, at_most="f", doc="a corrupted node may sit in the seat, in any set")
    corrupted = rigid(Node, doc="the node is corrupted")
    holder = rigid(Council, Seat, to=Node, doc="who sits in the seat")
    brings = rigid(Block, to=Council, doc="the set that the block names for the next height: a new one, or the same")

    counted = var(
        Height, Council, init=lambda s, h, v: is_first(v) & (s.rules.membership == "at-will" or is_first(h)),
        doc="somebody correct counts confirmations for the height over this set",
    )  # fmt: skip
    latest = var(
        Height, Council, init=lambda s, h, v: is_first(v), ghost=True,
        doc="the set is the one to be in force at the height, by the latest change before it",
    )  # fmt: skip
    unready = var(
        Council, ghost=True, doc="the set has come into force though too few of it had confirmed the block below"
    )
    vote = var(Node, Height, Block, doc="the node has signed a confirmation of the block for the height")
    final = var(Height, Block, doc="somebody correct takes the block as final at the height")

    @axiom(cites="WA-A10")
    def corrupted_nodes_sit_in_faulty_seats(s):
        """No set has more corrupted nodes than it is made for."""
        return forall(Council, Seat, lambda v, k: implies(s.corrupted[s.holder[v, k]], s.faulty[k]))

    @axiom
    def nobody_sits_twice(s):
        """A node has one seat in a set at most."""
        return forall(Council, Seat, Seat, lambda v, j, k: implies(s.holder[v, j] == s.holder[v, k], j == k))

    @action(cites="WA-R9")
    def confirm(s, i: Node, h: Height, b: Block):
        """{i} confirms {b} for {h}."""
        require(~s.corrupted[i] & ~s.vote[i, h, b])
        if s.rules.vote_once:
            require(~exists(Block, lambda c: s.vote[i, h, c]), "WA-C1", rule="vote_once")
        return s.set(vote={(i, h, b): True})

    @action(needs=BYZ)
    def confirm_at_will(s, i: Node, h: Height, b: Block):
        """The corrupted {i} confirms {b} for {h}, whatever else it has confirmed."""
        require(s.corrupted[i] & ~s.vote[i, h, b])
        return s.set(vote={(i, h, b): True})

    @action(needs=CENTER, cites="WA-R14 WA-R19 WA-C24")
    def permit(s, h: Height, v: Council):
        """From {h} on, {v} is the set of permitted nodes: somebody hears of it, and somebody not yet."""
        require(s.rules.membership == "at-will", "WA-R14", rule="membership")
        require(~s.counted[h, v] & ~exists(Block, lambda b: s.final[h, b]))
        _is_reached(s, h)
        ready = is_first(h) | exists(Height, Block, lambda g, b: _just_below(s, g, h, b) & has_quorum(s, v, g, b))
        return s.set(
            counted=adding(lambda g, w: (w == v) & (g >= h)), unready={v: s.unready[v] | ~ready},
            latest=lambda g, w: ite(g >= h, w == v, s.latest[g, w]),
        )  # fmt: skip

    @action(cites="WA-R9 WA-R10")
    def finalise(s, h: Height, v: Council, b: Block):
        """{b} is final at {h}, as enough seats of {v} have confirmed it."""
        require(s.counted[h, v] & ~s.final[h, b])
        require(has_quorum(s, v, h, b), "WA-R9", rule="quorum")
        if s.rules.membership == "at-will":
            _is_reached(s, h)
            return s.set(final={(h, b): True})
        new = s.brings[b]
        if s.rules.membership == "epochs":
            require(has_quorum(s, new, h, b), "WA-C24", rule=("membership", "quorum"))
        return s.set(
            final={(h, b): True}, counted=adding(lambda g, w: is_next(h, g) & (w == new)),
            unready={new: s.unready[new] | ((new != v) & ~has_quorum(s, new, h, b))},
            latest=lambda g, w: ite(h < g, w == new, s.latest[g, w]),
        )  # fmt: skip


def has_quorum(s, v, h, b):
    """Enough seats of the set have confirmed the block for the height."""
    return atleast(s.rules.quorum, Seat, lambda k: s.vote[s.holder[v, k], h, b])


def _just_below(s, g, h, b):
    """The block is final at the height just below the other one."""
    return is_next(g, h) & s.final[g, b]


def _is_reached(s, h):
    """The height is the first one, or the one below it is final."""
    require(is_first(h) | exists(Height, Block, lambda g, b: _just_below(s, g, h, b)))
