"""The table of features says of each what its attacks amount to, and what stands behind it."""

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from attacks.table4 import FEATURES
from meterproof.cli import main
from meterproof.cli.attack import attacks
from meterproof.cli.common import study
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit, ExploitResult
from meterproof.real.features import Cell, Feature, Found, rows

PLACE = ("p@v", None)


def result(name: str, reached: bool, *, beyond: bool = False) -> ExploitResult:
    """What came of an exploit of that name."""
    attempt = Attempt("p@v", None, "succeeds" if reached else "fails", beyond=beyond)
    exploit = Exploit(name, "title", "P", "goal", lambda rules, seed: account, (attempt,), ())
    account = Account((Deed("It is tried."),), reached, "bytes")
    return ExploitResult(exploit, attempt, account, None, 0)


@pytest.mark.parametrize(
    ("results", "found"),
    [
        ((), "untried"),
        ((result("a", False), result("b", False)), "withstands"),
        ((result("a", False), result("b", True)), "broken"),
        ((result("a", False), result("a", True, beyond=True)), "bounded"),
        ((result("a", True), result("a", True, beyond=True)), "broken"),
    ],
)
def test_a_cell_is_what_its_worst_attack_within_the_bound_makes_it(
    results: tuple[ExploitResult, ...], found: Found
) -> None:
    assert Cell(*PLACE, results).found == found


def test_a_result_counts_for_the_features_that_name_its_attack_and_for_its_own_column() -> None:
    feature = Feature("p", "F1", "title", "argument", ("a",), ())
    [row] = rows([feature], [PLACE, ("p@w", None)], [result("a", True), result("b", True)])
    assert [[r.attack.name for r in cell.results] for cell in row.cells] == [["a"], []]


def test_further_guarantees_of_a_feature_stand_in_each_of_its_cells() -> None:
    """Attacks on bytes only, as here, aim at nothing that the model speaks of."""
    feature = Feature("p", "F1", "title", "argument", ("a",), (), ("P1", "V5"))
    [row] = rows([feature], [PLACE, ("p@w", None)], [result("a", True)])
    assert [cell.aims for cell in row.cells] == [("P1", "V5")] * 2


def test_byzantine_features_name_what_is_known_of_all_views_and_rounds() -> None:
    assert {f.id: f.guarantees for f in FEATURES if f.guarantees} == {"F9": ("IS-P1", "IS-V5"), "F10": ("IS-V24",)}


def test_every_claimed_feature_has_an_attack_and_every_attack_tries_a_feature() -> None:
    tried = [name for feature in FEATURES for name in feature.attacks]
    assert [feature.id for feature in FEATURES] == [f"F{number}" for number in range(1, 11)]
    aimed = {name for name, each in attacks(study()).items() if each.attempts[0].target.startswith("bc-ami")}
    assert sorted(tried) == sorted(aimed)
    for feature in FEATURES:
        study().register().check(feature.cites)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        said: list[str] = []
        patch.setattr("builtins.print", lambda text: said.append(text))
        assert main(["attack", "bc-ami", "--json", "--no-proofs", "--seed", "3"]) == 0
    found: dict[str, Any] = json.loads("\n".join(said))
    return found


def test_the_table_follows_its_schema(document: dict[str, Any]) -> None:
    schema = json.loads((files("meterproof") / "schemas" / "attack.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["seed"] == 3


def test_what_is_found_of_the_papers_ten_claims(document: dict[str, Any]) -> None:
    """Literal, charitable, hardened. All ten are claimed."""
    found = {f["id"]: tuple(cell["found"] for cell in f["cells"]) for f in document["features"]}
    assert found == {
        "F1": ("broken", "withstands", "withstands"),
        "F2": ("broken", "withstands", "withstands"),
        "F3": ("broken", "withstands", "withstands"),
        "F4": ("broken", "broken", "withstands"),
        "F5": ("broken", "withstands", "withstands"),
        "F6": ("broken", "broken", "withstands"),
        "F7": ("broken", "withstands", "withstands"),
        "F8": ("broken", "withstands", "withstands"),
        "F9": ("broken", "broken", "withstands"),
        "F10": ("broken", "bounded", "bounded"),
    }
    places = [(cell["target"], cell["reading"]) for cell in document["features"][0]["cells"]]
    assert places == [("bc-ami@published", "literal"), ("bc-ami@published", "charitable"), ("bc-ami@hardened", None)]


def test_what_a_model_backs_has_a_verdict_and_what_only_bytes_back_has_none(document: dict[str, Any]) -> None:
    for feature in document["features"]:
        for each in (evidence for cell in feature["cells"] for evidence in cell["evidence"]):
            assert (each["backed_by"] == "bytes") == (each["verdict"] is None)
            assert each["verdict"] in ("violated" if each["outcome"] == "succeeds" else "exhausted", None)


@pytest.mark.slow
def test_a_proof_stands_beside_no_attack_that_the_model_finds(capsys: pytest.CaptureFixture[str]) -> None:
    """Where a schedule of the model succeeds, the engines say of the same guarantee that it is violated."""
    assert main(["attack", "bc-ami", "--json"]) == 0
    seen = 0
    for feature in json.loads(capsys.readouterr().out)["features"]:
        for cell in feature["cells"]:
            verdicts = {proof["property"]: proof["verdict"] for proof in cell["proofs"]}
            for each in cell["evidence"]:
                if each["backed_by"] == "model" and each["property"] in verdicts:
                    seen += 1
                    assert each["outcome"] == "fails" or verdicts[each["property"]] == "violated"
    assert seen > 20


def test_the_table_is_told_to_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attack", "bc-ami@hardened", "--no-proofs"]) == 0
    said = capsys.readouterr().out
    assert "F8 replay" in said and "refused by freshness" in said and "on bytes only" in said


def test_a_name_that_is_neither_attack_nor_target_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attack", "bc-amy"]) == 2
    assert "bc-ami@hardened" in capsys.readouterr().err
