"""An evidence folder is verified anywhere, without the study; whatever is changed in it is told, by file and reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from meterproof.cli import main
from meterproof.evidence import manifest
from meterproof.evidence.findings import Finding
from meterproof.evidence.verify import Asked, verify

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `check` keeps of a guarantee that is violated as published and proved as hardened, with controls."""
    folder = tmp_path_factory.mktemp("evidence") / "kept"
    assert main(["check", "bc-ami", "-p", "IS-V10", "--reading", "literal", "--evidence", str(folder)]) == 0
    return folder


@pytest.fixture
def copy(kept: Path, tmp_path: Path) -> Path:
    """The folder, to be spoilt."""
    return Path(shutil.copytree(kept, tmp_path / "copy"))


def failed(folder: Path) -> dict[str, Finding]:
    """What could not be verified, by file; searches are left out, they take longest."""
    found = verify(folder, Asked(search=False))
    assert not found.verified
    return {f.file: f for f in found.having("failed")}


def edit(folder: Path, name: str, change: Edit) -> None:
    """Change a JSON file, and its SHA-256 in the manifest with it: as somebody would who wants to mislead."""
    path = folder / name
    whole = json.loads(path.read_text())
    change(whole)
    path.write_text(json.dumps(whole))
    seal(folder)


def seal(folder: Path) -> None:
    """Write the manifest anew."""
    texts = {
        p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()
    }  # fmt: skip
    del texts[manifest.NAME]
    (folder / manifest.NAME).write_text(manifest.write(texts, manifest.read(folder).versions))


def one(folder: Path, pattern: str) -> str:
    """The first file of that pattern, by its path from the folder."""
    return sorted(folder.glob(pattern))[0].relative_to(folder).as_posix()


def test_it_is_verified_in_an_empty_folder(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["replay", str(kept), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    schema = json.loads((files("meterproof") / "schemas" / "replay-evidence.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(found)
    verified = {f["what"] for f in found["findings"] if f["status"] == "verified"}
    assert verified == {"file", "system", "trace", "witness", "obligation", "search", "row"}
    assert {f["what"] for f in found["findings"] if f["status"] == "skipped"} <= {"model", "obligation"}
    assert found["manifest"] == manifest.sha256((kept / manifest.NAME).read_bytes())


def test_in_its_study_the_models_are_compared_too(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["replay", str(kept), "--no-search", "--json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {f["status"] for f in found if f["what"] == "model"} == {"verified"}
    assert {f["status"] for f in found if f["what"] == "search"} == {"skipped"}


def test_every_verdict_has_the_files_that_show_it(kept: Path) -> None:
    rows = json.loads((kept / "checks.json").read_text())["checks"]
    entries = [e for row in rows for e in (*row["plans"], *row["controls"])]
    assert {e["verdict"] for e in entries} >= {"violated", "proved", "exhausted"}
    assert all(e["trace"] for e in entries if e["verdict"] == "violated")
    assert all(e["obligations"] for e in entries if e["verdict"] == "proved")
    assert all((kept / e["ir"]).is_file() for e in entries)


def test_nothing_tells_where_the_study_lies(kept: Path) -> None:
    root = str(Path(__file__).parents[2])
    assert [p.name for p in kept.rglob("*") if p.is_file() and root in p.read_text()] == []


def test_the_same_check_keeps_the_same_bytes(kept: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    main(["check", "bc-ami", "-p", "IS-V10", "--reading", "literal", "--evidence", str(again)])
    assert (again / manifest.NAME).read_text() == (kept / manifest.NAME).read_text()


def test_a_file_that_was_changed_is_missing_or_was_added_is_named(copy: Path) -> None:
    script, trace = one(copy, "obligations/*/01-*"), one(copy, "traces/*hardened*")
    (copy / script).write_text((copy / script).read_text() + "; a remark\n")
    (copy / trace).unlink()
    (copy / "notes.txt").write_text("mine")
    found = failed(copy)
    assert "was changed: its SHA-256 is" in str(found[script].reason)
    assert str(found[trace].reason).startswith("cannot be read")
    assert found["notes.txt"].reason == "is not in the manifest"


def test_a_trace_that_the_system_does_not_take_is_named(copy: Path) -> None:
    trace = one(copy, "traces/*published*.1.itf.json")
    edit(copy, trace, lambda whole: whole["states"].pop(1))
    assert (failed(copy)[trace].what, bool(failed(copy)[trace].reason)) == ("trace", True)


def test_a_system_with_a_guard_less_is_named(copy: Path) -> None:
    system = one(copy, "ir/*.json")
    edit(copy, system, lambda whole: whole["actions"][0].update(guards=[]))
    assert "the system has the hash" in str(failed(copy)[system].reason)


def test_an_obligation_that_is_easier_than_the_systems_own_is_named(copy: Path) -> None:
    script = one(copy, "obligations/*/01-*")
    text = (copy / script).read_text()
    (copy / script).write_text(text.replace("(check-sat)", "(assert false)\n(check-sat)"))
    seal(copy)
    assert "is not what the system has to show" in str(failed(copy)[script].reason)


def test_an_obligation_that_is_left_out_is_missed(copy: Path) -> None:
    script = one(copy, "obligations/*/02-*")
    (copy / script).unlink()
    name = script.split("/")[1]

    def forget(whole: dict[str, Any]) -> None:
        for row in whole["checks"]:
            for entry in row["plans"]:
                entry["obligations"] = [o for o in entry["obligations"] if o != script]

    edit(copy, "checks.json", forget)
    reasons = [str(f.reason) for f in failed(copy).values() if f"/{name}/" in f.file]
    assert reasons and all("the obligations are not those of the system" in r for r in reasons)


def claim_more(whole: dict[str, Any]) -> None:
    """The row says proved where its plans say violated."""
    row = next(r for r in whole["checks"] if r["verdict"] == "violated")
    row.update(verdict="proved", expected="holds", least="proved")


def count_more(whole: dict[str, Any]) -> None:
    """A search says that it has seen a state more."""
    for row in whole["checks"]:
        for entry in row["plans"]:
            if entry["verdict"] == "exhausted":
                entry["states"] += 1


def drop_controls(whole: dict[str, Any]) -> None:
    """A control was not caught, and the row is as expected."""
    row = next(r for r in whole["checks"] if r["controls"])
    row["controls"][0].update(verdict="exhausted")


@pytest.mark.parametrize(
    ("change", "reason"),
    [(claim_more, "its plans say violated"), (drop_controls, "is not as expected, but the row says so")],
)
def test_a_row_that_says_more_than_its_plans_is_named(change: Edit, reason: str, copy: Path) -> None:
    edit(copy, "checks.json", change)
    assert reason in str(failed(copy)["checks.json"].reason)


def test_a_search_that_counts_otherwise_is_named(copy: Path) -> None:
    edit(copy, "checks.json", count_more)
    found = [f for f in verify(copy).having("failed") if f.what == "search"]
    assert found and all("states is" in str(f.reason) for f in found)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("manifest.json", None, "cannot be read"),
        ("manifest.json", "{}", "'format' is a required property"),
        ("manifest.json", '{"format": 1, "versions": {}, "files": {"../x": "' + "0" * 64 + '"}}', "does not match"),
        ("checks.json", "[", "is no JSON"),
    ],
)
def test_what_is_no_evidence_ends_with_2_and_says_why(
    name: str, content: str | None, said: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / name).unlink()
    if content is not None:
        (copy / name).write_text(content)
    assert main(["replay", str(copy)]) == 2
    err = capsys.readouterr().err
    assert said in err and name in err


def test_a_folder_that_is_in_use_is_not_written_to(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "bc-ami", "-p", "IS-V1", "--evidence", str(copy)]) == 2
    assert "is not empty" in capsys.readouterr().err
