"""Seeds, solvers or engines that disagree are an error of ours: the row says so, and is never as expected."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from meterproof.check import runner
from meterproof.check.jobs import Job
from meterproof.check.matrix import matrix
from meterproof.check.runner import Check, Options, run_job
from meterproof.check.targets import find
from meterproof.claims import Plan, Stance, explore, holds, induction, open_question, removing, violated
from meterproof.cli.common import output
from meterproof.verdict import Contradiction, Evidence

SMALL = explore(Meter=1, Key=2, Epoch=1, Reading=1, Time=2, Height=2)


def job(stance: Stance) -> Job:
    return replace(find("bc-ami@hardened", "IS-P6"), stance=stance)


def disagreeing(monkeypatch: pytest.MonkeyPatch, on: str, since: int = 0) -> None:
    """From its n-th plan on, a method contradicts itself; all others do as always."""
    calls: list[Plan] = []
    honest = runner.carry_out

    def carry_out(plan: Plan, *rest: Any) -> Evidence:
        calls.append(plan)
        if plan.method == on and len(calls) > since:
            raise Contradiction("initiation: Z3 with seed 0 says shown, Z3 with seed 1 says failed")
        return honest(plan, *rest)

    monkeypatch.setattr(runner, "carry_out", carry_out)


def shown(check: Check, capsys: pytest.CaptureFixture[str]) -> str:
    output().print(matrix([check]))
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    "stance",
    [holds("exhausted", induction(), SMALL), violated(induction(), SMALL), open_question(induction(), note="why not")],
)
def test_seeds_that_disagree_make_an_unknown_row_that_is_not_as_expected(
    stance: Stance, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    disagreeing(monkeypatch, "induction")
    check = run_job(job(stance), Options())
    assert (check.decisive.verdict, check.as_expected) == ("unknown", False)
    assert check.note == (
        "induction contradicts itself: initiation: Z3 with seed 0 says shown, Z3 with seed 1 says failed"
    )
    assert [(e.method, e.verdict) for e in check.evidence[:1]] == [("induction", "unknown")]
    told = shown(check, capsys)
    assert "? unknown ! unexpected" in told and "Z3 with seed 1 says failed" in told


def test_other_plans_are_carried_out_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    disagreeing(monkeypatch, "induction")
    check = run_job(job(holds("exhausted", induction(), SMALL)), Options())
    assert [(e.method, e.verdict) for e in check.evidence] == [("induction", "unknown"), ("explore", "exhausted")]


def test_a_control_that_contradicts_itself_spoils_its_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    disagreeing(monkeypatch, "explore", since=1)
    check = run_job(job(holds("exhausted", SMALL, controls=removing("vote_once", by=SMALL))), Options())
    assert check.evidence[0].verdict == "exhausted"
    assert {c.caught for c in check.controls} == {False}
    assert (check.decisive.verdict, check.as_expected) == ("unknown", False)
    assert "explore contradicts itself" in shown(check, capsys)


def test_engines_that_disagree_are_told_beneath_the_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    proof = Evidence("induction", "proved")
    broken = Evidence("explore", "violated", {"Meter": 1})
    monkeypatch.setattr(runner, "carry_out", lambda plan, *_: proof if plan.method == "induction" else broken)
    check = run_job(job(violated(induction(), SMALL)), Options())
    assert (check.decisive.verdict, check.as_expected) == ("unknown", False)
    assert "the engines contradict each other: induction says proved, explore says violated" in shown(check, capsys)
