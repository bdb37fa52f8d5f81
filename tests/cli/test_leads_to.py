"""check, trace and replay on promises: verdicts, loops, schemas, and files that were meddled with."""

import json
from pathlib import Path

import pytest

from meterproof.cli import main
from tests.cli.test_documents import document

MODEL = str(Path(__file__).parents[1] / "explore" / "promises.py")
SCOPE = ["--scope", "Packet=1"]


def test_check_tells_promises_that_are_kept_from_those_that_are_not(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = document(["check", MODEL, "-p", "reliable", "-p", "lossy", *SCOPE], capsys)
    kept, broken = found["checks"]
    assert (kept["kind"], kept["verdict"], kept["method"], kept["trace"]) == ("leads_to", "exhausted", "explore", None)
    assert (broken["verdict"], broken["evidence"][0]["steps"]) == ("violated", 2)
    assert main(["replay", broken["trace"]]) == 0
    said = capsys.readouterr().out
    assert "And then again from step 1, for ever." in said and "takes every step" in said
    assert main(["check", MODEL, "-p", "lossy", *SCOPE]) == 0
    assert "violated: 2 steps again and again" in capsys.readouterr().out


@pytest.mark.parametrize("method", ["bmc", "kinduction", "induction", "schedule", "walk"])
def test_other_methods_leave_promises_alone(method: str, capsys: pytest.CaptureFixture[str]) -> None:
    """They speak of finite runs or of single steps, and say so."""
    found = document(["check", MODEL, "-p", "lossy", "--method", method, *SCOPE], capsys)
    [row] = found["checks"]
    assert row["verdict"] == "not run" and row["note"]


@pytest.fixture
def stored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The file of a loop that `trace` found."""
    found = document(["trace", MODEL, "-p", "lossy", *SCOPE], capsys)
    assert found["itf"]["loop"] == 0
    file = tmp_path / "lossy.itf.json"
    file.write_text(json.dumps(found["itf"]))
    return file


def test_a_stored_loop_is_replayed(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = document(["replay", str(stored)], capsys)
    assert again["shown"] and [s["action"] for s in again["steps"]] == ["send", "lose"]


@pytest.mark.parametrize(("loop", "message"), [(1, "the loop does not close"), (None, "it takes a loop")])
def test_a_loop_that_does_not_close_is_refused(
    stored: Path, loop: int | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stored.write_text(json.dumps(json.loads(stored.read_text()) | {"loop": loop}))
    assert main(["replay", str(stored)]) == 2
    assert message in " ".join(capsys.readouterr().err.split())


def test_a_loop_cannot_be_played_with_real_bytes(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(stored), "--real"]) == 2
    assert "never ends" in capsys.readouterr().err


def test_the_premise_is_the_witness_of_a_promise_that_names_none(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["trace", MODEL, "-p", "lossy", "--witness", *SCOPE], capsys)
    assert (found["steps"], found["itf"].get("loop")) == (0, None)
