"""Accepted findings: the file `accepted.toml` of a study's spec folder.

    [[accepted]]
    id = "IS-P4"
    target = "bc-ami@hardened"
    reason = "The window is decided in the next release (ticket 118)."
    expires = 2027-03-31

`reading` may say for which reading of the target; without it, for all. The last day that counts is `expires`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from meterproof.ci.items import Acceptance, Tree
from meterproof.errors import InputError, nearest
from meterproof.study import shape, toml
from meterproof.study.finder import Study
from meterproof.study.problems import refuse
from meterproof.study.specfile import read_head

NAME = "accepted.toml"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: str = Field(min_length=1, description="the id of a guarantee, such as 'IS-P4'")
    target: str = Field(min_length=1, description="a target, such as 'bc-ami@hardened'")
    reading: str | None = Field(default=None, min_length=1, description="a reading of the target")
    reason: str = Field(min_length=1, pattern=r"\S", description="a text: why the finding may stand until then")
    expires: date = Field(description="a date, such as 2027-03-31: the last day that it may stand")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    accepted: list[_Entry] = Field(default=[], description="tables [[accepted]]")


def load(study: Study, tree: Tree) -> tuple[Acceptance, ...]:
    """What the study accepts, in the file's order; nothing where it has no such file.

    Targets and readings that there are not, and two entries for the same finding, are InputErrors with their lines.
    Ids are not held against the properties, which would have to be loaded: one that is never asked accepts nothing.
    """
    path = study.root / study.folders.spec / NAME
    if not path.exists():
        return ()
    document = toml.load(path)
    entries = shape.read(_File, document).accepted
    refuse(_problems(entries, document, study))
    return tuple(
        Acceptance(
            e.id, e.target, e.reading, e.reason, e.expires,
            tree.place(path, document.position(("accepted", i)).line),
        )
        for i, e in enumerate(entries)
    )  # fmt: skip


def _problems(entries: list[_Entry], document: toml.Document, study: Study) -> Iterator[InputError]:
    seen: set[tuple[str, str, str | None]] = set()
    for i, e in enumerate(entries):
        at = ("accepted", i)
        if (e.id, e.target, e.reading) in seen:
            yield document.error((*at, "id"), f"{e.id} of {e.target} is accepted twice", "one entry for a finding")
        seen.add((e.id, e.target, e.reading))
        if e.target not in study.specs:
            hint = nearest(e.target, study.specs)
            yield document.error(
                (*at, "target"), f"there is no target {e.target!r}{hint}", ", ".join(study.specs) or "no target"
            )
        elif e.reading is not None:
            readings = read_head(study.specs[e.target]).readings
            if e.reading not in readings:
                allowed = ", ".join(readings) or "no reading: nothing is left open"
                yield document.error((*at, "reading"), f"{e.target} has no reading {e.reading!r}", allowed)
