"""`contract check`, `compare` and `decide` tell what rules do, with exit codes and documents to build on."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from meterproof.cli import main
from meterproof.contracts import digest, load

CONTRACTS = Path(__file__).parents[2] / "spec" / "contracts"
ONE, TWO = str(CONTRACTS / "sovereign.toml"), str(CONTRACTS / "sovereign-2.toml")
REQUEST = (
    "who=household, service=power-trading, action=submit, data=trade-order, jurisdiction=islands, "
    "amount=6_000 Wh, at=2031-01-06 23:30"
).replace("_", "")
SMALL = """\
contract = "small"
version = 1
activation_height = 0
authority = "Office"
policy = "most-specific"
otherwise = "deny"
legal_time = "+00:00"
[laws]
ACT = "The Act"
[vocabulary]
who = { ann = "a person", bob = "another" }
service = { one = "a service" }
action = { read = "see" }
data = { datum = "anything" }
jurisdiction = { here = "the realm" }
unit = { Wh = "energy" }
[[rule]]
id = "ann"
law = "ACT s. 1"
who = "ann"
decision = "allow"
[[rule]]
id = "at-night"
law = "ACT s. 2"
hours = { from = 22:00:00, before = 06:00:00 }
decision = "deny"
"""


def document(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What a command prints with --json, held against its schema."""
    assert main(["contract", *arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads((files("meterproof") / "schemas" / f"contract-{arguments[0]}.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A contract with a conflict and a gap."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    return Path("small.toml")


def test_a_contract_without_faults(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contract", "check", ONE]) == 0
    text = capsys.readouterr().out
    assert "sovereign.toml): 23 rules, most-specific, otherwise deny" in text and digest(load(ONE)) in text
    assert "no-export-abroad changes no outcome: without it no-act-without-law would decide alike" in text
    assert "no faults" in text and "4 remarks" in text


def test_a_fault_is_told_with_file_line_rules_and_a_request(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["check", str(small)], 1, capsys)
    conflict, gap = (each for each in found["findings"] if each["fault"])
    assert (conflict["kind"], conflict["rules"], conflict["line"]) == ("conflict", ["ann", "at-night"], 23)
    assert gap["kind"] == "gap" and gap["spread"] == {"who": ["bob"], "hours": ["06:00 to 22:00"]}
    assert main(["contract", "check", str(small)]) == 1
    text = capsys.readouterr().out
    for expected in (
        "small.toml:23: ann (allow) and at-night (deny) apply, and neither gives way to the other",
        "ann in one: read datum, here, Mon 2030-01-07 22:00",
        "deny by rule at-night (ACT s. 2); rules conflict",
        "small.toml: no rule applies",
        "bob in one: read datum, here, Mon 2030-01-07 12:00",
        "2 faults, 0 remarks",
    ):
        assert expected in text


def test_the_request_of_a_finding_can_be_decided(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for finding in document(["check", str(small)], 1, capsys)["findings"]:
        again = document(["decide", str(small), "--request", finding["request"]["request"]], 0, capsys)
        assert again["request"] == finding["request"] and again["decision"] == finding["decision"]


def test_an_unreachable_rule_names_those_before_it(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.write_text(SMALL.replace('who = "ann"\n', "").replace("most-specific", "first-applicable"))
    assert main(["contract", "check", str(small)]) == 1
    assert "at-night decides no request: ann come before it wherever it applies" in capsys.readouterr().out
    never = 'dates = { from = 2030-01-07, before = 2030-01-08 }\nweekdays = "sun"\ndecision = "deny"'
    small.write_text(SMALL.replace('decision = "deny"', never))
    assert main(["contract", "check", str(small)]) == 1
    assert "at-night decides no request: no time meets its clauses" in capsys.readouterr().out


def test_an_amendment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contract", "compare", ONE, TWO]) == 1
    text = capsys.readouterr().out
    assert "newly allowed  grid-company in data-mining: read aggregated-readings, abroad, Sat 2030-01-12 12:00" in text
    assert "10 groups of requests with another outcome: 5 to allow, 3 to escalate, 2 to deny" in text


def test_what_only_forbids_more_is_as_expected(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stricter = Path("stricter.toml")
    text = SMALL.replace('decision = "allow"', 'decision = "escalate"')
    stricter.write_text(text.replace("height = 0", "height = 9"))
    assert document(["compare", str(small), str(stricter)], 0, capsys)["newly_allowed"] == 0
    back = document(["compare", str(stricter), str(small)], 1, capsys)
    assert back["newly_allowed"] == 1 and not back["equivalent"] and back["changes"][0]["old"]["outcome"] == "escalate"
    assert main(["contract", "compare", str(small), str(small)]) == 0
    text = capsys.readouterr().out
    assert "equivalent" in text and "no succession  version 1 does not come after version 1" in text


def test_a_decision_says_why_not_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["decide", ONE, "--request", REQUEST], 0, capsys)
    assert found["decision"]["says"] == "escalate by rule trade-on-islands-at-night (DSA s. 7)"
    why = {each["rule"]: each["says"] for each in found["standings"]}
    assert why["trade"] == "gives way to trade-on-islands-at-night, which is narrower"
    assert "only where amount is from 5,000,000 Wh on" in why["trade-of-households"]
    assert main(["contract", "decide", ONE, "--request", REQUEST]) == 0
    assert "Dispatch Security Act (fictional)" in capsys.readouterr().out


def test_a_word_that_the_contract_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["decide", ONE, "--request", REQUEST.replace("household", "aggregator")], 0, capsys)
    assert found["decision"]["says"] == "deny: sovereign@1 does not know this who" and not found["standings"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "nothing.toml"], "nothing.toml: cannot be read"),
        (["check", "small.toml", "--timeout", "0"], "z3 can't answer in 0 s"),
        (["compare", "small.toml", "small.toml", "--timeout", "nan"], "z3 can't answer in nan s"),
        (["decide", "small.toml", "--request", "who=ann"], "a request without service"),
        (["decide", "small.toml"], "Missing parameter: request"),
    ],
)
def test_what_cannot_be_asked(
    arguments: list[str], message: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contract", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_every_mistake_of_a_file_is_told(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.write_text(SMALL.replace('"ann"\ndecision', '"anne"\ndecision').replace("06:00:00", "6"))
    assert main(["contract", "check", str(small)]) == 2
    text = capsys.readouterr().err
    assert "small.toml:20: rule ann, clause who: 'anne' is no word of the vocabulary of who; did you mean 'ann'" in text
    assert "small.toml:25: rule at-night, clause hours: before cannot be 6" in text
