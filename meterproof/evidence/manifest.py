"""The manifest of a folder: the SHA-256 of every file in it, and the versions of what made them.

Whoever has noted the SHA-256 of the manifest itself knows every byte of the folder.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from meterproof import __version__
from meterproof.errors import InputError
from meterproof.evidence.shape import checked

NAME = "manifest.json"
FORMAT = 1
"""Counts changes of the folder's form that older readers can't read."""
ENGINES = ("z3-solver", "cvc5", "numba", "numpy", "hypothesis")
"""What may have had a part in a verdict; those that are installed are told."""


@dataclass(frozen=True)
class Manifest:
    """`files` has the SHA-256 in hex of each file by its path from the folder; `sha256` is the manifest's own."""

    versions: Mapping[str, str]
    files: Mapping[str, str]
    sha256: str


def versions() -> dict[str, str]:
    """The versions of Python, of the workbench and of the engines that are installed here."""
    found = {"python": platform.python_version(), "meterproof": __version__}
    for name in ENGINES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # cvc5 need not be there
    return found


def sha256(content: bytes) -> str:
    """The digest in hex."""
    return hashlib.sha256(content).hexdigest()


def write(files: Mapping[str, str], made_with: Mapping[str, str]) -> str:
    """The text of the manifest of these files, given as texts by their paths."""
    whole = {
        "format": FORMAT,
        "versions": dict(made_with),
        "files": {path: sha256(text.encode()) for path, text in sorted(files.items())},
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def read(folder: Path) -> Manifest:
    """The manifest of a folder. InputError where there is none, or it is of another form."""
    path = folder / NAME
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror}", file=path, allowed="a folder that `check --evidence` wrote"
        ) from None
    whole: dict[str, Any] = checked(content, "manifest", file=path)
    return Manifest(whole["versions"], whole["files"], sha256(content))


def faults(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str | None]]:
    """Every file of the manifest or the folder, in order, with what is wrong with it, or None."""
    inside = folder.resolve()
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()} - {NAME}
    for name in sorted({*manifest.files, *there}):
        path = folder / name
        if not path.resolve().is_relative_to(inside):
            yield name, "lies outside the folder"
        elif name not in manifest.files:
            yield name, "is not in the manifest"
        elif name not in there:
            yield name, "is missing"
        else:
            found = sha256(path.read_bytes())
            wanted = manifest.files[name]
            yield name, None if found == wanted else f"was changed: its SHA-256 is {found}, not {wanted}"
