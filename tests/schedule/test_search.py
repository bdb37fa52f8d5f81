"""The scheduler as evidence: it finds what is wrong, shortest first, and says no more than it tried."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.errors import InputError
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Protocol, invariant, leads_to, trace, var
from meterproof.schedule import schedule
from meterproof.traces import itf
from meterproof.traces.trace import rerun
from meterproof.verdict import Evidence
from tests.schedule.mutants import BreaksItsPromise, CommitsUnheard, shortest
from tests.traces.relay import relay, small

RELAY = relay()


@pytest.mark.parametrize("mutant", [CommitsUnheard, BreaksItsPromise])
@pytest.mark.parametrize("managers", [2, 3])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_missing_guard_is_found_and_shown_by_a_shortest_schedule(
    mutant: type[Protocol], managers: int, seed: int
) -> None:
    system = trace(mutant)
    scope = resolve(system, {"RM": managers})
    claim = system.property("consistent")

    found = schedule(system, claim, scope, schedules=2000, steps=40, seed=seed)

    assert (found.method, found.verdict, found.scope) == ("schedule", "violated", {"RM": managers})
    assert found.trace is not None and found.schedules is not None and found.schedules <= 2000
    assert found.depth == len(found.trace.steps) == shortest(found.trace.instance, claim)
    assert rerun(found.trace.instance, found.trace.steps, claim) == found.trace


def test_the_real_protocol_is_tested_and_no_more_than_tested() -> None:
    system = trace(TwoPhaseCommit)

    found = schedule(system, system.property("consistent"), resolve(system, {"RM": 3}), schedules=500, steps=40)

    assert (found.verdict, found.trace, found.schedules) == ("tested", None, 500)
    assert found.states is not None and 100 < found.states <= 288
    assert found.generated is not None and found.generated <= 500 * 40
    assert (
        found.note == f"500 schedules, {found.generated} steps, {found.states} different states; every action was taken"
    )


def test_the_counterexample_can_be_pasted_into_a_test() -> None:
    system = trace(CommitsUnheard)
    setup = (
        "from meterproof.lang import trace\nfrom tests.schedule.mutants import CommitsUnheard\n\n"
        "system = trace(CommitsUnheard)\n"
    )
    found = schedule(system, system.property("consistent"), resolve(system, {"RM": 2}), setup=setup)
    assert found.note is not None
    names: dict[str, object] = {}
    exec(found.note, names)
    test = names["test_consistent_is_violated"]
    assert callable(test)
    test()


def test_what_was_never_done_is_said() -> None:
    claim = replace(RELAY.property("one_block"), against=frozenset())
    found = schedule(RELAY, claim, small(RELAY), schedules=1, steps=1)
    assert found.verdict == "tested" and found.note is not None
    assert "no schedule took" in found.note and "equivocate" not in found.note


def test_the_adversary_is_the_propertys_unless_another_is_given() -> None:
    claim = RELAY.property("one_block")
    assert schedule(RELAY, claim, small(RELAY), schedules=200).verdict == "violated"
    assert schedule(RELAY, claim, small(RELAY), schedules=200, against=frozenset()).verdict == "tested"
    assert schedule(RELAY, claim, small(RELAY, faulty=0), schedules=200).verdict == "tested"


def test_every_interpretation_of_the_rigids_is_tried() -> None:
    """Only a faulty leader equivocates, only a correct one proposes: both worlds are visited."""
    claim = RELAY.property("one_block")
    never = replace(claim, kind="reachable", formula=~(claim.formula | ~claim.formula))
    note = schedule(RELAY, never, small(RELAY), schedules=200).note
    assert note is not None and note.endswith("every action was taken")


def test_a_step_property_is_held_against_each_step() -> None:
    found = schedule(RELAY, RELAY.property("calm_stays"), small(RELAY))
    assert found.trace is not None
    assert [s.action for s in found.trace.steps] == ["follow"]


def test_a_quiescent_property_is_held_against_quiet_states_only() -> None:
    found = schedule(RELAY, RELAY.property("all_stamped"), small(RELAY))
    assert found.verdict == "violated" and found.trace is not None
    assert {s.action for s in found.trace.steps} >= {"follow", "tick", "stamp"}

    claim = RELAY.property("all_stamped")
    passing = replace(claim, formula=claim.formula | ~claim.formula)
    note = schedule(RELAY, passing, small(RELAY), schedules=100).note
    assert note is not None and " quiet;" in note and " 0 of them quiet" not in note


def test_a_reachable_property_is_tested_when_reached_and_unknown_when_not() -> None:
    claim = RELAY.property("time_is_up")
    reached = schedule(RELAY, claim, small(RELAY))
    assert (reached.verdict, reached.trace) == ("tested", None)
    assert reached.witness is not None and [s.action for s in reached.witness.steps] == ["tick"]

    never = replace(claim, formula=~(claim.formula | ~claim.formula))
    assert schedule(RELAY, never, small(RELAY), schedules=50).verdict == "unknown"


class Unlit(Protocol):
    """A lamp that starts lit, and nobody to touch it."""

    lit = var(init=True)

    @invariant
    def dark(s):
        """It is dark."""
        return ~s.lit

    @leads_to(then=lambda s: ~s.lit)
    def goes_out(s):
        """It goes out some time."""
        return s.lit


def test_a_first_state_can_be_the_counterexample() -> None:
    system = trace(Unlit)
    found = schedule(system, system.property("dark"), resolve(system, {}))
    assert found.verdict == "violated" and found.trace is not None and found.trace.steps == ()


def test_what_a_finite_run_cannot_show_is_not_run() -> None:
    system = trace(Unlit)
    found = schedule(system, system.property("goes_out"), resolve(system, {}))
    assert (found.verdict, found.schedules) == ("not run", None)


@pytest.mark.parametrize("limits", [{"schedules": 0}, {"steps": 0}, {"steps": 1001}])
def test_limits_that_mean_nothing_are_refused(limits: dict[str, int]) -> None:
    with pytest.raises(InputError, match=f"{next(iter(limits))} is"):
        schedule(
            RELAY,
            RELAY.property("one_block"),
            small(RELAY),
            schedules=limits.get("schedules", 1),
            steps=limits.get("steps", 1),
        )


def test_the_longest_schedule_is_within_what_hypothesis_takes() -> None:
    system = trace(TwoPhaseCommit)
    claim = replace(system.property("consistent"), kind="step")
    found = schedule(system, claim, resolve(system, {"RM": 20}), schedules=2, steps=1000)
    assert (found.verdict, found.schedules, found.depth) == ("tested", 2, 1000)


def told(found: Evidence) -> str:
    """The evidence as text, without the time that it took."""
    shown = "" if found.trace is None else itf.write(found.trace, source="test", seed=found.seed)
    return f"{replace(found, seconds=0.0, trace=None)}\n{shown}"


@pytest.mark.parametrize("seed", [0, 7, 2**40])
def test_a_seed_reproduces_the_evidence(seed: int) -> None:
    system = trace(BreaksItsPromise)

    def once() -> str:
        scope = resolve(system, {"RM": 2})
        return told(schedule(system, system.property("consistent"), scope, schedules=50, seed=seed))

    assert once() == once()


PROGRAM = """
from meterproof.finite.scope import resolve
from meterproof.lang import trace
from meterproof.schedule import schedule
from tests.schedule.mutants import BreaksItsPromise
from tests.schedule.test_search import told
system = trace(BreaksItsPromise)
print(told(schedule(system, system.property("consistent"), resolve(system, {"RM": 3}), schedules=300, seed=5)))
"""


def test_a_seed_reproduces_the_evidence_in_another_process() -> None:
    """Byte for byte, whatever the hash seed and whatever Hypothesis would do by itself on a build server."""
    outputs = [
        subprocess.run(
            [sys.executable, "-B", "-c", extra + PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": os.pathsep.join(sys.path), **more},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed, extra, more in ((1, "", {}), (2, "import meterproof.explore\n", {"CI": "true"}))
    ]
    assert outputs[0] == outputs[1] and b"violated" in outputs[0]


def test_only_instances_of_the_scope_are_searched() -> None:
    found = schedule(RELAY, RELAY.property("one_block"), small(RELAY))
    assert found.trace is not None and found.trace.instance in instances(RELAY, small(RELAY))
