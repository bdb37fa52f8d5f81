"""Guarantees of the `Administration` and `UserKeys` machines: who configures the platform, and signs for its users.

What is proved is proved for any number of members with its f, and of changes, epochs, users and keys.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, leads_to, lemma
from model.administration import Administration, UserKeys, is_due
from model.vocabulary import ADMIN, BYZ, Change, Epoch, Key, Replica, User
from model.voting import quorum_of


def changed_against_a_corrupted_member(s):
    """A change that began an epoch has reached a correct member, and a corrupted one has signed a wrong one."""
    began = exists(Replica, Change, Epoch, lambda r, c, e: ~s.faulty[r] & s.told[r, c, e])
    return began & exists(
        Replica, Change, Epoch, lambda r, c, e: s.faulty[r] & s.approved[r, c, e] & ~s.sound[c, e]
    )  # fmt: skip


def two_have_heard(s):
    """Two correct members know what began an epoch."""
    return exists(
        Replica, Replica, Change, Epoch,
        lambda q, r, c, e: (q != r) & ~s.faulty[q] & ~s.faulty[r] & s.told[q, c, e] & s.told[r, c, e],
    )  # fmt: skip


def a_member_was_changed(s):
    """A change of a member has reached a correct member."""
    return exists(Replica, Change, Epoch, lambda r, c, e: ~s.faulty[r] & s.of_member[c] & s.told[r, c, e])


@lemma(of=Administration)
def correct_members_sign_what_is_right(s):
    """Correct members have signed changes for epochs for which they are right."""
    return forall(
        Replica, Change, Epoch, lambda r, c, e: implies(~s.faulty[r] & s.approved[r, c, e], s.sound[c, e])
    )  # fmt: skip


@lemma(of=Administration)
def what_is_enacted_is_right(s):
    """The ledger has changes as what begins an epoch for which they are right."""
    return forall(Change, Epoch, lambda c, e: implies(s.enacted[c, e], s.sound[c, e]))


@lemma(of=Administration)
def what_is_told_is_enacted(s):
    """A node takes it that a change began an epoch as the ledger has it."""
    return forall(Replica, Change, Epoch, lambda r, c, e: implies(s.told[r, c, e], s.enacted[c, e]))


@lemma(of=Administration)
def one_change_an_epoch(s):
    """One change begins an epoch, and when it has begun there is no other."""
    return forall(
        Change, Change, Epoch, lambda b, c, e: implies(s.enacted[b, e] & s.enacted[c, e], b == c)
    ) & forall(Change, Epoch, lambda c, e: implies(s.enacted[c, e], s.begun[e]))  # fmt: skip


@lemma(of=Administration)
def all_sign_what_is_right(s):
    """All members have signed changes for epochs for which they are right."""
    return forall(Replica, Change, Epoch, lambda r, c, e: implies(s.approved[r, c, e], s.sound[c, e]))


@lemma(of=Administration)
def members_are_examined(s):
    """A change of a member that the ledger or a node has, some epoch is right for."""
    return forall(
        Change, Epoch, Replica,
        lambda c, e, r: implies(
            s.of_member[c] & (s.enacted[c, e] | s.told[r, c, e]), exists(Epoch, lambda d: s.sound[c, d])
        ),
    )  # fmt: skip


@invariant(
    of=Administration, id="ZD-V60", cites="ZD-V60 ZD-R10 ZD-C17 ZD-A24", against=(ADMIN, BYZ),
    witness=changed_against_a_corrupted_member,
    lemmas=(correct_members_sign_what_is_right, what_is_enacted_is_right),
)  # fmt: skip
def nobody_reconfigures_alone(s):
    """governed configuration: neither an administrator nor f members make a change that is not right when it is made"""
    return forall(
        Replica, Change, Epoch, lambda r, c, e: implies(~s.faulty[r] & s.told[r, c, e], s.sound[c, e])
    )  # fmt: skip


@invariant(
    of=Administration, id="ZD-V61", cites="ZD-V61 ZD-R10 ZD-C17 ZD-A24", against=ADMIN, witness=a_member_was_changed,
    lemmas=(all_sign_what_is_right, members_are_examined),
)  # fmt: skip
def members_are_not_one_administrators(s):
    """examined members: one administrator alone changes no member for whom it is at no time right"""
    return forall(
        Replica, Change, Epoch,
        lambda r, c, e: implies(s.of_member[c] & s.told[r, c, e], exists(Epoch, lambda d: s.sound[c, d])),
    )  # fmt: skip


@invariant(
    of=Administration, id="ZD-V62", cites="ZD-V62 ZD-R10 ZD-C17", against=(ADMIN, BYZ), witness=two_have_heard,
    lemmas=(what_is_told_is_enacted, one_change_an_epoch),
)  # fmt: skip
def one_configuration_an_epoch(s):
    """one configuration: correct members have the same configuration of an epoch"""
    return forall(
        Replica, Replica, Change, Change, Epoch,
        lambda q, r, b, c, e: implies(
            ~s.faulty[q] & ~s.faulty[r] & s.told[q, b, e] & s.told[r, c, e], b == c
        ),
    )  # fmt: skip


def a_change_is_due(s, c, e):
    """The change is right for the epoch that would be the next."""
    return is_due(s, e) & s.sound[c, e]


@leads_to(
    of=Administration, id="ZD-V63", cites="ZD-V63 ZD-R10 ZD-C17 ZD-A24", against=BYZ, fair="approve enact",
    witness=lambda s: exists(Change, Epoch, lambda c, e: a_change_is_due(s, c, e)),
    then=lambda s: ~exists(Change, Epoch, lambda c, e: a_change_is_due(s, c, e)),
)  # fmt: skip
def governance_goes_on(s):
    """governance goes on: where a change is right for the next epoch, some change begins it, with f members silent"""
    return exists(Change, Epoch, lambda c, e: a_change_is_due(s, c, e))


@invariant(
    of=Administration, id="ZD-V64", cites="ZD-V64 ZD-V63 ZD-R10 ZD-C17 ZD-A24", against=BYZ,
    witness=lambda s: exists(
        Change, Epoch, Replica, lambda c, e, r: a_change_is_due(s, c, e) & ~s.faulty[r] & s.approved[r, c, e]
    ),
)  # fmt: skip
def nothing_is_in_the_way_of_a_change(s):
    """nothing is in the way of a change: of one that is right for the next epoch the next honest move is possible"""

    def someone_may_approve(c, e):
        return exists(Replica, lambda r: ~s.faulty[r] & ~s.approved[r, c, e])

    return forall(
        Change, Epoch,
        lambda c, e: implies(
            a_change_is_due(s, c, e),
            someone_may_approve(c, e) | quorum_of(s, lambda r: ~s.faulty[r] & s.approved[r, c, e]),
        ),
    )  # fmt: skip


# ---- keys of users


def signed_beside_an_administrator(s):
    """A user has signed, and an administrator has a key of his own that a corrupted member calls the user's."""
    return exists(
        User, Key, Replica, lambda u, k, r: s.signed[u] & s.copied[k] & s.faulty[r] & s.vouched[r, u, k]
    )  # fmt: skip


@lemma(of=UserKeys)
def no_users_key_is_copied(s):
    """An administrator has no user's private key."""
    return forall(User, Key, lambda u, k: implies(s.has[u, k], ~s.copied[k]))


@lemma(of=UserKeys)
def correct_members_vouch_for_who_has_it(s):
    """Correct members have vouched for keys that their users have."""
    return forall(Replica, User, Key, lambda r, u, k: implies(~s.faulty[r] & s.vouched[r, u, k], s.has[u, k]))


@lemma(of=UserKeys)
def registered_to_who_has_it(s):
    """A key is registered as that of a user who has it."""
    return forall(User, Key, lambda u, k: implies(s.registered[u, k], s.has[u, k]))


@invariant(
    of=UserKeys, id="ZD-P13", cites="ZD-P13 ZD-R10 ZD-C16 ZD-A25", against=(ADMIN, BYZ),
    witness=signed_beside_an_administrator,
    lemmas=(no_users_key_is_copied, correct_members_vouch_for_who_has_it, registered_to_who_has_it),
)  # fmt: skip
def no_administrator_signs_as_a_user(s):
    """no impersonation by administrators: what counts as signed by a user, the user has signed"""
    return forall(User, lambda u: ~s.forged[u])


ONE_CHANGE = explore(Replica=1, Change=1, Epoch=2, f=0, faulty=0)
TWO_CHANGES = explore(Replica=2, Change=2, Epoch=2, f=0, faulty=0)
THREE_EPOCHS = explore(Replica=1, Change=2, Epoch=3, f=0, faulty=0)
FOUR_MEMBERS = explore(Replica=4, Change=1, Epoch=2, faulty=1)
FOUR_AND_TWO = thorough(explore(eager=True, symmetry=["all"], Replica=4, Change=2, Epoch=2, faulty=1))
ONE_KEY = explore(User=1, Key=1, Replica=1, f=0, faulty=0)
FOUR_VOUCH = explore(User=1, Key=2, Replica=4, faulty=1)

CASES = (
    Case(nobody_reconfigures_alone, {
        "published literal": violated(ONE_CHANGE),
        "published charitable": violated(
            ONE_CHANGE, note="members are examined; nodes, users' authority and the map of sub-ledgers are not"
        ),
        "hardened": holds(
            "proved", induction(), FOUR_MEMBERS, FOUR_AND_TWO,
            controls=removing("administration", by=ONE_CHANGE) + removing("quorum", by=FOUR_MEMBERS)
            + changing("administration", "quorum-unnumbered", by=THREE_EPOCHS),
        ),
    }),
    Case(members_are_not_one_administrators, {
        "published literal": violated(ONE_CHANGE),
        "published charitable": holds(
            "proved", induction(), FOUR_MEMBERS, controls=removing("administration", by=ONE_CHANGE)
        ),
        "hardened": holds("proved", induction(), FOUR_MEMBERS, controls=removing("administration", by=ONE_CHANGE)),
    }),
    Case(one_configuration_an_epoch, {
        "published literal": violated(TWO_CHANGES),
        "published charitable": violated(TWO_CHANGES),
        "hardened": holds(
            "proved", induction(), TWO_CHANGES, FOUR_AND_TWO, controls=removing("administration", by=TWO_CHANGES)
        ),
    }),
    Case(governance_goes_on, {
        "hardened": holds("exhausted", FOUR_MEMBERS, controls=changing("quorum", "n", by=FOUR_MEMBERS)),
    }),
    Case(nothing_is_in_the_way_of_a_change, {
        "hardened": holds(
            "proved", induction(), FOUR_MEMBERS, controls=changing("quorum", "n", by=FOUR_MEMBERS),
            note="for any number of members; with ZD-V63 for four",
        ),
    }),
    Case(no_administrator_signs_as_a_user, {
        "published literal": violated(ONE_KEY),
        "published charitable": violated(ONE_KEY),
        "hardened": holds(
            "proved", induction(), FOUR_VOUCH,
            controls=removing("user_keys", "administration", by=ONE_KEY) + removing("quorum", by=FOUR_VOUCH)
            + changing("administration", "examined", by=ONE_KEY),
        ),
    }),
)  # fmt: skip
"""One case a property of the two machines."""
