"""`meterproof bench`: its rows follow the schema that ships, and no figure stands where the tools disagree.

What is timed here is tiny; how fast it is, is nobody's business in a test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

import benchmarks
from benchmarks import explore, prove, spin, walk
from meterproof.cli import main
from meterproof.errors import InputError
from meterproof.verdict import Contradiction
from tests.export.study import need_spin


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Suites of which none takes more than a second or two."""
    monkeypatch.setattr(explore, "QUICK", (3,))
    monkeypatch.setattr(explore, "STATES", {3: 288})
    monkeypatch.setattr(explore, "VOTING_STATES", 20_000)
    monkeypatch.setattr(walk, "QUICK", 3_000)


def document(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    """What the verb prints, held against its schema."""
    assert main(["bench", *arguments, "--quick", "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads((files("meterproof") / "schemas" / "bench.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


def test_every_suite_but_the_readings_has_rows_as_the_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["explore", "walk", "prove", "--seed", "3"], capsys)
    assert found["seed"] == 3 and not found["interrupted"]
    assert "run" not in found
    commit, *voting = found["explore"]
    assert (commit["model"], commit["size"], commit["states"], commit["complete"]) == (
        "TwoPhaseCommit", "RM=3", 288, True,
    )  # fmt: skip
    assert {row["model"] for row in voting} == {"Locking", "Consensus"}
    assert all("Replica=4" in row["size"] and row["states"] > 0 and row["bytes_per_state"] > 0 for row in voting)
    assert all(row["steps"] == 3_000 for row in found["walk"])
    assert all(row["verdict"] == "proved" for row in found["prove"])


def test_spin_searches_the_same_states_and_is_told_with_its_options_and_memory(
    capsys: pytest.CaptureFixture[str],
) -> None:
    need_spin()
    [commit, *_] = document(["explore"], capsys)["explore"]
    assert commit["peer"] == "spin"
    assert "-O3" in commit["peer_options"] and "./pan" in commit["peer_options"]
    assert commit["peer_bytes_per_state"] > 0
    assert commit["ratio"] == pytest.approx(commit["states_per_second"] / commit["peer_states_per_second"], rel=0.01)
    assert main(["bench", "explore", "--quick"]) == 0
    assert "spin: gcc" in capsys.readouterr().out


def test_readings_have_rows_as_the_schema_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The samples take some seconds, so one run stands in for them."""
    done = {"target": "p@v", "readings": "r.csv", "delivered": 4, "seconds": 0.5, "reports_per_second": 8.0, "rows": 6}
    monkeypatch.setattr(benchmarks.run, "run_samples", lambda seed, quiet: [done])
    [row] = document(["run"], capsys)["run"]
    assert (row["model"], row["delivered"]) == ("p@v", 4)


def test_the_study_measures_each_engine() -> None:
    assert list(benchmarks.SUITES) == ["explore", "walk", "prove", "run"]


@pytest.mark.parametrize("wrong", [{"states": 287}, {"errors": 1}])
def test_tools_that_disagree_end_the_run_with_1_and_both_counts(
    wrong: dict[str, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was measured before stays; the figure in doubt is not shown."""
    right = {"states": 288, "transitions": 1145, "errors": 0, "seconds": 0.01, "bytes_per_state": 40.0}
    monkeypatch.setattr(spin, "available", lambda: True)
    monkeypatch.setattr(spin, "prepare", lambda managers, folder: None)
    monkeypatch.setattr(spin, "search", lambda folder, states: spin.SpinRun(**(right | wrong)))
    assert main(["bench", "walk", "explore", "--quick", "--json"]) == 1
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert found["walk"] and found["explore"] == []
    assert f"{(right | wrong)['states']} states" in printed.err and "the explorer 288 and none" in printed.err


def test_without_spin_only_the_explorer_is_timed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(spin, "available", lambda: False)
    assert [row["peer"] for row in document(["explore"], capsys)["explore"]] == [None, None, None]


def test_a_violation_is_not_timed() -> None:
    """A search that stops early has not done the work that its rate would be of."""
    from examples.two_phase_commit import TwoPhaseCommit
    from meterproof.lang import trace

    system = trace(TwoPhaseCommit)
    with pytest.raises(Contradiction, match="all_commit"):
        explore.ours(system, system.property("all_commit"), {"RM": 2})


def test_an_interrupted_run_keeps_its_rows_and_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(quick: bool, seed: int) -> Iterator[dict[str, Any]]:
        yield from prove.rows(quick, seed)
        raise KeyboardInterrupt

    monkeypatch.setitem(benchmarks.SUITES, "prove", interrupted)
    found = document(["prove", "walk"], capsys, code=130)
    assert found["interrupted"] and found["prove"] and "walk" not in found


def test_an_unknown_suite_ends_with_2_and_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "swim"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "explore, walk, prove, run" in printed.err


def test_a_spin_that_fails_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    need_spin()
    monkeypatch.setattr(spin, "COMPILE", ("gcc", "--no-such-option"))
    assert main(["bench", "explore", "--quick"]) == 2
    assert "gcc --no-such-option" in capsys.readouterr().err


def test_a_search_that_spin_cuts_off_is_no_figure(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    need_spin()
    spin.prepare(3, tmp_path)
    assert spin.search(tmp_path, 288).states == 288
    monkeypatch.setattr(spin, "DEEPEST", 5)
    with pytest.raises(InputError, match="did not visit every state"):
        spin.search(tmp_path, 288)
