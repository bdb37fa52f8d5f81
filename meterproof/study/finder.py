"""Finding a study: the folders that `[tool.meterproof]` of the nearest `pyproject.toml` names, and its targets.

An installed workbench carries a study of its own, for people who are in none: `discover` and `enter` find it last.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

import meterproof
from meterproof.errors import InputError, nearest
from meterproof.study import shape, toml
from meterproof.study.register import Register, load_register

SHIPPED = Path(meterproof.__file__).resolve().parent / "shipped"
"""The study that a wheel carries, its folders named as usual; a checkout has none there."""

_FOLDER = r"^[A-Za-z_][A-Za-z0-9_]*$"
_NAME = "a folder of the study's root, named as a Python package"


class Folders(BaseModel):
    """The names of a study's folders."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    spec: str = Field(default="spec", pattern=_FOLDER, description=_NAME)
    model: str = Field(default="model", pattern=_FOLDER, description=_NAME)
    properties: str = Field(default="properties", pattern=_FOLDER, description=_NAME)
    attacks: str = Field(default="attacks", pattern=_FOLDER, description=_NAME)
    reference: str = Field(default="reference", pattern=_FOLDER, description=_NAME)


class _Tools(BaseModel):
    meterproof: Folders | None = Field(default=None, description="a table with the names of the study's folders")


class _Project(BaseModel):
    tool: _Tools = Field(default=_Tools(), description="a table")


@dataclass(frozen=True)
class Study:
    """Where a study lives. `specs` are the files `<protocol>.<variant>.toml` of its spec folder, by target name."""

    root: Path
    folders: Folders
    specs: dict[str, Path]

    @property
    def protocols(self) -> tuple[str, ...]:
        """The protocols that have a spec file, in alphabetical order."""
        return tuple(dict.fromkeys(target.split("@")[0] for target in self.specs))

    @property
    def is_shipped(self) -> bool:
        """Whether it is the one that an installed workbench carries."""
        return self.root == SHIPPED

    def home(self, start: Path) -> Path:
        """Where to keep what runs leave behind: in the study, or in `start` if the study is the one that ships."""
        return start if self.is_shipped else self.root

    def register(self) -> Register:
        """The study's register of ids; it is read once."""
        return self._register

    @cached_property
    def _register(self) -> Register:
        return load_register(self.root / self.folders.spec / "register.toml")

    def resolve(self, target: str) -> tuple[Path, ...]:
        """The spec files that a target names: `protocol` (all its variants), `protocol@variant`, or a path to one.

        InputError, with all that there is, for anything else.
        """
        if target in self.specs:
            return (self.specs[target],)
        if target in self.protocols:
            return tuple(file for name, file in self.specs.items() if name.split("@")[0] == target)
        if target.endswith(".toml"):
            if not Path(target).is_file():
                raise InputError("there is no such spec file", file=target, allowed="the path of a spec file")
            return (Path(target),)
        known = (*self.protocols, *self.specs)
        raise InputError(
            f"there is no target {target!r}{nearest(target, known)}",
            allowed=", ".join((*known, "a path to a spec file")),
        )


def find_study(start: Path) -> Study:
    """The study that `start`, a file or folder, is in; its root is put first on `sys.path`.

    InputError when no `pyproject.toml` above has a table `[tool.meterproof]`, or that table is not right.
    """
    return _entered(locate(start))


def enter(start: Path) -> Study:
    """The study that `start` is in, or else the one that ships, which stderr then tells; its root is put on `sys.path`.

    InputError as of `find_study`, where none ships.
    """
    study = discover(start)
    if study.is_shipped and not start.resolve().is_relative_to(SHIPPED):
        _tell_shipped()
    return _entered(study)


def discover(start: Path) -> Study:
    """The study that `start` is in, or else the one that ships, without touching `sys.path`."""
    try:
        return locate(start)
    except NoStudy:
        if SHIPPED.is_dir():
            return _shipped()
        raise


def locate(start: Path) -> Study:
    """The study that `start` is in, without touching `sys.path`."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if folder == SHIPPED:
            return _shipped()
        if (folder / "pyproject.toml").is_file():
            project = shape.read(_Project, toml.load(folder / "pyproject.toml"))
            if project.tool.meterproof is not None:
                return Study(folder, project.tool.meterproof, _specs(folder / project.tool.meterproof.spec))
    raise NoStudy(
        "there is no study here", file=here, allowed="a folder at or below a pyproject.toml with [tool.meterproof]"
    )


class NoStudy(InputError):
    """A place that is in no study; that a study's table is not right is another error."""


def _shipped() -> Study:
    return Study(SHIPPED, Folders(), _specs(SHIPPED / Folders().spec))


def _entered(study: Study) -> Study:
    root = str(study.root)
    sys.path[:] = [root, *(entry for entry in sys.path if entry != root)]
    return study


@cache
def _tell_shipped() -> None:
    """Said once in a process."""
    print(
        f"there is no study here (no pyproject.toml with [tool.meterproof] above): using the one that ships with "
        f"meterproof {meterproof.__version__}",
        file=sys.stderr,
    )


def _specs(folder: Path) -> dict[str, Path]:
    """Spec files by target name. Files with no variant in their name, such as the register, are none."""
    named = [(file.name.split("."), file) for file in sorted(folder.glob("*.toml"))]
    return {f"{parts[0]}@{parts[1]}": file for parts, file in named if len(parts) == 3}
