"""What is exported: a machine under one choice of rules with its properties, put together from the jobs of a check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from meterproof.check.jobs import Job
from meterproof.errors import InputError, nearest
from meterproof.finite.scope import Scope, resolve
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.system import Property, System
from meterproof.lang.tracing import trace


@dataclass(frozen=True)
class Subject:
    """One machine, traced with all properties of `jobs`: same target, reading and rules."""

    system: System
    jobs: tuple[Job, ...]

    @property
    def name(self) -> str:
        """Target and reading as a file's name begins: `bc-ami.published.literal`; of a model file its stem."""
        job = self.jobs[0]
        if job.spec is None:
            return Path(job.target).stem
        return ".".join(filter(None, (job.protocol, job.variant, job.reading)))

    def claims(self) -> list[tuple[Job, Property]]:
        """Each job with its property in the system."""
        return [(job, job.claim(self.system)) for job in self.jobs]

    def scope(self, job: Job, given: Mapping[str, int]) -> Scope:
        """Where a job, or else one of its neighbours, is explored first, with the `given` sizes over the plan's."""
        plans = [p for j in (job, *self.jobs) for p in j.stance.plans if p.method == "explore"]
        sizes = plans[0].sizes if plans else {}
        known = self.scope_names()
        return resolve(self.system, {**sizes, **{n: v for n, v in given.items() if n in known}})

    def scope_names(self) -> set[str]:
        """The names that a scope of this machine may have."""
        s = self.system
        sets = (v.name for v in s.variables if v.at_most is not None)
        return {*(x.name for x in s.sorts), *(d.name for d in s.design), *sets}


def subjects(jobs: Iterable[Job]) -> list[Subject]:
    """The machines of the jobs, in their order."""
    groups: dict[tuple[str, str | None, str], list[Job]] = {}
    for job in jobs:
        groups.setdefault((job.target, job.reading, job.machine.__qualname__), []).append(job)
    return [Subject(_traced(group), tuple(group)) for group in groups.values()]


def _traced(jobs: list[Job]) -> System:
    own = {d.id for d in jobs[0].machine.declared(PropertyDecl).values()}
    beside = {j.declared.id: j.declared for j in jobs if j.declared.id not in own}
    return trace(jobs[0].machine, jobs[0].rules, beside.values())


def check_scope(found: Iterable[Subject], given: Mapping[str, int]) -> None:
    """InputError for a size of something that no machine has."""
    known = sorted({name for s in found for name in s.scope_names()})
    for name in given:
        if name not in known:
            raise InputError(f"--scope: there is no {name!r}{nearest(name, known)}", allowed=", ".join(known))
