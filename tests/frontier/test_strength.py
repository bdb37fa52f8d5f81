"""Strengths are ordered by inclusion and by each number, and are written as a person would say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.frontier import Bounds, Strength, weakened
from meterproof.frontier.search import lattice
from meterproof.frontier.strength import maximal, minimal
from meterproof.frontier.words import Words

EVERYBODY = Strength.of("AB", {"bad": 2, "slow": 1})
any_strength = st.sampled_from(lattice(EVERYBODY))


@given(any_strength, any_strength, any_strength)
def test_the_order_is_a_partial_order(a: Strength, b: Strength, c: Strength) -> None:
    assert a <= a
    assert not (a <= b and b <= a) or a == b
    assert not (a <= b and b <= c) or a <= c


@given(any_strength)
def test_what_is_next_below_is_weaker_by_one(a: Strength) -> None:
    assert all(b < a and b.size == a.size - 1 for b in a.below())
    assert len(set(a.below())) == len(a.capabilities) + len(a.corruptions)


@given(any_strength, any_strength)
def test_within_is_the_strongest_below_both(a: Strength, b: Strength) -> None:
    both = a.within(b)
    assert both <= a and both <= b
    assert all(c <= both for c in lattice(EVERYBODY) if c <= a and c <= b)


@given(st.lists(any_strength))
def test_the_least_and_the_greatest_of_many_are_antichains(found: list[Strength]) -> None:
    for chosen in (minimal(found), maximal(found)):
        assert not any(a < b for a in chosen for b in chosen)
    assert all(any(m <= s for m in minimal(found)) and any(s <= m for m in maximal(found)) for s in found)


def test_a_set_of_which_none_may_be_corrupted_is_as_good_as_none() -> None:
    assert Strength.of("A", {"bad": 0}) == Strength.of("A")
    assert Strength.of("A", {"slow": 1, "bad": 2}) == Strength.of("A", {"bad": 2, "slow": 1})


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(ValueError, match="bad"):
        Strength.of("A", {"bad": -1})


BEFORE = Bounds(
    (Strength.of("A", {"bad": 2}),), (Strength.of("B", {"bad": 2}), Strength.of("AB", {"bad": 1})), EVERYBODY
)


def test_a_change_weakens_a_guarantee_where_it_stood_what_breaks_it_now() -> None:
    after = Bounds((Strength.of("A", {"bad": 1}),), (Strength.of("AB"), Strength.of("B", {"bad": 2})), EVERYBODY)
    assert weakened(BEFORE, after) == (Strength.of("A", {"bad": 1}),)
    assert weakened(after, BEFORE) == ()
    assert weakened(BEFORE, BEFORE) == ()


@given(st.lists(any_strength, max_size=4), st.lists(any_strength, max_size=4))
def test_of_two_exact_frontiers_that_differ_one_is_weakened(one: list[Strength], other: list[Strength]) -> None:
    before, after = (
        Bounds(minimal(least), maximal(s for s in lattice(EVERYBODY) if not any(b <= s for b in least)), EVERYBODY)
        for least in (one, other)
    )
    fallen = {s for s in lattice(EVERYBODY) if (before.standing(s), after.standing(s)) == ("holds", "breaks")}
    assert set(weakened(before, after)) == set(minimal(fallen))
    assert (before == after) == (weakened(before, after) == () == weakened(after, before))


def test_what_was_undecided_before_is_not_weakened() -> None:
    vague = Bounds((), (Strength(),), EVERYBODY)
    assert BEFORE.standing(Strength.of("A", {"bad": 1})) == "holds"
    assert vague.standing(Strength.of("A", {"bad": 1})) == "undecided"
    assert weakened(vague, BEFORE) == ()


def test_an_adversary_of_another_version_has_nothing_from_what_is_not_here() -> None:
    """A capability that no move needs, a set that is not there, and leave to corrupt more than there are."""
    assert BEFORE.standing(Strength.of("BC", {"bad": 7, "late": 1})) == "holds"
    assert BEFORE.standing(Strength.of("AC", {"bad": 7})) == "breaks"


WORDS = Words((("faulty", "Replica"), ("slow", "Entry")), (("faulty", ("BYZ",)), ("slow", ())))


@pytest.mark.parametrize(
    ("strength", "said"),
    [
        (Strength(), "{nobody}"),
        (Strength.of(["BYZ"], {"faulty": 2}), "{two faulty replicas}"),
        (Strength.of(["BYZ", "NET"], {"faulty": 1}), "{NET, one faulty replica}"),
        (Strength.of(["NET"], {"faulty": 13}), "{NET, 13 faulty replicas without BYZ}"),
        (Strength.of(["BYZ"]), "{no faulty replica}"),
        (Strength.of(["KEY"], {"slow": 3}), "{KEY, three slow entries}"),
        (Strength.of((), {"elsewhere": 2}), "{two of elsewhere}"),
    ],
)
def test_strengths_are_said_in_words(strength: Strength, said: str) -> None:
    assert WORDS.say(strength) == said


def test_of_several_capabilities_of_one_set_each_is_named() -> None:
    words = Words((("faulty", "Seat"),), (("faulty", ("BYZ", "ORIG")),))
    assert words.say(Strength.of(["ORIG"], {"faulty": 1})) == "{ORIG, one faulty seat}"
    assert words.say(Strength.of((), {"faulty": 2})) == "{two faulty seats without BYZ or ORIG}"
