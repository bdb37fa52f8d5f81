"""A credit score is a function of the set of final records: order, repetition and other users make no difference.

A running score, as the paper's silence allows it, fails the same tests.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.sovereign_chain.credit import KINDS, SCALE, Fact, Scale, running_score, score

ALICE, BOB = b"alice", b"bob"
FACTS = st.lists(
    st.builds(
        Fact,
        record=st.binary(min_size=1, max_size=2),
        user=st.sampled_from((ALICE, BOB)),
        kind=st.sampled_from(KINDS),
        subject=st.sampled_from((b"trade-1", b"trade-2", b"trade-3")),
        height=st.integers(0, 9),
    ),
    unique_by=lambda fact: fact.record,
    max_size=8,
)
ORDERS = FACTS.flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts)))


def settled(number: int, user: bytes = ALICE) -> Fact:
    return Fact(b"settled-%d" % number, user, "settled", b"trade-%d" % number, number)


def default(number: int, user: bytes = ALICE) -> Fact:
    return Fact(b"default-%d" % number, user, "default", b"trade-%d" % number, number)


@given(ORDERS, st.sets(st.binary(min_size=1, max_size=2)))
def test_no_reordering_changes_a_score(orders: tuple[list[Fact], list[Fact]], void: set[bytes]) -> None:
    facts, reordered = orders
    assert score(ALICE, facts, void) == score(ALICE, reordered, void)


@given(FACTS, st.data())
def test_neither_does_a_record_that_comes_again(facts: list[Fact], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(facts))) if facts else []
    assert score(ALICE, [*facts, *again]) == score(ALICE, facts)


@given(FACTS, FACTS)
def test_nor_what_is_known_of_others(facts: list[Fact], more: list[Fact]) -> None:
    known = {fact.record for fact in facts}
    others = [replace(fact, user=BOB) for fact in more if fact.record not in known]
    assert score(ALICE, facts + others) == score(ALICE, facts)


@given(FACTS)
def test_a_score_is_a_whole_number_within_its_bounds(facts: list[Fact]) -> None:
    found = score(ALICE, facts)
    assert type(found) is int and SCALE.lowest <= found <= SCALE.highest


@given(ORDERS)
def test_a_record_that_a_dispute_has_voided_counts_as_if_it_had_never_been(
    orders: tuple[list[Fact], list[Fact]],
) -> None:
    facts, reordered = orders
    void = {fact.record for fact in facts[::2]}
    assert score(ALICE, reordered, void) == score(ALICE, [fact for fact in facts if fact.record not in void])


def test_points_add_up() -> None:
    facts = [settled(1), settled(2), default(3), Fact(b"report", ALICE, "violation", b"request", 4), default(5, BOB)]
    assert score(ALICE, facts) == 600 + 1 + 1 - 40 - 100
    assert score(ALICE, facts, void={b"report"}) == 600 + 1 + 1 - 40
    assert score(BOB, facts) == 560 and score(b"nobody", facts) == 600


def test_bounds_hold_at_the_end_only() -> None:
    """Or else it would matter whether the good came after the bad."""
    low = Scale(start=10, highest=20)
    bad, good = [default(1)], [settled(n) for n in range(2, 7)]
    assert score(ALICE, bad + good, scale=low) == score(ALICE, good + bad, scale=low) == 0
    assert running_score(ALICE, bad + good, low) == 5 and running_score(ALICE, good + bad, low) == 0


def test_a_running_score_depends_on_what_came_first() -> None:
    """WA-C23: two nodes that have the same two records of one trade rate its seller 41 points apart."""
    assert running_score(ALICE, [settled(1), default(1)]) == 601
    assert running_score(ALICE, [default(1), settled(1)]) == 560
    assert score(ALICE, [settled(1), default(1)]) == score(ALICE, [default(1), settled(1)]) == 561


def test_and_the_law_that_scores_obey_finds_it_out() -> None:
    pairs = st.tuples(st.builds(settled, st.integers(1, 3)), st.builds(default, st.integers(1, 3)))
    first, second = find(pairs, lambda two: running_score(ALICE, two) != running_score(ALICE, two[::-1]))
    assert first.subject == second.subject
    assert score(ALICE, (first, second)) == score(ALICE, (second, first))


def test_facts_and_scales_are_checked() -> None:
    with pytest.raises(InputError, match="two different facts of the record"):
        score(ALICE, [settled(1), replace(settled(1), kind="default")])
    with pytest.raises(InputError, match="cannot be 'late'"):
        replace(settled(1), kind="late")
    with pytest.raises(InputError, match="points for settled"):
        Scale(points={"settled": 1})
    with pytest.raises(InputError, match="2000 points to begin with"):
        Scale(start=2000)
