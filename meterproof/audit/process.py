"""The process that reads one side's code, as the audit speaks with it."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

import meterproof
from meterproof.audit.described import Described
from meterproof.audit.side import Refused, Unloadable
from meterproof.errors import InputError
from meterproof.lang.system import System

SECONDS = 300.0
"""Wall time in which a side must have been read."""


class Unreadable(Exception):
    """A side's code does not load, or took too long; the message is the reason."""


@dataclass
class SideProcess:
    """A running side. `requests` and `answers` are the two ends of the talk with it."""

    requests: IO[str]
    answers: Connection
    seconds: float

    def describe(self, target: str | None, reading: str | None, machines: Collection[str] | None = None) -> Described:
        """All rules and guarantees, or those of some machines only, with the names of the others.

        InputError where there is no such target; Unreadable where the code ends itself.
        """
        only = None if machines is None else sorted(machines)
        found = self._ask({"ask": "describe", "target": target, "reading": reading, "machines": only})
        assert isinstance(found, Described)
        return found

    def system(self, number: int, rules: Mapping[str, Any]) -> System:
        """The system of a guarantee under other rule values. InputError where they are none; Unreadable."""
        found = self._ask({"ask": "system", "number": number, "rules": dict(rules)})
        assert isinstance(found, System)
        return found

    def _ask(self, request: dict[str, Any]) -> object:
        try:
            self.requests.write(json.dumps(request) + "\n")
            self.requests.flush()
            if not self.answers.poll(self.seconds):
                raise Unreadable(f"its code was not read within {self.seconds:g} s")
            found = pickle.loads(self.answers.recv_bytes())
        except (EOFError, BrokenPipeError) as error:
            raise Unreadable("its code ended the process that read it") from error
        if isinstance(found, Refused):
            raise InputError(found.message, file=found.file, line=found.line, allowed=found.allowed)
        if isinstance(found, Unloadable):
            raise Unreadable(found.reason)
        return found


@contextmanager
def side_process(folder: Path, seconds: float = SECONDS) -> Iterator[SideProcess]:
    """A process that reads the code of the study around a folder, with this workbench; ended with the block."""
    package = str(Path(meterproof.__file__).parent.parent)
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
    ours, theirs = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "meterproof.audit.side", str(theirs)], cwd=folder, env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, pass_fds=(theirs,), start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    assert process.stdin is not None
    try:
        with Connection(ours, writable=False) as answers:
            yield SideProcess(process.stdin, answers, seconds)
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
