"""Who can read data of class II, by what each party can derive (Zhao et al. 2023, sections 4.1, 4.3 and 5.2).

Such data are "encrypted by a private key" and stored on the chain, for users with permission (ZD-R5). If that is the
private key of a pair, whoever has the public one reads them (ZD-C2). If it is a symmetric key, it is one for all of
class II, as nothing else is said: how it gets to whom is not stated, nor that it ever changes. A token is looked at by
the portal and not by the ledger, which every node has, an operator's and a former member's too (ZD-C3). Hardened, what
is written has a key of its series and of the epoch of the list of who may read, wrapped for each user on it; a change
of the list begins an epoch, and nothing more enters the ledger under the key of the one before.

Revocation is forward only. What somebody could read stays readable to him, as he may have kept it, key and all; what a
writer seals who has not heard of a change is open to former readers who tap it on its way, though it won't enter.

The adversary is any number of users who pool what they have; its knowledge is a relation that moves extend. Ciphertexts
and wraps are perfect: sizes, and when something is written, are in the open. The list of each epoch is what the chain
has; whose word changes it is the machine `Administration`, and whom the portal answers is `Access`: here it answers
users who are on the list.
"""

from meterproof.lang import Protocol, action, adding, choice, exists, is_first, is_next, ite, require, rigid, var
from model.administration import UserKeys
from model.vocabulary import ADMIN, LEDGER, NET, Epoch, Series, User


class Confidential(Protocol):
    """Any number of series, users and epochs of the list of who may read."""

    class_two = choice(
        "private-key", "shared-key", "wrapped", removed="private-key", cites=["ZD-R5", "ZD-C2", "ZD-C3"],
        doc="What data of class II are encrypted with: a private key, which the public one undoes; one symmetric key "
        "for all permitted users; or a key of the series, wrapped for each user who may read it.",
    )  # fmt: skip
    rotation = choice(
        "none", "on-change", removed="none", cites=["ZD-R5", "ZD-C2", "ZD-C3"],
        doc="Whether a change of who may read brings another key for what is written from then on, and the ledger "
        "takes nothing more under the old one.",
    )  # fmt: skip
    user_keys = UserKeys.user_keys

    theirs = rigid(User, doc="the user is one of those who make up the adversary")
    original = rigid(Series, User, doc="the user may read the series from the start")

    begun = var(Epoch, init=lambda s, e: is_first(e), doc="the list of the epoch is, or has been, in force")
    listed = var(
        Epoch, Series, User, init=lambda s, e, q, u: is_first(e) & s.original[q, u],
        doc="by the list of the epoch the user may read the series",
    )  # fmt: skip
    given = var(Epoch, Series, User, doc="the user is given the key of the series in the epoch, as by a wrap")
    handed = var(Epoch, Series, User, doc="it is that of an earlier epoch, and was given deliberately")
    copied = var(User, doc="the adversary has the user's private key")
    known = var(Epoch, Series, doc="the adversary has the key of the series in the epoch")
    sealed = var(Epoch, Epoch, Series, doc="data are sealed under the key of the first epoch, written in the second")
    held = var(Epoch, Epoch, Series, doc="the ledger has these data")
    learnt = var(Epoch, Epoch, Series, doc="the adversary has read these data")

    @action(cites="ZD-R5 ZD-R10")
    def permit(s, u: User, q: Series, d: Epoch, e: Epoch):
        """{u} is permitted to read {q}: {e} follows on {d}."""
        require(in_force(s, d) & is_next(d, e) & ~s.listed[d, q, u])
        return _relisting(s, u, q, d, e, permitted=True)

    @action(cites="ZD-C3 ZD-R10")
    def withdraw(s, u: User, q: Series, d: Epoch, e: Epoch):
        """{u}'s permission to read {q} is withdrawn: {e} follows on {d}."""
        require(in_force(s, d) & is_next(d, e) & s.listed[d, q, u])
        return _relisting(s, u, q, d, e, permitted=False)

    @action(cites="ZD-R5 ZD-C2")
    def give(s, u: User, q: Series, e: Epoch):
        """{u}, who is on the list of {e}, is given the key under which {q} is sealed in {e}."""
        require(s.rules.class_two != "private-key", "ZD-C2", rule="class_two")
        require(s.listed[e, q, u] & ~s.given[e, q, u])
        if s.rules.class_two == "shared-key":
            require(in_force(s, e), "ZD-R5")
        return _giving(s, u, q, e)

    @action(cites="ZD-C2 ZD-C3")
    def give_past(s, u: User, q: Series, d: Epoch, e: Epoch):
        """{u}, who may read {q} in {e}, is deliberately given the key of the earlier {d}."""
        require(s.rules.class_two != "private-key", "ZD-C2", rule="class_two")
        require(in_force(s, e) & (d < e) & s.listed[e, q, u] & ~s.handed[d, q, u])
        return _giving(s, u, q, d, handed={(d, q, u): True})

    @action(cites="ZD-R5 ZD-C3")
    def seal(s, q: Series, e: Epoch, d: Epoch):
        """The writer of {q} seals data with the key of {e}, the last that it has heard of, while {d} is in force."""
        require(s.begun[e] & in_force(s, d) & ~s.sealed[e, d, q])
        if s.rules.rotation == "none":
            require(e == d)
        return s.set(sealed={(e, d, q): True})

    @action(cites="ZD-R5 ZD-C3")
    def enter(s, q: Series, e: Epoch, d: Epoch):
        """What was sealed of {q} with the key of {e}, while {d} was in force, enters the ledger."""
        require(s.sealed[e, d, q] & ~s.held[e, d, q])
        if s.rules.rotation == "on-change":
            require(in_force(s, e), "ZD-C3", rule="rotation")
        return s.set(held={(e, d, q): True})

    @action(cites="ZD-R5 ZD-R21")
    def answer(s, u: User, q: Series, e: Epoch, d: Epoch):
        """The portal answers {u}, who may read {q} now, with what was sealed with the key of {e} in {d}."""
        require(s.theirs[u] & s.held[e, d, q] & ~s.learnt[e, d, q])
        require(exists(Epoch, lambda c: in_force(s, c) & s.listed[c, q, u]), "ZD-R5")
        if s.rules.class_two == "wrapped":
            require(s.known[e, q], "ZD-C2", rule="class_two")
        return s.set(learnt={(e, d, q): True})

    @action(needs=LEDGER, cites="ZD-R24 ZD-C2 ZD-C3")
    def read_replica(s, q: Series, e: Epoch, d: Epoch):
        """The adversary takes from a replica what was sealed of {q} with the key of {e} in {d}, and opens it."""
        require(s.held[e, d, q] & ~s.learnt[e, d, q])
        return _opening(s, q, e, d)

    @action(needs=NET, cites="ZD-C3")
    def tap(s, q: Series, e: Epoch, d: Epoch):
        """The adversary opens what was sealed of {q} with the key of {e} in {d}, on its way to the ledger."""
        require(s.sealed[e, d, q] & ~s.learnt[e, d, q])
        return _opening(s, q, e, d)

    @action(needs=ADMIN, cites="ZD-R10 ZD-C16")
    def keep_private_key(s, u: User):
        """An administrator in the adversary keeps {u}'s private key, which the platform has made."""
        require(s.rules.user_keys == "admin-made", "ZD-C16", rule="user_keys")
        require(~s.copied[u])

        def opens(e, q):
            return exists(Epoch, Series, lambda d, p: s.given[d, p, u] & same_key(s, d, p, e, q))

        return s.set(copied={u: True}, known=adding(opens))

    @action(needs=ADMIN, cites="ZD-R5 ZD-C2")
    def keep_service_key(s):
        """An administrator in the adversary keeps the key of the platform's encryption service."""
        require(s.rules.class_two != "wrapped", "ZD-C2", rule="class_two")
        return s.set(known=adding(lambda e, q: True))


def in_force(s, e):
    """The list of the epoch is the latest."""
    return s.begun[e] & ~exists(Epoch, lambda d: s.begun[d] & (e < d))


def same_key(s, d, p, e, q):
    """What opens the first series in the first epoch opens the second series in the second epoch, too."""
    series = True if s.rules.class_two == "shared-key" else p == q
    return series & (d == e) if s.rules.rotation == "on-change" else series


def is_theirs(s, u):
    """What is given to the user, the adversary has."""
    return s.theirs[u] | s.copied[u]


def _relisting(s, u, q, d, e, *, permitted):
    """The next epoch begins, with the list of the last but for one user and series."""

    def entry(p, v):
        named = (p == q) & (v == u)
        return s.listed[d, p, v] | named if permitted else s.listed[d, p, v] & ~named

    return s.set(begun={e: True}, listed=lambda c, p, v: ite(c == e, entry(p, v), s.listed[c, p, v]))


def _giving(s, u, q, e, **more):
    """The user has the key from here on, and so has the adversary if it is the user."""
    return s.set(
        given={(e, q, u): True}, known=adding(lambda d, p: is_theirs(s, u) & same_key(s, e, q, d, p)), **more
    )  # fmt: skip


def _opening(s, q, e, d):
    """The adversary reads the data if it has what opens them."""
    if s.rules.class_two != "private-key":
        require(s.known[e, q], "ZD-C2", rule="class_two")
    return s.set(learnt={(e, d, q): True})
