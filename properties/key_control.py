"""Guarantees of the `KeyRecords` machine of edge-keys: what an owner can do about a key that was copied or lost.

A takeover is not ruled out: who copied the key in force speaks for its meter until the owner has acted. What is claimed
is that this ends. The promises are by exhaustion of small scopes; how long it takes is nobody's claim here: Delta_r,
in blocks, is the time from the owner's signature to its record, once the network has settled.
"""

from meterproof.claims import Case, changing, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, is_first, leads_to, lemma, step
from model.enrolment import has_a_valid_key
from model.key_records import KeyRecords, anybody_may_sign
from model.key_updates import may_sign, unasked
from model.vocabulary import EDGE, KEY, LOST, NET, Epoch, Key, Meter, Version
from properties.key_records import (
    ASKED,
    LARGE,
    NUMBERED,
    SMALL,
    THREE_KEYS,
    TWO_EPOCHS,
    TWO_METERS,
    joined_by_itself,
    nothing_revoked_is_valid,
    records_are_on_the_chain,
)


@lemma(of=KeyRecords)
def vetoed_records_stand(s):
    """What was vetoed is on the chain, unless its epoch is revoked, and a guarded meter did not ask for it."""
    return forall(
        Meter, Epoch, Version,
        lambda m, e, v: implies(
            s.veto[m, e, v], s.guarded[m] & (s.revoked[m, e] | (s.filled[m, e, v] & unasked(s, m, e, v)))
        ),
    )  # fmt: skip


@step(
    of=KeyRecords, id="ZK-V12", cites="ZK-V12 ZK-P6 ZK-C5", against=(NET, KEY, LOST, EDGE),
    witness=lambda s: exists(Meter, Epoch, Version, lambda m, e, v: s.veto[m, e, v] & ~s.pending[m, e, v]),
    lemmas=(records_are_on_the_chain, nothing_revoked_is_valid, vetoed_records_stand, *ASKED),
)  # fmt: skip
def no_update_without_delay(s, t):
    """no update without a delay: what comes into force, unless first of its epoch, was pending and is not vetoed"""

    def comes_into_force(m, e, v, k):
        return joined_by_itself(s, m, e) & ~s.current[m, e, v] & t.current[m, e, v] & t.record[m, e, v, k]

    return forall(
        Meter, Epoch, Version, Key,
        lambda m, e, v, k: implies(
            comes_into_force(m, e, v, k), is_first(v) | (s.pending[m, e, v] & ~s.veto[m, e, v])
        ),
    )  # fmt: skip


@invariant(
    of=KeyRecords, id="ZK-V13", cites="ZK-V13 ZK-P6 ZK-A10 ZK-C5", against=(NET, KEY, LOST),
    witness=lambda s: exists(Meter, Epoch, Version, lambda m, e, v: s.guarded[m] & s.veto[m, e, v]),
    lemmas=(*NUMBERED, *ASKED),
)  # fmt: skip
def a_watched_meter_keeps_its_key(s):
    """a watched meter keeps its key: while the owner watches, only keys that the meter asked for come into force"""
    return forall(
        Meter, Epoch, Version, Key,
        lambda m, e, v, k: implies(
            s.guarded[m] & joined_by_itself(s, m, e) & s.current[m, e, v] & s.record[m, e, v, k], s.asked[m, e, v, k]
        ),
    )  # fmt: skip


def speaks_for(s, m, e):
    """The adversary can have the chain take a key of its own for the meter's next."""
    return exists(Key, lambda j: s.knows[j] & may_sign(s, m, e, j)) | anybody_may_sign(s, m, e)


def wanted(s, m, e):
    """The owner of a meter that joined by itself wants the epoch revoked, and has the recovery key if there is one."""
    return s.guarded[m] & s.alarmed[m, e] & joined_by_itself(s, m, e)


OWNER = "sign_revocation(m,e,_) record_revocation(m,e,_) record_empty_key(m,e,_,_) sign_recall(m,e) record_recall(m,e)"
"""What owners and devices do sooner or later to have an epoch revoked."""


def taken_over(s):
    """The adversary speaks for a meter whose owner has raised the alarm."""
    return exists(Meter, Epoch, lambda m, e: wanted(s, m, e) & speaks_for(s, m, e))


def not_revoked_yet(s):
    """A meter has a valid key that its owner wants revoked."""
    return exists(Meter, Epoch, lambda m, e: wanted(s, m, e) & has_a_valid_key(s, m, e))


def an_update_is_pending(s):
    """An update waits for its delay."""
    return exists(Meter, Epoch, Version, lambda m, e, v: s.pending[m, e, v])


@leads_to(
    of=KeyRecords, id="ZK-P6", cites="ZK-P6 ZK-R32 ZK-R34 ZK-C5 ZK-C6", against=(NET, KEY), fair=OWNER,
    witness=taken_over, then=lambda s: ~taken_over(s),
)  # fmt: skip
def takeover_is_bounded(s):
    """takeover is bounded: once its owner raises the alarm, the adversary can't speak for a meter for ever"""
    return taken_over(s)


@leads_to(
    of=KeyRecords, id="ZK-P7", cites="ZK-P7 ZK-R34 ZK-C6", against=(NET, KEY, LOST), fair=OWNER,
    witness=not_revoked_yet, then=lambda s: ~not_revoked_yet(s),
)  # fmt: skip
def revocability(s):
    """revocability: a key that its owner wants revoked is revoked at last, be it copied or lost"""
    return not_revoked_yet(s)


@leads_to(
    of=KeyRecords, id="ZK-V15", cites="ZK-V15 ZK-P7 ZK-C6", against=(NET, KEY, LOST), fair=OWNER,
    then=lambda s: ~exists(Meter, Epoch, lambda m, e: s.alarmed[m, e] & has_a_valid_key(s, m, e)),
)  # fmt: skip
def revocability_with_both_keys_lost(s):
    """revocability, also of a meter whose recovery key is lost too"""
    return exists(Meter, Epoch, lambda m, e: s.alarmed[m, e] & has_a_valid_key(s, m, e))


@leads_to(
    of=KeyRecords, id="ZK-V16", cites="ZK-V16 ZK-C5", against=(NET, KEY, LOST),
    fair="activate(m,e,v) sign_veto(m,e,v) record_veto(m,e,v)",
    witness=an_update_is_pending, then=lambda s: ~an_update_is_pending(s),
)  # fmt: skip
def nothing_waits_for_ever(s):
    """nothing waits for ever: a pending update comes into force, is vetoed, or goes with its epoch"""
    return an_update_is_pending(s)


CASES = (
    Case(no_update_without_delay, {
        "published literal": violated(SMALL),
        "published charitable": violated(SMALL),
        "hardened": holds("proved", induction(), SMALL, LARGE, controls=removing("activation", by=SMALL)),
    }),
    Case(a_watched_meter_keeps_its_key, {
        "published literal": violated(SMALL),
        "published charitable": violated(SMALL),
        "hardened": holds(
            "proved", induction(), SMALL, LARGE, controls=removing("activation", "recovery_key", by=SMALL)
        ),
    }),
    Case(takeover_is_bounded, {
        "published literal": violated(SMALL, note="after a revocation anybody signs with the empty key"),
        "published charitable": violated(SMALL, note="who copied the key was faster, and the owner is locked out"),
        "hardened": holds(
            "exhausted", TWO_EPOCHS, TWO_METERS, thorough(THREE_KEYS),
            controls=removing("recovery_key", "revocation", by=SMALL) + changing("revocation", "empty-key", by=SMALL),
            note="a takeover can happen: Delta_r is what it takes owner and devices to record the recall; a delay of "
            "updates adds nothing here, and is what ZK-V12 and ZK-V13 need",
        ),
    }),
    Case(revocability, {
        "published literal": violated(SMALL),
        "published charitable": violated(SMALL),
        "hardened": holds(
            "exhausted", TWO_EPOCHS, TWO_METERS, thorough(THREE_KEYS),
            controls=removing("recovery_key", "revocation", by=SMALL),
        ),
    }),
    Case(revocability_with_both_keys_lost, {
        "hardened": violated(SMALL, note="nobody is left who can ask for it, but the utility by other means"),
    }),
    Case(nothing_waits_for_ever, {
        "hardened": holds(
            "exhausted", SMALL, thorough(THREE_KEYS), note="no rule buys it: it shows that the delay is no deadlock"
        ),
    }),
)  # fmt: skip
"""One case a property; rows of the check's table in this order."""
