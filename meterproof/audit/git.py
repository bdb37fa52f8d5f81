"""Revisions of a repository: named, compared, and written into a folder. Nothing of the repository is changed."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from meterproof.errors import InputError

SECONDS = 120.0
"""Wall time that one git command may take."""


@dataclass(frozen=True)
class Repository:
    """A repository by the top folder of its working tree."""

    top: Path

    def commit(self, revision: str) -> str | None:
        """The full name of the commit that a revision means, or None when it means none."""
        found = _git(self.top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return found.stdout.strip() or None if found.returncode == 0 else None

    def merge_base(self, one: str, other: str) -> str:
        """The best common ancestor of two commits; InputError when they have none."""
        found = _git(self.top, "merge-base", one, other)
        if found.returncode != 0:
            raise InputError(f"{one} and {other} have no common ancestor", allowed="A..B compares any two revisions")
        return found.stdout.strip()

    def write(self, commit: str, folder: str, into: Path) -> None:
        """Write a folder (relative to the top, "." for all) of a commit into another; InputError if it has none.

        The working tree and the index stay as they are.
        """
        tree = f"{commit}^{{tree}}" if folder == "." else f"{commit}:{folder}"
        with tempfile.TemporaryDirectory(prefix="meterproof-") as scratch:
            index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
            if _git(self.top, "read-tree", tree, **index).returncode != 0:
                raise InputError(f"revision {commit[:12]} has no folder {folder}", allowed="a revision with the study")
            done = _git(self.top, "checkout-index", "--all", "--force", f"--prefix={into}{os.sep}", **index)
        if done.returncode != 0:
            raise InputError(f"revision {commit[:12]} could not be written out: {done.stderr.strip()}")


def repository(start: Path) -> Repository | None:
    """The repository that a folder is in, or None where there is none, or no git."""
    try:
        found = _git(start, "rev-parse", "--show-toplevel")
    except FileNotFoundError:
        return None
    return Repository(Path(found.stdout.strip())) if found.returncode == 0 else None


def _git(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["git", *arguments], cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True,
            timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise InputError(f"git {arguments[0]} took more than {SECONDS:g} s") from error
