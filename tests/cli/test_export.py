"""`meterproof export`: one file to stdout, several into a folder, one document as JSON; one line for what is wrong."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from meterproof.cli import main

EXAMPLE = "examples/two_phase_commit.py"


def document(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What is printed with --json, held against the shipped schema."""
    assert main(["export", *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(json.loads((files("meterproof") / "schemas" / "export.json").read_text())).validate(
        found
    )
    return found


def test_one_file_goes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", EXAMPLE, "--format", "promela", "-p", "consistent", "--scope", "RM=2"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("/*") and "active proctype" in out and "RM=2" in out


def test_several_files_go_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", EXAMPLE, "--format", "tla", "-o", str(tmp_path / "new")]) == 0
    assert {p.name for p in (tmp_path / "new").iterdir()} == {
        "TwoPhaseCommit.tla", "MC_TwoPhaseCommit.tla", "MC_TwoPhaseCommit.cfg",
    }  # fmt: skip
    assert "MC_TwoPhaseCommit.cfg" in capsys.readouterr().out


def test_one_file_may_be_named(tmp_path: Path) -> None:
    assert main(["export", EXAMPLE, "--format", "book", "-o", str(tmp_path / "book.md")]) == 0
    assert (tmp_path / "book.md").read_text().startswith("# TwoPhaseCommit")


@pytest.mark.parametrize("format", ["tla", "promela", "book"])
def test_json_follows_the_schema_and_is_the_same_again(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = document([EXAMPLE, "--format", format, "--seed", "7"], capsys)
    assert found["seed"] == 7 and found["format"] == format and found["files"]
    assert found == document([EXAMPLE, "--format", format, "--seed", "7"], capsys)


def test_smtlib_is_a_numbered_file_for_each_obligation(capsys: pytest.CaptureFixture[str]) -> None:
    found = document([EXAMPLE, "--format", "smtlib"], capsys)
    names = list(found["files"])
    assert any(name.startswith("TwoPhaseCommit.consistent/") for name in names)
    assert all("(check-sat)" in text for text in found["files"].values())
    [left] = found["left_out"]
    assert "all_commit" in left


def test_itf_is_the_trace_that_trace_shows(capsys: pytest.CaptureFixture[str]) -> None:
    found = document([EXAMPLE, "--format", "itf", "-p", "all_commit", "--scope", "RM=2"], capsys)
    [text] = found["files"].values()
    assert main(["trace", EXAMPLE, "-p", "all_commit", "--scope", "RM=2", "--format", "itf"]) == 0
    assert capsys.readouterr().out == text
    assert json.loads(text)["states"]


def test_readings_have_folders_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["bc-ami@published", "--format", "tla", "-p", "IS-V1"], capsys)
    assert {name.partition("/")[0] for name in found["files"]} == {
        "bc-ami.published.literal", "bc-ami.published.charitable",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([EXAMPLE, "--format", "tla"], "-o FOLDER"),
        ([EXAMPLE, "--format", "tlaplus"], "tla, promela, smtlib, book, itf"),
        ([EXAMPLE, "--format", "itf"], "--property, once"),
        ([EXAMPLE, "--format", "itf", "-p", "consistent"], "has no trace"),
        ([EXAMPLE, "--format", "smtlib", "-p", "all_commit"], "invariant"),
        (["bc-ami@hardened", "--format", "tla", "--scope", "Replicas=4"], "did you mean 'Replica'"),
        (["bc-ami@hardened", "--format", "tla", "-p", "IS-P99"], "IS-P4"),
        (["nope", "--format", "book"], "bc-ami@hardened"),
    ],
)
def test_wrong_input_ends_with_2_and_one_message(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and said in captured.err and "Traceback" not in captured.err
