"""BASE and HEAD are targets, revisions, or both; a revision is written elsewhere and nothing is touched."""

from pathlib import Path

import pytest

from meterproof.audit.sides import Version, opened, versions
from meterproof.errors import InputError
from tests.audit.ballots import commit, edit, git, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A study in a repository with two commits and a tag."""
    root = write(tmp_path / "repo" / "study")
    commit(root, "one")
    git(root, "tag", "v1")
    edit(root / "spec" / "ballot.strict.toml", "floor(n/2)+1", "n")
    commit(root, "two")
    return root


def name(version: Version) -> tuple[str | None, str | None, str | None]:
    return version.revision, version.target, version.reading


@pytest.mark.parametrize(
    ("arguments", "base", "head"),
    [
        (["ballot@strict", "ballot@lax"], (None, "ballot@strict", None), (None, "ballot@lax", None)),
        (["ballot@lax (a)", "ballot@lax (b)"], (None, "ballot@lax", "a"), (None, "ballot@lax", "b")),
        (["v1:ballot@lax (a)", "ballot@lax"], ("v1", "ballot@lax", "a"), (None, "ballot@lax", None)),
        (["v1..main"], ("v1", None, None), ("main", None, None)),
        (["v1.."], ("v1", None, None), ("HEAD", None, None)),
        (["..v1"], ("HEAD", None, None), ("v1", None, None)),
        (["HEAD~1..HEAD:ballot@lax"], ("HEAD~1", "ballot@lax", None), ("HEAD", "ballot@lax", None)),
        (["v1"], ("v1", None, None), (None, None, None)),
        (["v1:ballot"], ("v1", "ballot", None), (None, "ballot", None)),
        (["v1", "main"], ("v1", None, None), ("main", None, None)),
        (["spec/ballot.lax.toml", "ballot"], (None, "spec/ballot.lax.toml", None), (None, "ballot", None)),
    ],
)
def test_arguments_mean(root: Path, arguments: list[str], base: object, head: object) -> None:
    old, new = versions(arguments, root)
    assert (name(old), name(new)) == (base, head)
    assert all((v.commit is None) == (v.revision is None) for v in (old, new))


def test_three_dots_compare_with_the_last_common_commit(root: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "work", "v1")
    (root / "note").write_text("")
    commit(root, "work")
    old, new = versions(["main...work"], root)
    assert old.commit == git(root, "rev-parse", "v1") and new.commit == git(root, "rev-parse", "work")


@pytest.mark.parametrize(
    "arguments", [["nowhere..main"], ["nowhere:ballot@lax"], ["ballot@lax"], ["v1:x", "nowhere:x"], ["a", "b", "c"]]
)
def test_what_is_no_version_is_refused(root: Path, arguments: list[str]) -> None:
    with pytest.raises(InputError) as told:
        versions(arguments, root)
    assert told.value.allowed


def test_without_a_repository_there_are_no_revisions(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no git repository"):
        versions(["v1..v2"], write(tmp_path / "study"))


def test_a_revision_is_opened_as_it_was_also_from_a_folder_below(root: Path) -> None:
    old, _ = versions(["v1:ballot"], root / "spec")
    with opened(old, root / "spec") as folder:
        assert folder.name == "spec" and not folder.is_relative_to(root)
        assert "floor(n/2)+1" in (folder / "ballot.strict.toml").read_text()
        assert (folder.parent / "pyproject.toml").is_file()
    assert not folder.exists()
    assert git(root, "status", "--porcelain") == ""


def test_what_export_leaves_out_is_opened_too(root: Path) -> None:
    """A revision is read as it was committed, not as it would be shipped."""
    (root / ".gitattributes").write_text("model/** export-ignore\n")
    commit(root, "ignored")
    old, _ = versions(["HEAD"], root)
    with opened(old, root) as folder:
        assert (folder / "model" / "ballot.py").is_file()


def test_the_working_tree_is_opened_where_it_is(root: Path) -> None:
    old, _ = versions(["ballot@strict", "ballot@lax"], root)
    with opened(old, root) as folder:
        assert folder == root
