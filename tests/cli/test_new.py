"""From the built wheel, in an empty folder: the study that ships is found, and one of one's own is made; verbs work on
either. And the names that a study may have."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from meterproof.cli import main

ROOT = Path(__file__).parents[2]
RUN = "import sys; from meterproof.cli import main; sys.exit(main())"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbench as the wheel has it, unpacked as an installation would. Building it may need the network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, timeout=300)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"no wheel could be built: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, done.stderr
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def meterproof(site: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the unpacked wheel, in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def answer(site: Path, folder: Path, *arguments: str) -> dict[str, object]:
    """What a command that ends well prints with --json."""
    done = meterproof(site, folder, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_from_the_wheel_in_an_empty_folder_a_study_is_made_checked_audited_and_verified(
    site: Path, tmp_path: Path
) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import meterproof; print(meterproof.__file__)"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(where.stdout.strip()).is_relative_to(site)
    assert meterproof(site, tmp_path, "new", "street-lights").returncode == 0
    study = tmp_path / "street-lights"

    checked = answer(site, study, "check", "--evidence", "evidence")
    rows = {(r["variant"], r["property"]): r for r in checked["checks"]}  # type: ignore[attr-defined]
    assert {key: row["verdict"] for key, row in rows.items()} == {
        ("published", "ST-P1"): "violated", ("published", "ST-P2"): "violated",
        ("hardened", "ST-P1"): "proved", ("hardened", "ST-P2"): "proved",
    }  # fmt: skip
    assert [c["caught"] for row in rows.values() for c in row["controls"]] == [True, True]

    audited = answer(site, study, "audit", "street-lights@published", "street-lights@hardened")
    assert {g["property"]: g["change"] for g in audited["guarantees"]} == {  # type: ignore[attr-defined]
        "ST-P1": "gained", "ST-P2": "gained",
    }  # fmt: skip
    assert answer(site, study, "list", "--coverage")["missing"] == []
    assert answer(site, tmp_path, "replay", str(study / "evidence"))["verified"] is True


@pytest.mark.slow
def test_from_the_wheel_in_an_empty_folder_the_study_that_ships_is_used_and_left_as_it_is(
    site: Path, tmp_path: Path
) -> None:
    shipped = site / "meterproof" / "shipped"
    assert "pandapower's licence" in (shipped / "data" / "NOTICE.md").read_text()
    folders = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("*/*.py")} & {"model", "properties", "attacks"}
    assert {path.name for path in shipped.iterdir()} == {*folders, "spec", "reference", "data"}
    before = sorted(path for path in shipped.rglob("*") if path.is_file())

    listed = meterproof(site, tmp_path, "list", "bc-ami@hardened", "--json")
    assert "using the one that ships with meterproof" in listed.stderr and "IS-V1" in listed.stdout
    [row] = answer(site, tmp_path, "check", "bc-ami@published", "-p", "IS-V1", "--reading", "literal")["checks"]  # type: ignore[misc]
    assert row["verdict"] == "violated" and (tmp_path / row["trace"]).is_file()
    assert meterproof(site, tmp_path, "replay", row["trace"]).returncode == 0
    audited = answer(
        site, tmp_path, "audit", "bc-ami@published (literal)", "bc-ami@hardened", "-p", "IS-V22", "--no-frontier",
        "--no-behaviours",
    )  # fmt: skip
    assert [g["change"] for g in audited["guarantees"]] == ["gained"]  # type: ignore[attr-defined]
    assert sorted(path for path in shipped.rglob("*") if path.is_file()) == before

    mine = tmp_path / "mine"
    assert meterproof(site, tmp_path, "new", "mine").returncode == 0
    found = meterproof(site, mine, "list", "--json")
    assert "ships" not in found.stderr and "bc-ami" not in found.stdout


def test_what_is_made_needs_nothing_of_the_study_that_ships(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "x"
    assert main(["new", "x", "-o", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    schema = json.loads((files("meterproof") / "schemas" / "new.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(found)
    made = {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}
    assert set(made) == set(found["files"])
    for name, text in made.items():
        assert not any(mark in text for mark in ("@NAME@", "@MODULE@", "@ID@", "@VERSION@")), name
    imported = [line for text in made.values() for line in text.splitlines() if line.startswith("from model.")]
    assert imported == ["from model.x import NET, Interval, Meter, Reporting"]


@pytest.mark.parametrize("name", ["", "Big", "two words", "../up", "a--b", "-a", "a.b", "class", "3d"])
def test_a_name_that_no_protocol_can_have_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "--", name]) == 2
    assert "a study cannot be called" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["new", "x", "-o", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
