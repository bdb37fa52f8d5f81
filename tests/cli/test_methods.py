"""A model file outside a study can be checked by any one method, with sensible sizes of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from meterproof.cli import main
from tests.cli.test_documents import document

MODEL = str(Path(__file__).parents[2] / "examples" / "two_phase_commit.py")

EXPECTED = {
    "explore": ("exhausted", "exhausted"),
    "walk": ("tested", "tested"),
    "schedule": ("tested", "tested"),
    "bmc": ("bounded", "bounded"),
    "kinduction": ("not run", "inductive"),
    "induction": ("not run", "proved"),
}
"""By method, what comes of `all_commit`, which is to be reached, and of `consistent`, an invariant."""


LAMPS = '''
from meterproof.lang import Protocol, Sort, action, forall, leads_to, require, var

Lamp = Sort("Lamp")


class Lamps(Protocol):
    lit = var(Lamp)

    @action
    def light(s, p: Lamp):
        """{p} is lit."""
        require(~s.lit[p])
        return s.set(lit={p: True})

    @leads_to(then=lambda s: forall(Lamp, lambda p: s.lit[p]), fair="light")
    def all_lit(s):
        """From the start, all lamps are lit at last."""
        return forall(Lamp, lambda p: ~s.lit[p])


SCOPE = {"Lamp": 2}
'''


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def checked(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(["check", MODEL, *options], capsys)["checks"]
    return found


@pytest.mark.parametrize("method", EXPECTED)
def test_each_method_does_what_it_can(method: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = checked(capsys, "--method", method)
    assert tuple(row["verdict"] for row in rows) == EXPECTED[method]
    assert [e["method"] for row in rows for e in row["evidence"]] == [method, method]
    assert all(row["note"] for row in rows if row["verdict"] == "not run")


def test_without_a_method_all_is_explored_and_a_proof_of_invariants_is_tried(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = checked(capsys)
    assert [[e["method"] for e in row["evidence"]] for row in rows] == [["explore"], ["induction", "explore"]]
    assert [row["verdict"] for row in rows] == ["exhausted", "proved"]


def test_seeds_and_solver_are_in_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cvc5")
    options = ("-p", "consistent", "--method", "induction", "--seed", "3", "--seeds", "2", "--solver", "both")
    [row] = checked(capsys, *options)
    [proof] = row["evidence"]
    assert (proof["verdict"], proof["solver"], proof["seeds"]) == ("proved", "both", [3, 4])
    assert "by z3 and cvc5, each with 2 seeds" in proof["note"]


def test_seeds_and_solver_are_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cvc5")
    assert main(["check", MODEL, "-p", "consistent", "--solver", "cvc5", "--seeds", "2"]) == 0
    assert "proved for every size by cvc5, seeds 0 to 1" in capsys.readouterr().out


def test_a_solver_that_is_not_installed_ends_with_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cvc5", None)
    assert main(["check", MODEL, "--method", "explore", "--solver", "cvc5"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and "cvc5, is not installed" in printed.err


def test_memory_that_runs_out_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    [row] = checked(capsys, "-p", "consistent", "--method", "explore", "--scope", "RM=7", "--memory", "0.006")
    assert row["verdict"] == "unknown" and row["note"].startswith("stopped by memory: ")
    assert row["states"] > 0


def test_an_interrupted_check_prints_what_it_has(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second search is interrupted at its first report."""
    from meterproof.explore import explorer

    searches: list[int] = []
    honest = explorer._search

    def search(arrays: Any, limits: Any, begun: float, report: Any) -> Any:
        searches.append(1)
        if len(searches) == 2:
            arrays.run(50)
            raise KeyboardInterrupt
        return honest(arrays, limits, begun, report)

    monkeypatch.setattr(explorer, "_search", search)
    assert main(["check", MODEL, "--method", "explore", "--json"]) == 130
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert found["interrupted"]
    finished, last = found["checks"]
    assert (finished["property"], finished["verdict"]) == ("all_commit", "exhausted")
    assert (last["property"], last["verdict"]) == ("consistent", "unknown")
    assert last["note"] == f"interrupted; {last['states']} states were visited" and 0 < last["states"] < 288
    assert "interrupted" in printed.err


def test_symmetry_counts_orbits_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    rows = checked(capsys, "--method", "explore", "--scope", "RM=7", "--symmetry", "RM")
    assert {r["states"] for r in rows} == {920}
    assert all(e["symmetry"] == ["RM"] for r in rows for e in r["evidence"])
    assert main(["check", MODEL, "--method", "explore", "--scope", "RM=7", "--symmetry", "all"]) == 0
    assert "920 orbits" in capsys.readouterr().out


def test_a_sort_that_is_not_interchangeable_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", MODEL, "--symmetry", "Meter"]) == 2
    assert "TwoPhaseCommit has no sort 'Meter' (allowed: all, RM)" in capsys.readouterr().err


def test_leads_to_is_not_explored_up_to_symmetry(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    model = tmp_path / "lamps.py"
    model.write_text(LAMPS)
    (row,) = document(["check", str(model), "--symmetry", "all"], capsys)["checks"]
    assert row["verdict"] == "not run" and "a loop of representatives need not close" in row["note"]
