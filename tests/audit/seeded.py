"""The corpus of seeded changes: what each changes, what becomes of which guarantee, and the study that it is made in.

`corpus/PROTOCOL.toml` lists changes: other values of rules, another target as HEAD, or a patch of the model or of the
statements (`corpus/PATCH`), each with the guarantees that it could touch.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meterproof.audit.outcome import CHANGES, Change

CORPUS = Path(__file__).parent / "corpus"
STUDY = Path(__file__).parents[2]
PARTS = ("model", "properties", "spec")


@dataclass(frozen=True)
class Expected:
    """What becomes of one guarantee and why. `by` are the rules that must explain it, `model` words of what must be
    said of the model's code."""

    property: str
    change: Change
    why: str
    by: tuple[str, ...] = ()
    model: str | None = None


@dataclass(frozen=True)
class Seeded:
    """A change request. `head` is a target, or None where HEAD is BASE with other rules or under a patch.

    `frontiers` says that what breaks a guarantee is the point of it.
    """

    id: str
    says: str
    base: str
    head: str | None
    rules: Mapping[str, bool | int | str]
    patch: str | None
    expected: tuple[Expected, ...]
    frontiers: bool = False

    @property
    def protocol(self) -> str:
        """The protocol that it changes."""
        return self.base.partition("@")[0]


def corpus() -> tuple[Seeded, ...]:
    """All seeded changes, protocol by protocol."""
    return tuple(_seeded(each, whole["base"]) for whole in _files() for each in whole["change"])


def _files() -> list[dict[str, Any]]:
    return [tomllib.loads(file.read_text("utf-8")) for file in sorted(CORPUS.glob("*.toml"))]


def _seeded(each: dict[str, Any], base: str) -> Seeded:
    told = {"base": base, "head": None, "rules": {}, "patch": None, **each}
    expected = tuple(_expected(property, **of) for property, of in told.pop("expect").items())
    found = Seeded(**told, expected=expected)
    assert sum(map(bool, (found.head, found.rules, found.patch))) == 1, f"{found.id} is one change"
    return found


def _expected(
    property: str, *, change: Change, why: str, by: tuple[str, ...] = (), model: str | None = None
) -> Expected:
    assert change in CHANGES and why, property
    return Expected(property, change, why, tuple(by), model)


def study(root: Path, patch: str | None = None) -> Path:
    """A copy of the study in a folder, as a patch of the corpus leaves it."""
    root.mkdir(parents=True)
    for part in PARTS:
        shutil.copytree(STUDY / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "pyproject.toml").write_text("[tool.meterproof]\n")
    if patch is not None:
        subprocess.run(["git", "apply", str(CORPUS / patch)], cwd=root, check=True, timeout=60)
    return root


def named(target: str) -> tuple[str, str | None]:
    """`bc-ami@published (literal)` as target and reading."""
    name, _, reading = target.partition(" (")
    return name, reading.removesuffix(")") or None


def draft(root: Path, change: Seeded) -> str:
    """A copy of BASE's spec file that has the change's values of rules, beside the study's own; its path."""
    target, _ = named(change.base)
    text = (root / "spec" / f"{target.replace('@', '.')}.toml").read_text("utf-8")
    for rule, value in change.rules.items():
        written = str(value).lower() if isinstance(value, bool) else f'"{value}"'
        text, times = re.subn(rf"(?m)^(\[rules\.{rule}\]\nvalue = ).*$", rf"\g<1>{written}", text)
        assert times == 1, f"{change.id}: {target} has no rule {rule}"
    file = root / "drafts" / f"{change.id}.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    return str(file.relative_to(root))
