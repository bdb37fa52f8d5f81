"""Every trace is taken again step by step on the interpreter; where the model would not go, that is said."""

from __future__ import annotations

import pytest

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import IntRange, Protocol, action, trace, var
from meterproof.traces.trace import Mismatch, rerun

PREPARE, HEAR, COMMIT = Step("prepare", (0,)), Step("hear", (0,)), Step("commit", ())


def commit(size: int) -> Instance:
    system = trace(TwoPhaseCommit)
    [world] = instances(system, resolve(system, {"RM": size}))
    return world


def stopped(world: Instance, *steps: Step) -> Mismatch:
    with pytest.raises(Mismatch) as error:
        rerun(world, steps)
    return error.value


def test_a_run_has_a_state_more_than_it_has_steps() -> None:
    run = rerun(commit(1), [PREPARE, HEAR, COMMIT])
    assert len(run.states) == 4
    assert [state[0] for state in run.states] == [(0,), (1,), (1,), (1,)]
    assert run.states[-1] == ((1,), (1,), (1,), (1,))
    assert rerun(commit(1), []).states == run.states[:1]


def test_a_step_that_a_guard_stops_names_the_guard() -> None:
    error = stopped(commit(2), PREPARE, HEAR, COMMIT)
    assert str(error) == "step 3: commit() is stopped by forall(rm: RM: heard[rm])"
    assert (error.at, error.guard) == (2, 1)


def test_an_action_that_the_system_does_not_have_is_named() -> None:
    error = stopped(commit(2), PREPARE, Step("retreat", (0,)))
    assert str(error) == "step 2: the system has no action retreat"
    assert (error.at, error.guard) == (1, None)


@pytest.mark.parametrize("params", [(2,), (-1,), (), (0, 0)])
def test_parameters_that_the_scope_does_not_have_are_refused(params: tuple[int, ...]) -> None:
    error = stopped(commit(2), Step("prepare", params))
    assert str(error) == f"step 1: prepare takes (RM of 2), not {params}"
    assert error.at == 0


def test_a_number_out_of_its_range_ends_the_run() -> None:
    class Counter(Protocol):
        level = var(to=IntRange(0, 1), init=0)

        @action
        def rise(s):
            return s.set(level=s.level + 1)

    system = trace(Counter)
    [world] = instances(system, resolve(system, {}))
    error = stopped(world, Step("rise", ()), Step("rise", ()))
    assert str(error) == "step 2: rise(): level would become 2, outside 0..1"


def test_an_end_that_does_not_show_what_is_claimed_is_refused() -> None:
    world = commit(1)
    claim = world.system.property("all_commit")
    with pytest.raises(Mismatch, match="the last state does not show all_commit") as error:
        rerun(world, [PREPARE, HEAR, COMMIT], claim)
    assert error.value.at == 3
    assert rerun(world, [PREPARE, HEAR, COMMIT, Step("follow_commit", (0,))], claim).claim == claim


def test_a_claim_that_holds_is_no_violation() -> None:
    world = commit(1)
    with pytest.raises(Mismatch, match="the last state does not show consistent"):
        rerun(world, [PREPARE], world.system.property("consistent"))
