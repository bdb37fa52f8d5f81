"""One mutant tried: the tests of its room are run on a copy of the project in which that one operator is changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[2]
COPIED = ("meterproof", "model", "properties", "reference", "spec", "examples", "attacks", "data", "tests", "docs")
FILES = ("pyproject.toml", "README.md")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc", ".*")

TESTS = {
    "lang": ("tests/lang", "tests/finite"),
    "finite": ("tests/finite", "tests/packed", "tests/explore"),
    "packed": ("tests/packed", "tests/explore", "tests/walk"),
    "explore": ("tests/explore",),
    "walk": ("tests/walk",),
    "prove": ("tests/prove",),
    "schedule": ("tests/schedule",),
    "suggest": ("tests/suggest",),
    "traces": ("tests/traces", "tests/finite"),
    "export": ("tests/export",),
}
"""The tests that ought to notice a change in a room of the workbench."""

Outcome = Literal["killed", "timed out", "survived"]


@dataclass(frozen=True)
class Trial:
    """What became of a mutant. One that makes its tests run for ever is noticed too, and is told apart."""

    outcome: Outcome
    seconds: float
    said: str


class Copy:
    """A copy of the project to be spoilt."""

    def __init__(self, at: Path) -> None:
        self.at = at
        for name in COPIED:
            shutil.copytree(ROOT / name, at / name, ignore=LEFT_OUT)
        for name in FILES:
            shutil.copy(ROOT / name, at / name)

    def attempt(self, path: str, source: str, tests: tuple[str, ...], limit: float) -> Trial:
        """Put a mutated source in the file's place, run the tests until one fails, and put the original back."""
        original = (self.at / path).read_text()
        begun = time.monotonic()
        (self.at / path).write_text(source)
        try:
            return self._run(tests, begun, limit)
        finally:
            (self.at / path).write_text(original)

    def sound(self, tests: tuple[str, ...], limit: float) -> bool:
        """Whether the tests pass on the unspoilt copy; otherwise nothing can be learnt from mutants."""
        return self._run(tests, time.monotonic(), limit).outcome == "survived"

    def _run(self, tests: tuple[str, ...], begun: float, limit: float) -> Trial:
        there = [t for t in tests if (self.at / t.split("::")[0]).exists()]
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *there]
        path = {"PYTHONPATH": str(self.at), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, cwd=self.at, env=os.environ | path, timeout=limit, capture_output=True, text=True, check=False
            )
        except subprocess.TimeoutExpired:
            return Trial("timed out", time.monotonic() - begun, f"no end after {limit:g} s")
        told = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        seconds = time.monotonic() - begun
        if done.returncode == 0:
            return Trial("survived", seconds, "")
        return Trial("killed", seconds, told[0] if told else (done.stdout + done.stderr).strip()[-300:])
