"""What was not decided is said to be so, with the reason; an interrupted search keeps its finds; JSON says it all."""

import json
import pickle
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest

from meterproof.check.methods import Budget
from meterproof.claims import explore
from meterproof.finite.scope import resolve
from meterproof.frontier import Frontier, Interrupted, Strength, bounds, brief, document, frontier, render
from meterproof.frontier.proof import Proof
from meterproof.frontier.question import Engines, places
from meterproof.lang import Protocol, Sort, axiom, exists, forall, invariant, parameter, rigid, trace, var
from meterproof.verdict import Contradiction, Evidence
from tests.frontier.machines import Marking, machine

SYSTEM = machine((Marking("A", "q", ("p",), None), Marking("B", "r", ("q",), None), Marking("C", "q", (), True)))
CLAIM = SYSTEM.property("few")
PLANS = [explore(Node=2)]
"""All nodes are marked `q`: by A, or with both of them corrupted by C, or with one of them by both."""


def valid(found: Frontier) -> dict[str, object]:
    """The document, held against the schema that ships."""
    schema = json.loads((files("meterproof") / "schemas" / "frontier.json").read_text())
    told = document(found)
    jsonschema.Draft202012Validator(schema).validate(told)
    return json.loads(json.dumps(told))


def test_a_frontier_as_json() -> None:
    found = frontier(SYSTEM, CLAIM, PLANS, Budget(seed=7))
    told = valid(found)
    assert told["text"] == "{A}, {two bad nodes}"
    assert told["exact"] is True and told["seed"] == 7
    assert bounds(told) == found.bounds


def test_a_frontier_can_be_stored() -> None:
    found = frontier(SYSTEM, CLAIM, PLANS)
    again = pickle.loads(pickle.dumps(found))
    assert document(again) == document(found)


def test_without_time_everything_is_undecided() -> None:
    found = frontier(SYSTEM, CLAIM, PLANS, seconds=0)
    assert (found.breaks, found.holds, found.questions) == ((), (), 0)
    [interval] = found.undecided
    assert (interval.least, interval.most) == (Strength(), found.everybody)
    assert "no time was left" in interval.why
    assert brief(found) == "nothing known; undecided: {nobody} to {A, B, two bad nodes}"
    valid(found)


def test_corruptions_beyond_the_most_that_are_asked_about_are_undecided() -> None:
    found = frontier(SYSTEM, CLAIM, PLANS, most=1)
    assert [b.strength for b in found.breaks] == [Strength.of("A")]
    assert [(u.least, u.most, u.why) for u in found.undecided] == [
        (Strength.of((), {"bad": 2}), Strength.of("BC", {"bad": 2}), "more corruptions were not asked about")
    ]
    assert "undecided {two bad nodes without C} to {B, two bad nodes}" in render(found)


def test_an_interrupted_search_keeps_what_it_found() -> None:
    asked: list[str] = []

    def impatient(what: str) -> None:
        asked.append(what)
        if len(asked) == 5:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stop:
        frontier(SYSTEM, CLAIM, PLANS, tell=impatient)
    found, whole = stop.value.frontier, frontier(SYSTEM, CLAIM, PLANS)
    assert found.undecided and {u.why for u in found.undecided} == {"interrupted"}
    known = [b.strength for b in found.breaks]
    assert known and all(whole.bounds.standing(s) == "breaks" for s in known)
    assert all(whole.bounds.standing(h.strength) == "holds" for h in found.holds)


def test_a_proof_that_a_run_contradicts_is_an_error_of_ours() -> None:
    wrong = Proof(frozenset("A"), (("bad", "f"),), Evidence("induction", "proved"))
    engines = Engines(SYSTEM, CLAIM, places(SYSTEM, PLANS), wrong, Budget(), float("inf"))
    with pytest.raises(Contradiction, match="explore says violated at Node=2"):
        engines.ask(Strength.of("AB"))


def test_a_proof_speaks_of_the_corruptions_that_the_design_admits() -> None:
    proof = Proof(frozenset("A"), (("bad", "f"),), Evidence("induction", "proved"))
    scope = resolve(SYSTEM, {"Node": 2, "f": 1, "bad": 1})
    assert proof.covers(frozenset("A"), {"bad": 1}, scope)
    assert not proof.covers(frozenset("A"), {"bad": 2}, scope)
    assert not proof.covers(frozenset("AB"), {}, scope)


def test_a_number_of_corruptions_that_the_axioms_rule_out_breaks_nothing() -> None:
    node = Sort("Node", "a machine")

    class Cautious(Protocol):
        """The claim would fail at once if all were bad, or none: the axiom says that neither is so."""

        f = parameter(node, default="0")
        bad = rigid(node, at_most="f")
        there = var(node)

        @axiom
        def some_but_not_all(s):  # type: ignore[no-untyped-def]
            return exists(node, lambda n: s.bad[n]) & exists(node, lambda n: ~s.bad[n])

        @invariant
        def mixed(s):  # type: ignore[no-untyped-def]
            """There are good and bad ones."""
            return exists(node, lambda n: s.bad[n]) & ~forall(node, lambda n: s.bad[n])

    system = trace(Cautious)
    found = frontier(system, system.property("mixed"), [explore(Node=2)])
    assert not found.breaks and found.exact
    assert [k.strength for k in found.holds] == [found.everybody]


def test_a_scope_is_asked_about_without_its_own_number_of_corruptions() -> None:
    plans = [explore(Node=2, bad=1), explore(Node=2), explore(Node=1, bad=0)]
    found = frontier(SYSTEM, CLAIM, plans)
    assert found.scopes == ((("Node", 2),), (("Node", 1),))
    assert brief(found) == "{A}, {one bad node} with Node=1"
    assert replace(found, seconds=0.0) == found
