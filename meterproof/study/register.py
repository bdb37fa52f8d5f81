"""The register of a study: every id that a rule, guard, property or lemma may cite, and what has been done about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from meterproof.errors import InputError, nearest
from meterproof.study import shape, toml
from meterproof.study.problems import refuse

Status = Literal["modelled", "reference only", "planned", "out of scope"]
"""`modelled`: in a state machine or a property. `reference only`: in the bytes of the reference, below the model's
abstraction. `planned`: not yet modelled. `out of scope`: will not be, and the entry says why."""


@dataclass(frozen=True)
class Entry:
    """One id: the paper's section (None for statements of the study's own), what it says in the study's words, and
    what became of it. `remedy` is the hardened rule that answers a criticism, `why` the reason for the status."""

    id: str
    section: str | None
    says: str
    remedy: str | None
    status: Status
    why: str | None
    line: int


class _EntryShape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    section: str | None = Field(default=None, min_length=1, description="the section of the paper")
    says: str = Field(min_length=1, description="the statement, as a text")
    remedy: str | None = Field(default=None, min_length=1, description="the hardened rule that answers it")
    status: Status = Field(description="'modelled', 'reference only', 'planned' or 'out of scope'")
    why: str | None = Field(default=None, min_length=1, description="the reason for the status")


class _RegisterShape(RootModel[dict[str, _EntryShape]]):
    """Entries by id."""


@dataclass(frozen=True)
class Register:
    """The entries by id, in the order of the file; iterating gives the ids."""

    file: Path
    entries: Mapping[str, Entry]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, id: str, *, file: str | Path | None = None, line: int | None = None) -> Entry:
        """The entry of an id; an unknown one is an InputError, placed where `file` and `line` say it is cited."""
        if id not in self.entries:
            raise InputError(
                f"there is no id {id!r}{nearest(id, self.entries)}",
                file=file,
                line=line,
                allowed=f"the ids of {self.file.name}",
            )
        return self.entries[id]

    def check(self, ids: Iterable[str], *, file: str | Path | None = None, line: int | None = None) -> None:
        """Raise an InputError if any of the ids is not in the register."""
        for id in ids:
            self.get(id, file=file, line=line)

    def having(self, status: Status) -> tuple[Entry, ...]:
        """The entries of one status, in the order of the file."""
        return tuple(entry for entry in self.entries.values() if entry.status == status)


def load_register(path: str | Path) -> Register:
    """Read a register; every mistake in it is an InputError with file, line and what is allowed."""
    document = toml.load(path)
    entries = {
        id: Entry(id, raw.section, raw.says, raw.remedy, raw.status, raw.why, document.position((id,)).line)
        for id, raw in shape.read(_RegisterShape, document).root.items()
    }
    refuse(
        document.error((entry.id,), f"{entry.id} is out of scope without saying why", "a key 'why' with the reason")
        for entry in entries.values()
        if entry.status == "out of scope" and entry.why is None
    )
    return Register(document.file, entries)
