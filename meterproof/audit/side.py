"""One side of an audit, in a process of its own: its model code is imported and traced, and leaves as data.

    python -P -m meterproof.audit.side FD

Requests come as JSON lines on standard input, answers go to the file descriptor FD as pickles (`process` is the other
end). A side's code is run as any model is; what it prints goes to standard error.
"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import sys
import traceback
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import meterproof
from meterproof.audit.described import Described, RuleSaid, Stated, Subject, Unread
from meterproof.check.jobs import Job, jobs_of_model, jobs_of_spec, open_spec
from meterproof.errors import InputError
from meterproof.lang.system import System
from meterproof.study.finder import Study, find_study
from meterproof.study.specfile import Spec


@dataclass(frozen=True)
class Unloadable:
    """Code that could not be loaded or traced, and the reason in one line."""

    reason: str


@dataclass(frozen=True)
class Refused:
    """A request that names something which is not there: an error of the person who asks."""

    message: str
    file: str | None
    line: int | None
    allowed: str | None


class NoStudy(Exception):
    """There is no study, or its project file is not right."""


@dataclass
class Side:
    """The side whose study the current folder is in; it keeps the jobs that it has described."""

    jobs: list[Job] = field(default_factory=list)

    def describe(self, target: str | None, reading: str | None, machines: Collection[str] | None = None) -> Described:
        """All rules and guarantees of a target, of specs with readings under this one only.

        With `machines`, only these are traced. InputError: no target.
        """
        if target is not None and target.endswith(".py"):
            return Described(str(Path.cwd()), (self._of_model(target, machines),))
        try:
            study = find_study(Path.cwd())
        except InputError as error:
            raise NoStudy(_reason(error, Path.cwd())) from error
        paths = study.resolve(target) if target is not None else tuple(study.specs.values())
        subjects = [s for path in paths for s in self._of_spec(study, path, reading, machines)]
        return Described(str(study.root), tuple(subjects))

    def system(self, number: int, rules: dict[str, Any]) -> System:
        """The system of a guarantee under other rule values, given as a spec file has them."""
        job = self.jobs[number]
        assert job.rules is not None
        return job.system(job.rules.schema.read(rules))

    def _of_model(self, target: str, machines: Collection[str] | None) -> Subject:
        if not Path(target).is_file():
            raise InputError("no such model file", file=target, allowed="a Python file that defines a Protocol")
        try:
            jobs = jobs_of_model(Path(target), {})
        except (Exception, SystemExit) as error:
            return Subject(target, None, failure=_reason(error, Path.cwd()))
        return self._subject(Subject(target, None, machines=_named(job.machine for job in jobs)), jobs, machines)

    def _of_spec(
        self, study: Study, path: Path, reading: str | None, machines: Collection[str] | None
    ) -> Iterator[Subject]:
        """A subject for each reading asked for; of a spec that does not load, one that says why."""
        name = next((n for n, file in study.specs.items() if file.resolve() == path.resolve()), str(path))
        try:
            spec = open_spec(study, path)
            jobs = jobs_of_spec(study, spec, reading)
            known = _named(importlib.import_module(spec.head.model).MACHINES)
        except (Exception, SystemExit) as error:
            yield Subject(name, None, failure=_reason(error, study.root))
            return
        if reading is not None and spec.readings and reading not in spec.readings:
            return
        for each in (reading,) if reading in spec.readings else spec.readings or (None,):
            blank = Subject(
                f"{spec.protocol}@{spec.variant}", each, _rules(spec, each, study.root), machines=known
            )  # fmt: skip
            yield self._subject(blank, [job for job in jobs if job.reading == each], machines, study.root)

    def _subject(
        self, blank: Subject, jobs: Sequence[Job], machines: Collection[str] | None, root: Path | None = None
    ) -> Subject:
        """The subject with its guarantees; those of machines that are not wanted are named only."""
        wanted = [j for j in jobs if machines is None or j.machine.__name__ in machines]
        others = ((j.declared.id, j.machine.__name__) for j in jobs if j not in wanted)
        stated = tuple(self._stated(job, root or Path.cwd()) for job in wanted)
        return replace(blank, guarantees=stated, others=tuple(others))

    def _stated(self, job: Job, root: Path) -> Stated | Unread:
        self.jobs.append(job)
        number, machine, stance = len(self.jobs) - 1, job.machine.__name__, job.stance
        try:
            system = job.system()
        except (Exception, SystemExit) as error:
            return Unread(job.declared.id, machine, _reason(error, root))
        return Stated(
            number, job.declared.id, machine, system, stance.plans, stance.expected, stance.least, stance.note
        )  # fmt: skip


def _named(machines: Iterable[type]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(machine.__name__ for machine in machines))


def _rules(spec: Spec, reading: str | None, root: Path) -> tuple[RuleSaid, ...]:
    file = spec.file.resolve()
    shown = str(file.relative_to(root.resolve())) if file.is_relative_to(root.resolve()) else str(spec.file)
    return tuple(
        RuleSaid(name, value, spec.cites(name), spec.schema[name].doc, shown, spec.position(name, reading).line)
        for name, value in spec.rules(reading).plain().items()
    )


def _reason(error: BaseException, root: Path) -> str:
    """What is wrong, in one line, with file and line as the study names them."""
    if isinstance(error, InputError):
        said = "; ".join(str(error).splitlines())
    else:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(str(root))]
        where = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
        said = f"{type(error).__name__}: {' '.join(str(error).split())}{where}"
    return said.replace(f"{root}{os.sep}", "")


def answer(side: Side, request: dict[str, Any]) -> object:
    """The answer to one request."""
    try:
        if request["ask"] == "describe":
            return side.describe(request["target"], request["reading"], request["machines"])
        return side.system(request["number"], request["rules"])
    except InputError as error:
        return Refused(error.message, error.file, error.line, error.allowed)
    except NoStudy as error:
        return Unloadable(str(error))
    except (Exception, SystemExit) as error:
        return Unloadable(_reason(error, Path.cwd()))


def main(descriptor: int) -> None:
    """Answer requests until there are no more."""
    own = Path(meterproof.__file__).parent.parent
    if (own / "pyproject.toml").is_file():  # a checkout of the workbench is a study, too, but not the one asked about
        sys.path[:] = [entry for entry in sys.path if Path(entry) != own]
    side = Side()
    with Connection(descriptor, readable=False) as out:
        sys.stdout = sys.stderr
        for line in sys.stdin:
            out.send_bytes(pickle.dumps(answer(side, json.loads(line))))


if __name__ == "__main__":
    from meterproof.audit.side import main as run  # so that what is pickled is found under this module's own name

    run(int(sys.argv[1]))
