"""What a change newly allows or forbids: shortest witness, why the other version can't follow, and what was covered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.check.methods import Budget
from meterproof.compare.behaviours import newly_allowed
from meterproof.errors import InputError
from meterproof.lang import System, trace
from tests.compare.versions import (
    FOUR,
    Guarded,
    Recorded,
    Split,
    Whole,
    commit_without_hearing,
    voting,
)

TWO = {"Replica": 2, "Block": 2, "faulty": 0}


def test_a_dropped_guard_allows_the_action_where_the_guard_would_stop_it() -> None:
    base, head = trace(TwoPhaseCommit), commit_without_hearing()
    found = newly_allowed(base, head, {"RM": 3})
    assert found.answer == "yes" and found.stopped is None
    (commit,) = found.novelties
    assert [s.action for s in commit.trace.steps] == ["commit"] and found.witness is commit.trace
    (obstacle,) = commit.obstacles
    assert obstacle.reason == "guard" and obstacle.guard is not None and not obstacle.known
    assert str(obstacle) == "commit requires forall(rm: RM: heard[rm])"
    assert newly_allowed(head, base, {"RM": 3}).answer == "no"


def test_a_version_allows_nothing_new_beside_itself_and_all_its_states_are_covered() -> None:
    system = trace(TwoPhaseCommit)
    found = newly_allowed(system, system, {"RM": 3})
    assert (found.answer, found.pairs, found.stopped) == ("no", 288, None)
    assert (found.worlds, found.worlds_in_all, found.only_base, found.only_head) == (1, 1, (), ())


def test_the_rule_that_was_weakened_is_named_with_its_values() -> None:
    found = newly_allowed(voting(), voting("f+1"), FOUR)
    (finish,) = found.novelties
    assert [s.action for s in finish.trace.steps] == ["vote", "vote", "finish"]
    obstacle = finish.obstacles[0]
    assert (obstacle.rules, obstacle.cites) == (("quorum",), ("VO-R1",))
    assert [(rule, str(here), str(there)) for rule, here, there in obstacle.changed] == [("quorum", "f+1", "2*f+1")]
    assert newly_allowed(voting("f+1"), voting(), FOUR).answer == "no"


def test_of_each_action_that_does_something_new_the_shortest_run_is_told() -> None:
    found = newly_allowed(voting(), voting("f+1", vote_once=False), FOUR)
    assert {n.action: len(n.trace.steps) for n in found.novelties} == {"vote": 2, "finish": 3}


def test_names_of_actions_do_not_matter() -> None:
    base = voting()
    renamed = tuple(replace(a, name=f"{a.name}_differently") for a in base.actions)
    head = replace(base, actions=renamed)
    assert newly_allowed(base, head, TWO).answer == newly_allowed(head, base, TWO).answer == "no"


def test_a_variable_of_one_version_alone_is_not_seen() -> None:
    base, head = voting(), voting(of=Recorded)
    forth, back = newly_allowed(base, head, TWO), newly_allowed(head, base, TWO)
    assert (forth.answer, back.answer) == ("no", "no")
    assert (forth.only_head, back.only_base) == (("asked",), ("asked",))


def test_hidden_steps_do_not_hide_what_they_newly_allow() -> None:
    base, head = voting(vote_once=True), voting(of=Recorded)
    without = tuple(replace(a, guards=a.guards[:1]) if a.name == "vote" else a for a in head.actions)
    found = newly_allowed(base, replace(head, actions=without), TWO)
    assert [s.action for s in found.novelties[0].trace.steps] == ["ask", "vote", "vote"]


def test_a_step_that_is_split_in_two_differs_both_ways() -> None:
    split, whole = trace(Split), trace(Whole)
    assert newly_allowed(whole, split, {}).novelties[0].obstacles[0].variables == ("at", "right")
    assert newly_allowed(split, whole, {}).novelties[0].obstacles[0].variables == ("at", "right")


def test_enums_are_compared_by_the_names_of_their_values() -> None:
    found = newly_allowed(trace(Split), trace(Whole), {})
    assert found.common == ("at", "left", "right") and len(found.novelties[0].trace.steps) == 1


def test_a_world_that_an_axiom_rules_out_is_new_where_the_axiom_is_gone() -> None:
    base, head = voting(of=Guarded), voting()
    found = newly_allowed(base, head, TWO)
    assert found.answer == "yes"
    (novelty,) = found.novelties
    assert novelty.action is None and not novelty.trace.steps
    assert novelty.obstacles[0].reason == "world" and novelty.obstacles[0].cites == ("VO-C1",)
    with pytest.raises(InputError, match="admit nothing"):
        newly_allowed(head, base, TWO)


def test_another_beginning_is_new() -> None:
    base = voting()
    final = base.variable("final")
    begun = replace(final, init=~final.init)  # type: ignore[operator]
    head = replace(base, variables=tuple(begun if v is final else v for v in base.variables))
    (novelty,) = newly_allowed(base, head, TWO).novelties
    assert novelty.obstacles[0].reason == "beginning" and novelty.obstacles[0].variables == ("final",)


def test_an_adversary_decides_which_actions_there_are() -> None:
    base, head = voting(), voting()
    honest = tuple(a for a in base.actions if a.needs is None)
    base = replace(base, actions=honest)
    assert newly_allowed(base, head, FOUR, against=frozenset()).answer == "no"
    found = newly_allowed(base, head, FOUR, against=frozenset({"BYZ"}))
    assert found.against == ("BYZ",) and found.novelties[0].action == "vote_again"
    assert found.novelties[0].obstacles[0].reason == "action"


def test_no_time_is_unknown_and_says_so() -> None:
    found = newly_allowed(voting(), voting(), FOUR, Budget(seconds=0.0))
    assert (found.answer, found.stopped, found.worlds) == ("unknown", "time: 0 s", 0)


def test_little_memory_is_unknown_and_says_how_far_it_came() -> None:
    system: System = trace(TwoPhaseCommit)
    found = newly_allowed(system, system, {"RM": 5}, Budget(memory=1_000_000))
    assert found.answer == "unknown" and found.stopped == "memory: 500 pairs of states"
    assert 0 < found.depth < 17 and found.pairs > 500


def test_a_version_whose_design_refuses_the_scope_leaves_it_unknown() -> None:
    base, head = voting(resilience="5f+1"), voting()
    found = newly_allowed(base, head, {**FOUR, "f": 1})
    assert found.answer == "unknown" and found.stopped is not None and "needs Replica >= 6" in found.stopped


def test_a_size_that_neither_knows_is_refused() -> None:
    with pytest.raises(InputError, match="neither version has a size 'Meter'"):
        newly_allowed(voting(), voting(), {**TWO, "Meter": 2})
