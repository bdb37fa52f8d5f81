"""The promise of the `Submission` machine: corrupted concentrators can't keep a report from the ledger for ever.

It is explored at small scopes, where every run is looked at; nothing is said of other sizes, or of how long it takes.
"""

from meterproof.claims import explore
from meterproof.lang import exists, forall, implies, leads_to
from model.submission import Submission
from model.vocabulary import EDGE, Concentrator, Report


def waiting_with_a_way(s):
    """A report is not on the ledger yet, and its meter reaches a correct concentrator."""
    way = exists(Concentrator, lambda d: s.reachable[d] & ~s.corrupted[d])
    return way & exists(Report, lambda r: s.made[r] & ~s.included[r])


def all_included(s):
    """Every report that was made is on the ledger."""
    return forall(Report, lambda r: implies(s.made[r], s.included[r]))


def included_despite_a_corrupted_one(s):
    """A report is on the ledger that a corrupted concentrator was handed too."""
    return exists(Report, Concentrator, lambda r, d: s.included[r] & s.handed[r, d] & s.corrupted[d])


@leads_to(
    of=Submission, id="IS-P14", cites="IS-P14 IS-R13 IS-C23", against=EDGE, witness=included_despite_a_corrupted_one,
    then=all_included, fair="hand_over(r,_) relay(r,_) include",
)  # fmt: skip
def inclusion(s):
    """inclusion: a report is on the ledger at last, if its meter reaches one correct concentrator"""
    return waiting_with_a_way(s)


ONE_REPORT = explore(Concentrator=2, Report=1, corrupted=1)
TWO_CONCENTRATORS = explore(Concentrator=2, Report=2, corrupted=1)
THREE_CONCENTRATORS = explore(Concentrator=3, Report=1, corrupted=2)
ONE_OF_THREE = explore(Concentrator=3, Report=2, f=1, corrupted=1)
TWO_OF_FOUR = explore(Concentrator=4, Report=2, f=2, corrupted=2)
