"""A run of one version on the other: where it first differs, what stopped it, and whether there is another way."""

from __future__ import annotations

from dataclasses import replace

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.check.methods import Budget
from meterproof.compare.transplant import transplant
from meterproof.explore.explorer import explore
from meterproof.finite.interpret import Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import System, trace
from meterproof.traces.trace import Trace, rerun
from tests.compare.versions import FOUR, Guarded, Split, Whole, commit_without_hearing, voting


def violation(system: System, property: str, scope: dict[str, int]) -> Trace:
    """A shortest violation of a property in the first world that has one."""
    claim = system.property(property)
    for world in instances(system, resolve(system, scope)):
        found = explore(world, system.enabled_for(claim.against), [claim]).traces[0]
        if found is not None:
            return found
    raise AssertionError(f"{property} holds")


def test_a_guard_stops_the_run_and_there_is_no_other_way() -> None:
    safe = trace(TwoPhaseCommit)
    run = violation(commit_without_hearing(), "consistent", {"RM": 3})
    found = transplant(run, safe, safe.property("consistent"))
    assert found.stopped is not None and found.differs == found.stopped
    assert (found.stopped.at, found.steps, found.shows) == (1, 1, False)
    assert str(found.stopped.obstacle) == "commit requires forall(rm: RM: heard[rm])"
    assert found.violation is not None and (found.violation.answer, found.violation.covered) == ("no", "288 states")
    assert found.arrival is not None and found.arrival.answer == "no"


def test_the_rule_that_stops_it_is_named_with_both_values_and_ids() -> None:
    run = violation(voting("f+1"), "agreement", FOUR)
    found = transplant(run, voting(), voting().property("agreement"))
    assert found.stopped is not None
    obstacle = found.stopped.obstacle
    assert (obstacle.reason, obstacle.rules, obstacle.cites) == ("guard", ("quorum",), ("VO-R1",))
    assert [(rule, str(here), str(there)) for rule, here, there in obstacle.changed] == [("quorum", "f+1", "2*f+1")]
    assert found.violation is not None and found.violation.answer == "no"


def test_another_way_round_is_found_and_is_a_run_of_the_other_version() -> None:
    run = violation(voting("f+1", vote_once=False), "agreement", FOUR)
    other = voting("f+1")
    found = transplant(run, other, other.property("agreement"))
    assert found.differs is not None and not found.shows
    assert found.violation is not None and found.violation.answer == "yes"
    way = found.violation.trace
    assert way is not None and way.instance.system is other
    assert rerun(way.instance, way.steps, other.property("agreement")).states == way.states


def test_a_run_of_the_same_version_carries_over_as_it_is() -> None:
    system = voting("f+1")
    run = violation(system, "agreement", FOUR)
    found = transplant(run, voting("f+1"), system.property("agreement"))
    assert found.shows and found.differs is None and found.stopped is None
    assert found.replayed is not None and found.replayed.states == run.states
    assert found.arrival is not None and found.arrival.answer == "yes"


def test_a_step_with_another_effect_is_told_and_the_run_goes_on() -> None:
    whole, split = trace(Whole), trace(Split)
    (world,) = instances(split, resolve(split, {}))
    run = rerun(world, [Step("begin", ()), Step("end", ())])
    found = transplant(run, whole)
    assert found.differs is not None and found.differs.at == 0
    assert found.differs.obstacle.reason == "effect" and found.differs.obstacle.variables == ("at", "right")
    assert found.stopped is not None and found.stopped.at == 1 and found.stopped.obstacle.reason == "action"
    assert found.violation is None
    assert found.arrival is not None and found.arrival.answer == "yes"  # the same state, in one step


def test_a_value_that_the_other_version_has_not_is_never_reached() -> None:
    split = trace(Split)
    (world,) = instances(split, resolve(split, {}))
    found = transplant(rerun(world, [Step("begin", ())]), trace(Whole))
    assert found.arrival is not None
    assert (found.arrival.answer, found.arrival.covered) == ("no", "the other version has no such values")


def test_an_action_that_the_rules_leave_out_is_missing_with_the_reason() -> None:
    base = voting()
    head = replace(
        base, actions=tuple(a for a in base.actions if a.name != "finish"), absent=(("finish", "nobody finishes"),)
    )
    (world,) = instances(base, resolve(base, {"Replica": 1, "Block": 1}))
    found = transplant(rerun(world, [Step("vote", (0, 0)), Step("finish", (0,))]), head)
    assert found.stopped is not None and found.stopped.at == 1
    assert (str(found.stopped.obstacle), found.stopped.obstacle.cites) == (
        "there is no finish: nobody finishes", ("VO-R1",),
    )  # fmt: skip


def test_a_guard_of_both_versions_is_known_where_something_earlier_differs() -> None:
    base = voting()
    mute = replace(base, actions=tuple(replace(a, updates=()) if a.name == "vote" else a for a in base.actions))
    (world,) = instances(base, resolve(base, {"Replica": 1, "Block": 1}))
    found = transplant(rerun(world, [Step("vote", (0, 0)), Step("finish", (0,))]), mute)
    assert found.differs is not None and found.differs.obstacle.reason == "effect"
    assert found.stopped is not None and found.stopped.obstacle.known


def test_a_world_that_the_other_version_rules_out_ends_it_before_it_begins() -> None:
    base = voting()
    (world,) = instances(base, resolve(base, {"Replica": 2, "Block": 1}))
    found = transplant(rerun(world, [Step("vote", (0, 0))]), voting(of=Guarded))
    assert found.replayed is None and found.steps == 0 and found.arrival is None
    assert found.differs is not None and found.differs.obstacle.reason == "world"
    assert found.differs.obstacle.cites == ("VO-C1",)


def test_a_search_that_is_stopped_leaves_another_way_unknown_and_says_why() -> None:
    safe = trace(TwoPhaseCommit)
    run = violation(commit_without_hearing(), "consistent", {"RM": 6})
    found = transplant(run, safe, safe.property("consistent"), Budget(memory=1))
    assert found.violation is not None and found.violation.answer == "unknown"
    assert "memory" in found.violation.covered
    assert found.arrival is not None and found.arrival.answer == "unknown"


def test_the_replay_alone_looks_for_no_other_way() -> None:
    run = violation(voting("f+1"), "agreement", FOUR)
    found = transplant(run, voting(), voting().property("agreement"), around=False)
    assert found.stopped is not None and found.violation is None and found.arrival is None
