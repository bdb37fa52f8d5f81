"""The search asks about few adversaries and says of each what is true, or that it is undecided; never anything else."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.frontier.outcome import intervals
from meterproof.frontier.search import Answer, Breaks, Holds, Map, Open, explore, lattice
from meterproof.frontier.strength import Strength, maximal, minimal

EVERYBODY = Strength.of("ABC", {"bad": 2, "slow": 1})
ALL = lattice(EVERYBODY)
any_strengths = st.lists(st.sampled_from(ALL), max_size=4)


@dataclass
class Oracle:
    """Says `breaks` of all above some strengths, shown by one that may be weaker, and cannot decide some others."""

    least: list[Strength]
    undecidable: list[Strength] = field(default_factory=list)
    asked: list[Strength] = field(default_factory=list)

    def breaks(self, strength: Strength) -> bool:
        return any(b <= strength for b in self.least)

    def __call__(self, strength: Strength) -> Answer[str, str]:
        self.asked.append(strength)
        if strength in self.undecidable:
            return Open("too large")
        if not self.breaks(strength):
            return Holds("searched")
        enough = [s for s in ALL if s <= strength and self.breaks(s)]
        return Breaks(enough[len(enough) // 2], "run")


def found_by(oracle: Oracle, first: list[Strength], limit: Strength = EVERYBODY) -> Map[str, str]:
    found = Map[str, str](EVERYBODY, limit)
    explore(found, oracle, first)
    return found


@settings(max_examples=40)
@given(any_strengths, any_strengths)
def test_the_frontier_is_found_whatever_is_asked_first(least: list[Strength], first: list[Strength]) -> None:
    oracle = Oracle(least)
    bounds = found_by(oracle, first).bounds
    assert bounds.breaks == minimal(least)
    assert bounds.holds == maximal(s for s in ALL if not oracle.breaks(s))


@settings(max_examples=40)
@given(any_strengths, any_strengths, any_strengths)
def test_what_cannot_be_decided_is_said_to_be_undecided_and_the_rest_is_right(
    least: list[Strength], undecidable: list[Strength], first: list[Strength]
) -> None:
    oracle = Oracle(least, undecidable)
    found = found_by(oracle, first)
    for strength in ALL:
        standing = found.standing(strength)
        assert standing != ("holds" if oracle.breaks(strength) else "breaks")
        inside = any(low <= strength <= high for low, high in intervals(found.undecided))
        assert inside == (standing == "undecided")
    assert set(found.undecided) <= set(undecidable), "all else was asked about"


@settings(max_examples=40)
@given(any_strengths, any_strengths, any_strengths)
def test_no_question_is_asked_twice_or_where_an_answer_follows_from_others(
    least: list[Strength], undecidable: list[Strength], first: list[Strength]
) -> None:
    oracle = Oracle(least, undecidable)
    found = found_by(oracle, first)
    assert len(set(oracle.asked)) == len(oracle.asked)
    held = [s for s in oracle.asked if s in found.holds]
    assert all(not later <= earlier for at, earlier in enumerate(held) for later in held[at + 1 :])


def test_a_guarantee_that_nobody_breaks_takes_one_question() -> None:
    oracle = Oracle([])
    assert found_by(oracle, []).bounds.holds == (EVERYBODY,)
    assert oracle.asked == [EVERYBODY]


def test_what_breaks_it_is_made_sure_of_before_anything_else_is_asked() -> None:
    least = Strength.of("A", {"bad": 1})
    asked: list[Strength] = []

    def ask(strength: Strength) -> Answer[str, str]:
        asked.append(strength)
        return Breaks(least, "run") if least <= strength else Holds("searched")

    explore(Map[str, str](EVERYBODY, EVERYBODY), ask)
    assert asked[0] == EVERYBODY
    assert set(asked[1:3]) == set(least.below())


def test_more_than_the_limit_is_not_asked_about() -> None:
    oracle = Oracle([Strength.of("A", {"bad": 2}), Strength.of("B")])
    limit = Strength.of("ABC", {"bad": 1, "slow": 1})
    found = found_by(oracle, [EVERYBODY], limit)
    assert all(s <= limit for s in oracle.asked)
    assert found.bounds.breaks == (Strength.of("B"),)
    assert all(s.numbers["bad"] == 2 and "B" not in s.capabilities for s in found.undecided)
    assert found.undecided


def test_too_many_adversaries_are_refused() -> None:
    with pytest.raises(InputError, match="262,144 adversaries"):
        lattice(Strength.of("ABCDEFGHIJKLMNOPQR"))
