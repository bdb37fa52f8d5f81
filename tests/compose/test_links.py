"""Parts fit together if nothing is assumed that nobody gives, and no circle of guarantees goes round at one height."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.compose.guarantees import Guarantee
from meterproof.compose.links import Circle, find_links
from meterproof.compose.table import Apart, Assumption, Condition
from tests.compose.tables import claim, clause, found, table, theorem

CLAIMS = (theorem("C"), clause("C"), claim("P", "X-A1"), claim("Q", "X-A2", "X-A3"))
GIVEN = Assumption("X-A1", "Q gives it", by=("Q",))
BELOW = Assumption("X-A2", "P gave it at lower heights", by=("P",), below=True)
OUTSIDE = Assumption("X-A3", "it is so", outside="clocks")
WHOLE = table({"C": ("P",)}, CLAIMS, GIVEN, BELOW, OUTSIDE)


def test_a_circle_that_goes_to_lower_heights_is_broken_by_induction() -> None:
    links = found(WHOLE, *CLAIMS)
    assert links.closed
    assert links.by_height == (Circle(("P", "Q"), ("X-A2",)),)
    assert links.order == (("Q",), ("P",), ("C",), ("T",))
    assert links.used == {"X-A1": ("P",), "X-A2": ("Q",), "X-A3": ("Q",)}


def test_the_same_circle_at_one_height_is_refused_and_shown() -> None:
    links = found(replace(WHOLE, assumptions=(GIVEN, replace(BELOW, below=False), OUTSIDE)), *CLAIMS)
    assert links.circles == (Circle(("P", "Q")),)
    assert not links.closed and links.order == ()


def test_who_gives_what_he_assumes_goes_round_by_himself() -> None:
    links = found(replace(WHOLE, assumptions=(replace(GIVEN, by=("P",)),)), *CLAIMS)
    assert Circle(("P",)) in links.circles


@pytest.mark.parametrize("without", [GIVEN, BELOW, OUTSIDE])
def test_an_assumption_without_an_entry_is_open(without: Assumption) -> None:
    links = found(replace(WHOLE, assumptions=tuple({GIVEN, BELOW, OUTSIDE} - {without})), *CLAIMS)
    user = "P" if without is GIVEN else "Q"
    assert links.open == (f"{without.id}, which {user} assumes, is given by nobody",)


def test_an_entry_that_names_nobody_and_nothing_outside_is_as_good_as_none() -> None:
    links = found(replace(WHOLE, assumptions=(GIVEN, BELOW, replace(OUTSIDE, outside=None))), *CLAIMS)
    assert links.open == ("X-A3, which Q assumes, is given by nobody",)


def test_an_entry_that_nothing_needs_is_idle() -> None:
    more = Assumption("X-A9", "who knows", outside="nowhere")
    assert found(replace(WHOLE, assumptions=(*WHOLE.assumptions, more)), *CLAIMS).idle == ("X-A9 is needed by nothing",)


def test_an_assumption_may_come_down_to_another_but_not_to_itself() -> None:
    down = Assumption("X-A1", "that is X-A3", by=("X-A3",))
    fine = found(table({"C": ("P",)}, CLAIMS[:3], down, OUTSIDE), *CLAIMS)
    assert fine.closed and fine.used["X-A3"] == ("P",)
    round_ = found(table({"C": ("P",)}, CLAIMS[:3], down, Assumption("X-A3", "that is X-A1", by=("X-A1",))), *CLAIMS)
    assert round_.refused == ("X-A1 comes down to itself: X-A1 <- X-A3 <- X-A1",)


@pytest.mark.parametrize(
    ("instead", "why"),
    [
        (claim("P", holds=False, target="toy@hardened"), "P is not claimed to hold in toy@hardened"),
        (claim("P", kind="leads_to"), "P is of kind leads_to, which does not carry over"),
        (claim("P", kind="reachable"), "P is of kind reachable, which does not carry over"),
        (claim("R"), "P is in no hardened target of the whole"),
    ],
)  # fmt: skip
def test_a_part_that_is_no_guarantee_is_refused(instead: Guarantee, why: str) -> None:
    links = found(table({"C": ("P",)}, (instead,)), *CLAIMS[:2], instead)
    assert why in links.refused


def test_a_part_is_to_withstand_what_its_machine_lets_the_adversary_of_the_whole_do() -> None:
    weak = claim("P", moves=frozenset({"NET", "KEY"}), against=frozenset({"NET"}))
    whole = table({"C": ("P",)}, (weak,), against=("NET",))
    assert found(whole, *CLAIMS[:2], weak).closed
    assert found(replace(whole, against=("NET", "KEY")), *CLAIMS[:2], weak).refused == (
        "P is claimed against too little: MP has moves for KEY",
    )
    assert found(whole, CLAIMS[0], clause("C", against=["KEY"]), weak).refused, "a clause may ask for more"


def test_who_gives_what_a_part_assumes_withstands_as_much_as_the_part() -> None:
    weak = claim("Q", moves=frozenset({"KEY"}))
    claims = (CLAIMS[0], clause("C", against=["KEY"]), claim("P", "X-A1"), weak)
    assert found(table({"C": ("P",)}, claims, GIVEN), *claims).refused == (
        "Q is claimed against too little: MQ has moves for KEY",
    )


def test_what_is_used_twice_withstands_what_either_use_needs() -> None:
    weak = claim("P", moves=frozenset({"KEY"}))
    claims = (theorem("C", "D"), clause("C", against=["KEY"]), clause("D"), weak)
    links = found(table({"C": ("P",), "D": ("P",)}, claims), *claims)
    assert links.refused == ("P is claimed against too little: MP has moves for KEY",)


def test_what_comes_down_to_another_at_lower_heights_is_needed_there_only() -> None:
    claims = (*CLAIMS[:2], claim("P", "X-A1"))
    entries = (Assumption("X-A1", "so it was", by=("X-A2",), below=True), Assumption("X-A2", "P gives it", by=("P",)))
    links = found(table({"C": ("P",)}, claims, *entries), *claims)
    assert links.closed and links.by_height == (Circle(("P",), ("X-A2",)),)


def test_clauses_are_those_of_the_theorem() -> None:
    links = found(table({"D": ()}, CLAIMS), *CLAIMS, clause("D"))
    assert links.refused == ("clause C of T is not in the table", "D is no clause of T, which does not cite it")


def test_of_each_machine_that_is_used_it_is_said_what_it_takes_for_granted() -> None:
    links = found(replace(WHOLE, grounds={"Whole": (), "MQ": ()}), *CLAIMS)
    assert links.open == ("grounds: the table does not say what MP takes for granted (P)",)
    granted = found(replace(WHOLE, grounds={"Whole": ("X-A7",), "MP": (), "MQ": ()}), *CLAIMS)
    assert "X-A7, which T assumes, is given by nobody" in granted.open


def test_a_condition_is_shown_by_something_that_is_there() -> None:
    conditions = (Condition("words", "because"), Condition("tests", "see", tests=("tests/a.py::test_b",)))
    known = {g.id: g for g in CLAIMS}
    links = find_links(replace(WHOLE, conditions=conditions), known.get, lambda what: False)
    assert links.open == (
        "condition 'words': nothing shows it", "condition 'tests': there is no tests/a.py::test_b",
    )  # fmt: skip


def test_what_is_apart_tells_its_own_assumptions_and_is_not_used() -> None:
    promise = claim("L", "X-A5", kind="leads_to")
    told = replace(WHOLE, apart=(Apart(("L",), "in the end", ("X-A5",)),))
    assert found(told, *CLAIMS, promise).closed
    silent = found(replace(WHOLE, apart=(Apart(("L",), "in the end"),)), *CLAIMS, promise)
    assert silent.open == ("X-A5, which L assumes, is not told",)
    assert "P is said to be apart, and used" in found(replace(WHOLE, apart=(Apart(("P",), "no"),)), *CLAIMS).refused


def test_one_clause_may_be_looked_at_alone() -> None:
    claims = (theorem("C", "D"), clause("C"), clause("D"), claim("P"), claim("Q"))
    whole = table({"C": ("P",), "D": ("Q",)}, claims)
    assert set(find_links(whole, {g.id: g for g in claims}.get, clause="D").reached) == {"T", "D", "Q"}


LETTERS = "PQRSU"
EDGES = st.lists(st.tuples(st.sampled_from(LETTERS), st.sampled_from(LETTERS), st.booleans()), max_size=12, unique=True)


@given(EDGES)
def test_there_is_an_order_just_if_every_circle_goes_to_lower_heights(edges: list[tuple[str, str, bool]]) -> None:
    """Each edge is an assumption of its own, that the first makes and the second gives, below or not."""
    made = {letter: [f"X-A{i}" for i, e in enumerate(edges) if e[0] == letter] for letter in LETTERS}
    claims = (theorem("C"), clause("C"), *(claim(letter, *made[letter]) for letter in LETTERS))
    entries = (Assumption(f"X-A{i}", "so", by=(giver,), below=low) for i, (_, giver, low) in enumerate(edges))
    links = found(table({"C": tuple(LETTERS)}, claims, *entries), *claims)

    level = nx.DiGraph([(user, giver) for user, giver, low in edges if not low])
    assert bool(links.circles) != nx.is_directed_acyclic_graph(level)
    assert links.closed == bool(links.order)
    for circle in links.circles:
        assert all(level.has_edge(a, b) for a, b in zip(circle.ids, (*circle.ids[1:], circle.ids[0]), strict=True))
    if links.order:
        place = {id: i for i, ids in enumerate(links.order) for id in ids}
        assert all(place[giver] < place[user] for user, giver, low in edges if not low)
    whole = nx.DiGraph([(user, giver) for user, giver, _ in edges])
    lowered = {(user, giver) for user, giver, low in edges if low}
    assert bool(links.by_height) == any(nx.has_path(whole, giver, user) for user, giver in lowered)
    for circle in links.by_height:
        round_ = list(zip(circle.ids, (*circle.ids[1:], circle.ids[0]), strict=True))
        assert all(whole.has_edge(a, b) for a, b in round_) and set(round_) & lowered
