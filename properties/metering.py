"""Guarantees of the `Metering` machine of bc-ami: who can put a reading into the MDMS's records, and how often."""

from meterproof.lang import exists, forall, implies, invariant, lemma, step
from model.bc_ami import Metering
from model.vocabulary import EDGE, LEDGER, NET, PEER, TRANSFER, Epoch, Height, Key, Meter, Reading, Time


def something_recorded(s):
    """The MDMS has recorded a report of some meter."""
    return exists(Height, Meter, Reading, Time, lambda g, m, r, t: s.record[g, m, r, t])


@lemma(of=Metering)
def keys_in_use_exist(s):
    """A key that a meter holds or the adversary knows was generated."""
    return forall(Meter, Key, lambda m, k: implies(s.holds[m, k] | s.knows[k], s.generated[k]))


@lemma(of=Metering)
def held_keys_are_secret(s):
    """A key that a meter holds is unknown to the network adversary."""
    return forall(Meter, Key, lambda m, k: implies(s.holds[m, k], ~s.knows[k]))


@lemma(of=Metering)
def registered_keys_are_held(s):
    """A key that is registered, or submitted, for a meter is held by that meter."""
    return forall(
        Meter, Epoch, Key, lambda m, e, k: implies(s.registered[m, e, k] | s.submitted[m, e, k], s.holds[m, k])
    )


@lemma(of=Metering)
def signatures_have_signers(s):
    """A transaction on the wire was emitted by the meter it names, or its key is the adversary's."""
    return forall(
        Key, Meter, Epoch, Reading, Time,
        lambda k, m, e, r, t: implies(s.sent[k, m, e, r, t], s.knows[k] | s.emitted[m, r, t]),
    )  # fmt: skip


@lemma(of=Metering)
def endorsed_was_emitted(s):
    """Peers endorse only what the named meter emitted."""
    return forall(Meter, Reading, Time, lambda m, r, t: implies(s.endorsed[m, r, t], s.emitted[m, r, t]))


@lemma(of=Metering)
def ledger_was_endorsed(s):
    """The ledger holds only endorsed transactions, at filled heights."""
    return forall(
        Height, Meter, Reading, Time,
        lambda h, m, r, t: implies(s.ledger[h, m, r, t], s.endorsed[m, r, t] & s.filled[h]),
    )  # fmt: skip


@lemma(of=Metering)
def records_mirror_the_ledger(s):
    """The MDMS's record of a number is the ledger's transaction at that height."""
    return forall(Height, Meter, Reading, Time, lambda g, m, r, t: implies(s.record[g, m, r, t], s.ledger[g, m, r, t]))


@lemma(of=Metering)
def ledger_has_no_holes(s):
    """Below a filled height all heights are filled."""
    return forall(Height, Height, lambda g, h: implies(s.filled[h] & (g < h), s.filled[g]))


@lemma(of=Metering)
def time_increases_along_the_ledger(s):
    """Of one meter, a higher transaction has a later time."""
    return forall(
        Height, Height, Meter, Reading, Reading, Time, Time,
        lambda g, h, m, q, r, t, u: implies(s.ledger[g, m, q, t] & s.ledger[h, m, r, u] & (g < h), t < u),
    )  # fmt: skip


@lemma(of=Metering)
def keys_have_one_holder(s):
    """No two meters hold one key."""
    return forall(Meter, Meter, Key, lambda m, n, k: implies(s.holds[m, k] & s.holds[n, k], m == n))


@lemma(of=Metering)
def submitted_for_one_epoch(s):
    """A meter submits a key for one epoch only."""
    return forall(
        Meter, Epoch, Epoch, Key,
        lambda m, e, e2, k: implies(s.submitted[m, e, k] & s.submitted[m, e2, k], e == e2),
    )  # fmt: skip


@lemma(of=Metering)
def seen_keys_have_accepted_epochs(s):
    """A key that was ever registered exists, and the epoch that it was submitted for was accepted."""
    return forall(
        Meter, Epoch, Key,
        lambda m, e, k: implies(s.seen[k], s.generated[k] & implies(s.submitted[m, e, k], s.accepted[m, e])),
    )  # fmt: skip


@lemma(of=Metering)
def a_height_holds_one_transaction(s):
    """Two transactions at one height are the same."""
    return forall(
        Height, Meter, Meter, Reading, Reading, Time, Time,
        lambda h, m, n, q, r, t, u: implies(
            s.ledger[h, m, q, t] & s.ledger[h, n, r, u], (m == n) & (q == r) & (t == u)
        ),
    )  # fmt: skip


@lemma(of=Metering)
def recorded_heights_are_filled(s):
    """The MDMS numbers its records as the ledger does, and has none beyond the ledger."""
    return forall(
        Height, Meter, Reading, Time,
        lambda g, m, r, t: implies(s.recorded[g], s.filled[g]) & implies(s.record[g, m, r, t], s.recorded[g]),
    )  # fmt: skip


@lemma(of=Metering)
def a_window_comes_with_its_block(s):
    """Only a filled height has a window."""
    return forall(Height, Time, lambda h, a: implies(s.opens[h, a] | s.closes[h, a], s.filled[h]))


@lemma(of=Metering)
def a_block_is_closed_after_its_report(s):
    """The window of a block closes at the time of its report or later."""
    return forall(
        Height, Meter, Reading, Time,
        lambda h, m, r, t: implies(s.ledger[h, m, r, t], exists(Time, lambda z: s.closes[h, z] & (t <= z))),
    )  # fmt: skip


SIGNED = (
    keys_in_use_exist, held_keys_are_secret, registered_keys_are_held, signatures_have_signers, endorsed_was_emitted,
    ledger_was_endorsed, records_mirror_the_ledger,
)  # fmt: skip


def each_record_was_emitted(s):
    """Every record was emitted by the meter that it names, with that reading and time."""
    return forall(Height, Meter, Reading, Time, lambda g, m, r, t: implies(s.record[g, m, r, t], s.emitted[m, r, t]))


@invariant(
    of=Metering, id="IS-P5", cites="IS-P5 IS-R13 IS-C1 IS-C10", against=NET, witness=something_recorded, lemmas=SIGNED
)
def authentication(s):
    """authentication: a report that the MDMS accepted was signed by the meter it names"""
    return each_record_was_emitted(s)


@invariant(
    of=Metering, id="IS-P4", cites="IS-P4 IS-R20 IS-C7", against=NET, witness=something_recorded,
    lemmas=(*SIGNED, ledger_has_no_holes, time_increases_along_the_ledger),
)  # fmt: skip
def injective_agreement(s):
    """injective agreement: each accepted report is one distinct emission of its meter"""
    once = forall(
        Height, Height, Meter, Reading, Time,
        lambda g, h, m, r, t: implies(s.record[g, m, r, t] & s.record[h, m, r, t], g == h),
    )  # fmt: skip
    return each_record_was_emitted(s) & once


@invariant(
    of=Metering, id="IS-V4", cites="IS-V4 IS-R18 IS-C10", against=(NET, TRANSFER), witness=something_recorded,
    lemmas=(*SIGNED, ledger_has_no_holes, time_increases_along_the_ledger),
)  # fmt: skip
def injective_agreement_despite_the_transfer(s):
    """injective agreement, even if whoever performs the transfer to the MDMS is dishonest"""
    return injective_agreement.function(s)


@invariant(
    of=Metering, id="IS-P6", cites="IS-P6 IS-C3 IS-C4", against=(NET, EDGE, PEER), lemmas=(keys_in_use_exist,),
    witness=lambda s: exists(Meter, Key, lambda m, k: s.holds[m, k]),
)  # fmt: skip
def key_exclusivity(s):
    """key exclusivity: a meter's private key is known to that meter only"""
    shared = exists(Meter, Meter, Key, lambda m, n, k: s.holds[m, k] & s.holds[n, k] & (m != n))
    return ~shared & forall(Meter, Key, lambda m, k: implies(s.holds[m, k], ~s.knows[k]))


def a_meter_has_had_two_keys(s):
    """Two keys that one meter holds have been registered."""
    return exists(Meter, Key, Key, lambda m, j, k: (j != k) & s.holds[m, j] & s.holds[m, k] & s.seen[j] & s.seen[k])


@invariant(
    of=Metering, id="IS-P7", cites="IS-P7 IS-C12", against=NET, witness=a_meter_has_had_two_keys
)  # fmt: skip
def one_active_key(s):
    """one active key: the ledger accepts at most one key for a meter"""
    return forall(
        Meter, Epoch, Epoch, Key, Key,
        lambda m, e, e2, j, k: implies(s.registered[m, e, j] & s.registered[m, e2, k], (j == k) & (e == e2)),
    )  # fmt: skip


@step(
    of=Metering, id="IS-P8", cites="IS-P8 IS-R3 IS-R6 IS-R17 IS-C1", against=(NET, LEDGER),
    lemmas=(keys_in_use_exist, registered_keys_are_held), witness=a_meter_has_had_two_keys,
)  # fmt: skip
def registrations_are_authorised(s, t):
    """authorised registration: a meter's keys change, and are displaced, by its own registration of its own key only"""

    def appears(m, e, k):
        return ~s.registered[m, e, k] & t.registered[m, e, k]

    def its_own(m, e, k):
        return t.holds[m, k] & (s.requested[m] | s.submitted[m, e, k])

    def displaced_by(m):
        return exists(Epoch, Key, lambda e, k: appears(m, e, k) & its_own(m, e, k))

    return forall(
        Meter, Epoch, Key,
        lambda m, e, k: implies(appears(m, e, k), its_own(m, e, k))
        & implies(s.registered[m, e, k] & ~t.registered[m, e, k], displaced_by(m)),
    )  # fmt: skip


@step(
    of=Metering, id="IS-V3", cites="IS-V3 IS-C1 IS-C12", against=NET,
    lemmas=(
        keys_in_use_exist, registered_keys_are_held, keys_have_one_holder, submitted_for_one_epoch,
        seen_keys_have_accepted_epochs,
    ),
    witness=lambda s: exists(Key, lambda k: s.seen[k] & ~exists(Meter, Epoch, lambda m, e: s.registered[m, e, k])),
)  # fmt: skip
def displaced_keys_stay_displaced(s, t):
    """displaced keys stay displaced: a key that was replaced is never accepted again, not even by a replay"""
    return forall(
        Meter, Epoch, Key,
        lambda m, e, k: implies(s.seen[k] & ~s.registered[m, e, k], ~t.registered[m, e, k]),
    )  # fmt: skip


@invariant(
    of=Metering, id="IS-V21", cites="IS-V21 IS-C1 IS-C12", against=NET,
    witness=lambda s: exists(Meter, Epoch, Epoch, lambda m, e, e2: s.accepted[m, e] & s.accepted[m, e2] & (e < e2)),
)  # fmt: skip
def the_latest_epoch_is_in_force(s):
    """latest epoch in force: a delayed registration displaces no key that the meter registered later"""
    return forall(
        Meter, Epoch, Epoch, Key,
        lambda m, e, e2, k: implies(s.registered[m, e, k] & s.accepted[m, e2], e2 <= e),
    )  # fmt: skip


@invariant(
    of=Metering, id="IS-P13", cites="IS-P13 IS-R18 IS-C10 IS-C33", against=NET, witness=something_recorded,
    lemmas=(ledger_was_endorsed, a_height_holds_one_transaction, recorded_heights_are_filled),
)  # fmt: skip
def release_is_complete_and_ordered(s):
    """complete release: up to where it has come, the MDMS has each final transaction once, in order of height"""
    same = forall(Height, Meter, Reading, Time, lambda g, m, r, t: implies(s.record[g, m, r, t], s.ledger[g, m, r, t]))
    whole = forall(
        Height, Meter, Reading, Time,
        lambda g, m, r, t: implies(s.recorded[g] & s.ledger[g, m, r, t], s.record[g, m, r, t]),
    )  # fmt: skip
    no_gap = forall(Height, Height, lambda g, h: implies(s.recorded[h] & (g < h), s.recorded[g]))
    return same & whole & no_gap


@invariant(
    of=Metering, id="IS-V23", cites="IS-V23 IS-R18 IS-C10 IS-C33", against=(NET, TRANSFER), witness=something_recorded,
    lemmas=(ledger_was_endorsed, a_height_holds_one_transaction, recorded_heights_are_filled),
)  # fmt: skip
def complete_release_despite_the_transfer(s):
    """complete release, even if whoever performs the transfer to the MDMS is dishonest"""
    return release_is_complete_and_ordered.function(s)


def clear_of_other_windows(s):
    """Of two blocks, the higher holds no report from before the lower's window, nor the lower from after the higher's.

    That a report is within its own block's window is the ledger's guard itself, and is not claimed.
    """
    return forall(
        Height, Height, Meter, Reading, Time, Time,
        lambda g, h, m, r, t, a: implies(
            g < h,
            implies(s.opens[g, a] & s.ledger[h, m, r, t], a <= t)
            & implies(s.closes[h, a] & s.ledger[g, m, r, t], t <= a),
        ),
    )  # fmt: skip


@invariant(
    of=Metering, id="IS-P11", cites="IS-P11 IS-R20 IS-C7", against=NET, witness=something_recorded,
    lemmas=(*SIGNED, a_window_comes_with_its_block, a_block_is_closed_after_its_report, ledger_has_no_holes),
)  # fmt: skip
def freshness(s):
    """freshness: no report is older than an earlier block's window, or newer than a later one's, nor redated"""
    return clear_of_other_windows(s) & each_record_was_emitted(s)


@invariant(
    of=Metering, id="IS-P16", cites="IS-P16 IS-R12 IS-R13 IS-C7", against=NET, lemmas=SIGNED,
    witness=lambda s: exists(Meter, Reading, Time, lambda m, r, t: s.endorsed[m, r, t]),
)  # fmt: skip
def tampering_is_detected(s):
    """tampering is detected: what peers endorse is, field by field but for the epoch, what a registered key signed"""

    def signed_by_the_adversary(m, r, t):
        return exists(Key, Epoch, lambda k, e: s.knows[k] & s.seen[k] & s.sent[k, m, e, r, t])

    return forall(
        Meter, Reading, Time,
        lambda m, r, t: implies(s.endorsed[m, r, t], s.emitted[m, r, t] | signed_by_the_adversary(m, r, t)),
    )  # fmt: skip
