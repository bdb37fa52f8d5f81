"""Where a whole stands: whether its parts fit together, and the verdicts on all that it rests on.

Its verdict is that of its weakest link, and never more: that the links themselves are the right ones is what the table
argues, and people judge. Where anything is open or refused, nothing is known of the whole.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from meterproof.check.jobs import Job, jobs_of_spec, open_spec
from meterproof.check.runner import Check
from meterproof.compose.guarantees import Guarantee, guarantee
from meterproof.compose.links import SAFE, Known, Links, find_links
from meterproof.compose.table import Composition
from meterproof.errors import InputError
from meterproof.study.finder import Study
from meterproof.study.register import Register
from meterproof.study.specfile import read_head
from meterproof.verdict import STRENGTH, Verdict


@dataclass(frozen=True)
class Whole:
    """A target that is put together, its table, and all claims on it and on its parts by id."""

    target: str
    table: Composition
    jobs: Mapping[str, Job]
    root: Path
    register: Register

    def known(self) -> Known:
        """The guarantee of an id; each is read off once."""

        @cache
        def of(id: str) -> Guarantee | None:
            return guarantee(self.jobs[id]) if id in self.jobs else None

        return of

    def shows(self, what: str) -> bool:
        """Whether a test, `file::name`, or file is there. A study that ships without its tests is taken at its word."""
        path, _, name = what.partition("::")
        if name and not (self.root / "tests").is_dir():
            return True
        file = self.root / path
        return file.exists() and (not name or f"def {name}(" in file.read_text(encoding="utf-8"))

    def links(self, clause: str | None = None) -> Links:
        """What the theorem, or one of its clauses, rests on. InputError where it has no such clause."""
        if clause is not None and clause not in self.table.clauses:
            raise InputError(f"{self.table.of} has no clause {clause!r}", allowed=", ".join(self.table.clauses))
        return find_links(self.table, self.known(), self.shows, clause)


@dataclass(frozen=True)
class Standing:
    """A whole, what it rests on, and the rows of all of that. `clause` is the one that was asked for alone."""

    whole: Whole
    links: Links
    rows: Mapping[str, Check]
    clause: str | None = None

    @property
    def of(self) -> str:
        """The guarantee that is looked at: the theorem, or the clause."""
        return self.clause or self.whole.table.of

    @property
    def bearing(self) -> Mapping[str, Check]:
        """The rows that the verdict is of: without witnesses, which are runs, and bear nothing."""
        return {id: row for id, row in self.rows.items() if row.job.declared.kind in SAFE}

    @property
    def verdict(self) -> Verdict:
        """The weakest verdict of all that it rests on; `unknown` where something is open or refused."""
        verdicts = [row.decisive.verdict for row in self.bearing.values()]
        if "violated" in verdicts:
            return "violated"
        return min(verdicts, key=STRENGTH.index) if self.links.closed and verdicts else "unknown"

    @property
    def weakest(self) -> tuple[str, ...]:
        """The guarantees that are not proved for every size."""
        return tuple(id for id, row in self.bearing.items() if row.decisive.verdict != "proved")

    @property
    def as_expected(self) -> bool:
        """Whether nothing is open, idle or refused, and each row came out as claimed."""
        return self.links.closed and all(row.as_expected for row in self.rows.values())

    def said(self) -> str:
        """The verdict in a sentence."""
        if not self.links.closed:
            return f"does not fit together: {'; '.join(self.faults())}"
        number = f"{len(self.bearing)} guarantees"
        if self.weakest:
            weak = ", ".join(f"{id} ({self.rows[id].decisive.verdict}{_at(self.rows[id])})" for id in self.weakest)
            told = f"{self.verdict}: {number}, all proved for every size but {weak}"
        else:
            told = f"proved for every size: {number}, all proved"
        seen = [id for id in self.rows if id not in self.bearing]
        return f"{told}; seen in a run: {', '.join(seen)}" if seen else told

    def faults(self) -> tuple[str, ...]:
        """All that keeps the parts from fitting together, a sentence each."""
        circles = (f"a circle at one height: {' <- '.join((*c.ids, c.ids[0]))}" for c in self.links.circles)
        return (*self.links.open, *self.links.refused, *circles, *self.links.idle)


def _at(row: Check) -> str:
    scope = ", ".join(f"{name}={size}" for name, size in row.decisive.scope.items())
    return f" at {scope}" if scope else ""


def wholes(study: Study, target: str | None = None) -> list[Whole]:
    """All targets of the study, or of those that `target` names, that are put together and say how.

    That is, which have parts, a `COMPOSITION` in their properties module, and claim its theorem. InputError where
    there is none.
    """
    found = list(_wholes(study, study.resolve(target) if target is not None else tuple(study.specs.values())))
    if not found:
        raise InputError(
            f"nothing is put together {'here' if target is None else f'in {target}'}",
            allowed="a protocol with parts, whose properties module has a COMPOSITION",
        )
    return found


def of_checks(study: Study, checks: Sequence[Check]) -> list[Standing]:
    """Where each whole of the study stands all whose guarantees were checked, from these rows."""
    rows = {(c.job.target, c.job.declared.id): c for c in checks if c.job.reading is None}
    found = []
    for whole in _wholes(study, study.specs.values()):
        links = whole.links()
        own = {id: rows.get((g.target, id)) for id, g in links.reached.items()}
        if all(own.values()):
            found.append(Standing(whole, links, {id: row for id, row in own.items() if row is not None}))
    return found


def _wholes(study: Study, files: Iterable[Path]) -> Iterator[Whole]:
    for file in files:
        head = read_head(file)
        table: Composition | None = (
            getattr(importlib.import_module(head.properties), "COMPOSITION", None) if head.parts else None
        )
        if table is not None:
            jobs = _jobs(study, (file, *(study.specs[part] for part in head.parts)))
            theorem = jobs.get(table.of)
            if theorem is not None and theorem.stance.expected == "holds":
                yield Whole(theorem.target, table, jobs, study.root, study.register())


def _jobs(study: Study, files: Iterable[Path]) -> dict[str, Job]:
    """Claims on these specs, by id; of one that several have, the first."""
    found: dict[str, Job] = {}
    for file in files:
        for job in jobs_of_spec(study, open_spec(study, file)):
            found.setdefault(job.declared.id, job)
    return found
