"""Finding a study from a place on disk, and its spec files from the target that a user types."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from meterproof.errors import InputError
from meterproof.study import finder
from meterproof.study.finder import Study, find_study, locate
from tests.study.samples import REGISTER, SPEC


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A study with two protocols, and a project file below it that is not a study's."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "s"\n\n[tool.meterproof]\nspec = "rules"\n')
    (tmp_path / "rules" / "errata").mkdir(parents=True)
    (tmp_path / "rules" / "register.toml").write_text(REGISTER)
    for name in ("toy.published", "toy.hardened", "grid-x.hardened"):
        (tmp_path / "rules" / f"{name}.toml").write_text(SPEC)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "pyproject.toml").write_text('[project]\nname = "inner"\n')
    return tmp_path


@pytest.fixture
def study(root: Path) -> Study:
    return locate(root)


def test_the_nearest_project_file_with_a_study_is_the_root(root: Path) -> None:
    for start in (root, root / "rules" / "toy.published.toml", root / "deep" / "er"):
        assert locate(start).root == root.resolve()


def test_folders_have_their_usual_names_unless_the_project_file_says_otherwise(study: Study) -> None:
    assert (study.folders.spec, study.folders.model, study.folders.attacks) == ("rules", "model", "attacks")


def test_the_specs_are_the_files_with_a_protocol_and_a_variant(study: Study) -> None:
    assert list(study.specs) == ["grid-x@hardened", "toy@hardened", "toy@published"]
    assert study.protocols == ("grid-x", "toy")
    assert "TP-R1" in study.register()


def test_finding_a_study_puts_its_root_first_on_the_path_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["elsewhere", str(root.resolve())])
    find_study(root)
    find_study(root / "rules")
    assert sys.path == [str(root.resolve()), "elsewhere"]


def test_a_target_names_one_variant_or_all_of_a_protocol_or_a_file(study: Study, tmp_path: Path) -> None:
    assert [file.name for file in study.resolve("toy@published")] == ["toy.published.toml"]
    assert [file.name for file in study.resolve("toy")] == ["toy.hardened.toml", "toy.published.toml"]
    mine = tmp_path / "mine.toml"
    mine.write_text(SPEC)
    assert study.resolve(str(mine)) == (mine,)


def test_an_unknown_target_is_refused_with_all_there_is(study: Study) -> None:
    with pytest.raises(InputError) as caught:
        study.resolve("toy@publised")
    assert caught.value.message == "there is no target 'toy@publised'; did you mean 'toy@published'?"
    assert caught.value.allowed == "grid-x, toy, grid-x@hardened, toy@hardened, toy@published, a path to a spec file"


def test_a_spec_file_that_is_not_there_is_named(study: Study) -> None:
    with pytest.raises(InputError) as caught:
        study.resolve("nowhere/toy.toml")
    assert (caught.value.message, caught.value.file) == ("there is no such spec file", "nowhere/toy.toml")
    assert caught.value.allowed == "the path of a spec file"


def test_a_place_without_a_study_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        locate(tmp_path)
    assert (caught.value.message, caught.value.file) == ("there is no study here", str(tmp_path.resolve()))
    assert caught.value.allowed == "a folder at or below a pyproject.toml with [tool.meterproof]"


@pytest.fixture
def shipped(root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study as a wheel carries one, with no project file."""
    folder = tmp_path_factory.mktemp("site").resolve() / "shipped"
    (folder / "spec").mkdir(parents=True)
    (folder / "spec" / "toy.published.toml").write_text(SPEC)
    monkeypatch.setattr(finder, "SHIPPED", folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    finder._tell_shipped.cache_clear()
    return folder


def test_the_study_that_ships_is_found_last_and_told_once(
    root: Path, shipped: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path_factory.mktemp("empty")
    assert finder.enter(root).root == root.resolve()
    assert capsys.readouterr().err == ""
    found = finder.enter(empty)
    assert (found.root, list(found.specs), found.is_shipped) == (shipped, ["toy@published"], True)
    assert sys.path[0] == str(shipped) and finder.enter(empty) == found
    assert capsys.readouterr().err.count("there is no study here") == 1
    assert (found.home(empty), finder.discover(root).home(empty)) == (empty, root.resolve())


def test_the_study_that_ships_never_stands_in_for_one_that_is_asked_for_or_mistaken(
    root: Path, shipped: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.raises(InputError, match="no study here"):
        locate(tmp_path_factory.mktemp("empty"))
    (root / "pyproject.toml").write_text("[tool.meterproof]\nmodle = 'm'\n")
    with pytest.raises(InputError, match="modle"):
        finder.discover(root)
    assert locate(shipped / "spec").root == shipped


@pytest.mark.parametrize(
    ("table", "message", "allowed"),
    [
        ('modle = "m"', "unknown key tool.meterproof.modle; did you mean 'model'?",
         "spec, model, properties, attacks, reference"),
        ('model = "../m"', "tool.meterproof.model cannot be '../m'",
         "a folder of the study's root, named as a Python package"),
    ],
)  # fmt: skip
def test_a_mistaken_table_is_told_with_file_line_and_what_is_allowed(
    table: str, message: str, allowed: str, tmp_path: Path
) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(f"[tool.meterproof]\n{table}\n")
    with pytest.raises(InputError) as caught:
        locate(tmp_path)
    error = caught.value
    assert (error.message, error.file, error.line, error.allowed) == (message, str(file.resolve()), 2, allowed)
