"""`--report FILE.html` and `trace --format html` write one file for people, and never spoil what the verb prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from meterproof.cli import main
from tests.audit.ballots import write
from tests.ci.inside import inside
from tests.report.pages import read

AGREEMENT = ["bc-ami@published", "-p", "IS-V1", "--reading", "literal"]


def test_a_check_writes_its_report_beside_its_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.html"
    assert main(["check", *AGREEMENT, "--report", str(file), "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)["checks"]
    root = read(file.read_text(encoding="utf-8"))
    assert row["verdict"] == "violated" and "✗ violated in 4 steps" in root.text
    [cited] = [n.text for n in root.all("article", "note") if n.attributes["id"] == "rule-bc-ami-finality"]
    assert "published, literal" in cited and "leaders-word" in cited and "(spec/bc-ami.published.toml:" in cited
    assert any(a.attributes["href"] == "#rule-IS-C18" for a in root.all("a", "cite"))
    assert "model/ordering.py:" in root.text and str(Path.cwd()) not in file.read_text(encoding="utf-8")


def test_a_trace_as_html_is_one_page_with_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", *AGREEMENT, "--format", "html"]) == 0
    root = read(capsys.readouterr().out)
    assert [run.attributes["data-steps"] for run in root.all("section", "explorer")] == ["4"]


@pytest.mark.parametrize("verb", [["check", *AGREEMENT], ["rules", "bc-ami"], ["audit", "bc-ami@published"]])
def test_a_report_that_cannot_be_written_is_refused_before_the_work(
    verb: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def worked(*_: object, **__: object) -> None:
        raise AssertionError("the work began")

    for place in ("check.jobs", "rules.jobs", "audit.versions"):
        monkeypatch.setattr(f"meterproof.cli.{place}", worked)
    assert main([*verb, "--report", str(tmp_path / "no" / "such" / "report.html")]) == 2
    assert "a report can't be written there" in capsys.readouterr().err


def test_a_report_of_a_whole_study_ends_with_what_came_of_each_statement(tmp_path: Path) -> None:
    with inside(write(tmp_path / "study")) as root:
        main(["check", "--report", "r.html"])
        page = read((root / "r.html").read_text(encoding="utf-8"))
        main(["check", "ballot@lax", "-p", "BA-P1", "--report", "part.html"])
        part = read((root / "part.html").read_text(encoding="utf-8"))
    [section] = [s for s in page.all("section") if s.attributes.get("id") == "traceability"]
    assert "BA-R1" in section.text and "model/ballot.py:" in section.text
    assert "From text to test" not in part.text, "a part of a study may leave to the rest what it does not cite"
