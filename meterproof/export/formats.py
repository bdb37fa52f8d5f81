"""What each format makes of the subjects: texts by file name, and what it had to leave out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from meterproof.check.jobs import Job
from meterproof.errors import InputError
from meterproof.export import promela
from meterproof.export.book import book
from meterproof.export.subjects import Subject
from meterproof.export.tla.run import Run, render
from meterproof.finite.ghosts import without_ghosts
from meterproof.finite.worlds import instances
from meterproof.lang.system import Property
from meterproof.prove import obligations, smtlib
from meterproof.prove.theory import Refused
from meterproof.study.register import Register


@dataclass(frozen=True)
class Request:
    """What is to be exported: subjects, sizes over those of their plans, and what the book says of itself."""

    subjects: tuple[Subject, ...]
    sizes: Mapping[str, int]
    command: str
    root: Path
    register: Register | None

    def folder(self, subject: Subject) -> str:
        """Where a subject's files go: a folder of its own where there are several targets or readings."""
        return f"{subject.name}/" if len({s.name for s in self.subjects}) > 1 else ""


@dataclass(frozen=True)
class Exported:
    """Texts by file name, and what is not in them, each with its reason."""

    files: dict[str, str]
    left_out: tuple[str, ...] = ()


def tla(request: Request) -> Exported:
    """TLA+: for each machine a module, and for each adversary a wrapper with its configurations."""
    files = {}
    for subject in request.subjects:
        runs: dict[frozenset[str], list[tuple[Job, Property]]] = {}
        for job, claim in subject.claims():
            runs.setdefault(claim.against, []).append((job, claim))
        found = [
            Run(tuple(claim for _, claim in group), subject.scope(group[0][0], request.sizes))
            for group in runs.values()
        ]
        for name, text in render(subject.system, found).items():
            files[request.folder(subject) + name] = text
    return Exported(files)


def promela_files(request: Request) -> Exported:
    """Promela: a file for each property and interpretation of the rigids, without ghosts that the property leaves."""
    return _each(request, _promela, InputError)


def _promela(subject: Subject, job: Job, claim: Property, sizes: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    scope = subject.scope(job, sizes)
    worlds = instances(without_ghosts(subject.system, [claim]), scope)
    for number, world in enumerate(worlds, 1):
        of = f", interpretation {number} of {len(worlds)}" if len(worlds) > 1 else ""
        suffix = f".world{number}" if len(worlds) > 1 else ""
        text = promela.render(world, claim, heading=[f"{subject.system.name} of {job.name} at {scope}{of}"])
        yield f"{_slug(subject, claim)}{suffix}.pml", text


def smt_files(request: Request) -> Exported:
    """SMT-LIB 2: a folder for each property that induction is tried on, a numbered file for each obligation."""
    return _each(request, _smt, Refused)


def _smt(subject: Subject, job: Job, claim: Property, sizes: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for name, text in smtlib.write(obligations(subject.system, claim)).items():
        yield f"{_slug(subject, claim)}/{name}", text


def books(request: Request) -> Exported:
    """Markdown: a book for each target and reading, with all its machines."""
    named: dict[str, list[Subject]] = {}
    for subject in request.subjects:
        named.setdefault(subject.name, []).append(subject)
    return Exported(
        {
            f"{name}.md": book.render(parts, command=request.command, root=request.root, register=request.register)
            for name, parts in named.items()
        }
    )


FORMATS: dict[str, Callable[[Request], Exported]] = {
    "tla": tla, "promela": promela_files, "smtlib": smt_files, "book": books,
}  # fmt: skip
"""The formats that are made from the IR alone; `itf` needs a trace and so an engine."""

_Writer = Callable[[Subject, Job, Property, Mapping[str, int]], Iterator[tuple[str, str]]]


def _each(request: Request, write: _Writer, refusal: type[InputError]) -> Exported:
    """Files property by property. What is refused is left out; an InputError where nothing else remains."""
    files: dict[str, str] = {}
    refused: list[InputError] = []
    for subject in request.subjects:
        for job, claim in subject.claims():
            try:
                made = dict(write(subject, job, claim, request.sizes))
            except refusal as reason:
                refused.append(reason)
                continue
            files.update({request.folder(subject) + name: text for name, text in made.items()})
    if refused and not files:
        raise refused[0]
    return Exported(files, tuple(map(str, refused)))


def _slug(subject: Subject, claim: Property) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", f"{subject.system.name}.{claim.id}")
