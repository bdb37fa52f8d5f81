"""Two-phase commit for Spin, and a run of it: the comparison that the explorer's speed is measured against.

The Promela model has the states and transitions of examples/two_phase_commit.py: one process, one d_step for each move.
Phases, promises and what was heard are bit masks, which makes Spin's state vector short and its assertion two
operations. Partial-order reduction is off, since the explorer has none.
"""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

COMPILE = ("gcc", "-O2", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=8000", "-o", "pan", "pan.c")
DEEPEST = 100_000
MODEL = """\
/* Two-phase commit with {n} resource managers. A manager's phase is its bits of (high, low):
   00 working, 01 prepared, 10 committed, 11 aborted. Decisions: 0 undecided, 1 commit, 2 abort. */
{word} low, high, said, heard;
byte decision;
#define CONSISTENT assert(!((high & ~low) && (high & low)))

init {{
  do
{options}
  od
}}
"""
MANAGER = """\
  :: d_step {{ !((low | high) & {bit}) -> low = low | {bit}; said = said | {bit}; CONSISTENT }}
  :: d_step {{ !((low | high) & {bit}) -> low = low | {bit}; high = high | {bit}; CONSISTENT }}
  :: d_step {{ decision == 0 && (said & {bit}) -> heard = heard | {bit}; CONSISTENT }}
  :: d_step {{ decision == 1 -> high = high | {bit}; low = low & ~{bit}; CONSISTENT }}
  :: d_step {{ decision == 2 -> high = high | {bit}; low = low | {bit}; CONSISTENT }}"""
COORDINATOR = """\
  :: d_step {{ decision == 0 && heard == {all} -> decision = 1; CONSISTENT }}
  :: d_step {{ decision == 0 -> decision = 2; CONSISTENT }}"""


@dataclass(frozen=True)
class SpinRun:
    """One search by Spin: distinct states, wall seconds of `pan` alone, bytes that it used for each state.

    `transitions` does not count the initial state, and has six digits where Spin prints no more. The bytes leave out
    the search stack and the empty hash table.
    """

    states: int
    transitions: int
    errors: int
    seconds: float
    bytes_per_state: float


def promela(managers: int) -> str:
    """The Promela text of two-phase commit with so many resource managers, 1 to 15."""
    if not 1 <= managers <= 15:
        raise ValueError(f"{managers} managers: 1 to 15 fit Spin's short")
    options = [MANAGER.format(bit=1 << i) for i in range(managers)]
    options.append(COORDINATOR.format(all=(1 << managers) - 1))
    return MODEL.format(n=managers, word="byte" if managers <= 8 else "short", options="\n".join(options))


def prepare(managers: int, folder: Path) -> None:
    """Write the model into `folder` and compile its verifier there; CalledProcessError when spin or gcc fails."""
    (folder / "model.pml").write_text(promela(managers), encoding="utf-8")
    for command in (("spin", "-a", "model.pml"), COMPILE):
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=120)


def search(folder: Path, states: int, timeout: float = 600) -> SpinRun:
    """Run the verifier that `prepare` left in `folder`: depth first, with a hash table made for so many states.

    Raises ValueError when it did not visit every state. A larger table was slower wherever it was tried.
    """
    slots = max(18, states.bit_length())
    begun = time.monotonic()
    command = ("./pan", f"-m{DEEPEST}", f"-w{slots}")
    done = subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, timeout=timeout,
    )  # fmt: skip
    seconds = time.monotonic() - begun
    out = done.stdout
    if "Search not completed" in out or "depth too small" in out or "out of memory" in out:
        raise ValueError(f"Spin did not visit every state:\n{out}")
    states = int(_found(r"(\d+) states, stored", out))
    stored = float(_found(r"([\d.]+)\s+actual memory usage for states", out)) * 1e6
    return SpinRun(
        states,
        round(float(_found(r"([\d.e+]+) transitions", out))),
        int(_found(r"errors: (\d+)", out)),
        seconds,
        stored / states,
    )


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"Spin's output has no {pattern!r}:\n{text}")
    return found[1]
