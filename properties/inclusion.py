"""Guarantees of the machine `Inclusion`: no record is stored twice, and none is kept out by its first receiver."""

from meterproof.claims import Case, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, quiescent
from model.inclusion import Inclusion, is_stored
from model.vocabulary import NET, ORIG, Height, Record, Replica


def stored_where_two_are_first(s):
    """A record is stored that two nodes, one of them dishonest, take themselves to have received first."""

    def both(m):
        correct = exists(Replica, lambda r: ~s.dishonest[r] & s.first[r, m])
        return correct & exists(Replica, lambda r: s.dishonest[r] & s.first[r, m])

    return exists(Record, lambda m: both(m) & is_stored(s, m))


def stored_past_its_first_receiver(s):
    """A record is stored though only dishonest nodes were first to receive it, on the proposal of a correct one."""

    def passed(m):
        return forall(Replica, lambda r: implies(s.first[r, m], s.dishonest[r]))

    return exists(Record, Replica, lambda m, r: passed(m) & ~s.dishonest[r] & s.tried[r, m])


@invariant(
    of=Inclusion, id="WA-P11", cites="WA-P11 WA-R7 WA-R18 WA-C5", against=(NET, ORIG),
    witness=stored_where_two_are_first,
)  # fmt: skip
def no_duplicates(s):
    """no duplicates: no record of a meter and sequence number is stored at two places of a chain"""
    return forall(Height, Height, Record, lambda g, h, m: implies(s.stored[g, m] & s.stored[h, m], g == h))


@quiescent(
    of=Inclusion, id="WA-V6", cites="WA-V6 WA-R7 WA-R9 WA-C5 WA-A1", against=(NET, ORIG),
    witness=stored_past_its_first_receiver,
)  # fmt: skip
def nothing_is_kept_out(s):
    """nothing is kept out: a record that a correct node has is stored in the end, whoever was first to receive it"""
    return forall(Record, Replica, lambda m, r: implies(~s.dishonest[r] & s.has[r, m], is_stored(s, m)))


TWO_NODES = explore(Replica=2, Record=1, Height=2)
TWO_RECORDS = explore(Replica=2, Record=2, Height=2)
THREE_NODES = thorough(explore(Replica=3, Record=2, Height=2))
THREE_RECORDS = thorough(explore(Replica=2, Record=3, Height=3))

CASES = (
    Case(no_duplicates, {
        "published literal": violated(TWO_NODES, note="nobody is dishonest: two nodes take themselves to be the first"),
        "published charitable": violated(TWO_NODES),
        "hardened": holds(
            "proved", induction(), TWO_RECORDS, THREE_NODES, controls=removing("record_id", by=TWO_NODES),
            note="with any node as proposer, which keeps nothing out, duplicates would be the rule",
        ),
    }),
    Case(nothing_is_kept_out, {
        "published literal": violated(TWO_NODES, note="the first receiver is silent"),
        "published charitable": violated(TWO_NODES),
        "hardened": holds(
            "exhausted", TWO_RECORDS, THREE_NODES, THREE_RECORDS, controls=removing("proposer", by=TWO_RECORDS)
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
