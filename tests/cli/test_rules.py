"""`meterproof rules` says which guarantees fall without which rule, and stores a trace of each fall."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from importlib.resources import files
from io import StringIO
from typing import Any, cast

import jsonschema
import pytest

from meterproof.check import jobs as check_jobs
from meterproof.cli import main
from meterproof.lang.system import System
from meterproof.lang.tracing import Protocol

TOUCHED = ["rules", "bc-ami", "-r", "endorsements", "-r", "key_generation", "-p", "IS-V10", "-p", "IS-V22"]


def document(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    """What the verb prints with --json, held against its schema."""
    assert main([*arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads((files("meterproof") / "schemas" / "rules.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


@pytest.fixture(scope="module")
def touched() -> dict[str, Any]:
    """The matrix of two rules and two guarantees."""
    with redirect_stdout(StringIO()) as printed:
        assert main([*TOUCHED, "--json"]) == 0
    [matrix] = json.loads(printed.getvalue())["matrices"]
    return cast(dict[str, Any], matrix)


def outcomes(matrix: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Outcomes by property and target."""
    return {(t["property"], t["target"]): t["outcome"] for t in matrix["trials"]}


def test_without_a_variant_the_hardened_one_is_meant(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(TOUCHED, capsys)
    [matrix] = found["matrices"]
    assert (matrix["protocol"], matrix["variant"], matrix["reading"]) == ("bc-ami", "hardened", None)
    assert outcomes(matrix) == {
        ("IS-V10", "bc-ami@hardened with key_generation = contract"): "stands",
        ("IS-V10", "bc-ami@hardened with endorsements = 1"): "falls",
        ("IS-V10", "bc-ami@hardened with endorsements = n"): "stands",
        ("IS-V10", "bc-ami@hardened with endorsements = f"): "falls",
        ("IS-V22", "bc-ami@hardened with endorsements = 1"): "falls",
        ("IS-V22", "bc-ami@hardened with endorsements = n"): "stands",
        ("IS-V22", "bc-ami@hardened with endorsements = f"): "falls",
    }


def test_the_rules_come_with_what_they_rest_on_and_the_proofs_with_what_they_use(touched: dict[str, Any]) -> None:
    rule = next(r for r in touched["rules"] if r["rule"] == "endorsements")
    assert (rule["value"], rule["cites"], rule["removable"]) == ("f+1", ["IS-C22"], True)
    assert rule["machines"] == ["Endorsement", "Execution"] and rule["line"] > 1
    assert {g["property"]: g["core"]["rules"] for g in touched["guarantees"]} == {
        "IS-V10": ["endorsements"], "IS-V22": ["endorsements"],
    }  # fmt: skip
    assert all("outside faulty" in " ".join(g["assumptions"]) for g in touched["guarantees"])


def test_only_machines_that_have_the_rule_and_the_property_are_traced(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, traced = check_jobs.trace, set[str]()

    def noted(machine: type[Protocol], *others: Any) -> System:
        traced.add(machine.__name__)
        return real(machine, *others)

    monkeypatch.setattr(check_jobs, "trace", noted)
    document(["rules", "bc-ami", "-r", "endorsements", "-p", "IS-V22"], capsys)
    assert traced == {"Endorsement"}
    traced.clear()
    document(["rules", "bc-ami", "-r", "endorsements", "-p", "IS-V1"], capsys)
    assert traced == set()


def test_the_trace_of_a_fall_can_be_replayed_and_the_unchanged_protocol_stops_it(touched: dict[str, Any]) -> None:
    assert all((t["trace"] is not None) == (t["outcome"] == "falls") for t in touched["trials"])
    falls = [t for t in touched["trials"] if t["outcome"] == "falls"]
    for trial in falls:
        assert main(["replay", trial["trace"]]) == 0
        assert main(["replay", trial["trace"], "--on", "bc-ami@hardened"]) == 1


def test_pairs_of_rules_are_tried_when_asked_for(touched: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Of rules that each carry the guarantee there are none."""
    [matrix] = document(["rules", "bc-ami", "-p", "IS-V8", "--pairs"], capsys)["matrices"]
    pairs = [{c["rule"] for c in t["changes"]} for t in matrix["trials"] if len(t["changes"]) == 2]
    alone = {t["changes"][0]["rule"] for t in matrix["trials"] if len(t["changes"]) == 1 and t["outcome"] == "falls"}
    assert pairs == [] and {"key_generation", "sealed_with"} <= alone
    assert all(len(t["changes"]) == 1 for t in touched["trials"])


def test_each_reading_has_a_matrix_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """As published, the literal reading doesn't claim the guarantee, so that nothing can fall."""
    found = document(["rules", "bc-ami@published", "-p", "IS-V22"], capsys)
    literal, charitable = found["matrices"]
    assert (literal["reading"], charitable["reading"]) == ("literal", "charitable")
    assert literal["trials"] == [] and literal["left_out"][0].endswith("nothing that could fall: IS-V22.")
    assert outcomes(charitable)["IS-V22", "bc-ami@published (charitable) with endorsements = 1"] == "falls"
    one = document(["rules", "bc-ami@published", "-p", "IS-V22", "--reading", "charitable"], capsys)
    assert [m["reading"] for m in one["matrices"]] == ["charitable"]


def test_a_matrix_reads_as_a_table_with_its_findings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(TOUCHED) == 0
    printed = capsys.readouterr().out
    assert "bc-ami@hardened: 2 guarantees, 4 changes of rules, 7 trials, 4 falls" in printed
    assert "1 without key_generation   2 without endorsements" in printed
    assert "What the proofs for every size use" in printed
    assert "another value" not in printed  # of all guarantees only two were asked for
    assert "Two rules at once were not tried (--pairs)." in printed
    assert "meterproof replay .meterproof/traces/bc-ami.hardened.IS-V10.endorsements=1.itf.json" in printed


def test_the_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--help"]) == 0
    assert "meterproof rules bc-ami@published --reading charitable" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rules", "examples/two_phase_commit.py"], "has no rules to take away"),
        (["rules", "bc-ami", "-r", "quorun"], "did you mean 'quorum'"),
        (["rules", "bc-ami", "-p", "IS-P99"], "no target has a property 'IS-P99'"),
        (["rules", "bc-amy"], "there is no target 'bc-amy'"),
        (["rules", "bc-ami", "--profile", "slow"], "there is no profile 'slow'"),
        (["rules", "bc-ami", "--reading", "literal"], "no target has a reading 'literal'"),
    ],
)
def test_wrong_input_is_told_with_what_is_allowed(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert message in told and "allowed:" in told


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("bc-ami@hardened with quorum", "'quorum' changes no rule"),
        ("bc-ami@hardened with quorun = 1", "there is no rule 'quorun'"),
        ("bc-ami@hardened with vote_once = perhaps", "rule 'vote_once' cannot be 'perhaps'"),
    ],
)
def test_a_changed_target_that_can_t_be_is_refused(
    source: str, message: str, touched: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    trace = next(t["trace"] for t in touched["trials"] if t["outcome"] == "falls")
    assert main(["replay", trace, "--on", source]) == 2
    assert message in capsys.readouterr().err


def test_what_a_study_knows_to_be_carried_by_no_rule_is_found_so(capsys: pytest.CaptureFixture[str]) -> None:
    """As `tests/check/test_claims.py` lists them, with the reasons."""
    [matrix] = document(["rules", "edge-keys", "-p", "ZK-V30", "-p", "ZK-V32", "-p", "ZK-P12"], capsys)["matrices"]
    found = [f["properties"] for f in matrix["findings"] if f["kind"] == "no rule carries"]
    assert found == [["ZK-V30"], ["ZK-V32"]]
