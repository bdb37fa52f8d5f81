"""`check` and `audit` hand in what they found: JUnit, SARIF, GitHub; and what is accepted does not fail them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import jsonschema
import pytest

from meterproof.ci import github
from meterproof.cli import main
from tests.audit.ballots import commit, write
from tests.ci.inside import claimed, inside
from tests.ci.test_sarif import VALIDATOR
from tests.cli.test_documents import schema

ACCEPTED = '[[accepted]]\nid = "BA-P1"\ntarget = "ballot@lax"\nreason = "Next release."\nexpires = {}\n'
CHECK = ["check", "ballot@lax", "-p", "BA-P1"]
AUDIT = ["audit", "ballot@strict", "ballot@lax", "-p", "BA-P1", "--no-frontier", "--no-behaviours"]


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """The current folder is a study in the folder of a repository; its lax variant does not keep what it claims."""
    with inside(claimed(tmp_path / "repository" / "study")) as root:
        (root.parent / ".git").mkdir()
        yield root


def accept(root: Path, expires: str) -> None:
    (root / "spec" / "accepted.toml").write_text(ACCEPTED.format(expires))


def results(file: Path) -> list[dict[str, Any]]:
    log = json.loads(file.read_text())
    VALIDATOR.validate(log)
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


def test_a_check_writes_all_of_it_beside_its_document(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(root / "summary.md"))
    (root / "summary.md").write_text("before\n")
    assert main([*CHECK, "--junit", "j.xml", "--sarif", "s.sarif", "--github", "--json"]) == 1
    printed = capsys.readouterr()
    jsonschema.Draft202012Validator(schema("check")).validate(json.loads(printed.out))
    assert printed.err.startswith("::error file=study/spec/ballot.lax.toml,line=9,title=BA-P1 violated")
    assert (root / "summary.md").read_text().startswith("before\n### meterproof check\n\n**1** failed\n")
    assert parse(root / "j.xml").getroot().get("failures") == "1"
    [result] = results(root / "s.sarif")
    uris = [
        x["location"]["physicalLocation"]["artifactLocation"]["uri"]
        for x in result["codeFlows"][0]["threadFlows"][0]["locations"]
    ]
    assert uris == ["study/model/ballot.py"] * 6 + ["study/properties/ballot.py"]


def test_a_summary_leaves_room_for_what_other_commands_of_the_step_wrote(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(root / "summary.md"))
    monkeypatch.setattr(github, "MOST_BYTES", 500)
    (root / "summary.md").write_text("x" * 300)
    assert main([*CHECK, "--github"]) == 1
    told = (root / "summary.md").read_text()
    assert len(told.encode()) <= 500 and "This is not all" in told


def test_an_accepted_finding_is_told_and_does_not_fail_and_an_expired_one_fails(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accept(root, "9999-12-31")
    assert main([*CHECK, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(schema("check")).validate(found)
    assert not found["checks"][0]["as_expected"]
    [word] = found["accepted"]
    assert (word["expires"], word["expired"], word["file"]) == ("9999-12-31", False, "study/spec/accepted.toml")
    accept(root, "2020-02-29")
    assert main(CHECK) == 1
    assert "no longer accepted: until 2020-02-29 (study/spec/accepted.toml:1): Next release." in capsys.readouterr().out


def test_a_finding_that_was_there_before_is_unchanged(root: Path) -> None:
    assert main([*CHECK, "--sarif", "old.sarif"]) == 1
    assert main([*CHECK, "--sarif", "new.sarif", "--baseline", "old.sarif"]) == 1
    assert [r["baselineState"] for r in results(root / "new.sarif")] == ["unchanged"]


def test_an_audit_hands_in_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with inside(write(tmp_path / "study")) as root:
        commit(root, "all")
        accept(root, "9999-12-31")
        assert main([*AUDIT, "--junit", "j.xml", "--sarif", "s.sarif", "--github", "--json"]) == 0
        printed = capsys.readouterr()
        document = json.loads(printed.out)
        jsonschema.Draft202012Validator(schema("audit")).validate(document)
        assert document["failed"] is False and document["accepted"][0]["reason"] == "Next release."
        assert printed.err.startswith("::notice file=spec/ballot.lax.toml,line=9,title=BA-P1 lost")
        assert parse(root / "j.xml").getroot().get("skipped") == "1"
        [result] = results(root / "s.sarif")
        assert result["suppressions"][0]["justification"] == "Next release. (until 9999-12-31)"
        steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
        assert steps[0]["location"]["physicalLocation"]["artifactLocation"]["uri"] == "model/ballot.py"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--junit", "nowhere/j.xml"], "a file in a folder that there is"),
        (["--sarif", "."], "can't be written there"),
        (["--baseline", "old.sarif"], "--baseline FILE with --sarif FILE"),
        (["--sarif", "s.sarif", "--baseline", "none.sarif"], "none.sarif: cannot be read"),
    ],
)
def test_wrong_input_is_told_before_anything_is_run(
    root: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for verb in (CHECK, AUDIT):
        assert main([*verb, *arguments]) == 2
        assert said in capsys.readouterr().err.replace("\n", " ")
