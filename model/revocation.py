"""How long a right outlives its end (Zhao et al. 2023, 4.1, 4.2 and 4.3).

A token has "complete information", so that services need not look anything up, and none of the fields that would let it
end is mentioned: neither a time at which it expires nor a way to call it back (ZD-C10). So whoever is no longer to have
access keeps it, in the token. Class II data are read with *dynamic* tokens (ZD-R5), which may be taken to say that
tokens expire; then access ends when the token does, however long that is.

Hardened, a token expires, and it has the permission epoch that its user had when it was issued: the number of changes
that the access list on the chain had for this user. Services compare it with the list, on a copy of the chain that is
not older than Delta; what they can't know of yet is that young. A service that has no such copy answers nobody.

Neither Delta nor the life of a token is a number here: what is the oldest block that is not more than Delta old, and
the oldest one by which a token that is still good can have been issued, is any complete one, as long as it doesn't go
back as the chain goes on; so that what is shown holds for every Delta and every life of tokens. Time is the height of
the chain, which makes a block in each slot, empty or not (ZD-A3). Tokens are issued on the last complete block. The
right is one, to one thing, and tokens can't be forged or used by others: of that `Access` and `Tokens` have more to
say. A token that is reported as stolen is ended by a change for its user, like any right.
"""

from meterproof.lang import Protocol, action, axiom, choice, forall, is_next, ite, require, rigid, var
from model.vocabulary import Count, Height, Service, Token, User


class Revocation(Protocol):
    """Any number of users, tokens, services, changes of rights and heights of the chain."""

    token_life = choice(
        "for-ever", "expiring", removed="for-ever", cites=["ZD-R5", "ZD-R21", "ZD-C10"],
        doc="Whether tokens expire.",
    )  # fmt: skip
    permissions = choice(
        "in-token", "epoch-compared", removed="in-token", cites=["ZD-R22", "ZD-C10"],
        doc="What a service goes by: what the token says; or also the permission epoch that the access list on the "
        "chain has for its user, on a copy that is not older than Delta.",
    )  # fmt: skip

    subject = rigid(Token, to=User, doc="whom the token names")
    genesis = rigid(to=Height, doc="the first block")
    none = rigid(to=Count, doc="no change")

    tip = var(to=Height, init=lambda s: s.genesis, doc="the block that is being made")
    oldest = var(to=Height, init=lambda s: s.genesis, doc="the oldest block that is not more than Delta old")
    earliest = var(
        to=Height, init=lambda s: s.genesis, doc="the oldest block by which a token that is good can have been issued"
    )
    right = var(User, Height, doc="by this block, as far as it is made, the user has the right")
    epoch = var(
        User, Height, to=Count, init=lambda s, u, h: s.none,
        doc="the number of changes of the access list for the user, up to this block",
    )  # fmt: skip
    minted = var(Token, doc="the token is issued")
    basis = var(Token, to=Height, init=lambda s, x: s.genesis, doc="the complete block that it was issued by")
    stamp = var(Token, to=Count, init=lambda s, x: s.none, doc="the permission epoch that it has")
    fetched = var(Service, doc="the service has a copy of the chain")
    copy = var(Service, to=Height, init=lambda s, v: s.genesis, doc="the last block that it has, if it has one")
    answered = var(Service, Token, ghost=True, doc="the service has answered on the token, in the present slot")

    @axiom
    def heights_and_counts_begin(s):
        """There is a first block, and no change is the least number of them."""
        return forall(Height, lambda h: s.genesis <= h) & forall(Count, lambda c: s.none <= c)

    @action(cites="ZD-A3")
    def advance(s, t: Height, h: Height, o: Height, e: Height):
        """{t} is complete and {h} begun; from {o} on blocks are not more than Delta old, and tokens by {e} are good."""
        require((s.tip == t) & is_next(t, h))
        require((s.oldest <= o) & (o <= t) & (s.earliest <= e) & (e <= t))
        return s.set(
            tip=h,
            oldest=o,
            earliest=e,
            right=lambda u, i: ite(i == h, s.right[u, t], s.right[u, i]),
            epoch=lambda u, i: ite(i == h, s.epoch[u, t], s.epoch[u, i]),
            answered={(..., ...): False},
        )

    @action(cites="ZD-R5 ZD-R10")
    def admit(s, u: User, t: Height, c: Count):
        """Block {t} gives {u} the right, which is change {c} for {u}."""
        require((s.tip == t) & ~s.right[u, t] & is_next(s.epoch[u, t], c))
        return s.set(right={(u, t): True}, epoch={(u, t): c})

    @action(cites="ZD-R5 ZD-R10 ZD-C10")
    def revoke(s, u: User, t: Height, c: Count):
        """Block {t} takes the right from {u}, which is change {c} for {u}."""
        require((s.tip == t) & s.right[u, t] & is_next(s.epoch[u, t], c))
        return s.set(right={(u, t): False}, epoch={(u, t): c})

    @action(cites="ZD-R5 ZD-R21")
    def mint(s, x: Token, u: User, b: Height, t: Height):
        """In slot {t}, {u} logs in and gets {x}, as it has the right by {b}, the last complete block."""
        require((s.tip == t) & is_next(b, t) & (s.subject[x] == u) & ~s.minted[x] & s.right[u, b])
        return s.set(minted={x: True}, basis={x: b}, stamp={x: s.epoch[u, b]})

    @action(cites="ZD-C10")
    def fetch(s, v: Service, h: Height):
        """{v} gets the chain up to block {h}, which is complete."""
        require(s.rules.permissions == "epoch-compared", "ZD-C10", rule="permissions")
        require((h < s.tip) & (~s.fetched[v] | (s.copy[v] < h)))
        return s.set(fetched={v: True}, copy={v: h})

    @action(cites="ZD-R19 ZD-R21 ZD-C10")
    def answer(s, x: Token, v: Service, t: Height):
        """In slot {t}, {v} finds {x} good, and answers."""
        require((s.tip == t) & s.minted[x])
        require(may_answer(s, x, v), "ZD-R21 ZD-R22 ZD-C10", rule=("token_life", "permissions"))
        return s.set(answered={(v, x): True})


def is_alive(s, x):
    """The token has not expired."""
    return s.earliest <= s.basis[x] if s.rules.token_life == "expiring" else True


def is_current(s, x, v):
    """By the service's copy of the chain its user's permission epoch is that of the token."""
    return s.epoch[s.subject[x], s.copy[v]] == s.stamp[x]


def may_answer(s, x, v):
    """The service finds the token good."""
    if s.rules.permissions == "in-token":
        return is_alive(s, x)
    return is_alive(s, x) & s.fetched[v] & (s.oldest <= s.copy[v]) & is_current(s, x, v)
