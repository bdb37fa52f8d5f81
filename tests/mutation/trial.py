"""One mutant tried: the tests of its room are run on a copy of the project in which that one operator is changed."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from meterproof.packed.jit import sources

ROOT = Path(__file__).parents[2]
COPIED = ("meterproof", "model", "properties", "reference", "spec", "examples", "attacks", "data", "tests", "docs")
FILES = ("pyproject.toml", "README.md")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc", ".*")
MEMORY = 8 << 30
"""Bytes of address space for a trial, so that a mutant that allocates without end harms nobody else."""

TESTS = {
    "lang": ("tests/lang", "tests/finite"),
    "finite": ("tests/finite", "tests/packed", "tests/explore"),
    "packed": ("tests/packed", "tests/walk", "tests/explore"),
    "explore": ("tests/explore",),
    "walk": ("tests/walk",),
    "prove": ("tests/prove",),
    "schedule": ("tests/schedule",),
    "suggest": ("tests/suggest",),
    "traces": ("tests/traces", "tests/finite", "tests/prove/test_counterexamples.py"),
    "export": ("tests/export",),
}
"""The tests that ought to notice a change in a room of the workbench; those marked slow are left out."""

Outcome = Literal["noticed", "timed out", "survived"]


@dataclass(frozen=True)
class Trial:
    """What became of a mutant. One that makes its tests run for ever is noticed too, and is told apart.

    `said` is the test that failed, or the end of what was printed when no test got so far.
    """

    outcome: Outcome
    seconds: float
    said: str


class Copy:
    """A copy of the project to be spoilt, taken at one moment: what is edited meanwhile does not reach it.

    Compiled code is stored inside the copy. It is put aside while a file is mutated that compiled code is made from,
    so that kernels are compiled anew, and is back afterwards. Python's own byte code is not stored at all: its age is
    told by whole seconds and the size of the file, and a mutant may have both in common with the original.
    """

    def __init__(self, at: Path, source: Path = ROOT) -> None:
        self.at = at
        for name in COPIED:
            shutil.copytree(source / name, at / name, ignore=LEFT_OUT)
        for name in FILES:
            shutil.copy2(source / name, at / name)
        self._stored, self._aside = at / "meterproof" / "__pycache__", at / "stored"
        self._compiled_from = set(sources(at / "meterproof"))

    def attempt(self, path: str, source: str, tests: Sequence[str], limit: float) -> Trial:
        """Put a mutated source in the file's place, run the tests until one fails, and put the original back.

        `tests` are files or single tests, `limit` is in seconds.
        """
        file = self.at / path
        original, stat = file.read_bytes(), file.stat()
        apart = file in self._compiled_from and self._stored.exists()
        if apart:
            self._stored.rename(self._aside)
        file.write_text(source, encoding="utf-8")
        try:
            return self.run(tests, limit)
        finally:
            file.write_bytes(original)
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # else numba takes its stored code for old
            if apart:
                shutil.rmtree(self._stored, ignore_errors=True)
                self._aside.rename(self._stored)

    def ordered(self, tests: tuple[str, ...], path: str) -> list[str]:
        """The test files, of folders too: first those named after the module at `path`, then those that import it."""
        module = Path(path)
        dotted = path.removesuffix(".py").replace("/", ".")
        given = [self.at / t for t in tests]
        files = [f for t in given for f in ([t] if t.is_file() else sorted(t.rglob("test_*.py")))]
        files.sort(key=lambda f: (module.stem not in f.name, dotted not in f.read_text(encoding="utf-8")))
        return [str(f.relative_to(self.at)) for f in files]

    def run(self, tests: Sequence[str], limit: float) -> Trial:
        """Run tests (files or single ones) on the copy as it is; `survived` when all of them pass."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider"]
        env = os.environ | {"PYTHONPATH": str(self.at), "PYTHONDONTWRITEBYTECODE": "1"}
        begun = time.monotonic()
        with subprocess.Popen(
            [*command, "-m", "not slow", *tests], cwd=self.at, env=env, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
            try:
                printed = process.communicate(timeout=limit)[0]
            except subprocess.TimeoutExpired:
                return Trial("timed out", time.monotonic() - begun, f"no end after {limit:g} s")
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        seconds = time.monotonic() - begun
        if process.returncode == 0:
            return Trial("survived", seconds, "")
        told = [line for line in printed.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return Trial("noticed", seconds, told[0] if told else printed.strip()[-300:])
