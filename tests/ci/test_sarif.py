"""A SARIF log follows the standard's schema, holds findings only, and keeps within what GitHub shows."""

import json
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.ci import sarif
from meterproof.ci.items import Item, Leg, Place
from meterproof.ci.sarif import Since
from tests.ci.samples import HOME, ITEMS, WORD, distinct, item

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0-rtm.5.json").read_text())
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def log(items: list[Item], **other: Any) -> dict[str, Any]:
    """The only run of a log, which is held against the schema."""
    whole = json.loads(sarif.write(items, "check", HOME, **other))
    VALIDATOR.validate(whole)
    [run] = whole["runs"]
    found: dict[str, Any] = run
    return found


@settings(max_examples=25)
@given(st.lists(ITEMS, max_size=3))
def test_every_log_is_valid_and_has_a_result_with_a_place_for_each_finding(items: list[Item]) -> None:
    asked = distinct(items)
    run = log(asked, since=Since({i.identity: "new" for i in asked}, ()))
    assert sorted(r["partialFingerprints"]["guarantee/v1"] for r in run["results"]) == sorted(
        i.identity for i in asked if i.found
    )
    rules = [r["id"] for r in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules)) and set(rules) == {i.rule for i in asked}
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert len(result["locations"]) == 1
        assert result["level"] == {"fail": "error", "open": "none"}[result["kind"]]


def test_a_violation_is_shown_at_its_line_and_its_run_is_a_code_flow() -> None:
    [result] = log([item()])["results"]
    [place] = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "spec/ballot.lax.toml"
    assert place["physicalLocation"]["region"] == {"startLine": 9}
    [related] = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "properties/ballot.py"
    [flow] = result["codeFlows"]
    first, last = flow["threadFlows"][0]["locations"]
    assert first["location"]["physicalLocation"]["artifactLocation"]["uri"] == "model/ballot.py"
    assert first["state"] == {"vote(voter0)": {"text": "true"}}
    assert last["location"]["physicalLocation"] == place["physicalLocation"]
    assert (first["executionOrder"], last["executionOrder"]) == (1, 2)
    assert "baselineState" not in result and result["suppressions"] == []


def test_an_undecided_finding_is_open_and_an_accepted_one_suppressed_with_the_reason() -> None:
    undecided, accepted = log([item(accepted=WORD), item(guarantee="BA-P2", outcome="undecided")])["results"]
    assert (undecided["kind"], undecided["level"]) == ("open", "none")
    [word] = accepted["suppressions"]
    assert (word["kind"], word["justification"]) == ("external", "Next release. (until 2027-03-31)")
    assert word["location"]["physicalLocation"]["artifactLocation"]["uri"] == "spec/accepted.toml"


def test_the_fingerprint_that_github_goes_by_is_the_same_wherever_the_line_moves() -> None:
    here, there = (log([item(place=Place("spec/ballot.lax.toml", n))])["results"][0] for n in (9, 10))
    assert here["partialFingerprints"] == there["partialFingerprints"]
    assert set(here["partialFingerprints"]) == {"primaryLocationLineHash", "guarantee/v1", "run/v1"}


def test_names_that_are_no_uris_and_braces_are_written_as_the_standard_wants() -> None:
    [result] = log([item(place=Place("spec/a b#1.toml", 1), message="of {0}")])["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "spec/a%20b%231.toml"
    assert result["message"]["text"].endswith("of {{0}}")


def test_of_more_results_than_are_shown_the_most_serious_are_kept_and_the_rest_is_told(monkeypatch: Any) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 2)
    items = [item(guarantee=f"P{n}", outcome="failed" if n == 2 else "undecided") for n in range(3)]
    run = log(items)
    assert [r["ruleId"] for r in run["results"]] == ["ballot/P2", "ballot/P0"]
    [told] = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == "1 of 3 results were left out"


def test_a_long_run_keeps_its_beginning_and_its_end(monkeypatch: Any) -> None:
    monkeypatch.setattr(sarif, "MOST_LEGS", 6)
    for length, kept in ((6, "123456"), (7, "12-567"), (20, "12-" + "".join("890"))):
        run = tuple(Leg(str(n % 10)) for n in range(1, length + 1))
        [result] = log([item(run=run)])["results"]
        told = [x["location"]["message"]["text"] for x in result["codeFlows"][0]["threadFlows"][0]["locations"]]
        assert "".join(t if len(t) == 1 else "-" for t in told) == kept
        assert len(told) <= 6
    assert told[2] == "15 steps are left out"


def test_an_interrupted_verb_says_that_it_did_not_come_to_its_end() -> None:
    assert log([item()])["invocations"] == [{"executionSuccessful": True}]
    assert log([item()], interrupted=True)["invocations"] == [{"executionSuccessful": False}]
