"""Guarantees of the `KeyRecords` machine of edge-keys: which keys the chain has for a meter, and which never again.

Most are about meters that joined by themselves: who joins in a meter's name is ZK-P17's concern. How an owner gets rid
of a key is in `properties.key_control`.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, is_first, lemma, reachable
from model.enrolment import has_a_valid_key, valid
from model.key_records import KeyRecords
from model.key_updates import may_sign
from model.vocabulary import EDGE, KEY, LOST, NET, Epoch, Key, Meter, Version


@lemma(of=KeyRecords)
def one_record_in_force(s):
    """A meter has at most one record in force."""
    return forall(
        Meter, Epoch, Epoch, Version, Version,
        lambda m, e, e2, v, v2: implies(s.current[m, e, v] & s.current[m, e2, v2], (e == e2) & (v == v2)),
    )  # fmt: skip


@lemma(of=KeyRecords)
def records_are_on_the_chain(s):
    """What is in force, pending, or bears a key has a number on the chain."""
    return forall(
        Meter, Epoch, Version, Key,
        lambda m, e, v, k: implies(s.current[m, e, v] | s.pending[m, e, v] | s.record[m, e, v, k], s.filled[m, e, v]),
    )  # fmt: skip


@lemma(of=KeyRecords)
def a_record_bears_one_key(s):
    """A record bears at most one key."""
    return forall(
        Meter, Epoch, Version, Key, Key,
        lambda m, e, v, j, k: implies(s.record[m, e, v, j] & s.record[m, e, v, k], j == k),
    )  # fmt: skip


@lemma(of=KeyRecords)
def nothing_revoked_is_valid(s):
    """No record of a revoked epoch is pending, and what is in force of it bears no key."""
    return forall(
        Meter, Epoch, Version, Key,
        lambda m, e, v, k: implies(s.revoked[m, e], ~s.pending[m, e, v] & ~(s.current[m, e, v] & s.record[m, e, v, k])),
    )  # fmt: skip


@lemma(of=KeyRecords)
def keys_have_makers(s):
    """A key that a meter made, that the adversary knows, or that a record bears, was generated."""
    return forall(
        Meter, Epoch, Version, Key,
        lambda m, e, v, k: implies(s.made[m, k] | s.knows[k] | s.record[m, e, v, k], s.generated[k]),
    )  # fmt: skip


@lemma(of=KeyRecords)
def asked_for_with_its_own(s):
    """What a meter holds, or asks for, it made; and who makes keys is installed."""
    return forall(
        Meter, Epoch, Version, Key,
        lambda m, e, v, k: implies(s.holds[m, k] | s.asked[m, e, v, k], s.made[m, k])
        & implies(s.made[m, k], s.installed[m]),
    )  # fmt: skip


@lemma(of=KeyRecords)
def messages_are_its_own(s):
    """An update on the wire its meter asked for, and the key of an application its meter made."""
    return forall(
        Meter, Epoch, Version, Key, Key,
        lambda m, e, v, j, k: implies(s.signed[m, e, v, j, k], s.asked[m, e, v, k])
        & implies(s.applied[m, e, k], s.made[m, k]),
    )  # fmt: skip


@lemma(of=KeyRecords)
def made_keys_are_secret(s):
    """The adversary knows no key that a meter made."""
    return forall(Meter, Key, lambda m, k: ~(s.made[m, k] & s.knows[k]))


@lemma(of=KeyRecords)
def recorded_keys_are_its_own(s):
    """The chain has only keys that their meters made."""
    return forall(Meter, Epoch, Version, Key, lambda m, e, v, k: implies(s.record[m, e, v, k], s.made[m, k]))


@lemma(of=KeyRecords)
def versions_have_no_gap(s):
    """Below a record of an epoch there is a record of each number."""
    return forall(
        Meter, Epoch, Version, Version,
        lambda m, e, v, w: implies(s.filled[m, e, v] & (w < v), s.filled[m, e, w]),
    )  # fmt: skip


@lemma(of=KeyRecords)
def tombstones_are_kept(s):
    """What was revoked is revoked."""
    return forall(Meter, Epoch, lambda m, e: implies(s.was_revoked[m, e], s.revoked[m, e]))


NUMBERED = (records_are_on_the_chain, versions_have_no_gap)
MADE = (asked_for_with_its_own, messages_are_its_own)
ASKED = (keys_have_makers, *MADE)


def an_update_took_effect(s):
    """A record that is not the first of its epoch is in force."""
    return exists(Meter, Epoch, Version, lambda m, e, v: s.current[m, e, v] & ~is_first(v))


def joined_by_itself(s, m, e):
    """The meter asked for the first record of the epoch."""
    return exists(Version, Key, lambda w, j: is_first(w) & s.record[m, e, w, j] & s.asked[m, e, w, j])


def somebody_joined(s):
    """Some meter has a valid key."""
    return exists(Meter, Epoch, lambda m, e: has_a_valid_key(s, m, e))


def a_forgotten_revocation(s):
    """A revocation was recorded, and the records of its epoch are gone."""
    return exists(Meter, Epoch, lambda m, e: s.was_revoked[m, e] & ~exists(Version, lambda v: s.filled[m, e, v]))


@invariant(
    of=KeyRecords, id="ZK-P3", cites="ZK-P3 ZK-R28 ZK-R32 ZK-C8 ZK-C27", against=(NET, KEY, LOST, EDGE),
    witness=an_update_took_effect, lemmas=(one_record_in_force, records_are_on_the_chain, a_record_bears_one_key),
)  # fmt: skip
def one_valid_key(s):
    """one valid key: at most one key is a meter's, or may sign its next"""

    def speaks(m, e, k):
        return valid(s, m, e, k) | may_sign(s, m, e, k)

    return forall(
        Meter, Epoch, Epoch, Key, Key,
        lambda m, e, e2, j, k: implies(joined_by_itself(s, m, e) & speaks(m, e, j) & speaks(m, e2, k), j == k),
    )  # fmt: skip


@invariant(
    of=KeyRecords, id="ZK-P4", cites="ZK-P4 ZK-R32 ZK-C8", against=(NET, LOST),
    witness=lambda s: exists(Meter, Epoch, Version, Key, lambda m, e, v, k: s.record[m, e, v, k] & ~is_first(v)),
    lemmas=(records_are_on_the_chain, made_keys_are_secret, *ASKED),
)  # fmt: skip
def versions_in_order(s):
    """versions in order: until they are revoked, a meter's records have no gap, and each was made for its place"""

    def in_use(m, e):
        return joined_by_itself(s, m, e) & ~s.revoked[m, e]

    in_place = forall(
        Meter, Epoch, Version, Key,
        lambda m, e, v, k: implies(in_use(m, e) & s.record[m, e, v, k], s.asked[m, e, v, k]),
    )  # fmt: skip
    return versions_have_no_gap.function(s) & a_record_bears_one_key.function(s) & in_place


@invariant(
    of=KeyRecords, id="ZK-P5", cites="ZK-P5 ZK-R34 ZK-C7 ZK-C8", against=(NET, KEY, LOST),
    witness=lambda s: exists(Meter, Epoch, lambda m, e: s.was_revoked[m, e]),
    lemmas=(nothing_revoked_is_valid, records_are_on_the_chain),
)  # fmt: skip
def revoked_stays_revoked(s):
    """revoked stays revoked: while the chain has the revocation of an epoch, no key of the epoch is valid"""
    return forall(
        Meter, Epoch, Key,
        lambda m, e, k: implies(joined_by_itself(s, m, e) & s.revoked[m, e], ~valid(s, m, e, k)),
    )  # fmt: skip


@invariant(
    of=KeyRecords, id="ZK-V11", cites="ZK-V11 ZK-R33 ZK-C30", against=(NET, KEY, LOST), witness=a_forgotten_revocation,
    lemmas=(nothing_revoked_is_valid, tombstones_are_kept),
)  # fmt: skip
def absence_is_no_pardon(s):
    """absence is no pardon: no key is valid in an epoch that was revoked, even if its records are gone"""
    return forall(
        Meter, Epoch, Key,
        lambda m, e, k: implies(joined_by_itself(s, m, e) & s.was_revoked[m, e], ~valid(s, m, e, k)),
    )  # fmt: skip


@invariant(
    of=KeyRecords, id="ZK-P10", cites="ZK-P10 ZK-R24 ZK-R31 ZK-C27", against=(NET, EDGE), witness=somebody_joined,
    lemmas=(*ASKED, made_keys_are_secret, recorded_keys_are_its_own),
)  # fmt: skip
def no_key_is_swapped(s):
    """no swapped key: a valid key of a meter that joined by itself is one that it made, whatever its device does"""
    return forall(
        Meter, Epoch, Key,
        lambda m, e, k: implies(joined_by_itself(s, m, e) & valid(s, m, e, k), s.made[m, k]),
    )  # fmt: skip


@invariant(
    of=KeyRecords, id="ZK-P17", cites="ZK-P17 ZK-R5 ZK-R28 ZK-C29", against=(NET, EDGE), witness=somebody_joined,
    lemmas=(*MADE, *NUMBERED),
)  # fmt: skip
def no_unauthorised_join(s):
    """no unauthorised join: who is on the chain is installed, and asked for its first key"""
    return forall(
        Meter, Epoch, Version, Key,
        lambda m, e, v, k: implies(s.record[m, e, v, k] & is_first(v), s.installed[m] & s.applied[m, e, k]),
    )  # fmt: skip


@invariant(
    of=KeyRecords, id="ZK-V10", cites="ZK-V10 ZK-C5", against=(NET, KEY, LOST), witness=an_update_took_effect,
    lemmas=MADE,
)  # fmt: skip
def possession(s):
    """proof of possession: a meter's key was made by the meter, or is in the adversary's hands, and is nobody else's"""
    return forall(
        Meter, Epoch, Version, Key, lambda m, e, v, k: implies(s.record[m, e, v, k], s.made[m, k] | s.knows[k])
    )


@reachable(of=KeyRecords, id="ZK-V14", cites="ZK-V14 ZK-R34 ZK-C7")
def a_revoked_meter_comes_back(s):
    """a revoked meter comes back: it has a valid key again, and its revocation is still known"""
    return exists(
        Meter, Epoch, Epoch, lambda m, e, e2: s.revoked[m, e] & has_a_valid_key(s, m, e2)
    )  # fmt: skip


SMALL = explore(Meter=1, Epoch=1, Version=3, Key=2)
RECURRING = explore(Meter=1, Epoch=1, Version=4, Key=2)
THREE_KEYS = explore(Meter=1, Epoch=1, Version=3, Key=3)
TWO_EPOCHS = explore(Meter=1, Epoch=2, Version=3, Key=2)
TWO_METERS = explore(Meter=2, Epoch=1, Version=2, Key=2)
LARGE = thorough(explore(symmetry=["all"], Meter=2, Epoch=1, Version=2, Key=3))
SILENT = "the chain keeps the revocation, and nothing verifies under an empty key; the meter never comes back (ZK-V14)"

CASES = (
    Case(one_valid_key, {
        "published literal": violated(SMALL),
        "published charitable": violated(SMALL, note="on an agreed chain it takes a corrupted device (ZK-C27)"),
        "hardened": holds(
            "proved", induction(), SMALL, LARGE, controls=removing("update_signer", "body", by=SMALL)
        ),
    }),
    Case(versions_in_order, {
        "published literal": violated(RECURRING),
        "published charitable": violated(RECURRING, note="a meter goes back to a key that it has had"),
        "hardened": holds("proved", induction(), RECURRING, LARGE, controls=removing("record_link", by=RECURRING)),
    }),
    Case(revoked_stays_revoked, {
        "published literal": violated(SMALL),
        "published charitable": holds("proved", induction(), RECURRING, note=SILENT),
        "hardened": holds(
            "proved", induction(), TWO_EPOCHS, LARGE, controls=removing("revocation", by=SMALL)
        ),
    }),
    Case(absence_is_no_pardon, {
        "published literal": violated(SMALL),
        "published charitable": violated(SMALL, note="records dropped, the meter's old application counts again"),
        "hardened": holds(
            "proved", induction(), TWO_EPOCHS, LARGE, controls=removing("pruning", "revocation", by=SMALL)
        ),
    }),
    Case(a_revoked_meter_comes_back, {
        "published charitable": violated(TWO_EPOCHS, note="nothing follows the empty key"),
        "hardened": holds("exhausted", TWO_EPOCHS, controls=removing("join", by=TWO_EPOCHS)),
    }),
    Case(no_key_is_swapped, {
        "published literal": violated(SMALL),
        "published charitable": violated(SMALL),
        "hardened": holds("proved", induction(), SMALL, controls=removing("body", "revocation", by=SMALL)),
    }),
    Case(no_unauthorised_join, {
        "published literal": violated(SMALL, note="anybody joins"),
        "published charitable": violated(SMALL, note="the word of one corrupted device is enough"),
        "hardened": holds(
            "proved", induction(), SMALL,
            controls=removing("join", "body", by=SMALL) + changing("join", "device-authenticates", by=SMALL),
        ),
    }),
    Case(possession, {
        "published literal": violated(TWO_METERS),
        "published charitable": violated(TWO_METERS),
        "hardened": holds(
            "proved", induction(), TWO_METERS,
            controls=changing("update_signer", "latest-key", by=TWO_METERS),
        ),
    }),
)  # fmt: skip
"""One case a property; rows of the check's table in this order."""
