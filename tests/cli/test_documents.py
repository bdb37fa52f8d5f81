"""Every verb's JSON is one document on stdout, nothing else, and follows the schema that ships."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from meterproof.cli import main


def schema(verb: str) -> dict[str, Any]:
    """The shipped schema of a verb's document."""
    found: dict[str, Any] = json.loads((files("meterproof") / "schemas" / f"{verb}.json").read_text())
    return found


def document(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What a command prints with --json, held against the schema of its verb."""
    main([*arguments, "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(schema(arguments[0])).validate(found)
    return found


def test_check(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["check", "bc-ami", "-p", "IS-P4", "--seed", "7"], capsys)
    assert found["seed"] == 7
    rows = {(r["variant"], r["reading"]): r for r in found["checks"]}
    assert rows["published", "literal"]["verdict"] == "violated"
    assert rows["hardened", None]["verdict"] == "proved"
    assert {c["rule"] for c in rows["hardened", None]["controls"] if c["caught"]} == {
        "freshness", "signature_scope", "release_check", "credential",
    }  # fmt: skip


def test_the_stored_trace_of_a_violation_can_be_replayed(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["check", "bc-ami@published", "-p", "IS-P6", "--reading", "charitable"], capsys)
    [row] = found["checks"]
    assert main(["replay", row["trace"]]) == 0


def test_a_check_that_is_repeated_gives_the_same_document(capsys: pytest.CaptureFixture[str]) -> None:
    """But for the seconds that it took."""

    def timeless(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: timeless(v) for k, v in value.items() if k != "seconds"}
        return [timeless(v) for v in value] if isinstance(value, list) else value

    arguments = ["check", "bc-ami@hardened", "-p", "IS-P5"]
    assert timeless(document(arguments, capsys)) == timeless(document(arguments, capsys))


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["list"], capsys)
    assert {a["name"] for a in found["attacks"]} >= {"replay", "impersonation", "majority"}
    assert any(p["property"] == "IS-P4" and p["expected"] == "holds" for p in found["properties"])


def test_attack(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["attack", "replay"], capsys)
    assert [(a["target"], a["reading"], a["outcome"]) for a in found["attacks"]] == [
        ("bc-ami@published", "literal", "succeeds"),
        ("bc-ami@published", "charitable", "fails"),
        ("bc-ami@hardened", None, "fails"),
    ]


def test_trace_and_replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["trace", "bc-ami@published", "-p", "IS-V1"], capsys)
    stored = tmp_path / "t.itf.json"
    stored.write_text(json.dumps(found["itf"]))
    again = document(["replay", str(stored), "--real"], capsys)
    assert again["shown"] and all(s["taken"] for s in again["steps"])


def test_run(capsys: pytest.CaptureFixture[str], sample: Path) -> None:
    found = document(["run", "--readings", str(sample)], capsys)
    assert found["rows"] == found["accepted"] + found["rejected"] == 6
    assert found["delivered"] == found["accepted"] == 4
    assert found["totals"] == {"MAC1": {"file": "0.550", "mdms": "0.550"}, "MAC2": {"file": "1.5", "mdms": "1.5"}}


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Two meters, one duplicate, one row that is no number."""
    path = tmp_path / "readings.csv"
    path.write_text(
        "LCLid,tstp,energy(kWh/hh)\n"
        "MAC1,2013-01-01 00:00:00,0.100\n"
        "MAC1,2013-01-01 00:30:00,0.200\n"
        "MAC1,2013-01-01 00:30:00,0.200\n"
        "MAC1,2013-01-01 01:00:00,0.250\n"
        "MAC2,2013-01-01 00:00:00,1.5\n"
        "MAC2,2013-01-01 00:30:00,Null\n"
    )
    return path
