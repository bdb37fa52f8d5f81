"""`meterproof plan place`: three files that agree with each other and with the summary, the same bytes for a seed, and
errors that name the line and what was allowed."""

from __future__ import annotations

import csv
import json
from collections import Counter
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import jsonschema
import numpy as np
import pytest

from meterproof.cli import main
from meterproof.cli.placement_map import colouring, round_length
from meterproof.cli.plan_place import planner_of
from meterproof.errors import InputError
from reference.edge_keys import plans


@pytest.fixture
def meters(tmp_path: Path) -> Path:
    """60 meters of which most stand in one corner, in km."""
    random = np.random.default_rng(4)
    places = np.concatenate([random.uniform(0, 4, (20, 2)), random.normal(1, 0.2, (40, 2))])
    return written(
        tmp_path / "meters.csv", "name,x_km,y_km", (f"M{i},{x:.4f},{y:.4f}" for i, (x, y) in enumerate(places))
    )


def written(path: Path, header: str, rows: Any) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def document(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """What the verb prints with --json, held against the schema that ships."""
    assert main(["plan", "place", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads((files("meterproof") / "schemas" / "plan-place.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_agree_with_each_other_and_with_the_summary(
    meters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = document(capsys, meters, "--devices", 4, "--capacity", 16, "-o", tmp_path / "out")
    assigned, devices = rows(tmp_path / "out" / "assignment.csv"), rows(tmp_path / "out" / "devices.csv")
    given = {r["name"]: np.array([float(r["x_km"]), float(r["y_km"])]) for r in rows(meters)}
    places = {r["device"]: np.array([float(r["x_km"]), float(r["y_km"])]) for r in devices}
    assert [r["meter"] for r in assigned] == list(given)
    assert Counter(r["device"] for r in assigned) == {r["device"]: int(r["load"]) for r in devices}
    ways = [float(r["distance_km"]) for r in assigned]
    for row, way in zip(assigned, ways, strict=True):
        assert way == pytest.approx(np.hypot(*(given[row["meter"]] - places[row["device"]])), abs=2e-6)
    assert found["distance"]["sum"] == pytest.approx(sum(ways), abs=1e-4)
    assert found["loads"]["max"] == max(int(r["load"]) for r in devices) <= 16
    assert found["certificate"] == "optimal" and found["gap"] == 0
    assert ElementTree.parse(tmp_path / "out" / "map.svg").getroot().tag.endswith("svg")


def test_the_same_command_writes_the_same_bytes(meters: Path, tmp_path: Path) -> None:
    for out in ("a", "b"):
        assert main(["plan", "place", str(meters), "--capacity", "16", "--seed", "5", "-o", str(tmp_path / out)]) == 0
    for file in ("assignment.csv", "devices.csv", "map.svg"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_without_a_number_there_are_as_many_devices_as_fit_and_one_in_reserve(
    meters: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert document(capsys, meters, "--capacity", 25)["devices"] == 3 + 1
    assert plans.fitting(300, 25) == 13


def test_beyond_what_every_pair_allows_the_certificate_stays_and_the_map_is_a_png(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = np.random.default_rng(0).uniform(0, 9000, (3_001, 2))
    many = written(tmp_path / "m.csv", "name,x_m,y_m", (f"M{i},{x:.1f},{y:.1f}" for i, (x, y) in enumerate(places)))
    found = document(capsys, many, "--devices", 121, "--capacity", 25, "-o", tmp_path)
    assert "few arcs" in found["engine"]
    assert found["loads"]["max"] <= 25 and found["certificate"] == "optimal" and found["unit"] == "m"
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_the_map_of_very_many_devices_shows_distances_instead(
    meters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["plan", "place", str(meters), "--capacity", "16", "-o", str(tmp_path)]
    assert main(arguments) == 0
    with_squares = (tmp_path / "map.svg").read_text()
    monkeypatch.setattr("meterproof.cli.placement_map.APART", 3)
    assert main(arguments) == 0
    bar = 'id="axes_2"'
    assert bar not in with_squares and bar in (tmp_path / "map.svg").read_text()


def test_the_papers_loop_knows_no_capacity_and_the_summary_says_so(
    meters: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["plan", "place", str(meters), "--devices", "4", "--capacity", "16"]
    assert main([*arguments, "--target", "edge-keys@published"]) == 0
    said = capsys.readouterr().out
    assert "above the capacity" in said and "certificate  none" in said and "not checked: the capacity" in said
    assert main([*arguments, "--method", "kmeans"]) == 0
    assert "method       kmeans: from a k-means++ start" in capsys.readouterr().out


def test_degrees_are_laid_on_a_plane_and_devices_come_back_in_degrees(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "d.csv", "bus,lon,lat", ["a,7.76,48.41", "b,7.76,48.41", "c,7.90,48.50", "d,7.90,48.50"])
    found = document(capsys, path, "--devices", 2, "--capacity", 2)
    assert {(round(d["lat"], 7), round(d["lon"], 7)) for d in found["placed"]} == {(48.41, 7.76), (48.5, 7.9)}
    assert found["plane"]["short_by_at_most"] < 1e-5 and found["distance"]["sum"] < 0.01


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("", [], "the header has nothing"),
        ("name,x_km\nA,1\n", [], "two columns for the position is missing (allowed: name and x_km,y_km or"),
        ("x_km,y_km\n1,1\n", [], "a column for the name is missing"),
        ("name,x,y\nA,1,1\n", [], "does not say what unit x and y are in"),
        ("name,x_m,y_m\nA,1,1\n", ["--unit", "km"], "the header says m, --unit says km"),
        ("name,x,y\nA,1,1\n", ["--unit", "mile"], "there is no unit 'mile' (allowed: km, m)"),
        ("name,x_km,y_km\n", [], "there are no meters in it"),
        ("name,x_km,y_km\nA,1,1\nB,one,1\n", [], "m.csv:3: x_km is 'one' (allowed: a number"),
        ("name,x_km,y_km\nA,1,1\n\nB,1,nan\n", [], "m.csv:4: y_km is 'nan'"),
        ("name,x_km,y_km\nA,1,1\nB,1\n", [], "m.csv:3: the row has 2 values (allowed: 3: name,x_km,y_km)"),
        ("name,x_km,y_km\nA,1,1\nB,2,2\nA,3,3\n", [], "m.csv:4: the name 'A' is that of line 2 too"),
        ("name,x_km,y_km\nA,1,1\n,2,2\n", [], "m.csv:3: the meter has no name"),
        ("name,lat,lon\nA,48,7\nB,91,7\n", [], "m.csv:3: 91 is out of range (allowed: -90 to 90 degrees)"),
        ("name,lat,lon\nA,48,7\nB,8,7\n", [], "too far for one plane"),
        ("name,x_km,y_km\nA,1,1\nB,2,2\nC,2,2\n", ["--devices", "1"], "total capacity is 2 for 3 meters"),
        ("name,x_km,y_km\nA,1,1\n", ["--devices", "2"], "1 meters for 2 devices"),
        ("name,x_km,y_km\nA,1,1\n", ["--method", "voronoy"], "no method 'voronoy' (allowed: capacity, paper, kmeans)"),
        ("name,x_km,y_km\nA,1,1\n", ["--capacity", "0"], "a capacity of 0"),
    ],
)  # fmt: skip
def test_wrong_input_is_refused_with_its_line_and_what_was_allowed(
    text: str, options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.csv"
    path.write_text(text)
    capacity = [] if "--capacity" in options else ["--capacity", "2"]
    assert main(["plan", "place", str(path), *capacity, *options]) == 2
    assert said in capsys.readouterr().err.replace("\n", "")


def test_a_file_that_is_not_there_and_a_folder_that_cannot_be_made_are_refused(
    meters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "place", str(tmp_path / "none.csv"), "--capacity", "2"]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main(["plan", "place", str(meters), "--capacity", "25", "-o", str(meters / "out")]) == 2
    assert "cannot be made" in capsys.readouterr().err


def test_a_target_whose_reference_places_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="the reference of bc-ami@hardened places no devices"):
        planner_of("bc-ami@hardened", None)


def test_rules_come_from_the_target_under_its_first_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    reference = SimpleNamespace(place=plans.place, read_rules=lambda values: values)
    monkeypatch.setattr("meterproof.real.plan.reference_of", lambda spec: reference)
    planner, rules, name, reading = planner_of("bc-ami@published", None)
    assert (planner.place, name, reading) == (plans.place, "bc-ami@published", "literal")
    assert rules["vote_once"] is False


def test_neighbours_on_the_map_have_different_colours() -> None:
    devices = np.random.default_rng(2).uniform(0, 1, (400, 2))
    colours = colouring(devices)
    nearest = [np.hypot(*(devices - d).T).argsort()[1] for d in devices]
    assert all(colours[a] != colours[b] for a, b in enumerate(nearest))


def test_so_have_neighbours_in_one_line_and_devices_in_one_place() -> None:
    line = colouring(np.array([[3.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 0.0]]))
    assert line[3] != line[1] != line[2] != line[0]
    assert len(colouring(np.zeros((9, 2)))) == 9


@pytest.mark.parametrize(("most", "length"), [(0.7, 0.5), (1.0, 1.0), (37.0, 20.0), (0.013, 0.01)])
def test_the_scale_bar_has_a_round_length(most: float, length: float) -> None:
    assert round_length(most) == pytest.approx(length)
