"""What tests of several processes do, each in a process of its own: no engine may be loaded before the fork."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

from meterproof.check.crew import WORTH_IT, Crew, workers_for
from meterproof.check.jobs import Job
from meterproof.check.runner import Check, Options, run_job
from meterproof.check.targets import jobs
from meterproof.claims import explore, holds
from meterproof.errors import InputError
from meterproof.verdict import Evidence

ASKED = list(jobs(["bc-ami"], properties=["IS-V1", "IS-P2", "IS-P9"]))


def silent(message: str) -> None:
    """Nobody listens."""


def told(check: Check) -> tuple[object, ...]:
    """A row without the time that it took."""
    timeless = [replace(e, seconds=0.0, trace=None, witness=None) for e in check.evidence]
    steps = None if check.decisive.trace is None else check.decisive.trace.steps
    return check.job.name, check.job.declared.id, check.decisive.verdict, timeless, steps, check.as_expected


def endless() -> Job:
    """A job whose search takes far longer than anybody waits here."""
    [job] = [each for each in ASKED if each.variant == "hardened" and each.declared.id == "IS-V1"]
    return replace(job, stance=replace(job.stance, plans=(explore(Replica=10, Block=4, faulty=3),), controls=()))


def two_say_what_one_says() -> None:
    together = [told(row) for row in Crew(ASKED, Options(), 2).rows(silent)]
    assert len(ASKED) > 6
    assert together == [told(run_job(job, Options())) for job in ASKED]


def a_refusal_comes_in_its_turn() -> None:
    wrong = replace(ASKED[0], stance=holds("exhausted", explore(Replica=4)))
    rows = Crew([ASKED[1], wrong, ASKED[2]], Options(), 2).rows(silent)
    assert next(rows).job is ASKED[1]
    try:
        next(rows)
    except InputError as error:
        assert "Block" in str(error)
    else:
        raise AssertionError("a scope without blocks was accepted")


def one_is_killed() -> None:
    crew = Crew([endless(), ASKED[1], ASKED[2]], Options(), 2)
    while 0 not in crew._at.values():
        crew._listen(None)
    busy = next(process for source, process in crew._processes.items() if crew._at[source] == 0)
    os.kill(busy.pid, signal.SIGKILL)
    first, *others = crew.rows(silent)
    assert first.decisive == Evidence("none", "unknown", note="the process that ran it was ended by signal 9")
    assert not first.as_expected and all(row.as_expected for row in others)


def all_are_interrupted() -> None:
    crew = Crew([ASKED[1], endless()], Options(), 2)
    done = next(crew.rows(silent))
    while 1 not in crew._at.values():
        crew._listen(None)
    [stopped] = crew.late()
    assert not done.interrupted and stopped.interrupted and stopped.job.declared.id == "IS-V1"
    assert not any(process.is_alive() for process in crew._processes.values())


def as_many_as_are_worth_it() -> None:
    """Few jobs, searches that may take all memory, and those of a process that has an engine, are done one by one."""
    cores = len(os.sched_getaffinity(0))
    assert [workers_for(WORTH_IT - 1, Options()), workers_for(WORTH_IT, Options())] == [1, cores]
    assert workers_for(WORTH_IT, Options(profile="thorough")) == 1
    assert [workers_for(3, Options(), 2), workers_for(3, Options(), 9)] == [2, 3]
    run_job(ASKED[0], Options())
    assert workers_for(WORTH_IT, Options(), 2) == 1
