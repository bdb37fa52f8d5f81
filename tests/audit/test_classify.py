"""What became of a guarantee depends on how it stands before and after, and on nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.audit.classify import Order, Relation, classify, inverse, restated
from meterproof.audit.outcome import CHANGES, Change, dual
from meterproof.audit.standing import ABSENT, Standing, standing
from meterproof.verdict import Evidence, Verdict

SCOPES = ("Voter=3", "Voter=4", "Voter=5")
ORDERS: tuple[Order, ...] = ("same", "worse", "better", "mixed", "unknown")
RELATIONS: tuple[Relation, ...] = ("same", "weaker", "stronger", "incomparable", "unknown")
TWO_OPPOSITES: dict[Relation, Relation] = {"weaker": "stronger", "stronger": "weaker"}


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """A way to stand, with the scopes at which it was decided."""
    state = draw(st.sampled_from(("holds", "violated", "undecided", "absent")))
    if state == "absent":
        return ABSENT
    at = draw(st.dictionaries(st.sampled_from(SCOPES), st.booleans()))
    if state == "holds":
        verdict: Verdict = draw(st.sampled_from(("proved", "exhausted")))
        return Standing("holds", verdict, tuple(sorted((s, True) for s in at)))
    if state == "violated":
        return Standing("violated", "violated", tuple(sorted({**at, SCOPES[0]: False}.items())))
    return Standing("undecided", draw(st.sampled_from(("unknown", "tested", "bounded"))), reason="time")


HOLDS = Standing("holds", "proved")
VIOLATED = Standing("violated", "violated", (("Voter=3", False),))


@given(standings(), standings(), st.none() | st.sampled_from(ORDERS), st.sampled_from(ORDERS))
def test_exchanging_before_and_after_gives_the_dual(
    before: Standing, after: Standing, frontier: Order | None, design: Order
) -> None:
    back = None if frontier is None else inverse(frontier)
    there, here = classify(before, after, frontier, design), classify(after, before, back, inverse(design))
    assert here[0] == dual(there[0])


@given(standings(), standings(), st.none() | st.sampled_from(ORDERS), st.sampled_from(ORDERS))
def test_what_is_not_decided_on_both_sides_is_unknown_and_says_why(
    before: Standing, after: Standing, frontier: Order | None, design: Order
) -> None:
    change, why = classify(before, after, frontier, design)
    assert why
    if "undecided" in (before.state, after.state):
        assert change == "unknown"


@given(standings())
def test_what_stands_as_before_is_kept_if_it_is_decided(side: Standing) -> None:
    assert classify(side, side, "same")[0] == ("unknown" if side.state == "undecided" else "kept")


@given(
    st.sampled_from(CHANGES), st.sampled_from(CHANGES), standings(), standings(), st.sampled_from(RELATIONS)
)  # fmt: skip
def test_exchanging_two_statements_gives_the_dual(
    old: Change, new: Change, before: Standing, after: Standing, relation: Relation
) -> None:
    there = restated(old, new, before, after, relation)[0]
    back = restated(dual(new), dual(old), after, before, TWO_OPPOSITES.get(relation, relation))[0]
    assert back == dual(there)


@given(st.sampled_from(CHANGES), st.sampled_from(CHANGES), standings(), standings())
def test_statements_that_could_not_be_compared_are_never_kept(
    old: Change, new: Change, before: Standing, after: Standing
) -> None:
    assert restated(old, new, before, after, "unknown")[0] == "unknown"
    assert restated(old, new, before, after, "incomparable")[0] == "unknown"


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (HOLDS, VIOLATED, "lost"),
        (VIOLATED, HOLDS, "gained"),
        (HOLDS, ABSENT, "lost"),
        (ABSENT, HOLDS, "gained"),
        (ABSENT, VIOLATED, "kept"),
        (HOLDS, HOLDS, "kept"),
        (HOLDS, Standing("holds", "exhausted", (("Voter=3", True),)), "unknown"),
        (VIOLATED, Standing("violated", "violated", (("Voter=3", True), ("Voter=4", False))), "strengthened"),
        (VIOLATED, Standing("undecided", "tested", reason="only tested"), "unknown"),
    ],
)
def test_each_pair_of_standings_has_its_name(before: Standing, after: Standing, change: Change) -> None:
    assert classify(before, after)[0] == change


def test_a_lost_induction_is_no_lost_guarantee() -> None:
    exhausted = Standing("holds", "exhausted", (("Voter=3", True),))
    change, why = classify(HOLDS, exhausted)
    assert change == "unknown" and why.startswith("proved for every size before only")


def test_a_guarantee_that_is_claimed_for_fewer_sizes_is_weakened() -> None:
    assert classify(HOLDS, HOLDS, None, "worse") == ("weakened", "it is claimed for fewer sizes")


def test_finite_scopes_say_nothing_of_sizes_that_one_side_alone_makes_claims_for() -> None:
    exhausted = Standing("holds", "exhausted", (("Voter=3", True),))
    for order in ("worse", "better"):
        change, why = classify(exhausted, exhausted, None, order)
        assert change == "unknown" and "nothing is proved of the sizes" in why


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        ((), "undecided"),
        ((Evidence("schedule", "tested", schedules=9),), "undecided"),
        ((Evidence("bmc", "bounded", depth=9),), "undecided"),
        ((Evidence("explore", "unknown", note="time: 1 s"),), "undecided"),
        ((Evidence("explore", "exhausted", {"Voter": 3}),), "holds"),
        ((Evidence("explore", "exhausted", {"Voter": 3}, vacuous=True),), "undecided"),
        ((Evidence("induction", "not inductive"), Evidence("explore", "exhausted", {"Voter": 3})), "holds"),
        ((Evidence("explore", "exhausted", {"Voter": 3}), Evidence("explore", "violated", {"Voter": 4})), "violated"),
        ((Evidence("induction", "proved"), Evidence("explore", "violated", {"Voter": 4})), "undecided"),
    ],
)
def test_only_verdicts_that_settle_it_decide(evidence: tuple[Evidence, ...], state: str) -> None:
    """The last pair contradicts itself: that is an error of the workbench, and nothing is known."""
    assert standing(evidence, "invariant").state == state
