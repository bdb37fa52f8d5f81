"""A frontier is what brute force over all adversaries says, and each of its runs needs all that its adversary has."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import bmc, explore, kinduction
from meterproof.errors import InputError
from meterproof.frontier import Frontier, Strength, bounds, document, frontier
from meterproof.frontier.strength import maximal, minimal
from meterproof.lang import System
from meterproof.traces.trace import rerun
from tests.frontier.machines import Marking, broken, machine, markings, strengths

SIZE = 2
AT = explore(Node=SIZE)
CLAIMS = ("clean", "few", "settled", "in_order")
moves = st.lists(markings, min_size=2, max_size=5).map(tuple)


def of(system: System, id: str, *plans: object) -> Frontier:
    return frontier(system, system.property(id), plans or (AT,))  # type: ignore[arg-type]


@settings(max_examples=25)
@given(moves, st.sampled_from(CLAIMS))
def test_it_agrees_with_brute_force(drawn: tuple[Marking, ...], id: str) -> None:
    system = machine(drawn)
    found = of(system, id)
    each = {s: broken(system, id, SIZE, s) for s in strengths(system, SIZE)}
    assert found.exact
    assert found.bounds.breaks == minimal(s for s, breaks in each.items() if breaks)
    assert found.bounds.holds == maximal(s for s, breaks in each.items() if not breaks)
    assert all(found.bounds.standing(s) == ("breaks" if breaks else "holds") for s, breaks in each.items())


@settings(max_examples=20)
@given(moves, st.sampled_from(CLAIMS))
def test_each_run_is_one_of_the_model_and_needs_every_capability(drawn: tuple[Marking, ...], id: str) -> None:
    system = machine(drawn)
    needs = {a.name: a.needs for a in system.actions}
    for each in of(system, id).breaks:
        again = rerun(each.trace.instance, each.trace.steps, system.property(id), each.trace.loop)
        assert again.states == each.trace.states
        assert {needs[s.action] for s in again.steps} - {None} == each.strength.capabilities
        assert again.instance.scope["bad"] == each.strength.numbers.get("bad", 0)
        assert each.least
        assert not any(broken(system, id, SIZE, below) for below in each.strength.below())


@settings(max_examples=20)
@given(moves, st.sampled_from(CLAIMS))
def test_it_is_an_antichain_and_its_document_has_the_same_bounds(drawn: tuple[Marking, ...], id: str) -> None:
    found = of(machine(drawn), id)
    for side in (found.bounds.breaks, found.bounds.holds):
        assert not any(a <= b or b <= a for a, b in combinations(side, 2))
    assert bounds(document(found)) == found.bounds


def test_two_ways_to_break_it_are_both_found() -> None:
    """What marks a node `q` takes A; what marks it `r` then takes B or C, or a corrupted node, which does not count."""
    moves = (Marking("A", "q", ("p",), None), *(Marking(c, "r", ("q",), None) for c in "BC"))
    assert of(machine((*moves, Marking(None, "r", (), True))), "clean").bounds.breaks == (
        Strength.of("AB"), Strength.of("AC"),
    )  # fmt: skip


RUNAWAY = machine((Marking("A", "q", ("p",), None), Marking("B", "r", ("q",), None), Marking("C", "r", (), True)))
"""Which node is marked `q` and then `r` takes A and B, or A and, of a corrupted one, C."""


def test_a_leads_to_property_has_a_frontier_of_lassos() -> None:
    """The loop that breaks it is looked for with every subset of the capabilities, and every number of corruptions."""
    found = of(RUNAWAY, "answered")
    budget = Budget()
    claim = RUNAWAY.property("answered")
    for strength in strengths(RUNAWAY, SIZE):
        against = type(claim)(**{**vars(claim), "against": strength.capabilities})
        each = [
            carry_out(explore(Node=SIZE, bad=k), RUNAWAY, against, budget).verdict == "violated"
            for k in range(strength.numbers.get("bad", 0) + 1)
        ]
        assert found.bounds.standing(strength) == ("breaks" if any(each) else "holds")
    assert found.breaks and all(b.trace.loop is not None for b in found.breaks)


def test_other_methods_give_the_same_frontier_or_leave_it_open() -> None:
    by_states = of(RUNAWAY, "clean").bounds
    assert by_states.breaks == (Strength.of("AB"),)
    assert of(RUNAWAY, "clean", kinduction(8, Node=SIZE)).bounds == by_states
    to_a_depth = of(RUNAWAY, "clean", bmc(6, Node=SIZE))
    assert to_a_depth.bounds.breaks == by_states.breaks
    assert to_a_depth.bounds.holds == () and not to_a_depth.exact
    assert not to_a_depth.breaks[0].least, "that less does not break it is not known of runs that are longer"
    assert "bounded at Node=2" in to_a_depth.undecided[0].why


def test_what_is_to_be_reached_has_no_frontier() -> None:
    with pytest.raises(InputError, match="to be reached"):
        claim = RUNAWAY.property("clean")
        frontier(RUNAWAY, type(claim)(**{**vars(claim), "kind": "reachable"}), [AT])


def test_without_a_scope_there_is_nothing_to_ask_at() -> None:
    with pytest.raises(InputError, match="at a scope"):
        frontier(RUNAWAY, RUNAWAY.property("clean"), [])
