"""Spin on Promela: its verifier is made, compiled and run, and its own counts are read."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from meterproof.errors import InputError

EXACT = ("-O2", "-DSAFETY", "-DNOREDUCE", "-DNOFAIR", "-DVECTORSZ=8192", "-DMEMLIM=6000")
"""How the verifier is compiled: every state is stored whole, and no partial-order reduction leaves any out."""
DEPTH = 1_000_000
"""The longest path that a depth-first search may take; a verifier that needs more says so and is not complete."""


@dataclass(frozen=True)
class Outcome:
    """What Spin found: `errors` are failed assertions, `complete` that nothing was left out.

    `transitions` are Spin's stored and matched states; the initial state is one of them. `seconds` is the wall time
    of the search alone, `building` that of Spin and the C compiler before it, `megabytes` the verifier's own figure.
    """

    states: int
    transitions: int
    errors: int
    complete: bool
    seconds: float
    building: float
    megabytes: float


def available() -> bool:
    """Whether Spin and a C compiler are installed."""
    return shutil.which("spin") is not None and shutil.which("gcc") is not None


def run(
    text: str, *, timeout: float = 60.0, depth: int = DEPTH, flags: Sequence[str] = EXACT, every_error: bool = True
) -> Outcome:
    """Search a Promela model; with `every_error` to the end, otherwise up to the first failed assertion.

    Raises InputError when Spin is not installed, refuses the model, or takes more than `timeout` seconds for a stage.
    """
    if not available():
        raise InputError("Spin is not installed", allowed="the packages spin and gcc, as Debian has them")
    with TemporaryDirectory(prefix="meterproof-spin-") as name:
        folder = Path(name)
        (folder / "model.pml").write_text(text, encoding="utf-8")
        begun = time.monotonic()
        _call(["spin", "-o2", "-a", "model.pml"], folder, timeout)
        _call(["gcc", *flags, "-w", "-o", "pan", "pan.c"], folder, timeout)
        built = time.monotonic()
        said = _call(["./pan", "-c0" if every_error else "-c1", f"-m{depth}", "-n"], folder, timeout)
        return _outcome(said, time.monotonic() - built, built - begun)


def _call(command: Sequence[str], folder: Path, timeout: float) -> str:
    """What a command says on both streams; an InputError with its first lines when it fails or takes too long."""
    try:
        done = subprocess.run(
            command, cwd=folder, timeout=timeout, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{command[0]} took more than {timeout:g} s", allowed="a smaller scope") from error
    said = done.stdout
    if done.returncode != 0 and command[0] != "./pan":
        raise InputError(f"{command[0]} refuses the model: {' '.join(said.splitlines()[:3])}")
    return said


def _outcome(said: str, seconds: float, building: float) -> Outcome:
    return Outcome(
        states=int(_figure(said, r"(\d+(?:\.\d+)?(?:e\+\d+)?) states, stored")),
        transitions=int(_figure(said, r"(\d+(?:\.\d+)?(?:e\+\d+)?) transitions")),
        errors=int(_figure(said, r"errors: (\d+)")),
        complete="Search not completed" not in said and "max search depth too small" not in said,
        seconds=seconds,
        building=building,
        megabytes=_figure(said, r"([\d.]+)\s+total actual memory usage"),
    )


def _figure(said: str, pattern: str) -> float:
    found = re.search(pattern, said)
    if found is None:
        raise InputError(f"the verifier says nothing of '{pattern}': {' '.join(said.splitlines()[:3])}")
    return float(found[1])
