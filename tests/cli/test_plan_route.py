"""`plan route` writes a plan with a certificate that can be checked again, names the cut where there is none, and says
of every wrong row where it is and what would be right."""

from __future__ import annotations

import csv
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from meterproof.cli import main

ROOT = Path(__file__).parents[2]
LINKS = "a,b,capacity,load\nA,B,10,3\nA,C,10,0\nB,C,10,0\n"
DEMANDS = "name,source,target,rate\none,A,B,6\ntwo,A,C,6\n"


@pytest.fixture(autouse=True)
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study whose target names the reference with the planner; its rules and model do not matter here."""
    for folder in ("model", "properties", "reference"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec" / "register.toml").symlink_to(ROOT / "spec" / "register.toml")
    text = (ROOT / "spec" / "bc-ami.hardened.toml").read_text()
    (tmp_path / "spec" / "plain.hardened.toml").write_text(text.replace('"bc-ami"', '"plain"'))
    text = text.replace('"bc-ami"', '"edge-keys"').replace('"reference.bc_ami"', '"reference.edge_keys"')
    (tmp_path / "spec" / "edge-keys.hardened.toml").write_text(text)
    (tmp_path / "pyproject.toml").write_text('[tool.meterproof]\nspec = "spec"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files_of(folder: Path, links: str = LINKS, demands: str = DEMANDS, suffix: str = "csv") -> list[str]:
    """The arguments that name a topology and demands, written into the folder."""
    (folder / f"links.{suffix}").write_text(links)
    (folder / "demands.csv").write_text(demands)
    return [f"links.{suffix}", "--demands", "demands.csv"]


def document(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    """What the command prints with --json, held against its schema."""
    assert main(["plan", "route", *arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads((files("meterproof") / "schemas" / "plan-route.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


def test_a_plan_is_written_with_a_certificate_that_holds_and_a_picture(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [*files_of(study), "--hops", "2", "--delay", "1s", "-o", "out"]
    found = document(arguments, capsys)
    assert found["outcome"] == "routed" and found["measures"]["busiest_utilisation"] == pytest.approx(0.9)
    with (study / "out" / "plan.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["demand"], row["nodes"], row["hops"]) for row in rows] == [("one", "A>B", "1"), ("two", "A>C", "1")]
    for row, route in zip(rows, found["routes"], strict=True):
        assert float(row["delay_ms_at_most"]) == pytest.approx(1000 * route["seconds_at_most"])
        assert 0 < route["seconds_at_most"] <= 1
    assert {(link["a"], link["b"]): link["load"] for link in found["links"]} == {
        ("A", "B"): 9, ("A", "C"): 6, ("B", "C"): 0,
    }  # fmt: skip
    picture = (study / "out" / "plan.svg").read_text()
    assert picture.startswith("<?xml") and "<svg" in picture
    assert document(["--check", "out/certificate.json"], capsys)["holds"]


def test_the_same_seed_writes_the_same_bytes(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("first", "second"):
        document([*files_of(study), "--scheme", "restarts", "--seed", "5", "-o", name], capsys)
    for name in ("plan.csv", "certificate.json", "plan.svg"):
        assert (study / "first" / name).read_bytes() == (study / "second" / name).read_bytes()


def test_a_certificate_that_was_changed_does_not_hold(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document([*files_of(study), "-o", "out"], capsys)
    certificate = json.loads((study / "out" / "certificate.json").read_text())
    certificate["routes"][0]["nodes"] = ["A", "C", "B"]
    (study / "changed.json").write_text(json.dumps(certificate))
    found = document(["--check", "changed.json"], capsys, 1)
    assert not found["holds"] and any("load at" in fault for fault in found["faults"])
    assert main(["plan", "route", "--check", "changed.json"]) == 1
    assert "does not hold" in capsys.readouterr().out


def test_a_scheme_that_is_stuck_is_no_answer(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """ZK-C26: the paper's greedy finds no route for the second demand, though there is a plan."""
    arguments = [*files_of(study), "--scheme", "greedy"]
    found = document(arguments, capsys)
    assert (found["outcome"], found["by"], found["stuck"]) == ("routed", "restarts", "two")
    assert main(["plan", "route", *arguments]) == 0
    assert "greedy had no route left for two, although there is a plan" in capsys.readouterr().out


def test_where_there_is_no_plan_the_cut_is_told_and_nothing_written(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [*files_of(study, demands=DEMANDS + "three,B,A,6\n"), "-o", "out"]
    found = document(arguments, capsys, 1)
    assert found["outcome"] == "infeasible" and found["cut_side"] == ["A"]
    assert main(["plan", "route", *arguments]) == 1
    text = capsys.readouterr().out
    assert "no plan exists" in text and "A-B admits 7, A-C admits 10" in text and "18 packet/s must cross" in text
    assert not (study / "out").exists()


def test_a_delay_that_no_route_keeps_is_told(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = document([*files_of(study), "--delay", "10ms"], capsys, 1)
    assert "admits" in found["says"][0]
    found = document([*files_of(study, LINKS.replace(",10,", ",40,")), "--delay", "31ms", "--hops", "2"], capsys, 1)
    assert found["outcome"] == "infeasible"


def test_a_topology_may_be_json_with_positions_directions_and_bits(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    links = json.dumps(
        {
            "directed": True,
            "nodes": [{"name": "A", "x": 0, "y": 0}, {"name": "B", "x": 1.5, "y": 2}, {"name": "lone"}],
            "links": [
                {"a": "A", "b": "B", "capacity_bit_s": 28800, "delay": "2ms"},
                {"a": "B", "b": "A", "capacity": 5},
            ],
        }
    )
    demands = "name,source,target,rate_bit_s\nup,A,B,8640\n"
    found = document([*files_of(study, links, demands, "json"), "-o", "out"], capsys)
    assert found["links"][0]["capacity"] == 10 and found["links"][0]["load"] == 3
    assert found["routes"][0]["seconds_at_most"] == pytest.approx(0.002 + 1 / 7, rel=1e-6)
    assert (study / "out" / "plan.svg").exists()


BAD_LINKS = {
    "a,b,capacity\nA,A,5\n": ("links.csv:2: the link leads from A to itself", "two nodes"),
    "a,b,capacity\nA,B,5\nB,A,6\n": ("links.csv:3: link B-A is that of line 2 too", "one link between two nodes"),
    "a,b,capacity\nA,B,-5\n": ("links.csv:2: capacity is -5", "above 0"),
    "a,b,capacity\nA,B,fast\n": ("links.csv:2: capacity is 'fast', which is not a number", "71.5"),
    "a,b,capacity\nA,B,nan\n": ("which is not a number", "71.5"),
    "a,b,capacity\nA,B,1e99\n": ("links.csv:2: capacity is 1e99", "below 1e15"),
    "a,b,capacity\nA,,5\n": ("links.csv:2: b is empty", "a name"),
    "a,b,capacity\nA,B\n": ("links.csv:2: the row has 2 values", "3: a,b,capacity"),
    "a,b,capacity,load\nA,B,5,6\n": ("load is 6 packet/s of 5", "from 0 to the capacity"),
    "a,b,capacity,delay\nA,B,5,2\n": ("links.csv:2: delay: '2' is no time", "100ms"),
    "a,b,capacity,up\nA,B,5,maybe\n": ("links.csv:2: up is 'maybe'", "yes or no"),
    "a,b,capacity,reliability\nA,B,5,2\n": ("links.csv:2: reliability is 2", "at most 1"),
    "a,b,capacity,capacity_bit_s\nA,B,5,5\n": ("capacity is given in packets and in bits", "one of"),
    "a,b,capacity,a_x,a_y\nA,B,5,0,0\nA,C,5,0,1\n": ("links.csv:3: A stands elsewhere", "one position"),
    "a,b,capacty\nA,B,5\n": ("links.csv:1: the header has a,b,capacty: capacity is missing", "capacity_bit_s"),
    "a,b,capacity,colour\nA,B,5,red\n": ("links.csv:1: the header has 'colour'", "reliability"),
    "a,b,capacity\n": ("there are no links in it", "one row a link"),
    '{"links": [{"a": "A", "b": "B"}]}': ("links[0]: capacity is ''", "71.5"),
    '{"links": [{"a": "A", "b": "B", "capacity": 5}, {"a": "A", "b": "B", "capacity": 5}]}': (
        "links[1]: link A-B is that of links[0] too", "one link",
    ),
    '{"nodes": []}': ("the document has no links", "links"),
    '{"links": ': ("links.csv:1: is not JSON", "JSON or CSV"),
}  # fmt: skip
BAD_DEMANDS = {
    "name,source,target,rate\none,A,X,5\n": ("demands.csv:2: there is no node 'X'", "A, B, C"),
    "name,source,target,rate\none,A,A,5\n": ("demands.csv:2: the demand goes from A to itself", "two nodes"),
    "name,source,target,rate\none,A,B,0\n": ("demands.csv:2: rate is 0", "above 0"),
    "name,source,target,rate\none,A,B,2\none,A,C,2\n": ("demands.csv:3: the name 'one' is that of", "unique names"),
    "name,source,target,rate\none,A,D,2\n": ("demands.csv:2: no links that are up lead from A to D", "B, C"),
    "name,source,target,rate\n": ("there are no demands in it", "one row a demand"),
    "source,target,rate\nA,B,5\n": ("demands.csv:1: the header has source,target,rate: name is missing", "name"),
}


@pytest.mark.parametrize("links", BAD_LINKS)
def test_a_wrong_link_is_named_with_its_row(links: str, study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "route", *files_of(study, links)]) == 2
    says = capsys.readouterr().err
    assert all(each in says for each in BAD_LINKS[links]), says


@pytest.mark.parametrize("demands", BAD_DEMANDS)
def test_a_wrong_demand_is_named_with_its_row(demands: str, study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    links = "a,b,capacity,up\nA,B,10,yes\nA,C,10,yes\nC,D,10,no\n"
    assert main(["plan", "route", *files_of(study, links, demands)]) == 2
    says = capsys.readouterr().err
    assert all(each in says for each in BAD_DEMANDS[demands]), says


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--scheme", "greedyy"], "did you mean 'greedy'"),
        (["--hops", "0"], "a bound of 0 hops"),
        (["--delay", "100"], "'100' is no time"),
        (["--delay", "0ms"], "more than 0"),
        (["--delay-bound", "mean"], "path, per-node"),
        (["--queue", "1000"], "1 to 200"),
        (["--packet", "0"], "--packet 1 or more"),
        (["--positions", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["--check", "links.csv"], "--check FILE alone"),
        (["--target", "plain@hardened"], "plans no routes"),
    ],
)
def test_a_wrong_option_says_what_is_right(
    options: list[str], says: str, study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "route", *files_of(study), *options]) == 2
    assert says in capsys.readouterr().err.replace("\n", "")
