"""Statements are compared by what they say: yes for any size, no with a state that tells them apart, else unknown."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.check.methods import Budget
from meterproof.compare.distinguish import distinguish, joint, scopes
from meterproof.compare.entail import entails
from meterproof.compare.question import question
from meterproof.compare.statement import Comparison, implies, includes
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from meterproof.lang import (
    Enum,
    IntRange,
    Protocol,
    Sort,
    System,
    action,
    count,
    exists,
    forall,
    invariant,
    leads_to,
    quiescent,
    reachable,
    step,
    trace,
    var,
)
from meterproof.lang import implies as if_then
from meterproof.prove.clock import Clock
from tests.compare.versions import Guarded, Split, Unbounded, Whole, voting
from tests.explore.machines import machine

Node = Sort("Node")


class Says(Protocol):
    """Some statements about the same variables."""

    on = var(Node)
    off = var(Node)
    level = var(to=IntRange(0, 3), init=0)

    @action
    def switch(s: Any, n: Node) -> Any:  # type: ignore[valid-type]
        return s.set(on={n: True})

    @invariant
    def never_both(s: Any) -> Any:
        return forall(Node, lambda n: ~(s.on[n] & s.off[n]))

    @invariant
    def never_both_again(s: Any) -> Any:
        return ~exists(Node, lambda other: s.off[other] & s.on[other])

    @invariant
    def never_on(s: Any) -> Any:
        return forall(Node, lambda n: ~s.on[n])

    @quiescent
    def never_on_at_rest(s: Any) -> Any:
        return forall(Node, lambda n: ~s.on[n])

    @step
    def never_switched_on(s: Any, t: Any) -> Any:
        return forall(Node, lambda n: if_then(t.on[n], s.on[n]))

    @step
    def all_stays(s: Any, t: Any) -> Any:
        return forall(Node, lambda n: t.on[n] == s.on[n])

    @reachable
    def one_on(s: Any) -> Any:
        return exists(Node, lambda n: s.on[n])

    @reachable
    def one_on_and_not_off(s: Any) -> Any:
        return exists(Node, lambda n: s.on[n] & ~s.off[n])

    @invariant
    def at_most_one(s: Any) -> Any:
        return count(Node, lambda n: s.on[n]) < 2

    @invariant
    def at_most_two(s: Any) -> Any:
        return count(Node, lambda n: s.on[n]) < 3

    @invariant
    def low(s: Any) -> Any:
        return s.level < 2

    @invariant
    def not_high(s: Any) -> Any:
        return s.level < 3

    @leads_to(then=lambda s: exists(Node, lambda n: s.off[n]), fair="switch")
    def off_after_on(s: Any) -> Any:
        return exists(Node, lambda n: s.on[n])

    @leads_to(then=lambda s: exists(Node, lambda n: s.off[n] & s.on[n]), fair="switch")
    def both_after_on(s: Any) -> Any:
        return exists(Node, lambda n: s.on[n])

    @leads_to(then=lambda s: exists(Node, lambda n: s.off[n]))
    def off_after_on_without_help(s: Any) -> Any:
        return exists(Node, lambda n: s.on[n])


SAYS = trace(Says)


def between(old: str, new: str, one: System = SAYS, other: System = SAYS) -> Comparison:
    return implies(one, one.property(old), other, other.property(new), Budget(seconds=20))


@pytest.mark.parametrize(
    ("old", "new", "relation"),
    [
        ("never_both", "never_both", "same"),
        ("never_both", "never_both_again", "same"),
        ("never_both", "never_on", "stronger"),
        ("never_on", "never_both", "weaker"),
        ("never_on", "never_on_at_rest", "weaker"),
        ("never_on", "never_switched_on", "weaker"),
        ("never_both", "never_switched_on", "incomparable"),
        ("never_switched_on", "all_stays", "stronger"),
        ("never_switched_on", "never_on_at_rest", "incomparable"),
        ("one_on", "one_on_and_not_off", "stronger"),
        ("low", "not_high", "weaker"),
        ("off_after_on", "both_after_on", "stronger"),
        ("off_after_on", "off_after_on_without_help", "stronger"),
    ],
)
def test_a_statement_is_beside_another_what_it_says(old: str, new: str, relation: str) -> None:
    assert between(old, new).relation == relation


def test_an_invariant_may_keep_a_promise_but_what_a_promise_says_of_invariants_is_not_worked_out() -> None:
    found = between("never_on", "off_after_on")
    assert (found.old_implies_new.answer, found.new_implies_old.answer) == ("yes", "unknown")


def test_no_has_a_state_that_keeps_the_one_and_breaks_the_other() -> None:
    found = between("never_on", "never_both").new_implies_old
    assert found.state is not None and str(found.state) == "with Node=1; on = {node0}"
    step_ = between("all_stays", "never_switched_on").new_implies_old
    assert step_.state is not None and str(step_.state) == "with Node=1; on = {node0}"  # on, and off after the step


def test_counting_is_compared_in_finite_instances_only_and_never_said_to_follow() -> None:
    found = between("at_most_one", "at_most_two")
    assert found.new_implies_old.answer == "no"
    back = found.old_implies_new
    assert back.answer == "unknown" and "it counts or calculates" in back.why and back.covered
    assert between("at_most_one", "at_most_one").relation == "same"  # word for word


def test_a_greater_quorum_says_more_at_every_size() -> None:
    old, new = voting("2f+1"), voting("f+1")
    found = between("backed", "backed", old, new)
    assert found.relation == "weaker"
    assert any("2*f+1 is never less than f+1" in fact for fact in found.old_implies_new.axioms)
    state = found.new_implies_old.state
    assert state is not None and state.instance.scope.as_dict() == {"Replica": 4, "Block": 1, "f": 1}


def test_a_quorum_that_depends_on_n_is_compared_by_arithmetic() -> None:
    assert between("backed", "backed", voting("2f+1"), voting("floor((n+f)/2)+1")).relation == "stronger"


def test_a_quorum_has_a_member_that_is_not_faulty() -> None:
    assert between("backed", "meant", voting("2f+1"), voting("2f+1")).relation == "weaker"
    assert between("backed", "meant", voting("f"), voting("f")).old_implies_new.answer == "no"


def test_fewer_admitted_sizes_are_a_weaker_statement_though_the_words_are_the_same() -> None:
    found = between("agreement", "agreement", voting(), voting(resilience="5f+1"))
    assert found.relation == "weaker"
    assert found.new_implies_old.silent == ("agreement is not claimed for Replica=4, Block=2, f=1",)


def test_a_bound_on_the_corrupted_is_a_weaker_statement_though_the_words_are_the_same() -> None:
    old, new = voting(of=Unbounded), voting()
    assert between("meant", "meant", old, new).relation == "weaker"
    sides = [(s, s.property("meant")) for s in (new, old)]
    assert not entails(question(*sides), Clock(20), Budget()).holds
    assert entails(question(*reversed(sides)), Clock(20), Budget()).holds


def test_a_weaker_adversary_is_a_weaker_statement_though_the_words_are_the_same() -> None:
    old, new = voting(), voting()
    claim = replace(new.property("agreement"), against=frozenset())
    found = implies(old, old.property("agreement"), new, claim)
    assert found.relation == "weaker"
    assert found.new_implies_old.silent == ("agreement is not claimed against an adversary with BYZ",)


def test_a_new_axiom_is_a_weaker_statement() -> None:
    found = between("agreement", "agreement", voting(), voting(of=Guarded))
    assert found.relation == "weaker" and found.new_implies_old.state is not None


def test_what_can_be_reached_is_said_more_strongly_against_a_weaker_adversary() -> None:
    strong = replace(SAYS.property("one_on"), against=frozenset({"NET"}))
    assert implies(SAYS, strong, SAYS, SAYS.property("one_on")).relation == "stronger"


def test_an_enum_with_more_values_is_compared_by_their_names() -> None:
    assert between("ends_together", "ends_together", trace(Split), trace(Whole)).relation == "same"


def test_a_variable_of_another_shape_leaves_it_unknown() -> None:
    class Other(Protocol):
        on = var(Node, Node)

        @invariant
        def never_on(s: Any) -> Any:
            return forall(Node, lambda n: ~s.on[n, n])

    found = between("never_on", "never_on", SAYS, trace(Other))
    assert found.relation == "unknown"
    assert found.new_implies_old.why == "on is (Node, Node) -> bool in one version and (Node) -> bool in the other"


def test_a_name_that_is_a_sort_here_and_an_enum_there_leaves_it_unknown() -> None:
    mode = Enum("Node", "a", "b")

    class Other(Protocol):
        tall = var(to=mode, init=mode.a)

        @invariant
        def never_on(s: Any) -> Any:
            return forall(mode, lambda n: s.tall != n)

    found = between("never_on", "never_on", SAYS, trace(Other))
    assert found.old_implies_new.why == "Node is a sort in one version and an enum in the other"
    assert found.relation == "unknown"


def test_no_time_is_unknown() -> None:
    claims = SAYS.property("never_on"), SAYS.property("never_both")
    found = implies(SAYS, claims[0], SAYS, claims[1], Budget(seconds=0.0))
    assert found.relation == "unknown" and "time: 0 s" in found.new_implies_old.why


def test_scopes_are_included_one_by_one_and_not_by_size() -> None:
    assert includes([{"Replica": 4}, {"Replica": 5}], [{"Replica": 4}])
    assert not includes([{"Replica": 5}], [{"Replica": 4}])


@settings(max_examples=25)
@given(st.integers(0, 10**9))
def test_random_states_of_random_statements_agree_with_what_is_found_and_proved(seed: int) -> None:
    made, dice = machine(seed), Random(seed)
    claims = dice.sample([p for p in made.system.properties if p.kind in ("invariant", "step")], 2)
    asked = question(*((made.system, claim) for claim in claims))
    within = scopes(asked)[:3]
    found = distinguish(asked, within, Clock(60), 0)
    proved = entails(asked, Clock(0.5), Budget()).holds
    assert not (proved and found.state) and (found.state or found.scopes == tuple(within))
    for scope in within:
        world = Instance(joint(asked, rigid=False), scope, ())
        interpreter, denial = Interpreter(world), asked.denial(scope.as_dict())
        for _ in range(25):
            state = tuple(
                tuple(dice.choice(world.values(v.to)) for _ in world.cells(v)) for v in world.state_variables
            )  # fmt: skip
            if interpreter.holds(denial, state):
                assert found.state is not None and found.state.instance.scope in within[: within.index(scope) + 1]
