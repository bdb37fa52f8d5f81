"""Where a bound on corruptions is moved, plans are added at the smallest size that only one of the designs admits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.audit.extended import extended
from meterproof.claims import explore, induction
from meterproof.errors import InputError
from meterproof.finite.scope import resolve
from meterproof.lang import Protocol, Sort, action, formula, parameter, rigid, var
from meterproof.lang.rules import RuleSchema
from meterproof.lang.system import System
from meterproof.lang.tracing import trace

Voter = Sort("Voter")


class Ballot(Protocol):
    """Voters, of whom some may be ill."""

    least = formula("n", "f", removed="1", doc="How many voters there must be.")

    f = parameter(Voter, default="floor((n-1)/3)", resilience="least", doc="how many are expected to be ill")
    ill = rigid(Voter, at_most="f", doc="the voter is ill")
    vote = var(Voter)

    @action
    def cast(s, v: Voter):
        """{v} votes."""
        return s.set(vote={v: True})


def ballot(least: str) -> System:
    return trace(Ballot, RuleSchema(Ballot.rule_schema()).read({"least": least}))


STRICT, LAX = ballot("3*f+1"), ballot("2*f+1")


def test_the_smallest_size_that_only_one_admits_has_as_many_corruptions() -> None:
    four, seven = explore(Voter=4, ill=1), explore(symmetry=["all"], Voter=7, ill=2)
    assert extended((four, induction(), seven), LAX, STRICT) == (
        explore(Voter=3, f=1, ill=1), explore(symmetry=["all"], Voter=5, f=2, ill=2),
    )  # fmt: skip


def test_nothing_is_added_where_only_the_other_admits_more_or_both_admit_the_same() -> None:
    plans = (explore(Voter=4, ill=1), explore(Voter=7, ill=2))
    assert extended(plans, STRICT, LAX) == extended(plans, STRICT, ballot("3*f+1")) == ()


def test_somebody_is_left_who_is_not_corrupted() -> None:
    assert extended((explore(Voter=4, ill=1),), ballot("1"), STRICT) == (explore(Voter=2, f=1, ill=1),)
    assert extended((explore(Voter=4, ill=0),), ballot("1"), STRICT) == (explore(Voter=1, f=1, ill=0),)


def test_a_plan_that_fits_neither_adds_nothing() -> None:
    assert extended((explore(Voter=2, f=1, ill=1), explore(Chair=4)), LAX, STRICT) == ()


@given(
    st.sampled_from(("1", "f+1", "2*f+1", "3*f+1", "4*f+1")), st.sampled_from(("2*f+1", "3*f+1")), st.integers(1, 13)
)
def test_what_is_added_is_admitted_by_the_one_and_refused_by_the_other(mine: str, theirs: str, number: int) -> None:
    one, other = ballot(mine), ballot(theirs)
    for plan in extended((explore(Voter=number),), one, other):
        assert resolve(one, plan.sizes).as_dict() == plan.sizes
        with pytest.raises(InputError):
            resolve(other, plan.sizes)
