"""How many equivocators a quorum tolerates, t* = 2q-n-1, worked out for every n from the formula itself (IS-P17)."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.lang.formula import Formula
from meterproof.prove.quorums import Admitted, Limited, available, shared_member, tolerance, tolerances

THIRD = Formula.parse("floor((n-1)/3)", ("n",))


def formula(text: str) -> Formula:
    return Formula.parse(text, ("n", "f"))


@cache
def told(quorum: str, default: Formula = THIRD) -> dict[str, str | None]:
    return {t.n: t.tolerated for t in tolerances(formula(quorum), "f", default)}


@pytest.mark.parametrize(
    ("quorum", "tolerated"),
    [
        ("floor((n+f)/2)+1", ("f", "f+1", "f")),
        ("2*f+1", ("f", "f-1", "f-2")),
        ("2*f+2", ("f+2", "f+1", "f")),
        ("n-f", ("f", "f+1", "f+2")),
        ("f+1", (None, None, None)),
    ],
)
def test_it_is_the_bound_and_a_constant_for_each_form_of_n_or_it_is_not_told(
    quorum: str, tolerated: tuple[str | None, ...]
) -> None:
    assert tuple(told(quorum).items()) == tuple(zip(("3*f+1", "3*f+2", "3*f+3"), tolerated, strict=True))


@pytest.mark.parametrize(
    ("quorum", "even", "odd"),
    [("floor(n/2)+1", "1", "0"), ("ceil(n/2)", "-1", "0"), ("n", "n-1", "n-1"), ("floor(n/4)", None, None)],
)
def test_a_quorum_without_the_bound_tolerates_the_same_of_every_even_and_of_every_odd_size(
    quorum: str, even: str | None, odd: str | None
) -> None:
    """More than half of an even number stands one equivocator, of an odd one none (ZK-C2)."""
    assert told(quorum) == {"2*k": even, "2*k+1": odd}


@pytest.mark.parametrize(
    ("default", "forms"),
    [("floor((n-1)/2)", ["2*f+1", "2*f+2"]), ("n-1", ["f+1"]), ("floor(n/4)", ["4*f", "4*f+1", "4*f+2", "4*f+3"])],
)
def test_the_forms_are_those_that_n_takes_at_the_default_of_the_bound(default: str, forms: list[str]) -> None:
    assert list(told("n-f", Formula.parse(default, ("n",)))) == forms


@pytest.mark.parametrize("default", ["1", "n*n", "2*n", "min(n, 3)"])
def test_there_are_none_where_the_bound_is_no_whole_part_of_n(default: str) -> None:
    assert told("n-f", Formula.parse(default, ("n",))) == {}


@given(st.integers(4, 400))
def test_what_is_told_of_every_size_is_so_at_each(n: int) -> None:
    f = (n - 1) // 3
    for quorum in ("floor((n+f)/2)+1", "2*f+1"):
        [tolerated] = [t for form, t in told(quorum).items() if form == f"3*f+{n - 3 * f}"]
        assert tolerated is not None
        assert tolerance(formula(quorum), {"n": n, "f": f}) == formula(tolerated).evaluate({"n": n, "f": f})


def test_tolerated_is_what_two_quorums_cannot_share_and_one_more_is_what_they_can() -> None:
    """The two facts of quorums, one equivocator apart; the bound on corruptions is apart from the design bound f."""
    quorum, third = formula("floor((n+f)/2)+1"), Admitted((formula("3*f+2"),), (formula("3*f+2"),))
    assert shared_member(quorum, quorum, third, (Limited("faulty", formula("f+1")),)).holds
    assert shared_member(quorum, quorum, third, (Limited("faulty", formula("f+2")),)).holds is False


# ---- section 0.4 of the notes that the study began with


def best(n: int) -> int:
    return (n - 1) // 3


def test_2f_plus_1_is_safe_at_3f_plus_1_only() -> None:
    unsafe = [n for n in range(4, 22) if tolerance(formula("2*f+1"), {"n": n, "f": best(n)}) < best(n)]
    assert unsafe == [5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 20, 21]
    exactly = Admitted((formula("3*f+1"),), (formula("3*f+1"),))
    assert shared_member(formula("2*f+1"), formula("2*f+1"), exactly, (Limited("faulty", formula("f")),)).holds


def test_at_3f_no_quorum_is_both_safe_and_live() -> None:
    """A live one has n-f members at most, and of those two need not share a correct one; nor need two smaller ones."""
    f = (Limited("faulty", formula("f")),)
    thirds = Admitted((formula("3*f"),), (formula("3*f"),))
    largest = formula("n-f")
    assert available(largest, thirds, f).holds and not available(formula("n-f+1"), thirds, f).holds
    assert shared_member(largest, largest, thirds, f).smallest == (("n", 3), ("f", 1))
    assert not any(2 * q - n > n // 3 and q <= n - n // 3 for n in range(3, 61, 3) for q in range(1, n + 1))


def test_more_than_2f_plus_1_is_never_live_at_3f_plus_1() -> None:
    exactly = Admitted((formula("3*f+1"),), (formula("3*f+1"),))
    fact = available(formula("2*f+2"), exactly, (Limited("faulty", formula("f")),))
    assert fact.holds is False
    assert not any(2 * f + 2 <= (3 * f + 1) - f for f in range(1, 100))


def test_a_strict_majority_tolerates_one_equivocator_at_even_n_and_none_at_odd_n() -> None:
    table = [tolerance(formula("floor(n/2)+1"), {"n": n}) for n in range(1, 13)]
    assert table == [0, 1] * 6


def test_half_of_an_even_n_forks_without_any() -> None:
    assert {tolerance(formula("ceil(n/2)"), {"n": n}) for n in range(2, 30, 2)} == {-1}


def test_a_majority_of_the_others_and_the_proposers_own_vote_never_tolerates_more_than_two() -> None:
    """Safe at the most faults of a third for n = 4 and 7, and at no n = 3f+1 from 10 on."""
    own = formula("floor((n-1)/2)+2")
    table = {n: tolerance(own, {"n": n}) for n in range(4, 60)}
    assert set(table.values()) == {1, 2}
    assert [n for n in range(4, 60, 3) if table[n] >= best(n)] == [4, 7]
