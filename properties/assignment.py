"""Guarantees of the `Assignment` machine: no device has more meters than room, and few are moved when one joins.

What is said of places and credits is proved for any number of them, and of meters and devices. That it is the same as
counting is shown at small scopes (tests/model/test_assignment.py).
"""

from meterproof.claims import Case, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma, quiescent, reachable, step
from model.assignment import Assignment, is_free, is_in
from model.vocabulary import CHURN, Credit, Meter, Place


def full(s):
    """Every place is taken."""
    return forall(Place, lambda p: ~is_free(s, p))


def one_has_moved(s):
    """A meter was migrated since the last join."""
    return exists(Meter, Credit, lambda m, c: s.moved[m, c])


def somebody_was_refused(s):
    """A meter was told that there is no room."""
    return exists(Meter, lambda m: s.refused[m])


@invariant(of=Assignment, id="ZK-P12", cites="ZK-P12 ZK-R8 ZK-R19 ZK-C12 ZK-C15", against=CHURN, witness=full)
def capacity(s):
    """capacity: no device has more meters than places: each meter has a place of its own"""
    return forall(Meter, Meter, Place, lambda m, n, p: implies(s.at[m, p] & s.at[n, p], m == n))


@lemma(of=Assignment)
def who_asks_is_not_in(s):
    """A meter that waits for an answer is at no place."""
    return forall(Meter, Place, lambda m, p: ~(s.asked[m] & s.at[m, p]))


@invariant(
    of=Assignment, id="ZK-V30", cites="ZK-V30 ZK-P11 ZK-C12", against=CHURN, witness=one_has_moved,
    lemmas=[who_asks_is_not_in],
)  # fmt: skip
def one_device(s):
    """one device: a meter is at one place at most, and so at one device"""
    return forall(Meter, Place, Place, lambda m, p, q: implies(s.at[m, p] & s.at[m, q], p == q))


@invariant(of=Assignment, id="ZK-P14", cites="ZK-P14 ZK-R19 ZK-R20 ZK-C18", against=CHURN, witness=one_has_moved)
def migrations_within_budget(s):
    """migrations per join: no more meters are migrated than the budget has credits: each is on one of its own"""
    return forall(Meter, Meter, Credit, lambda m, n, c: implies(s.moved[m, c] & s.moved[n, c], m == n))


@invariant(
    of=Assignment, id="ZK-V31", cites="ZK-V31 ZK-R8 ZK-C15", against=CHURN,
    witness=lambda s: exists(Meter, Place, lambda m, p: s.at[m, p] & s.reserved[p]),
)  # fmt: skip
def reserve_is_for_newcomers(s):
    """reserve: whoever is at a place in reserve has joined there, and was not migrated to it"""
    return forall(Meter, Place, lambda m, p: implies(s.at[m, p] & s.reserved[p], ~s.migrated[m]))


@step(of=Assignment, id="ZK-V32", cites="ZK-V32 ZK-P12 ZK-C15", against=CHURN, witness=somebody_was_refused)
def refused_only_when_full(s, t):
    """refusal: a meter is refused only when every place of every device is taken"""
    return forall(Meter, Place, lambda m, p: implies(~s.refused[m] & t.refused[m], ~is_free(s, p)))


@quiescent(of=Assignment, id="ZK-V33", cites="ZK-V33 ZK-P12 ZK-C15", against=CHURN, witness=full)
def everybody_is_answered(s):
    """answers: when only meters that come and go can still move, nobody waits: each has joined or was refused"""
    return forall(Meter, lambda m: ~s.asked[m])


@reachable(of=Assignment, id="ZK-V34", cites="ZK-V34 ZK-C12", against=CHURN)
def one_to_one(s):
    """one to one: all meters have joined, each at a device of its own (fails by design: more meters than devices)"""
    alone = forall(
        Meter, Meter, Place, Place,
        lambda m, n, p, q: implies(s.at[m, p] & s.at[n, q] & (s.of[p] == s.of[q]), m == n),
    )  # fmt: skip
    return alone & forall(Meter, lambda m: is_in(s, m))


TWO_METERS = explore(Meter=2, Device=2, Place=2, Credit=1)
THREE_METERS = explore(Meter=3, Device=2, Place=2, Credit=1)
FOUR_PLACES_ONE_CREDIT = explore(Meter=3, Device=2, Place=4, Credit=1)
FOUR_PLACES = thorough(explore(Meter=3, Device=2, Place=4, Credit=2))
FOUR_METERS = thorough(explore(Meter=4, Device=2, Place=3, Credit=1))

CASES = (
    Case(capacity, {
        "published literal": violated(TWO_METERS, note="clustered anew, both are put to one device of the two"),
        "published charitable": violated(TWO_METERS),
        "hardened": holds(
            "proved", induction(), THREE_METERS, FOUR_METERS, controls=removing("capacity_checked", by=THREE_METERS)
        ),
    }),
    Case(one_device, {
        "published literal": holds("proved", induction(), THREE_METERS),
        "published charitable": holds("proved", induction(), THREE_METERS),
        "hardened": holds("proved", induction(), THREE_METERS, note="where the keys are meanwhile is ZK-P11"),
    }),
    Case(migrations_within_budget, {
        "published literal": violated(THREE_METERS, note="one joins, and as many others move as there are"),
        "published charitable": violated(THREE_METERS),
        "hardened": holds(
            "proved", induction(), THREE_METERS, FOUR_PLACES,
            controls=removing("on_join", "migration_budget", by=FOUR_PLACES_ONE_CREDIT),
        ),
    }),
    Case(reserve_is_for_newcomers, {
        "published literal": violated(TWO_METERS, note="clustering knows of no reserve"),
        "published charitable": violated(TWO_METERS),
        "hardened": holds(
            "proved", induction(), TWO_METERS, FOUR_PLACES, controls=removing("capacity_checked", by=TWO_METERS)
        ),
    }),
    Case(refused_only_when_full, {
        "hardened": holds("proved", induction(), THREE_METERS, FOUR_METERS),
    }),
    Case(everybody_is_answered, {
        "published literal": holds("exhausted", THREE_METERS, note="nobody is refused, whatever becomes of ZK-P12"),
        "published charitable": holds("exhausted", THREE_METERS),
        "hardened": holds("exhausted", THREE_METERS, FOUR_METERS),
    }),
    Case(one_to_one, {
        "published literal": violated(THREE_METERS),
        "published charitable": violated(THREE_METERS),
        "hardened": violated(THREE_METERS, note="three meters, two devices: no rule helps"),
    }),
)  # fmt: skip
"""One case a property of the machine."""
