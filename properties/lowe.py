"""Lowe's hierarchy (G. Lowe, *A hierarchy of authentication specifications*, CSFW 1997) on the `Metering` machine.

Four levels in each direction, each implying the one before it. What one party may conclude when it completes a run,
apparently with the other:

- *aliveness*: the other has taken part in the protocol before;
- *weak agreement*: the other has done so apparently with the first;
- *non-injective agreement*: the two agree on what was reported;
- *injective agreement*: besides, different completed runs are different runs of the other.

The MDMS completes a run with a meter when it records a report of that meter. There is one MDMS, and every report is
sealed to it: whoever has reported has done so to it. A meter completes a run when it gets the MDMS's receipt for a
report. As published it is sent nothing, and all that it completes is the report itself. Recentness is no part of the
hierarchy.
"""

from meterproof.claims import Ladder
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.bc_ami import Metering
from model.registration import is_registered
from model.vocabulary import LEDGER, NET, TRANSFER, Epoch, Height, Key, Meter, Reading, Time
from properties.metering import (
    SIGNED,
    a_height_holds_one_transaction,
    each_record_was_emitted,
    injective_agreement,
    ledger_has_no_holes,
    something_recorded,
    time_increases_along_the_ledger,
)

BOTH = (NET, TRANSFER)
ALL = (*BOTH, LEDGER)
"""With whoever reads the hashed identities that are stored on the ledger beforehand."""


def has_reported(s, m):
    """The meter has reported something."""
    return exists(Reading, Time, lambda r, t: s.emitted[m, r, t])


def has_taken_part(s, m):
    """The meter has taken some step of the protocol."""
    registering = s.requested[m] | exists(Epoch, Key, lambda e, k: s.submitted[m, e, k])
    return registering | has_reported(s, m)


def completes(s, m, r, t):
    """The meter has completed a run with the MDMS: it holds a receipt, or, where there are none, it has reported."""
    return s.emitted[m, r, t] if s.rules.receipts == "none" else s.confirmed[m, r, t]


def something_completed(s):
    """Some meter has completed a run with the MDMS."""
    return exists(Meter, Reading, Time, lambda m, r, t: completes(s, m, r, t))


@lemma(of=Metering)
def registered_meters_have_taken_part(s):
    """A meter for which the ledger accepts a key has asked for it."""
    return forall(Meter, lambda m: implies(is_registered(s, m), has_taken_part(s, m)))


@lemma(of=Metering)
def endorsed_meters_have_taken_part(s):
    """A meter whose report was endorsed, or is in the ledger, has taken part."""
    return forall(
        Height, Meter, Reading, Time,
        lambda h, m, r, t: implies(s.endorsed[m, r, t] | s.ledger[h, m, r, t], has_taken_part(s, m)),
    )  # fmt: skip


@invariant(
    of=Metering, id="IS-L1", cites="IS-L1 IS-R13 IS-R18", against=ALL, witness=something_recorded,
    lemmas=(registered_meters_have_taken_part, endorsed_meters_have_taken_part),
)  # fmt: skip
def aliveness_of_the_meter(s):
    """aliveness of the meter: a meter of which the MDMS records a report has taken part"""
    return forall(Height, Meter, Reading, Time, lambda g, m, r, t: implies(s.record[g, m, r, t], has_taken_part(s, m)))


@invariant(of=Metering, id="IS-L2", cites="IS-L2 IS-R13 IS-R18", against=ALL, witness=something_recorded, lemmas=SIGNED)
def weak_agreement_of_the_meter(s):
    """weak agreement of the meter: a meter of which the MDMS records a report has reported to it"""
    return forall(Height, Meter, Reading, Time, lambda g, m, r, t: implies(s.record[g, m, r, t], has_reported(s, m)))


@invariant(of=Metering, id="IS-L3", cites="IS-L3 IS-R13 IS-R18", against=ALL, witness=something_recorded, lemmas=SIGNED)
def agreement_of_the_meter(s):
    """non-injective agreement of the meter: what the MDMS records, that meter has reported, for that time"""
    return each_record_was_emitted(s)


@invariant(
    of=Metering, id="IS-L4", cites="IS-L4 IS-R13 IS-R18 IS-R20", against=ALL, witness=something_recorded,
    lemmas=(*SIGNED, ledger_has_no_holes, time_increases_along_the_ledger),
)  # fmt: skip
def injective_agreement_of_the_meter(s):
    """injective agreement of the meter: each record of the MDMS is one report of that meter"""
    return injective_agreement.function(s)


@lemma(of=Metering)
def one_reading_for_a_time(s):
    """A meter reports one reading for a time."""
    return forall(
        Meter, Reading, Reading, Time,
        lambda m, q, r, t: implies(s.emitted[m, q, t] & s.emitted[m, r, t], q == r),
    )  # fmt: skip


@lemma(of=Metering)
def receipts_are_for_records(s):
    """A meter holds receipts for its own reports, of which the MDMS has recorded the time."""
    own = forall(Meter, Reading, Time, lambda m, r, t: implies(s.confirmed[m, r, t], s.emitted[m, r, t]))

    def recorded(m, t):
        return exists(Height, Reading, lambda g, q: s.record[g, m, q, t])

    held = forall(Meter, Time, lambda m, t: implies(exists(Reading, lambda r: s.confirmed[m, r, t]), recorded(m, t)))
    return own & held


ANSWERED = (*SIGNED, one_reading_for_a_time, receipts_are_for_records)


@invariant(
    of=Metering, id="IS-L5", cites="IS-L5 IS-R10 IS-R18", against=BOTH, witness=something_completed,
    lemmas=(receipts_are_for_records,),
)  # fmt: skip
def aliveness_of_the_mdms(s):
    """aliveness of the MDMS: when a meter completes a run with it, the MDMS has taken part"""
    return implies(something_completed(s), something_recorded(s))


@invariant(
    of=Metering, id="IS-L6", cites="IS-L6 IS-R10 IS-R18", against=BOTH, witness=something_completed,
    lemmas=(receipts_are_for_records,),
)  # fmt: skip
def weak_agreement_of_the_mdms(s):
    """weak agreement of the MDMS: when a meter completes a run, the MDMS has recorded a report of that meter"""

    def completed(m):
        return exists(Reading, Time, lambda r, t: completes(s, m, r, t))

    def recorded(m):
        return exists(Height, Reading, Time, lambda g, r, t: s.record[g, m, r, t])

    return forall(Meter, lambda m: implies(completed(m), recorded(m)))


@invariant(
    of=Metering, id="IS-L7", cites="IS-L7 IS-R10 IS-R18", against=BOTH, witness=something_completed, lemmas=ANSWERED
)
def agreement_of_the_mdms(s):
    """non-injective agreement of the MDMS: the report with which a meter completes a run, the MDMS has recorded"""
    return forall(
        Meter, Reading, Time,
        lambda m, r, t: implies(completes(s, m, r, t), exists(Height, lambda g: s.record[g, m, r, t])),
    )  # fmt: skip


@invariant(
    of=Metering, id="IS-L8", cites="IS-L8 IS-R10 IS-R18 IS-C33", against=BOTH, witness=something_completed,
    lemmas=(*ANSWERED, a_height_holds_one_transaction),
)  # fmt: skip
def injective_agreement_of_the_mdms(s):
    """injective agreement of the MDMS: different runs that a meter completes are different records of the MDMS"""
    apart = forall(
        Height, Meter, Reading, Reading, Time, Time,
        lambda g, m, q, r, t, u: implies(
            completes(s, m, q, t) & completes(s, m, r, u) & s.record[g, m, q, t] & s.record[g, m, r, u],
            (q == r) & (t == u),
        ),
    )  # fmt: skip
    return agreement_of_the_mdms.function(s) & apart


METER_TO_MDMS = Ladder(
    "what the MDMS may conclude of a meter (Lowe)",
    {
        "aliveness": aliveness_of_the_meter,
        "weak agreement": weak_agreement_of_the_meter,
        "non-injective agreement": agreement_of_the_meter,
        "injective agreement": injective_agreement_of_the_meter,
    },
)
MDMS_TO_METER = Ladder(
    "what a meter may conclude of the MDMS (Lowe)",
    {
        "aliveness": aliveness_of_the_mdms,
        "weak agreement": weak_agreement_of_the_mdms,
        "non-injective agreement": agreement_of_the_mdms,
        "injective agreement": injective_agreement_of_the_mdms,
    },
)
