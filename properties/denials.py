"""Guarantees of the `Denials` machine: what is denied is denied everywhere within Delta, and not for ever.

The proofs are for any number of users, operations, clauses, chains and heights, and for every Delta. What freshness
costs is WA-V24: a chain that is cut off from the contract chain stands still.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, is_first, lemma
from model.denials import Denials, bars, ended, may_carry_out, now, recent
from model.vocabulary import Chain, Height, Operation


def done_before_the_denial_was_known(s):
    """A chain has carried out what was denied already, but not for longer than Delta."""
    return exists(
        Operation, Operation, Chain, Height, Height,
        lambda o, p, c, i, t: now(s, t) & (o != p) & s.done[p, c] & bars(s, o, p) & s.denied[o, i] & (i <= t)
        & ~ended(s, o, t),
    )  # fmt: skip


def refused_once(s):
    """A chain has refused a user an operation."""
    return exists(Operation, Operation, Chain, lambda o, p, c: s.refused[p, c, o])


def something_may_be_done_later(s):
    """After the first slot nothing has been denied that bears on an operation."""
    return exists(
        Operation, Height,
        lambda p, t: now(s, t) & ~is_first(t)
        & ~exists(Operation, Height, lambda o, i: bars(s, o, p) & s.denied[o, i]),
    )  # fmt: skip


@lemma(of=Denials)
def denied_in_a_block(s):
    """Denials are in blocks of the contract chain."""
    return forall(Operation, Height, lambda o, i: implies(s.denied[o, i], s.reached[i]))


@invariant(
    of=Denials, id="WA-P9", cites="WA-P9 WA-R12 WA-R16 WA-C9 WA-C13 WA-C26 WA-A22 WA-A23",
    witness=done_before_the_denial_was_known, lemmas=(denied_in_a_block,),
)  # fmt: skip
def denials_are_enforced(s):
    """denials are enforced: no chain does what has been denied for longer than Delta, until that ends"""
    return forall(
        Operation, Operation, Chain, Height, Height,
        lambda o, p, c, i, t: implies(
            now(s, t) & s.done[p, c] & bars(s, o, p) & s.denied[o, i] & ~recent(s, i, t), ended(s, o, t)
        ),
    )  # fmt: skip


@invariant(
    of=Denials, id="WA-V23", cites="WA-V23 WA-P9 WA-C9 WA-A22 WA-A23", witness=refused_once,
)  # fmt: skip
def lockout_is_bounded(s):
    """lockout is bounded: a user is refused more than the offence only in its term, and not once it is long lifted"""
    return forall(
        Operation, Chain, Height, Operation,
        lambda p, c, t, o: implies(
            now(s, t) & s.refused[p, c, o] & (o != p),
            (s.user[o] == s.user[p]) & (t < s.term[o])
            & implies(s.lifted[o] & (s.decided[o] < t), recent(s, s.decided[o], t)),
        ),
    )  # fmt: skip


@invariant(of=Denials, id="WA-V24", cites="WA-V24 WA-C13 WA-A22", witness=something_may_be_done_later)
def no_chain_stands_still(s):
    """no chain stands still: after the first slot what has not been denied can be carried out at any time"""
    return forall(
        Operation, Chain, Height,
        lambda p, c, t: implies(
            now(s, t) & ~is_first(t)
            & ~exists(Operation, Height, lambda o, i: bars(s, o, p) & s.denied[o, i]),
            may_carry_out(s, p, c, t),
        ),
    )  # fmt: skip


TWO_CHAINS = explore(Operation=2, Id=1, Clause=1, Chain=2, Height=3)
ONE_CHAIN = explore(Operation=2, Id=1, Clause=1, Chain=1, Height=3)
TWO_HEIGHTS = explore(Operation=2, Id=1, Clause=1, Chain=2, Height=2)
FOUR_HEIGHTS = thorough(explore(Operation=2, Id=1, Clause=1, Chain=1, Height=4))
TWO_USERS = thorough(explore(Operation=2, Id=2, Clause=2, Chain=1, Height=3))
STANDSTILL = changing("denial_reach", "checkpoint", by=TWO_HEIGHTS)

CASES = (
    Case(denials_are_enforced, {
        "published literal": violated(TWO_CHAINS),
        "published charitable": violated(TWO_CHAINS, note="the request, on a chain that the broadcast has not reached"),
        "hardened": holds(
            "proved", induction(), ONE_CHAIN, thorough(TWO_CHAINS), FOUR_HEIGHTS, TWO_USERS,
            controls=removing("gate", by=ONE_CHAIN) + removing("denial_reach", by=TWO_CHAINS)
            + changing("denial_reach", "broadcast", by=TWO_CHAINS),
            note="Delta is what a denial takes to be known everywhere; whoever is faster than that is not stopped",
        ),
    }),
    Case(lockout_is_bounded, {
        "published literal": violated(TWO_HEIGHTS),
        "published charitable": holds(
            "proved", induction(), TWO_HEIGHTS,
            controls=changing("denial", "for-ever", by=TWO_HEIGHTS),
            note="that what is denied is the one request is all there is to it",
        ),
        "hardened": holds(
            "proved", induction(), ONE_CHAIN, thorough(TWO_CHAINS), FOUR_HEIGHTS, TWO_USERS,
            controls=removing("denial", by=TWO_HEIGHTS),
            note="honest users are not denied at all (WA-P7), unless a rule is wrong: then for its term at most",
        ),
    }),
    Case(no_chain_stands_still, {
        "published literal": holds("proved", induction(), TWO_HEIGHTS, controls=STANDSTILL),
        "published charitable": holds("proved", induction(), TWO_HEIGHTS, controls=STANDSTILL),
        "hardened": violated(TWO_HEIGHTS, note="the price of WA-P9: who can't see whom to deny stands still"),
    }),
)  # fmt: skip
"""One case a property of the machine."""
