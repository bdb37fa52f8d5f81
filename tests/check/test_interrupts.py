"""Whoever interrupts a job keeps what it found: the row is `unknown` and says how far it came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from meterproof.check import runner
from meterproof.check.jobs import Job, jobs_of_model
from meterproof.check.methods import Budget, carry_out
from meterproof.check.runner import Check, JobInterrupted, Options, run_job
from meterproof.check.targets import find
from meterproof.claims import Plan, explore, holds, removing, schedule, violated, walk
from meterproof.lang import trace
from meterproof.lang.expr import FALSE
from meterproof.schedule import search
from meterproof.verdict import Evidence, Interrupted
from tests.explore.promises import Channel
from tests.schedule.mutants import CommitsUnheard

MODEL = Path(__file__).parents[2] / "examples" / "two_phase_commit.py"
SMALL = explore(Meter=1, Key=2, Epoch=1, Reading=1, Time=2, Height=2)


def impatient(hear: int) -> Callable[[object], None]:
    """Listens to so many reports, and interrupts at the last."""
    left = [hear]

    def report(progress: object) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    return report


def consistent(*plans: Plan) -> Job:
    [job] = [j for j in jobs_of_model(MODEL, {"RM": 7}) if j.declared.id == "consistent"]
    return replace(job, stance=replace(job.stance, plans=plans))


def interrupted(job: Job, report: Callable[[object], None] | None = None) -> Check:
    with pytest.raises(JobInterrupted) as stop:
        run_job(job, Options(), report)
    return stop.value.check


def test_an_exploration_keeps_the_states_that_it_visited() -> None:
    check = interrupted(consistent(explore(RM=7)), impatient(2))
    assert check.interrupted and check.decisive.verdict == "unknown"
    assert 0 < (check.decisive.states or 0) < 296_448
    assert check.decisive.note == f"interrupted; {check.decisive.states:,} states were visited"


def test_a_walk_keeps_its_steps() -> None:
    check = interrupted(consistent(walk(10**9, RM=7)), impatient(2))
    assert check.decisive.verdict == "unknown"
    assert (check.decisive.note or "").startswith(f"interrupted; {check.decisive.generated:,} steps in ")
    assert (check.decisive.note or "").count("interrupted") == 1


def test_a_promise_keeps_the_states_that_it_visited_and_its_witness() -> None:
    system = trace(Channel)
    with pytest.raises(Interrupted) as stop:
        carry_out(explore(Packet=6), system, system.property("reliable"), Budget(), impatient(1))
    found = stop.value.evidence
    assert found.verdict == "unknown" and found.witness is not None
    assert found.note == f"interrupted; {found.states:,} states were visited" and found.states


def test_a_violation_that_was_found_before_is_shown() -> None:
    """The search was going on for a witness that no run reaches."""
    system = trace(CommitsUnheard)
    claim = replace(system.property("consistent"), witness=FALSE)
    with pytest.raises(Interrupted) as stop:
        carry_out(explore(RM=7), system, claim, Budget(), impatient(2))
    assert stop.value.evidence.verdict == "violated" and stop.value.evidence.trace is not None


def test_a_method_that_keeps_nothing_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def schedule_(*rest: Any, **settings: Any) -> Evidence:
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "schedule", schedule_)
    check = interrupted(consistent(schedule(RM=3)))
    assert [(e.method, e.verdict, e.note) for e in check.evidence] == [("schedule", "unknown", "interrupted")]


def test_evidence_from_before_stays_and_what_was_left_out_is_not_passed() -> None:
    """The claim is shown, but the interruption came before its controls were done."""
    job = replace(
        find("bc-ami@hardened", "IS-P6"), stance=holds("exhausted", SMALL, controls=removing("vote_once", by=SMALL))
    )

    def tell(what: str) -> None:
        if "control" in what:
            raise KeyboardInterrupt

    with pytest.raises(JobInterrupted) as stop:
        run_job(job, Options(), tell=tell)
    check = stop.value.check
    assert (check.decisive.verdict, check.controls, check.as_expected) == ("exhausted", (), False)


def test_a_violation_that_was_expected_is_as_expected_though_more_plans_were_to_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = runner.carry_out

    def carry_out(plan: Plan, *rest: Any) -> Evidence:
        if plan.method == "walk":
            raise KeyboardInterrupt
        return honest(plan, *rest)

    monkeypatch.setattr(runner, "carry_out", carry_out)
    job = replace(find("bc-ami@published (literal)", "IS-P6"), stance=violated(SMALL, walk(**SMALL.sizes)))
    check = interrupted(job)
    assert [e.verdict for e in check.evidence] == ["violated", "unknown"]
    assert check.as_expected
