"""Finding a study from a place on disk, and its spec files from the target that a user types."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from meterproof.errors import InputError
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
