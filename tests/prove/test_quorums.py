"""Facts about quorums: z3's answers for all n and f, held against the known table and against counting small sets."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.lang.formula import Formula
from meterproof.prove.quorums import Admitted, Fact, Limited, available, member, quorum_exists, shared_member, tolerance

MAJORITY = Formula.parse("floor((n+f)/2)+1")
RESILIENT = Formula.parse("3*f+1")
AT_LEAST = Admitted(least=(RESILIENT,))
EXACTLY = Admitted(least=(RESILIENT,), most=(RESILIENT,))
FAULTY = (Limited("faulty", Formula.parse("f")),)


def at_most(bound: str) -> tuple[Limited, ...]:
    return (Limited("faulty", Formula.parse(bound)),)


@pytest.mark.parametrize(
    ("quorum", "admitted", "exists", "shared", "one", "free"),
    [
        ("floor((n+f)/2)+1", AT_LEAST, True, True, True, True),
        ("floor((n+f)/2)+1", EXACTLY, True, True, True, True),
        ("2*f+1", AT_LEAST, True, False, True, True),
        ("2*f+1", EXACTLY, True, True, True, True),
        ("2*f+2", AT_LEAST, False, False, True, False),
        ("n-f", AT_LEAST, True, True, True, True),
        ("f+1", AT_LEAST, True, False, True, True),
        ("n", AT_LEAST, True, True, True, False),
        ("1", AT_LEAST, True, False, False, True),
    ],
)
def test_what_holds_of_the_usual_quorums(
    quorum: str, admitted: Admitted, exists: bool, shared: bool, one: bool, free: bool
) -> None:
    q = Formula.parse(quorum)
    facts = (
        quorum_exists(q, admitted),
        shared_member(q, q, admitted, FAULTY),
        member(q, admitted, FAULTY),
        available(q, admitted, FAULTY),
    )
    assert tuple(f.holds for f in facts) == (exists, shared, one, free)


def test_quorums_of_two_formulas_share_a_correct_replica_when_their_sizes_add_up() -> None:
    small, large = Formula.parse("f+1"), Formula.parse("n-f")
    assert shared_member(small, large, AT_LEAST).holds is True
    refuted = shared_member(small, large, AT_LEAST, FAULTY)
    assert refuted.holds is False
    assert refuted.smallest == (("n", 4), ("f", 1))
    assert shared_member(Formula.parse("2*f+1"), large, AT_LEAST, FAULTY).holds is True


def test_a_quorum_of_2f_plus_1_is_split_among_five_replicas_of_which_one_is_faulty() -> None:
    five = Admitted(least=(Formula.parse("5"),), most=(Formula.parse("5"),))
    refuted = shared_member(Formula.parse("3"), Formula.parse("3"), five, at_most("1"))
    assert refuted.holds is False
    assert str(refuted).endswith("(n=5)")


@pytest.mark.parametrize(("remainder", "tolerated"), [(1, "f"), (2, "f+1"), (3, "f")])
def test_the_majority_quorum_tolerates_one_more_than_f_only_when_n_is_3f_plus_2(remainder: int, tolerated: str) -> None:
    size = Formula.parse(f"3*f+{remainder}")
    exactly = Admitted(least=(size,), most=(size,))
    assert shared_member(MAJORITY, MAJORITY, exactly, at_most(tolerated)).holds is True
    assert shared_member(MAJORITY, MAJORITY, exactly, at_most(f"{tolerated}+1")).holds is False


@given(st.integers(0, 40), st.integers(1, 3))
def test_tolerance_is_what_the_arithmetic_of_intersections_says(f: int, remainder: int) -> None:
    n = 3 * f + remainder
    t = tolerance(MAJORITY, {"n": n, "f": f})
    assert t == (f + 1 if remainder == 2 else f)
    size, quorum = Formula.parse(str(n)), Formula.parse(str(MAJORITY.evaluate({"n": n, "f": f})))
    exactly = Admitted(least=(size,), most=(size,))
    assert shared_member(quorum, quorum, exactly, at_most(str(t))).holds is True
    assert shared_member(quorum, quorum, exactly, at_most(str(t + 1))).holds is False


LARGEST = 5


@st.composite
def formulas(draw: st.DrawFn) -> Formula:
    """Quorum formulas as specs write them, sensible or not."""
    n, f, plus = draw(st.integers(0, 2)), draw(st.integers(0, 3)), draw(st.integers(-2, 3))
    whole = f"{n}*n+{f}*f+{plus}" if plus >= 0 else f"{n}*n+{f}*f-{-plus}"
    return Formula.parse(draw(st.sampled_from([whole, f"floor(({whole})/2)", f"ceil(({whole})/3)", f"min(n,{whole})"])))


def sets(n: int, least: int) -> list[frozenset[int]]:
    return [frozenset(c) for size in range(max(least, 0), n + 1) for c in combinations(range(n), size)]


def counted(question: str, one: Formula, other: Formula, n: int, f: int) -> bool:
    """The answer for one n and f, by going through all sets."""
    values = {"n": n, "f": f}
    quorums, others = sets(n, one.evaluate(values)), sets(n, other.evaluate(values))
    faulty = [frozenset(c) for c in combinations(range(n), min(f, n))]
    if question == "exists":
        return bool(quorums)
    if question == "shared":
        return all((a & b) - bad for a in quorums for b in others for bad in faulty)
    if question == "one":
        return all(a - bad for a in quorums for bad in faulty)
    return all(any(not a & bad for a in quorums) for bad in faulty)


def asked(question: str, one: Formula, other: Formula, admitted: Admitted) -> Fact:
    if question == "exists":
        return quorum_exists(one, admitted)
    if question == "shared":
        return shared_member(one, other, admitted, FAULTY)
    return (member if question == "one" else available)(one, admitted, FAULTY)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["exists", "shared", "one", "free"]),
    formulas(),
    formulas(),
    st.sampled_from(["0", "f+1", "2*f+1", "3*f+1"]),
)
def test_z3_and_counting_agree_and_the_smallest_numbers_are_smallest(
    question: str, one: Formula, other: Formula, least: str
) -> None:
    bound = Formula.parse(least)
    fact = asked(question, one, other, Admitted(least=(bound,)))
    admitted = [(n, f) for n in range(1, LARGEST + 1) for f in range(n + 2) if n >= bound.evaluate({"f": f})]
    wrong = next(((n, f) for n, f in admitted if not counted(question, one, other, n, f)), None)
    assert fact.holds is not None
    if fact.holds:
        assert wrong is None
    else:
        values = {"f": 0} | dict(fact.smallest)
        assert wrong is None or wrong == (values["n"], values["f"])
        assert wrong is not None or values["n"] > LARGEST or values["f"] > values["n"] + 1


def test_a_product_of_two_names_is_never_taken_for_proved_when_it_fails() -> None:
    fact = quorum_exists(Formula.parse("n*f"), AT_LEAST)
    assert fact.holds is not True
