"""Targets on the command line: `protocol`, `protocol@variant`, a spec file, or a model file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from meterproof.check.jobs import Job, jobs_of_model, jobs_of_spec, open_spec
from meterproof.errors import InputError
from meterproof.lang.rules import Plain, plain
from meterproof.lang.system import WITNESS
from meterproof.study.finder import Study, enter
from meterproof.study.specfile import Spec
from meterproof.verdict import Method

_SOURCE = re.compile(r"^(?P<target>.+?)(?: \((?P<reading>[^)]+)\))?(?: with (?P<changes>.+))?$")


def specs(study: Study, target: str | None) -> list[Spec]:
    """The specs of a target, those with readings first; all of the study's when there is no target."""
    paths = study.resolve(target) if target is not None else tuple(study.specs.values())
    return sorted((open_spec(study, p) for p in paths), key=lambda s: (s.protocol, not s.readings))


def jobs(
    targets: list[str],
    *,
    reading: str | None = None,
    properties: list[str] | None = None,
    scope: Mapping[str, int] | None = None,
    method: Method | None = None,
) -> list[Job]:
    """All jobs of the targets (default: the whole study), narrowed. InputError for names that are not there.

    `method` is what model files are tried by; of a study's claims it chooses among their own plans, see `Options`.
    """
    found: list[Job] = []
    readings: set[str] = set()
    for target in targets or [None]:  # type: ignore[list-item]
        if target is not None and target.endswith(".py"):
            found += jobs_of_model(Path(target), scope or {}, method)
            continue
        for spec in specs(enter(Path.cwd()), target):
            readings.update(spec.readings)
            if reading is None or reading in spec.readings or not spec.readings:
                found += jobs_of_spec(enter(Path.cwd()), spec, reading)
    if reading is not None and reading not in readings:
        raise InputError(
            f"no target has a reading {reading!r}", allowed=", ".join(sorted(readings)) or "none of them has readings"
        )
    known = list(dict.fromkeys(j.declared.id for j in found))
    for id in properties or []:
        if id not in known:
            raise InputError(f"no target has a property {id!r}", allowed=", ".join(known))
    return [j for j in found if not properties or j.declared.id in properties]


def find(source: str, property: str) -> Job:
    """The job that a target and a property's id mean: how traces name their origin.

    Behind `target` may stand its reading in brackets, and ` with rule = value and ...` for rules that are changed.
    """
    match = _SOURCE.match(source)
    assert match is not None
    job = jobs([match["target"]], reading=match["reading"], properties=[property.removesuffix(WITNESS)], scope={"": 0})[
        0
    ]
    return job if match["changes"] is None else job.under(_changes(job, match["changes"]))


def _changes(job: Job, text: str) -> dict[str, Plain]:
    """The changed values that a job's name tells."""
    if job.rules is None:
        raise InputError(f"{job.name} has no rules that could be changed", allowed="a protocol of a study")
    found: dict[str, Plain] = {}
    for part in text.split(" and "):
        rule, equals, value = part.partition(" = ")
        if not equals:
            raise InputError(f"{part!r} changes no rule", allowed="RULE = VALUE, more of them after ' and '")
        found[rule] = plain(job.rules.schema.rule(rule).read_text(value))
    return found


def setup_lines(job: Job) -> str:
    """The lines of a test that build the job's system, for traces written as tests."""
    found = f"find({job.name!r}, {job.declared.id!r})"
    return f"from meterproof.check.targets import find\n\nsystem = {found}.system()\n"
