"""Several jobs at once: processes that each take the next job, so that a whole study is checked on all cores.

A worker is a copy of this process, made before any engine is loaded, and so has the jobs; what comes back of each is
its row. Rows come in the order of the jobs, whoever was quicker, and say the same as those of one process.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from typing import Any, NoReturn

from meterproof.check.jobs import Job
from meterproof.check.runner import Check, JobInterrupted, Options, given_up, run_job

WORTH_IT = 24
"""Fewer jobs than this take about as long as it takes each worker to load the engines."""
ENGINES = frozenset({"z3", "cvc5", "numba"})
PATIENCE = 5.0
"""Seconds in which a worker that is interrupted can say how far it came."""
Tell = Callable[[str], None]


def workers_for(jobs: int, options: Options, wanted: int | None = None) -> int:
    """How many processes to use: as many as wanted, or one for each core where that is worth it.

    Searches of the thorough profile may each take all the memory there is, so they are made one by one. So are all
    where an engine is loaded already, whose threads and locks do not survive a fork, and where forks are not safe.
    """
    if sys.platform != "linux" or ENGINES & sys.modules.keys():
        return 1
    if wanted is not None:
        return max(1, min(wanted, jobs))
    return len(os.sched_getaffinity(0)) if jobs >= WORTH_IT and options.profile == "quick" else 1


@dataclass
class Crew:
    """Workers at these jobs, at work from the beginning. Make it before threads are started: workers are forked."""

    jobs: Sequence[Job]
    options: Options
    count: int
    _rows: dict[int, Check] = field(default_factory=dict)
    _refused: set[int] = field(default_factory=set)
    _at: dict[Connection, int | None] = field(default_factory=dict)
    _processes: dict[Connection, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        context: Any = multiprocessing.get_context("fork")
        self._next = context.Value("i", 0)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for _ in range(self.count):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(self.jobs, self.options, self._next, theirs), daemon=True)
            process.start()
            theirs.close()
            self._at[ours], self._processes[ours] = None, process

    def rows(self, tell: Tell) -> Iterator[Check]:
        """Each job's row, in order. `tell` hears how many are done.

        Raises what a job raises. When interrupted it raises KeyboardInterrupt; `late` has what came after that.
        """
        for number, job in enumerate(self.jobs):
            while number not in self._rows and number not in self._refused and self._at:
                self._listen(None)
                tell(f"{len(self._rows)} of {len(self.jobs)} jobs are done")
            yield self._rows.pop(number) if number in self._rows else run_job(job, self.options, tell=tell)

    def late(self) -> list[Check]:
        """Stop the workers, and give what they had found of jobs whose rows nobody has asked for yet, in order."""
        for process in self._processes.values():
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGUSR1)
        while self._at and self._listen(PATIENCE):
            pass
        for process in self._processes.values():
            process.kill()
            process.join()
        return [self._rows[number] for number in sorted(self._rows)]

    def _listen(self, seconds: float | None) -> bool:
        """Take what workers have sent by now, or send within so many seconds; whether there was anything."""
        ready = [each for each in wait(list(self._at), seconds) if isinstance(each, Connection)]
        for source in ready:
            try:
                number, row = source.recv()
            except EOFError:
                self._ended(source)
                continue
            self._at[source] = number if row is None else None
            if row is not None:
                self._rows[number] = replace(row, job=self.jobs[number])
        return bool(ready)

    def _ended(self, source: Connection) -> None:
        """A worker is through, or was killed in the middle of a job, as where memory is short."""
        process, number = self._processes[source], self._at.pop(source)
        process.join()
        if number is None:
            return
        if process.exitcode:
            reason = f"the process that ran it was ended by signal {-process.exitcode}"
            self._rows[number] = given_up(self.jobs[number], self.options, reason)
        else:
            self._refused.add(number)


def _work(jobs: Sequence[Job], options: Options, following: Any, to: Connection) -> NoReturn:
    """Take the next job until there is none, and send (number, None) before and (number, row) after each."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, _interrupt)
    try:
        while True:
            with following.get_lock():
                number = following.value
                following.value += 1
            if number >= len(jobs):
                break
            to.send((number, None))
            row = run_job(jobs[number], options)
            to.send((number, replace(row, job=None)))  # type: ignore[arg-type]
    except JobInterrupted as stop:
        to.send((number, replace(stop.check, job=None)))  # type: ignore[arg-type]
    except KeyboardInterrupt:
        pass
    except Exception:
        pass  # whoever waits for this row runs the job itself, and is told by it what is wrong
    finally:
        to.close()
    os._exit(0)


def _interrupt(number: int, frame: object) -> NoReturn:
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    raise KeyboardInterrupt
