"""Delta debugging: what is left shows the fault, and nothing of it can be left out."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import trace
from meterproof.schedule import schedules
from meterproof.schedule.minimise import one_minimal, shown_by
from meterproof.schedule.moves import Moves
from meterproof.traces.trace import Trace, rerun
from tests.schedule.mutants import CommitsUnheard

SYSTEM = trace(CommitsUnheard)
SCOPE = resolve(SYSTEM, {"RM": 3})
CLAIM = SYSTEM.property("consistent")


def moves_of(instance: Instance) -> Moves:
    """All moves of the mutant."""
    return Moves(instance, SYSTEM.actions)


MOVES = moves_of(instances(SYSTEM, SCOPE)[0])


def test_steps_that_do_not_matter_go() -> None:
    detour = [
        Step("prepare", (2,)), Step("hear", (2,)), Step("choose_to_abort", (0,)), Step("commit", ()),
        Step("follow_commit", (2,)), Step("follow_commit", (1,)),
    ]  # fmt: skip
    left = one_minimal(MOVES, detour, CLAIM)
    assert left == (Step("choose_to_abort", (0,)), Step("commit", ()), Step("follow_commit", (2,)))


def test_steps_that_are_not_enabled_are_passed_over() -> None:
    steps = [Step("hear", (0,)), Step("choose_to_abort", (0,)), Step("prepare", (0,)), Step("commit", ())]
    assert shown_by(MOVES, [*steps, Step("follow_commit", (1,))], CLAIM) == (
        Step("choose_to_abort", (0,)), Step("commit", ()), Step("follow_commit", (1,)),
    )  # fmt: skip
    assert shown_by(MOVES, steps, CLAIM) is None


def test_a_run_that_shows_nothing_cannot_be_shortened() -> None:
    with pytest.raises(ValueError, match="does not show consistent"):
        one_minimal(MOVES, [Step("commit", ())], CLAIM)


@given(schedules(SYSTEM, SCOPE, steps=25))
@settings(deadline=None, max_examples=200)
def test_what_is_left_is_a_run_that_shows_the_claim_and_loses_it_with_any_step(run: Trace) -> None:
    moves = moves_of(run.instance)
    assume(shown_by(moves, run.steps, CLAIM) is not None)

    left = one_minimal(moves, run.steps, CLAIM)

    assert rerun(run.instance, left, CLAIM).steps == left
    rest = iter(run.steps)
    assert all(step in rest for step in left), "the order is kept"
    for at in range(len(left)):
        assert shown_by(moves, (*left[:at], *left[at + 1 :]), CLAIM) is None
