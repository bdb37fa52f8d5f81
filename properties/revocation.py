"""Guarantees of the `Revocation` machine: a right ends within Delta, and with the token at the latest.

The proofs are for any number of users, tokens, services and heights, for every Delta and every life of tokens. What
freshness costs is ZD-V8: a service that is cut off from the chain answers nobody.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.revocation import Revocation, may_answer
from model.vocabulary import Height, Service, Token, User


def answered_after_the_end(s):
    """A token was answered whose user no longer has the right."""
    return exists(Service, Token, lambda v, x: s.answered[v, x] & ~s.right[s.subject[x], s.tip])


def issued_when_nothing_is_old(s):
    """There is a token, and neither blocks nor tokens are old."""
    return (s.oldest == s.genesis) & (s.earliest == s.genesis) & exists(Token, lambda x: s.minted[x])


@lemma(of=Revocation)
def issued_with_the_right(s):
    """Tokens are issued by complete blocks, to users who had the right then, with their permission epoch."""
    return forall(
        Token,
        lambda x: implies(
            s.minted[x],
            (s.basis[x] < s.tip) & s.right[s.subject[x], s.basis[x]]
            & (s.stamp[x] == s.epoch[s.subject[x], s.basis[x]]),
        ),
    )  # fmt: skip


@lemma(of=Revocation)
def copies_are_of_complete_blocks(s):
    """What services have is complete."""
    return forall(Service, lambda v: implies(s.fetched[v], s.copy[v] < s.tip))


@lemma(of=Revocation)
def epochs_go_up(s):
    """No permission epoch is less than it was by an earlier block."""
    return forall(
        User, Height, Height, lambda u, i, j: implies((i <= j) & (j <= s.tip), s.epoch[u, i] <= s.epoch[u, j])
    )  # fmt: skip


@lemma(of=Revocation)
def one_epoch_one_right(s):
    """Who has the same permission epoch by two blocks has the right by both or by neither."""
    return forall(
        User, Height, Height,
        lambda u, i, j: implies(
            (i <= j) & (j <= s.tip) & (s.epoch[u, i] == s.epoch[u, j]), s.right[u, i] == s.right[u, j]
        ),
    )  # fmt: skip


@invariant(
    of=Revocation, id="ZD-P6", cites="ZD-P6 ZD-R5 ZD-R21 ZD-R22 ZD-C10 ZD-A3", witness=answered_after_the_end,
    lemmas=(issued_with_the_right, copies_are_of_complete_blocks, epochs_go_up, one_epoch_one_right),
)  # fmt: skip
def revocation_latency(s):
    """revocation latency: who is answered has had the right by a complete block that is not more than Delta old"""
    return forall(
        Service, Token,
        lambda v, x: implies(
            s.answered[v, x],
            exists(Height, lambda h: (s.oldest <= h) & (h < s.tip) & s.right[s.subject[x], h]),
        ),
    )  # fmt: skip


@lemma(of=Revocation)
def answered_while_alive(s):
    """Tokens that were answered are issued, and not by a block before the oldest by which one is good."""
    return forall(
        Service, Token, lambda v, x: implies(s.answered[v, x], s.minted[x] & (s.earliest <= s.basis[x]))
    )  # fmt: skip


@invariant(
    of=Revocation, id="ZD-V7", cites="ZD-V7 ZD-P6 ZD-R5 ZD-C10 ZD-A3", witness=answered_after_the_end,
    lemmas=(issued_with_the_right, answered_while_alive),
)  # fmt: skip
def access_ends_with_the_token(s):
    """access ends with the token: who is answered has had the right by a complete block within the life of a token"""
    return forall(
        Service, Token,
        lambda v, x: implies(
            s.answered[v, x],
            exists(Height, lambda h: (s.earliest <= h) & (h < s.tip) & s.right[s.subject[x], h]),
        ),
    )  # fmt: skip


@invariant(of=Revocation, id="ZD-V8", cites="ZD-V8 ZD-R5 ZD-C10", witness=issued_when_nothing_is_old)
def no_service_stands_still(s):
    """no service stands still: a token that has not expired is good at any time, if its user's rights are the same"""
    return forall(
        Service, Token,
        lambda v, x: implies(
            s.minted[x] & (s.earliest <= s.basis[x]) & (s.epoch[s.subject[x], s.tip] == s.stamp[x]),
            may_answer(s, x, v),
        ),
    )  # fmt: skip


THREE_HEIGHTS = explore(User=1, Token=1, Service=1, Height=3, Count=3)
FOUR_HEIGHTS = explore(User=1, Token=1, Service=1, Height=4, Count=4)
TWO_OF_EACH = thorough(explore(User=2, Token=2, Service=2, Height=3, Count=3))
STANDSTILL = changing("permissions", "epoch-compared", by=THREE_HEIGHTS)

CASES = (
    Case(revocation_latency, {
        "published literal": violated(THREE_HEIGHTS, note="a token is good for ever, and nothing else is looked at"),
        "published charitable": violated(THREE_HEIGHTS, note="a token may live longer than Delta"),
        "hardened": holds(
            "proved", induction(), FOUR_HEIGHTS, TWO_OF_EACH,
            controls=removing("permissions", by=THREE_HEIGHTS),
            note="Delta is what a change takes to be known everywhere; within it the old right still counts",
        ),
    }),
    Case(access_ends_with_the_token, {
        "published literal": violated(THREE_HEIGHTS),
        "published charitable": holds(
            "proved", induction(), THREE_HEIGHTS, controls=removing("token_life", by=THREE_HEIGHTS),
            note="if tokens are issued on rights that are in force, and are not renewed unseen",
        ),
        "hardened": holds(
            "proved", induction(), FOUR_HEIGHTS, controls=removing("token_life", by=THREE_HEIGHTS),
            note="whatever Delta: where copies of the chain may be older than tokens, tokens are what ends access",
        ),
    }),
    Case(no_service_stands_still, {
        "published literal": holds("proved", induction(), THREE_HEIGHTS, controls=STANDSTILL),
        "published charitable": holds("proved", induction(), THREE_HEIGHTS, controls=STANDSTILL),
        "hardened": violated(THREE_HEIGHTS, note="the price of ZD-P6: who can't see if rights have ended is silent"),
    }),
)  # fmt: skip
"""One case a property of the machine."""
