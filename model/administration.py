"""Who configures the platform, and who makes its users' keys (Zhao et al. 2023, section 3.2).

One module holds members, nodes and their validity, the map of data to sub-ledgers, users' authority, and their secret
keys, too (ZD-R10). Information of members is said to be examined and approved; of the rest nothing is said, and whoever
runs the module can do all of it (ZD-C17), and sign in any user's name (ZD-C16). Hardened, a configuration has a number,
its epoch, and the next comes about by one change that a quorum of the members has signed for just that epoch; who has
signed for one epoch has not for another, so that an approval can't be used again once it is out of date. Users make
their own keys, and a key becomes a user's by the same quorum, each member of which has seen the user prove that it is
his: otherwise an administrator who can't copy a key would register one of his own.

Members are the replicas, of which at most f are corrupted, administrators and all. Whether a change is right is for the
members to find, and correct ones find the same. The ledger that carries approvals is ideal, and the set of those who
approve stays what it is: how sets of members follow one another is the machine `Membership`.
"""

from meterproof.lang import Protocol, action, choice, exists, is_first, is_next, require, rigid, var
from model.vocabulary import ADMIN, BYZ, Change, Epoch, Key, Replica, User
from model.voting import Voting, quorum_of


class Governing(Protocol):
    """How the configuration is changed."""

    administration = choice(
        "one-admin", "examined", "quorum-unnumbered", "quorum", removed="one-admin",
        cites=["ZD-R10", "ZD-C16", "ZD-C17"],
        doc="What changes the configuration: an administrator; for members, also the approval of one other; a quorum "
        "of members; or a quorum for one numbered epoch.",
    )  # fmt: skip


class Administration(Governing, Voting):
    """Any number of members, changes and epochs of the configuration."""

    sound = rigid(Change, Epoch, doc="members find that the change is right for the epoch")
    of_member = rigid(Change, doc="the change is of the information of a member")

    begun = var(Epoch, init=lambda s, e: is_first(e), doc="the configuration of the epoch is, or has been, in force")
    approved = var(Replica, Change, Epoch, doc="the member has signed the change, for the epoch where that is named")
    enacted = var(Change, Epoch, doc="the ledger has the change as what begins the epoch")
    told = var(Replica, Change, Epoch, doc="the member's node takes it that the change began the epoch")

    @action(cites="ZD-R10 ZD-C17")
    def approve(s, r: Replica, c: Change, e: Epoch):
        """{r} finds that {c} is right for {e}, which would be the next, and signs it."""
        require(s.rules.administration != "one-admin", "ZD-R10", rule="administration")
        require(~s.faulty[r] & s.sound[c, e] & is_due(s, e) & ~s.approved[r, c, e])
        return s.set(approved={(r, c, e): True})

    @action(needs=BYZ, cites="ZD-C17")
    def approve_anything(s, r: Replica, c: Change, e: Epoch):
        """The corrupted {r} signs {c} for {e}."""
        require(s.rules.administration != "one-admin", "ZD-R10", rule="administration")
        require(s.faulty[r] & ~s.approved[r, c, e])
        return s.set(approved={(r, c, e): True})

    @action(cites="ZD-R10 ZD-C17")
    def enact(s, c: Change, e: Epoch):
        """{c} is entered and begins {e}."""
        require(is_due(s, e))
        if is_central(s):
            require(s.sound[c, e])
        require(has_approval(s, c, e), "ZD-C17", rule=("administration", "quorum"))
        return s.set(begun={e: True}, enacted={(c, e): True})

    @action(needs=ADMIN, cites="ZD-R10 ZD-C17")
    def enact_at_will(s, c: Change, e: Epoch):
        """A dishonest administrator enters {c}, which begins {e}."""
        require(is_central(s), "ZD-C17", rule="administration")
        require(is_due(s, e) & has_approval(s, c, e), "ZD-R10", rule="administration")
        return s.set(begun={e: True}, enacted={(c, e): True})

    @action(cites="ZD-R10")
    def hear(s, r: Replica, c: Change, e: Epoch):
        """{r} learns that {c} began {e}."""
        require(s.enacted[c, e] & ~exists(Change, lambda b: s.told[r, b, e]))
        return s.set(told={(r, c, e): True})

    @action(needs=ADMIN, cites="ZD-R10 ZD-C17")
    def tell_at_will(s, r: Replica, c: Change, e: Epoch):
        """A dishonest administrator sets up the node of {r} as if {c} began {e}, whatever the others have."""
        require(is_central(s), "ZD-C17", rule="administration")
        require(s.begun[e] & ~is_first(e) & ~exists(Change, lambda b: s.told[r, b, e]))
        require(has_approval(s, c, e), "ZD-R10", rule="administration")
        return s.set(told={(r, c, e): True})


class UserKeys(Governing, Voting):
    """Any number of users, their signing keys, and members."""

    user_keys = choice(
        "admin-made", "user-made", removed="admin-made", cites=["ZD-R10", "ZD-C16"],
        doc="Who makes a user's secret key: the platform's administrator, who configures it, or the user.",
    )  # fmt: skip

    has = var(User, Key, doc="the user has the private key")
    copied = var(Key, doc="a dishonest administrator has the private key")
    vouched = var(Replica, User, Key, doc="the member has signed that the key is the user's")
    registered = var(User, Key, doc="what is signed with the key counts as signed by the user")
    signed = var(User, doc="the user has signed something that counts")
    forged = var(User, ghost=True, doc="something that counts as signed by the user was signed by an administrator")

    @action(cites="ZD-R10 ZD-C16")
    def make_key(s, u: User, k: Key):
        """The key pair {k} is made for {u}, by whoever makes users' keys, and {u} gets it."""
        require(~exists(User, lambda v: s.has[v, k]) & ~s.copied[k])
        return s.set(has={(u, k): True})

    @action(needs=ADMIN, cites="ZD-R10 ZD-C16")
    def keep_key(s, u: User, k: Key):
        """A dishonest administrator keeps a copy of {k}, which he has made for {u}."""
        require(s.rules.user_keys == "admin-made", "ZD-C16", rule="user_keys")
        require(s.has[u, k] & ~s.copied[k])
        return s.set(copied={k: True})

    @action(needs=ADMIN, cites="ZD-C16")
    def make_another(s, k: Key):
        """A dishonest administrator makes the key pair {k} for himself."""
        require(~exists(User, lambda v: s.has[v, k]) & ~s.copied[k])
        return s.set(copied={k: True})

    @action(cites="ZD-C16")
    def vouch(s, r: Replica, u: User, k: Key):
        """{r} sees {u} prove that he has {k}, and signs that it is his."""
        require(not is_central(s), "ZD-C16", rule="administration")
        require(~s.faulty[r] & s.has[u, k] & ~s.vouched[r, u, k])
        return s.set(vouched={(r, u, k): True})

    @action(needs=BYZ, cites="ZD-C16")
    def vouch_for_anything(s, r: Replica, u: User, k: Key):
        """The corrupted {r} signs that {k} is {u}'s."""
        require(not is_central(s), "ZD-C16", rule="administration")
        require(s.faulty[r] & ~s.vouched[r, u, k])
        return s.set(vouched={(r, u, k): True})

    @action(cites="ZD-R10 ZD-C16")
    def register(s, u: User, k: Key):
        """{k} is registered as {u}'s."""
        require(~s.registered[u, k])
        if is_central(s):
            require(s.has[u, k])
        else:
            require(quorum_of(s, lambda r: s.vouched[r, u, k]), "ZD-C16", rule=("administration", "quorum"))
        return s.set(registered={(u, k): True})

    @action(needs=ADMIN, cites="ZD-R10 ZD-C16")
    def register_at_will(s, u: User, k: Key):
        """A dishonest administrator registers {k}, of which he has the private part, as {u}'s."""
        require(is_central(s), "ZD-C16", rule="administration")
        require(s.copied[k] & ~s.registered[u, k])
        return s.set(registered={(u, k): True})

    @action(cites="ZD-R18 ZD-C16")
    def sign(s, u: User, k: Key):
        """{u} signs with {k}."""
        require(s.registered[u, k] & s.has[u, k] & ~s.signed[u])
        return s.set(signed={u: True})

    @action(needs=ADMIN, cites="ZD-C16")
    def sign_as(s, u: User, k: Key):
        """A dishonest administrator signs with {k}, as {u}."""
        require(s.registered[u, k] & s.copied[k])
        return s.set(forged={u: True})


def is_due(s, e):
    """The epoch would be the next: all before it have begun, and it has not."""
    return ~s.begun[e] & exists(Epoch, lambda d: s.begun[d] & is_next(d, e))


def is_central(s):
    """It is an administrator's word that changes the configuration, examined or not."""
    return s.rules.administration == "one-admin" or s.rules.administration == "examined"


def has_approval(s, c, e):
    """The change has what it takes to begin the epoch."""
    if s.rules.administration == "one-admin":
        return True
    if s.rules.administration == "examined":
        return ~s.of_member[c] | exists(Replica, Epoch, lambda r, d: s.approved[r, c, d])
    if s.rules.administration == "quorum-unnumbered":
        return quorum_of(s, lambda r: exists(Epoch, lambda d: s.approved[r, c, d]))
    return quorum_of(s, lambda r: s.approved[r, c, e])
