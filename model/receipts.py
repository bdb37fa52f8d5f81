"""Receipts: how one chain shows another what it has as final (Wang et al., 4.1; WA-R16, WA-C15, WA-C24).

That results of one chain can be recognised by others is all that is said; what they are recognised by is not. Hardened,
a receipt is the signatures of a quorum of a chain's validators over chain, height and record (by a Merkle path from a
block that they certify), and it counts only if they are the set that is in force, as far as the chain that takes it
has followed the other's changes of sets. Each change is certified by the set that goes.

A set whose turn is over may lose its keys. What it signs then is in no block, but is signed as well as what is. So
whoever still follows an old set can be deceived: it is taken that keys are kept until all chains have followed the
change (WA-A30). Of some chains more validators may be faulty than they are made for: those sign what they like, and
nothing is claimed of what is taken from them; that it is not taken for another chain's is.

What is final stays so. A receipt that comes late or twice is as true as before, and sets in force sign anew what
earlier ones signed.
"""

from meterproof.lang import Protocol, action, axiom, exists, forall, implies, require, rigid, var
from model.trade import Trading
from model.vocabulary import BYZ, KEY, NET, Chain, Entry, Height, Roster


class Receipts(Protocol):
    """Any number of chains, heights, records and validator sets; each set is one chain's, and serves once."""

    chain_receipts = Trading.chain_receipts

    first = rigid(Chain, to=Roster, doc="the chain's first validator set")
    broken = rigid(Chain, doc="more of the chain's validators are faulty than it is made for, in each of its sets")

    final = var(Chain, Height, Entry, doc="the chain has the record at this height, for good")
    serves = var(Chain, Roster, init=lambda s, c, v: v == s.first[c], doc="the set is in force on the chain")
    been = var(
        Chain, Roster, init=lambda s, c, v: v == s.first[c], doc="the set is, or has been, in force on the chain"
    )
    used = var(
        Roster, init=lambda s, v: exists(Chain, lambda c: v == s.first[c]), doc="the set has been in force somewhere"
    )  # fmt: skip
    change = var(Chain, Roster, Roster, doc="the chain has replaced the one set by the other, and the first signed it")
    follows = var(
        Chain, Chain, Roster, init=lambda s, d, c, v: v == s.first[c],
        doc="the first chain takes the set for the one that is in force on the second",
    )  # fmt: skip
    left = var(Chain, Chain, Roster, doc="the first chain knows that the set is no longer in force on the second")
    signed = var(Roster, Chain, Height, Entry, doc="there are the set's signatures over chain, height and record")
    stolen = var(Roster, doc="the set's keys are in the adversary's hands")
    taken = var(Chain, Chain, Height, Entry, doc="the first chain has taken the record for what the second has there")

    @axiom(cites="WA-A30")
    def sets_are_of_one_chain(s):
        """No two chains begin with the same set."""
        return forall(Chain, Chain, lambda c, d: implies(s.first[c] == s.first[d], c == d))

    @action(cites="WA-R16 WA-R18")
    def finalise(s, c: Chain, h: Height, x: Entry):
        """{c} has {x} at {h}."""
        require(forall(Entry, lambda y: ~s.final[c, h, y]))
        return s.set(final={(c, h, x): True})

    @action(cites="WA-C15")
    def certify(s, c: Chain, v: Roster, h: Height, x: Entry):
        """{v}, which is in force on {c}, signs a receipt that {c} has {x} at {h}."""
        require(s.serves[c, v] & s.final[c, h, x])
        return s.set(signed={(v, c, h, x): True})

    @action(cites="WA-R19 WA-C24")
    def renew(s, c: Chain, v: Roster, w: Roster):
        """{c} replaces {v} by {w}, a set with new keys."""
        require(v != w)
        require(s.serves[c, v] & ~s.stolen[w] & ~s.used[w])
        return s.set(
            serves={(c, v): False, (c, w): True}, been={(c, w): True}, used={w: True}, change={(c, v, w): True}
        )  # fmt: skip

    @action(cites="WA-C15 WA-C24")
    def follow(s, d: Chain, c: Chain, v: Roster, w: Roster):
        """{d} sees that {c} has replaced {v} by {w}."""
        require(v != w)
        require(s.follows[d, c, v] & s.change[c, v, w] & ~s.left[d, c, w])
        return s.set(follows={(d, c, v): False, (d, c, w): True}, left={(d, c, v): True})

    @action(cites="WA-C15")
    def take(s, d: Chain, c: Chain, v: Roster, h: Height, x: Entry):
        """{d} takes {x} for what {c} has at {h}, on the signatures of {v}."""
        require((s.rules.chain_receipts == "any-set") | (s.rules.chain_receipts == "certified"), rule="chain_receipts")
        require((d != c) & s.signed[v, c, h, x] & ~s.taken[d, c, h, x], "WA-C15", rule="chain_receipts")
        if s.rules.chain_receipts == "certified":
            require(s.follows[d, c, v], "WA-C15", rule="chain_receipts")
        else:
            require(s.been[c, v], "WA-C15", rule="chain_receipts")
        return s.set(taken={(d, c, h, x): True})

    @action(cites="WA-R16 WA-C15")
    def take_record(s, d: Chain, c: Chain, h: Height, x: Entry):
        """{d} takes {x} for what {c} has at {h}: some validator set has signed {x}, of whatever chain and height."""
        require(s.rules.chain_receipts == "record-only", rule="chain_receipts")
        require((d != c) & ~s.taken[d, c, h, x])
        require(exists(Roster, Chain, Height, lambda v, e, g: s.signed[v, e, g, x]), "WA-C15", rule="chain_receipts")
        return s.set(taken={(d, c, h, x): True})

    @action(cites="WA-R16 WA-C15")
    def take_word(s, d: Chain, c: Chain, h: Height, x: Entry):
        """{d} hears that {c} has {x} at {h}, and takes it for true."""
        require(s.rules.chain_receipts == "none", rule="chain_receipts")
        require((d != c) & s.final[c, h, x] & ~s.taken[d, c, h, x])
        return s.set(taken={(d, c, h, x): True})

    @action(needs=NET, cites="WA-C15")
    def forge(s, d: Chain, c: Chain, h: Height, x: Entry):
        """The adversary tells {d} that {c} has {x} at {h}, and {d} takes it for true."""
        require(s.rules.chain_receipts == "none", "WA-C15", rule="chain_receipts")
        require((d != c) & ~s.taken[d, c, h, x])
        return s.set(taken={(d, c, h, x): True})

    @action(needs=KEY, cites="WA-C15 WA-A30")
    def steal(s, v: Roster):
        """The keys of {v}, which all chains know to be out of force, come into the adversary's hands."""
        require(~s.stolen[v])
        require(forall(Chain, Chain, lambda d, c: implies(s.been[c, v], s.left[d, c, v])), "WA-A30")
        return s.set(stolen={v: True})

    @action(needs=KEY, cites="WA-C15 WA-C24")
    def sign_with_old_keys(s, v: Roster, c: Chain, h: Height, x: Entry):
        """The adversary signs with the keys of {v} that {c} has {x} at {h}."""
        require(s.stolen[v])
        return s.set(signed={(v, c, h, x): True})

    @action(needs=BYZ, cites="WA-C14 WA-C15")
    def sign_falsely(s, v: Roster, e: Chain, c: Chain, h: Height, x: Entry):
        """{v}, a set of the broken {e}, signs that {c} has {x} at {h}."""
        require(s.broken[e] & s.been[e, v])
        return s.set(signed={(v, c, h, x): True})
