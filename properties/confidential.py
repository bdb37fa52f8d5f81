"""Guarantees of the `Confidential` machine: who can derive what is in data of class II, whatever he keeps and taps.

The proofs are for any number of series, users and epochs, and of users who pool what they have. Data that are sealed in
an epoch are those *written after* a change that began it.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma, step
from model.confidential import Confidential, in_force, is_theirs
from model.vocabulary import ADMIN, LEDGER, NET, Epoch, Series, User


def every_learnt(s, meets):
    """Of all data that the adversary has read, this holds; a function of key's epoch, epoch of writing and series."""
    return forall(Epoch, Epoch, Series, lambda e, d, q: implies(s.learnt[e, d, q], meets(e, d, q)))


def was_listed_since(s, u, q, d):
    """In this epoch or a later one, the user was on the list of the series."""
    return exists(Epoch, lambda c: (d <= c) & s.listed[c, q, u])


def one_may_read_another_not(s):
    """The adversary has read something, and the ledger has data of a series that none of its users could ever read."""
    shut = exists(
        Epoch, Series,
        lambda d, q: s.held[d, d, q] & ~exists(Epoch, User, lambda c, u: s.theirs[u] & s.listed[c, q, u]),
    )  # fmt: skip
    return shut & exists(Epoch, Epoch, Series, lambda e, d, q: s.learnt[e, d, q])


def read_before_and_written_after(s):
    """The adversary's users have lost a permission under which they have read; the ledger has newer data and wraps."""
    return exists(
        Epoch, Epoch, Series, User,
        lambda c, d, q, u: (c < d) & s.learnt[c, c, q] & s.held[d, d, q] & ~s.theirs[u] & s.given[d, q, u]
        & ~exists(User, lambda v: s.theirs[v] & was_listed_since(s, v, q, d)),
    )  # fmt: skip


def written_before_one_came(s):
    """The ledger has data that were written before one of the adversary's users came, who has a key by now."""
    return exists(
        Epoch, Epoch, Series, User,
        lambda c, d, q, u: (c < d) & s.held[c, c, q] & s.theirs[u] & s.given[d, q, u] & ~s.listed[c, q, u],
    )  # fmt: skip


def something_is_held(s):
    """The ledger has data of which some user has the key."""
    return exists(Epoch, Series, User, lambda d, q, u: s.held[d, d, q] & s.given[d, q, u])


@lemma(of=Confidential)
def a_key_is_known_by_being_given(s):
    """The adversary has the keys that were given to one of its users, or to one whose private key it has."""
    return forall(
        Epoch, Series,
        lambda e, q: implies(s.known[e, q], exists(User, lambda u: is_theirs(s, u) & s.given[e, q, u])),
    )  # fmt: skip


@lemma(of=Confidential)
def no_private_key_is_copied(s):
    """The adversary has no other user's private key."""
    return forall(User, lambda u: ~s.copied[u])


@lemma(of=Confidential)
def lists_are_of_begun_epochs(s):
    """Only the lists of epochs that have begun have anybody on them."""
    return forall(Epoch, Series, User, lambda e, q, u: implies(s.listed[e, q, u], s.begun[e]))


@lemma(of=Confidential)
def a_key_is_given_to_whom_is_listed(s):
    """A key is given to users who are on the list of its epoch, or of a later one."""
    return forall(Epoch, Series, User, lambda e, q, u: implies(s.given[e, q, u], was_listed_since(s, u, q, e)))


@lemma(of=Confidential)
def a_past_key_is_given_deliberately(s):
    """A key is given to users who are on the list of its epoch, or deliberately."""
    return forall(
        Epoch, Series, User, lambda e, q, u: implies(s.given[e, q, u], s.listed[e, q, u] | s.handed[e, q, u])
    )  # fmt: skip


@lemma(of=Confidential)
def written_while_begun(s):
    """Data are written in an epoch that has begun, with its key or an earlier one."""
    return forall(Epoch, Epoch, Series, lambda e, d, q: implies(s.sealed[e, d, q], s.begun[d] & (e <= d)))


@lemma(of=Confidential)
def held_was_sealed(s):
    """The ledger has what was sealed, with the key of the epoch in which it was written or of a later one."""
    return forall(Epoch, Epoch, Series, lambda e, d, q: implies(s.held[e, d, q], s.sealed[e, d, q] & (d <= e)))


@lemma(of=Confidential)
def known_to_who_may_read_something(s):
    """The adversary has keys, or has read data, only if one of its users may or might read something."""
    may = exists(Epoch, Series, User, lambda c, q, u: s.theirs[u] & s.listed[c, q, u])
    return forall(Epoch, Series, lambda e, q: implies(s.known[e, q], may)) & every_learnt(s, lambda e, d, q: may)


KEYS = (a_key_is_known_by_being_given, no_private_key_is_copied, lists_are_of_begun_epochs)
WRITTEN = (written_while_begun, held_was_sealed)


def learnt_by_who_was_listed(s):
    """What the adversary has read is of series that one of its users may, or might at some time, read."""
    return every_learnt(
        s, lambda e, d, q: exists(User, Epoch, lambda u, c: s.theirs[u] & s.listed[c, q, u])
    )  # fmt: skip


@invariant(
    of=Confidential, id="ZD-P2", cites="ZD-P2 ZD-R5 ZD-C2 ZD-C3 ZD-A20", against=LEDGER,
    witness=one_may_read_another_not, lemmas=(*KEYS, a_key_is_given_to_whom_is_listed),
)  # fmt: skip
def class_two_secrecy(s):
    """secrecy of class II: from a replica and the portal's answers nobody reads series that he never was permitted"""
    return learnt_by_who_was_listed(s)


@invariant(
    of=Confidential, id="ZD-V20", cites="ZD-V20 ZD-P2 ZD-R5 ZD-C2", against=LEDGER, witness=one_may_read_another_not,
    lemmas=(known_to_who_may_read_something, no_private_key_is_copied, lists_are_of_begun_epochs),
)  # fmt: skip
def outsiders_learn_nothing(s):
    """outsiders learn nothing: who has permission for no data of class II at all reads none, replica or not"""
    return every_learnt(
        s, lambda e, d, q: exists(Epoch, Series, User, lambda c, p, u: s.theirs[u] & s.listed[c, p, u])
    )  # fmt: skip


@invariant(
    of=Confidential, id="ZD-V21", cites="ZD-V21 ZD-P2 ZD-R5 ZD-C3 ZD-A20", against=LEDGER,
    witness=read_before_and_written_after, lemmas=(*KEYS, *WRITTEN, a_key_is_given_to_whom_is_listed),
)  # fmt: skip
def forward_revocation(s):
    """forward revocation: a former reader, with a replica and all that he has kept, reads nothing written afterwards"""
    return every_learnt(
        s, lambda e, d, q: exists(User, lambda u: s.theirs[u] & was_listed_since(s, u, q, d))
    )  # fmt: skip


@invariant(
    of=Confidential, id="ZD-V22", cites="ZD-V22 ZD-P4 ZD-R5 ZD-C3 ZD-C13", against=LEDGER,
    witness=written_before_one_came, lemmas=(*KEYS, *WRITTEN, a_past_key_is_given_deliberately),
)  # fmt: skip
def newcomers_read_no_past(s):
    """no past for newcomers: who comes later reads from then on, and of what was written before what he is given"""
    return every_learnt(
        s, lambda e, d, q: exists(User, lambda u: s.theirs[u] & (s.listed[d, q, u] | s.handed[e, q, u]))
    )  # fmt: skip


@step(of=Confidential, id="ZD-V23", cites="ZD-V23 ZD-R5 ZD-C3", against=LEDGER, witness=something_is_held)
def former_readers_read_nothing(s, t):
    """revocation of the past (fails by design: what could be read before a change can be read after it)"""
    return forall(
        Epoch, Epoch, Series,
        lambda e, d, q: implies(
            t.learnt[e, d, q] & ~s.learnt[e, d, q],
            exists(Epoch, User, lambda c, u: in_force(s, c) & s.theirs[u] & s.listed[c, q, u]),
        ),
    )  # fmt: skip


@invariant(of=Confidential, id="ZD-V24", cites="ZD-V24 ZD-V21 ZD-C3", against=(LEDGER, NET), witness=something_is_held)
def forward_revocation_on_the_wire(s):
    """forward revocation on the way to the ledger, too (fails by design: a writer need not have heard of the change)"""
    return forward_revocation.function(s)


@invariant(
    of=Confidential, id="ZD-V25", cites="ZD-V25 ZD-V21 ZD-C3 ZD-A20", against=(LEDGER, NET),
    witness=read_before_and_written_after, lemmas=(*KEYS, a_key_is_given_to_whom_is_listed),
)  # fmt: skip
def revoked_for_writers_who_know(s):
    """revocation by writers who know: who taps the network reads nothing of writers that have heard of his removal"""
    return every_learnt(
        s, lambda e, d, q: exists(User, lambda u: s.theirs[u] & was_listed_since(s, u, q, e))
    )  # fmt: skip


@invariant(
    of=Confidential, id="ZD-V26", cites="ZD-V26 ZD-P2 ZD-R10 ZD-C2 ZD-C16 ZD-A20", against=(LEDGER, ADMIN),
    witness=something_is_held, lemmas=(*KEYS, a_key_is_given_to_whom_is_listed),
)  # fmt: skip
def administrators_read_nothing(s):
    """administrators read nothing: they read series of class II for which they have permission, and no others"""
    return learnt_by_who_was_listed(s)


ONE_USER = explore(User=1, Series=1, Epoch=1)
TWO_SERIES = explore(User=1, Series=2, Epoch=1)
TWO_USERS = explore(User=2, Series=1, Epoch=2)
THEN_ANOTHER = explore(User=1, Series=1, Epoch=2)
THREE_EPOCHS = thorough(explore(User=1, Series=1, Epoch=3))
TWO_OF_EACH = thorough(explore(User=2, Series=2, Epoch=2))

CASES = (
    Case(class_two_secrecy, {
        "published literal": violated(ONE_USER, note="the public key opens what a private key seals"),
        "published charitable": violated(TWO_SERIES, note="whoever may read one series has the key of all"),
        "published shared": violated(TWO_SERIES),
        "hardened": holds(
            "proved", induction(), TWO_SERIES, TWO_OF_EACH,
            controls=removing("class_two", by=ONE_USER) + changing("class_two", "shared-key", by=TWO_SERIES),
        ),
    }),
    Case(outsiders_learn_nothing, {
        "published literal": violated(ONE_USER),
        "published charitable": holds(
            "proved", induction(), TWO_SERIES, controls=removing("class_two", by=ONE_USER),
            note="as long as no permitted user, and nobody on the key's way to one, gives it away",
        ),
        "published shared": holds("proved", induction(), TWO_SERIES, controls=removing("class_two", by=ONE_USER)),
        "hardened": holds("proved", induction(), TWO_SERIES, controls=removing("class_two", by=ONE_USER)),
    }),
    Case(forward_revocation, {
        "published literal": violated(ONE_USER),
        "published charitable": violated(THEN_ANOTHER, note="the one key is never changed"),
        "published shared": violated(THEN_ANOTHER),
        "hardened": holds(
            "proved", induction(), TWO_USERS, TWO_OF_EACH,
            controls=removing("class_two", "rotation", by=THEN_ANOTHER),
        ),
    }),
    Case(newcomers_read_no_past, {
        "published literal": violated(ONE_USER),
        "published charitable": violated(THEN_ANOTHER),
        "hardened": holds(
            "proved", induction(), THEN_ANOTHER, THREE_EPOCHS,
            controls=removing("class_two", "rotation", by=THEN_ANOTHER),
        ),
    }),
    Case(former_readers_read_nothing, {
        "published literal": violated(ONE_USER),
        "published charitable": violated(THEN_ANOTHER),
        "hardened": violated(THEN_ANOTHER, note="revocation is forward only; what is claimed is ZD-V21"),
    }),
    Case(forward_revocation_on_the_wire, {
        "published literal": violated(ONE_USER),
        "published charitable": violated(THEN_ANOTHER),
        "hardened": violated(THEN_ANOTHER, note="what is claimed is ZD-V25; what enters the ledger, ZD-V21"),
    }),
    Case(revoked_for_writers_who_know, {
        "published literal": violated(ONE_USER),
        "published charitable": violated(THEN_ANOTHER),
        "hardened": holds(
            "proved", induction(), TWO_USERS, TWO_OF_EACH,
            controls=removing("class_two", "rotation", by=THEN_ANOTHER),
        ),
    }),
    Case(administrators_read_nothing, {
        "published literal": violated(ONE_USER),
        "published charitable": violated(ONE_USER),
        "hardened": holds(
            "proved", induction(), TWO_SERIES, THEN_ANOTHER,
            controls=removing("class_two", "user_keys", by=ONE_USER)
            + changing("class_two", "shared-key", by=ONE_USER),
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
