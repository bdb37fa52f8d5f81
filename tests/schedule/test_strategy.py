"""The strategy that users put in their own tests: runs that the model takes, and that shrink."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import trace
from meterproof.schedule import schedules
from meterproof.schedule.moves import Moves
from meterproof.schedule.strategy import below
from meterproof.traces.trace import Trace, rerun
from tests.traces.relay import relay, small

RELAY = relay()
SCOPE = small(RELAY)
COMMIT = trace(TwoPhaseCommit)
THREE = resolve(COMMIT, {"RM": 3})


@given(schedules(RELAY, SCOPE, steps=9, against=frozenset({"BYZ"})))
@settings(deadline=None)
def test_every_run_is_one_of_the_model(run: Trace) -> None:
    assert rerun(run.instance, run.steps) == run
    assert len(run.steps) <= 9
    assert run.instance in instances(RELAY, SCOPE)


@given(schedules(RELAY, SCOPE))
@settings(deadline=None)
def test_without_capabilities_nobody_makes_the_adversarys_moves(run: Trace) -> None:
    assert "equivocate" not in {step.action for step in run.steps}


@given(schedules(COMMIT, THREE))
@settings(deadline=None)
def test_no_step_of_a_run_is_idle(run: Trace) -> None:
    assert all(a != b for a, b in zip(run.states, run.states[1:], strict=False))


def test_idle_steps_come_on_request() -> None:
    limits = settings(database=None, deadline=None, max_examples=500)

    def stutters(run: Trace) -> bool:
        return any(a == b for a, b in zip(run.states, run.states[1:], strict=False))

    assert find(schedules(COMMIT, THREE, idle=True), stutters, settings=limits, random=Random(1))
    with pytest.raises(NoSuchExample):
        find(schedules(COMMIT, THREE, idle=False), stutters, settings=limits, random=Random(1))


@pytest.mark.parametrize("seed", [0, 1])
def test_shrunk_runs_are_short(seed: int) -> None:
    """Commit takes that each of three managers has prepared and was heard: seven steps out of up to forty."""
    limits = settings(database=None, deadline=None, max_examples=2000)
    runs = schedules(COMMIT, THREE, steps=40)
    run = find(runs, lambda run: "commit" in {s.action for s in run.steps}, settings=limits, random=Random(seed))
    assert len(run.steps) == 7 and run.steps[-1].action == "commit"


def test_a_run_may_be_empty_and_may_be_as_long_as_allowed() -> None:
    limits = settings(database=None, deadline=None, max_examples=2000)
    runs = schedules(COMMIT, THREE, steps=5)
    assert find(runs, lambda run: not run.steps, settings=limits, random=Random(0)).steps == ()
    assert len(find(runs, lambda run: len(run.steps) == 5, settings=limits, random=Random(0)).steps) == 5


@given(st.sampled_from([1, 2, 64, 65, 4097, 300_000]), st.data())
def test_positions_are_below_their_count(count: int, data: st.DataObject) -> None:
    assert 0 <= data.draw(below(count)) < count


@pytest.mark.parametrize("count", [1, 70])
def test_every_position_can_be_drawn(count: int) -> None:
    drawn = set()
    for position in range(count):
        limits = settings(database=None, max_examples=100_000)
        drawn.add(find(below(count), lambda n, wanted=position: n == wanted, settings=limits, random=Random(1)))
    assert drawn == set(range(count))


@given(schedules(RELAY, SCOPE, steps=6, against=frozenset({"BYZ"})))
@settings(deadline=None)
def test_the_moves_are_those_of_the_interpreter(run: Trace) -> None:
    """Trying conjuncts early, and remembering, changes nothing about what is enabled."""
    actions = RELAY.enabled_for(frozenset({"BYZ"}))
    moves, interpreter = Moves(run.instance, actions), Interpreter(run.instance)
    for state in run.states:
        plain = list(interpreter.moves(state, actions))
        ours = [step for choices in moves.enabled(state) for step in choices]
        assert ours == [step for step, _ in plain]
        assert [moves.after(step, state) for step in ours] == [after for _, after in plain]
        assert all(moves.can(step, state) for step in ours)
