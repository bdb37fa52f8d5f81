"""`meterproof compose` tells what a theorem rests on, and ends with 1 where something is open."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from meterproof.check.jobs import Job
from meterproof.check.methods import Budget
from meterproof.check.runner import Check, Options, run_job
from meterproof.cli import main
from meterproof.cli.common import study
from meterproof.cli.exhibits import Exhibits
from meterproof.compose.document import document, summary
from meterproof.compose.standing import Standing, Whole, of_checks, wholes
from properties import grid
from properties.composition import COMPOSITION


def schema(verb: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("meterproof") / "schemas" / f"{verb}.json").read_text())
    return found


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = main(["compose", *arguments, "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(schema("compose")).validate(found)
    return code, found


@pytest.mark.slow
def test_a_clause_is_as_strong_as_its_weakest_link(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = told(["grid", "-p", "GR-P2"], capsys)
    [row] = found["compositions"]
    assert code == 0 and row["clause"] == "GR-P2" and row["verdict"] == "proved" and not row["weakest"]
    assert row["clauses"] == [{"property": "GR-P2", "parts": ["GR-V3", "ZD-V3", "ZD-P4", "ZD-V5", "ZD-V6"]}]
    assert {each["property"]: each["verdict"] for each in row["rests_on"]}["ZD-V3"] == "proved"
    assert row["said"] == f"proved for every size: {row['guarantees']} guarantees, all proved"


def test_what_is_open_is_named_and_ends_with_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = tuple(each for each in COMPOSITION.assumptions if each.id != "ZD-A1")
    monkeypatch.setattr(grid, "COMPOSITION", replace(COMPOSITION, assumptions=rest))
    code, found = told(["grid", "-p", "GR-P2"], capsys)
    [row] = found["compositions"]
    assert code == 1 and row["verdict"] == "unknown"
    assert "ZD-A1, which ZD-V3 assumes, is given by nobody" in row["open"]
    assert row["said"].startswith("does not fit together: ZD-A1")
    assert {each["verdict"] for each in row["rests_on"]} == {"not run"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bc-ami"], "a protocol with parts"),
        (["grid", "-p", "GR-P8"], "GR-P1, GR-P2, GR-P3, GR-P4, GR-P5, GR-P6"),
        (["nope"], "there is no target 'nope'"),
        (["grid", "--format", "html"], "text, markdown"),
    ],
)
def test_what_is_not_there_is_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compose", *arguments]) == 2
    assert said in capsys.readouterr().err


# ---- beside a check, without running anything


def given(whole: Whole, verdicts: dict[str, str]) -> list[Check]:
    """Rows of all that the whole rests on, by quick searches of nothing, with the verdicts that are given here."""

    def row(job: Job) -> Check:
        done = run_job(replace(job, stance=replace(job.stance, plans=())), Options(controls=False, budget=Budget()))
        verdict: Any = verdicts.get(job.declared.id, "proved")
        return replace(done, decisive=replace(done.decisive, verdict=verdict, scope={"Key": 2}), as_expected=True)

    return [row(whole.jobs[id]) for id in whole.links().reached]


def test_rows_that_were_checked_anyway_say_where_the_whole_stands() -> None:
    [whole] = wholes(study())
    [strong] = of_checks(study(), given(whole, {}))
    assert strong.verdict == "proved" and strong.as_expected
    assert strong.said().startswith("proved for every size: ") and strong.said().endswith("seen in a run: GR-V4")
    rows = given(whole, {"GR-V5": "exhausted", "IS-P4": "tested"})
    [weak] = of_checks(study(), rows)
    assert weak.verdict == "tested" and set(weak.weakest) == {"GR-V5", "IS-P4"}
    assert "all proved for every size but IS-P4 (tested at Key=2), GR-V5 (exhausted at Key=2)" in weak.said()
    assert of_checks(study(), rows[:-1]) == [], "not all that it rests on was checked"
    jsonschema.Draft202012Validator(schema("compose")).validate(document([weak], seed=0))
    jsonschema.Draft202012Validator(schema("check")["$defs"]["composition"]).validate(summary(weak))


def test_a_violation_beats_them_all() -> None:
    [whole] = wholes(study())
    [found] = of_checks(study(), given(whole, {"WA-V4": "violated", "IS-P4": "unknown"}))
    assert isinstance(found, Standing) and found.verdict == "violated"


@pytest.mark.parametrize("id", [None, "ZD-A1"])
def test_a_check_of_the_whole_study_ends_with_1_where_a_whole_does_not_fit_together(
    id: str | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without plans, attacks and runs, so that there is nothing else to tell."""
    [whole] = wholes(study())
    idle = [whole.jobs[id] for id in whole.links().reached]
    asked = [replace(job, stance=replace(job.stance, plans=())) for job in idle]
    monkeypatch.setattr("meterproof.cli.check.jobs", lambda *a, **k: asked)
    monkeypatch.setattr("meterproof.cli.exhibits.exhibits", lambda *a: Exhibits([], [], []))
    rest = tuple(each for each in COMPOSITION.assumptions if each.id != id)
    monkeypatch.setattr(grid, "COMPOSITION", replace(COMPOSITION, assumptions=rest))
    assert main(["check", "--workers", "1", "--json"]) == (0 if id is None else 1)
    [row] = json.loads(capsys.readouterr().out)["compositions"]
    assert row["as_expected"] is (id is None)
    assert row["verdict"] == ("not run" if id is None else "unknown") and bool(row["open"]) is (id is not None)
