"""Guarantees of the `Metering` machine of bc-ami: who can put a reading into the MDMS's records, and how often."""

from meterproof.lang import exists, forall, implies, invariant, lemma, step
from model.bc_ami import Metering
from model.vocabulary import EDGE, NET, PEER, TRANSFER, Height, Key, Meter, Reading, Time


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
    return forall(Meter, Key, lambda m, k: implies(s.registered[m, k] | s.submitted[m, k], s.holds[m, k]))


@lemma(of=Metering)
def signatures_have_signers(s):
    """A transaction on the wire was emitted by the meter it names, or its key is the adversary's."""
    return forall(
        Key, Meter, Reading, Time, lambda k, m, r, t: implies(s.sent[k, m, r, t], s.knows[k] | s.emitted[m, r, t])
    )


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


@invariant(
    of=Metering, id="IS-P7", cites="IS-P7 IS-C12", against=NET,
    witness=lambda s: exists(Meter, Key, lambda m, k: s.registered[m, k] & exists(Key, lambda j: (j != k) & s.seen[j])),
)  # fmt: skip
def one_active_key(s):
    """one active key: the ledger accepts at most one key for a meter"""
    return forall(Meter, Key, Key, lambda m, j, k: implies(s.registered[m, j] & s.registered[m, k], j == k))


@step(
    of=Metering, id="IS-V3", cites="IS-V3 IS-C1 IS-C12", against=NET,
    witness=lambda s: exists(Meter, Key, lambda m, k: s.seen[k] & s.holds[m, k] & ~s.registered[m, k]),
)  # fmt: skip
def displaced_keys_stay_displaced(s, t):
    """displaced keys stay displaced: a key that was replaced is never accepted again, not even by a replay"""
    return forall(Meter, Key, lambda m, k: implies(s.seen[k] & ~s.registered[m, k], ~t.registered[m, k]))
