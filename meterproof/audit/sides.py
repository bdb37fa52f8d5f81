"""What BASE and HEAD mean: targets, revisions, and where the code of each lies while it is compared."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from meterproof.audit.git import Repository, repository
from meterproof.errors import InputError
from meterproof.study.finder import discover, locate

_RANGE = re.compile(r"^(?P<base>[^:]*?)(?P<dots>\.{2,3})(?P<head>[^:.][^:]*|)(?::(?P<target>.+))?$")
_READING = re.compile(r"^(?P<target>.+?) \((?P<reading>[^)]+)\)$")
_FORMS = "TARGET TARGET, REV:TARGET REV:TARGET, A..B, A..B:TARGET, REV or REV:TARGET (against the working tree)"


@dataclass(frozen=True)
class Version:
    """One side: a target (None: the whole study) under a reading (None: all), of a commit (None: the working tree).

    `text` is how it was written; `revision` how its commit was.
    """

    text: str
    target: str | None = None
    reading: str | None = None
    revision: str | None = None
    commit: str | None = None

    @property
    def name(self) -> str:
        """How results name the side: `v1.2:bc-ami@hardened`, `the working tree`."""
        of = " ".join(filter(None, (self.target, f"({self.reading})" if self.reading else None)))
        if self.revision is None:
            return of or "the working tree"
        return f"{self.revision}:{of}" if of else self.revision


def versions(arguments: Sequence[str], start: Path) -> tuple[Version, Version]:
    """BASE and HEAD from the command's one or two arguments, as they are meant in the folder `start`.

    InputError, naming the forms that are allowed, for anything else, and for a revision that is none.
    """
    repo = repository(start)
    if len(arguments) == 2:
        return _version(arguments[0], start, repo), _version(arguments[1], start, repo)
    if len(arguments) != 1:
        raise InputError(f"an audit compares two versions, not {len(arguments)}", allowed=_FORMS)
    [text] = arguments
    ranged = _RANGE.match(text)
    if ranged is not None:
        return _range(ranged, repo)
    base = _version(text, start, repo)
    if base.commit is None:
        revision = text.partition(":")[0]
        raise InputError(f"there is no revision {revision!r} to compare the working tree with", allowed=_FORMS)
    return base, Version(text, base.target, base.reading)


def _range(ranged: re.Match[str], repo: Repository | None) -> tuple[Version, Version]:
    target, reading = _target(ranged["target"])
    base, head = (
        _of(ranged[0], ranged[side] or "HEAD", repo, target=target, reading=reading) for side in ("base", "head")
    )
    if ranged["dots"] == "..." and repo is not None and base.commit and head.commit:
        base = replace(base, commit=repo.merge_base(base.commit, head.commit))
    return base, head


def _version(text: str, start: Path, repo: Repository | None) -> Version:
    """One argument: a target, `REV:TARGET`, or a revision of the whole study."""
    target, reading = _target(text)
    if target is None or _is_target(target, start):
        return Version(text, target, reading)
    revision, colon, rest = text.partition(":")
    if colon:
        target, reading = _target(rest)
        return _of(text, revision, repo, target=target, reading=reading)
    if repo is not None and repo.commit(text) is not None:
        return _of(text, text, repo, target=None, reading=None)
    return Version(text, target, reading)  # no target either, which is told with all that there is


def _of(text: str, revision: str, repo: Repository | None, *, target: str | None, reading: str | None) -> Version:
    if repo is None:
        raise InputError(f"{text!r} names a revision, and this folder is in no git repository", allowed=_FORMS)
    commit = repo.commit(revision)
    if commit is None:
        raise InputError(f"there is no revision {revision!r}", allowed="a commit, branch or tag of this repository")
    return Version(text, target, reading, revision, commit)


def _target(text: str | None) -> tuple[str | None, str | None]:
    """`bc-ami@published (literal)` as target and reading."""
    if not text:
        return None, None
    match = _READING.match(text)
    return (text, None) if match is None else (match["target"], match["reading"])


def _is_target(text: str, start: Path) -> bool:
    """Whether it names a file or a target of the study; a target goes before a revision of the same name."""
    if (start / text).is_file():
        return True
    try:
        study = discover(start)
    except InputError:
        return False
    return text in study.specs or text in study.protocols


@contextmanager
def opened(version: Version, start: Path) -> Iterator[Path]:
    """The folder that a version's code is read from: of a commit, `start` as it was then, in a temporary place.

    InputError when the commit has no such folder.
    """
    if version.commit is None:
        yield _home(version, start)
        return
    repo = repository(start)
    assert repo is not None, "a commit was found in it"
    study = _study(start, repo.top)
    with tempfile.TemporaryDirectory(prefix="meterproof-") as scratch:
        root = Path(scratch).resolve() / "study"
        repo.write(version.commit, study.relative_to(repo.top.resolve()).as_posix(), root)
        folder = root / start.resolve().relative_to(study)
        yield folder if folder.is_dir() else root


def _study(start: Path, top: Path) -> Path:
    """The study's root, as far as the repository holds it; without a study (a model file alone) the whole of it."""
    try:
        root = locate(start).root.resolve()
    except InputError:
        return top.resolve()
    return root if root.is_relative_to(top.resolve()) else top.resolve()


def _home(version: Version, start: Path) -> Path:
    """Where to read a target of the working tree: a spec file in another study is read by that study's code."""
    if version.target is not None and version.target.endswith(".toml") and (start / version.target).is_file():
        folder = (start / version.target).resolve().parent
        try:
            return locate(folder).root if locate(folder).root != locate(start).root else start
        except InputError:
            return start
    return start
