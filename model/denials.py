"""What a recorded violation does to its user, on all chains, and when it ends (Wang et al., 3.3 and 4.1).

On an illegal action "the action of denying data access" is triggered, and its report broadcast (WA-R12). Whether this
request is denied from then on, or all that the user asks for, on which chains and for how long, is not said (WA-C9);
nor how the other chains, each with data of its own, come to know (WA-C13). Only access to data is denied, while a trade
that breaks the rules is a write (WA-C26).

Hardened, a denial is an entry of the contract chain with a scope: it denies its user what the broken clause speaks of,
from its block on until a block that it names, or until an appeal is upheld, whichever is first. Entries stay; what is
revoked is their effect, from the block of the decision on. A chain acts, on writes too, only on a checkpoint of the
contract chain that is not older than Delta: a denial that it can't know of yet is that young. A chain that has no such
checkpoint stands still, rather than act on an old one.

Delta is not a number here: to each block belongs the oldest one that is not more than Delta older, whichever that is,
so that what is shown holds for every Delta. Time is the height of the contract chain, which makes a block in each slot,
empty or not, and every chain can tell the slot (WA-A22). A checkpoint is of a block that is complete; that it can't be
made up is the concern of receipts, and that the contract chain is one chain, of `Consensus` (WA-A23). An operation
stands for the violation that its record is, and the denial that this brings about: that nobody is denied for what he
has not done is the machine `Violations`, where an appeal is decided as well.
"""

from meterproof.lang import (
    Protocol,
    action,
    axiom,
    choice,
    exists,
    forall,
    implies,
    is_first,
    is_next,
    require,
    rigid,
    var,
)
from model.violations import Violations
from model.vocabulary import Chain, Clause, Height, Id, Operation


class Denials(Protocol):
    """Any number of users, operations, clauses, chains and heights of the contract chain."""

    denial = choice(
        "for-ever", "this-request", "scoped", removed="for-ever", cites=["WA-R12", "WA-C9"],
        doc="What a violation denies its user: everything for good; the operation itself; or what the broken clause "
        "speaks of, for a term.",
    )  # fmt: skip
    gate = choice(
        "data-access", "access-and-writes", removed="data-access", cites=["WA-R12", "WA-C26"],
        doc="What a denial is looked up for: requests for data, or writes as well.",
    )  # fmt: skip
    denial_reach = choice(
        "own-chain", "broadcast", "checkpoint", removed="own-chain", cites=["WA-R12", "WA-R16", "WA-C13"],
        doc="On which chains a denial has effect: on that of the violation; where the broadcast report has arrived; or "
        "on all, which act on a checkpoint of the contract chain not older than Delta.",
    )  # fmt: skip
    appeal = Violations.appeal

    user = rigid(Operation, to=Id, doc="whose operation it is")
    clause = rigid(Operation, to=Clause, doc="which rule of the contracts speaks of it")
    write = rigid(Operation, doc="it changes something, and is no request for data")
    place = rigid(Operation, to=Chain, doc="on which chain it was found to be a violation, if it is one")
    term = rigid(Operation, to=Height, doc="the block in which the denial for it runs out")
    oldest = rigid(Height, to=Height, doc="the oldest block that is not more than Delta older than this one")

    reached = var(Height, init=lambda s, h: is_first(h), doc="the contract chain has begun this block")
    denied = var(Operation, Height, doc="the block has the denial for the operation")
    lifted = var(Operation, doc="the contract chain has a decision that ends the denial for the operation")
    decided = var(Operation, to=Height, init=lambda s, o: s.term[o], doc="in which block that decision is")
    heard = var(Chain, Operation, doc="the chain has got the broadcast report of the operation")
    fetched = var(Chain, Height, doc="the chain has the checkpoint of this block of the contract chain")
    done = var(Operation, Chain, ghost=True, doc="the chain has carried the operation out in the present slot")
    refused = var(
        Operation, Chain, Operation, ghost=True,
        doc="the chain has refused the first operation in the present slot, its user being denied for the second",
    )  # fmt: skip

    @axiom(cites="WA-C13")
    def delta_looks_back(s):
        """What is not more than Delta older than a block is no later than it, and none is older for a later block."""
        return forall(Height, lambda t: s.oldest[t] <= t) & forall(
            Height, Height, lambda t, u: implies(t < u, s.oldest[t] <= s.oldest[u])
        )

    @action(cites="WA-R18")
    def advance(s, t: Height, h: Height):
        """The block {t} of the contract chain is complete, and the next, {h}, is begun."""
        require(now(s, t) & is_next(t, h))
        return s.set(reached={h: True}, done={(..., ...): False}, refused={(..., ..., ...): False})

    @action(cites="WA-R12 WA-C9")
    def deny(s, o: Operation, t: Height):
        """The violation {o} is recorded in block {t} of the contract chain, and its user denied."""
        require(now(s, t) & ~exists(Height, lambda i: s.denied[o, i]))
        if s.rules.denial == "scoped":
            require(t < s.term[o], "WA-C9", rule="denial")
        return s.set(denied={(o, t): True})

    @action(cites="WA-C9")
    def lift(s, o: Operation, t: Height):
        """An appeal against the denial for {o} is upheld in block {t} of the contract chain."""
        require(s.rules.appeal == "quorum", "WA-C9", rule="appeal")
        require(now(s, t) & exists(Height, lambda i: s.denied[o, i]) & ~s.lifted[o])
        return s.set(lifted={o: True}, decided={o: t})

    @action(cites="WA-R12")
    def hear(s, c: Chain, o: Operation):
        """{c} gets the report of {o}, which was broadcast."""
        require(s.rules.denial_reach == "broadcast", "WA-R12", rule="denial_reach")
        require((s.place[o] != c) & exists(Height, lambda i: s.denied[o, i]) & ~s.heard[c, o])
        return s.set(heard={(c, o): True})

    @action(cites="WA-R16 WA-C13")
    def fetch(s, c: Chain, h: Height):
        """{c} gets the checkpoint of block {h} of the contract chain, which is complete."""
        require(s.rules.denial_reach == "checkpoint", "WA-C13", rule="denial_reach")
        require(exists(Height, lambda t: s.reached[t] & (h < t)) & ~s.fetched[c, h])
        return s.set(fetched={(c, h): True})

    @action(cites="WA-R12 WA-C26")
    def carry_out(s, p: Operation, c: Chain, t: Height):
        """{c} carries out {p} in slot {t}."""
        require(now(s, t))
        require(may_carry_out(s, p, c, t), "WA-R12 WA-C13 WA-C26", rule=("gate", "denial_reach"))
        return s.set(done={(p, c): True})

    @action(cites="WA-R12 WA-C9")
    def refuse(s, p: Operation, c: Chain, t: Height, o: Operation):
        """{c} refuses {p} in slot {t}, its user being denied for {o}."""
        require(now(s, t) & looked_up(s, p))
        if s.rules.denial_reach == "checkpoint":
            require(exists(Height, lambda h: usable(s, c, h, t) & stands(s, o, p, c, h, t)), "WA-C13")
        else:
            require(stands(s, o, p, c, t, t), "WA-R12")
        return s.set(refused={(p, c, o): True})


def now(s, t):
    """The block is the contract chain's latest."""
    return s.reached[t] & ~exists(Height, lambda u: s.reached[u] & (t < u))


def looked_up(s, p):
    """Whether the user is denied is looked up for the operation."""
    return True if s.rules.gate == "access-and-writes" else ~s.write[p]


def recent(s, h, t):
    """The first block is not more than Delta older than the second."""
    return (s.oldest[t] <= h) & (h <= t)


def usable(s, c, h, t):
    """The chain has a checkpoint of the block, which is not older than Delta in this slot."""
    return s.fetched[c, h] & recent(s, h, t)


def bars(s, o, p):
    """A denial for the first operation is one of the second, while it lasts."""
    if s.rules.denial == "this-request":
        return o == p
    if s.rules.denial == "for-ever":
        return s.user[o] == s.user[p]
    return (s.user[o] == s.user[p]) & (s.clause[o] == s.clause[p])


def ended(s, o, t):
    """The denial for the operation has run out by this slot, or has been lifted."""
    return (s.term[o] <= t) | (s.lifted[o] & (s.decided[o] <= t))


def stands(s, o, p, c, h, t):
    """To the chain, which knows the contract chain up to block `h`, the second operation is denied in slot `t`."""
    known = exists(Height, lambda i: s.denied[o, i] & (i <= h))
    if s.rules.denial_reach == "own-chain":
        known = known & (s.place[o] == c)
    if s.rules.denial_reach == "broadcast":
        known = known & ((s.place[o] == c) | s.heard[c, o])
    if s.rules.denial == "scoped":
        known = known & (t < s.term[o])
    return bars(s, o, p) & known & ~(s.lifted[o] & (s.decided[o] <= h))


def may_carry_out(s, p, c, t):
    """The chain finds that it may carry out the operation in this slot."""

    def free(h):
        return ~exists(Operation, lambda o: stands(s, o, p, c, h, t))

    if s.rules.denial_reach == "checkpoint":
        allowed = exists(Height, lambda h: usable(s, c, h, t) & free(h))
    else:
        allowed = free(t)
    return implies(looked_up(s, p), allowed)
