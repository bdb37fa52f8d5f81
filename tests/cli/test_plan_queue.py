"""`plan queue` tells every quantity with unit and definition, beside a simulation, and refuses what is no queue."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from meterproof.cli import main
from meterproof.cli.plan_queue import number, seconds
from meterproof.errors import InputError

ROOT = Path(__file__).parents[2]
NODE = ["--arrivals", "200", "--service", "182", "--capacity", "3"]


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


def document(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the command prints with --json, held against its schema."""
    assert main(["plan", "queue", *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads((files("meterproof") / "schemas" / "plan-queue.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


def rows(found: dict[str, Any], part: str) -> dict[str, dict[str, Any]]:
    """The quantities of a part by name."""
    return {row["name"]: row for row in found["quantities"] if row["part"] == part}


def test_a_node(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(NODE, capsys)
    node = rows(found, "node")
    assert node["loss"]["exponential"] == pytest.approx(0.286396, abs=1e-6)
    assert node["loss"]["fixed"] == pytest.approx(0.215137, abs=1e-6)
    assert node["sojourn time"]["exponential"] - node["waiting time"]["exponential"] == pytest.approx(1 / 182)
    assert all(row["definition"] and row["simulated"] is None for row in node.values())
    assert rows(found, "path") == rows(found, "retransmission") == {}


def test_a_simulation_stands_beside_the_formulas_with_its_interval(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [*NODE, "--hops", "3", "--simulate", "100000", "--seed", "4"]
    for fixed in ([], ["--fixed-size"]):
        found = document([*arguments, *fixed], capsys)
        assert found["asked"]["seed"] == 4 and found["confidence"] == 0.95
        for row in (rows(found, "node")["loss"], rows(found, "node")["sojourn time"]):
            seen, value = row["simulated"], row["fixed" if fixed else "exponential"]
            assert seen["half"] > 0 and abs(seen["mean"] - value) < 2 * seen["half"]
    path = rows(found, "path")["delay of the path"]
    assert abs(path["simulated"]["mean"] - path["fixed"]) < 2 * path["simulated"]["half"]


def test_retransmission_has_a_fixed_point_below_a_load_of_one_only(capsys: pytest.CaptureFixture[str]) -> None:
    wait = ["--retransmission", "100ms", "--hops", "7"]
    over = document([*NODE, *wait], capsys)
    assert rows(over, "retransmission")["all transmissions"]["exponential"] is None
    assert any("pile up" in says for _, says in over["remarks"])
    assert rows(over, "path")["sum over nodes"]["exponential"] == pytest.approx(0.2798, abs=1e-4)
    under = document(["--arrivals", "150", *NODE[2:], *wait], capsys)
    assert rows(under, "retransmission")["all transmissions"]["exponential"] == pytest.approx(225.754, abs=1e-3)


def test_at_a_load_of_one_the_papers_formula_has_no_value_and_ours_has(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["--arrivals", "182", "--service", "182", "--capacity", "3"], capsys)
    assert all(row["value"] is None for row in found["printed"])
    assert rows(found, "node")["number in system"]["exponential"] == pytest.approx(1.5)


def test_table_1_beside_its_readings(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["--table1"], capsys)
    readings = {row["label"]: row for row in found["readings"]}
    assert list(readings) == ["A", "B", "C", "D", "E"]
    assert [round(each, 2) for each in readings["D"]["values"]] == [61.15, 119.93, 199.85, 279.72]
    assert readings["D"]["verdict"] == "suggestive, not proven" and readings["A"]["verdict"] == "impossible"
    assert min(found["extra"]["lambda T, keys a block"]) > 1


def test_what_is_printed_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "queue", *NODE, "--retransmission", "0.1s", "--simulate", "3200"]) == 0
    text = capsys.readouterr().out
    for expected in ("M/M/1/M", "M/M/1/M simulated", "0.2864", "0.21514", "±", "seed 0", "ZK-C21", "11.334"):
        assert expected in text
    assert main(["plan", "queue", "--table1"]) == 0
    assert "suggestive, not proven" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_picture_has_the_same_bytes_every_time(suffix: str, study: Path) -> None:
    first, second = study / f"first.{suffix}", study / f"second.{suffix}"
    for path in (first, second):
        assert main(["plan", "queue", *NODE, "--simulate", "3200", "-o", str(path)]) == 0
    assert first.read_bytes() == second.read_bytes()
    assert suffix == "png" or "sojourn time" in first.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--arrivals", "-1", *NODE[2:]], "arrival rate of -1"),
        (["--arrivals", "nan", *NODE[2:]], "arrival rate of nan"),
        (["--arrivals", "1", "--service", "0", "--capacity", "3"], "service rate of 0"),
        ([*NODE[:4], "--capacity", "0"], "capacity of 0 packets"),
        (NODE[:4], "a queue without --capacity"),
        ([], "a queue without --arrivals, --service, --capacity"),
        ([*NODE, "--hops", "0"], "path of 0 nodes"),
        ([*NODE, "--retransmission", "100"], "'100' is no time"),
        ([*NODE, "--retransmission", "0ms"], "retransmission after 0 s"),
        ([*NODE, "--simulate", "10"], "simulation of 10 packets"),
        ([*NODE, "--simulate", "3200", "--seed", "-1"], "seed -1"),
        ([*NODE, "-o", "queue.pdf"], "a picture as .pdf"),
        ([*NODE, "-o", "nowhere/queue.svg"], "a folder that you may write to"),
        (["--table1", *NODE], "--table1 comes with its own rates"),
        ([*NODE, "--target", "plain"], "plans no queues"),
        ([*NODE, "--target", "nothing"], "there is no target 'nothing'"),
    ],
)
def test_what_is_no_queue_is_refused(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "queue", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_times_and_numbers() -> None:
    assert [seconds(text) for text in ("100ms", "0.1s", "250 us", "1e-3s")] == pytest.approx([0.1, 0.1, 2.5e-4, 1e-3])
    assert (number(0.0113339602, "s"), number(None), number(1.0989)) == ("11.334", "-", "1.0989")
    for text in ("", "ms", "-1ms", "1m", "one s"):
        with pytest.raises(InputError, match="such as 100ms"):
            seconds(text)
