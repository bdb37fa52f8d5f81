"""Two-phase commit for Spin, and a run of it: the comparison that the explorer's speed is measured against.

The Promela model has the states and transitions of examples/two_phase_commit.py: one process, one d_step for each move.
Phases, promises and what was heard are bit masks, which makes Spin's state vector short and its assertion two
operations. The verifier is compiled with what Spin's manual offers for speed in an exact search for safety
(`COMPILE`) and gets a hash table of at least twice as many slots as there are states. Partial-order reduction is off:
all moves write shared variables, so it would leave out no state and cost time. So are `COLLAPSE`, which takes less
memory and twice the time, and `NOVSZ`, which the manual calls risky and which gains 5 %.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from meterproof.errors import InputError

COMPILE = ("gcc", "-O3", "-DSAFETY", "-DNOFAIR", "-DNOREDUCE", "-DNOBOUNDCHECK", "-DMEMLIM=8000")
DEEPEST = 100_000
"""Steps of Spin's depth-first stack; a search that needs more is refused here."""
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
    """One search by Spin: distinct states, wall seconds of `pan` alone, bytes that it held for each state.

    `transitions` does not count the initial state, and has six digits where Spin prints no more. The bytes are those
    of the stored states and of the hash table, without the depth-first stack.
    """

    states: int
    transitions: int
    errors: int
    seconds: float
    bytes_per_state: float


def available() -> bool:
    """Whether Spin and a C compiler are installed."""
    return shutil.which("spin") is not None and shutil.which("gcc") is not None


def search_command(states: int) -> tuple[str, ...]:
    """The call of the verifier, with a hash table for so many states: more slots were slower wherever it was tried."""
    return ("./pan", f"-m{DEEPEST}", f"-w{max(18, states.bit_length() + 1)}")


def promela(managers: int) -> str:
    """The Promela text of two-phase commit with so many resource managers, 1 to 15."""
    if not 1 <= managers <= 15:
        raise ValueError(f"{managers} managers: 1 to 15 fit Spin's short")
    options = [MANAGER.format(bit=1 << i) for i in range(managers)]
    options.append(COORDINATOR.format(all=(1 << managers) - 1))
    return MODEL.format(n=managers, word="byte" if managers <= 8 else "short", options="\n".join(options))


def prepare(managers: int, folder: Path) -> None:
    """Write the model into `folder` and compile its verifier there; InputError when spin or gcc fails."""
    (folder / "model.pml").write_text(promela(managers), encoding="utf-8")
    _call(("spin", "-a", "model.pml"), folder, 120)
    _call((*COMPILE, "-o", "pan", "pan.c"), folder, 120)


def search(folder: Path, states: int, timeout: float = 600) -> SpinRun:
    """Run the verifier that `prepare` left in `folder`: depth first, with a hash table made for so many states.

    Raises InputError when it fails, or did not visit every state.
    """
    begun = time.monotonic()
    out = _call(search_command(states), folder, timeout)
    seconds = time.monotonic() - begun
    if "Search not completed" in out or "depth too small" in out or "out of memory" in out:
        raise InputError(f"Spin did not visit every state: {out.strip()[:300]}", allowed="more memory")
    stored = int(_found(r"(\d+) states, stored", out))
    used = [_found(rf"([\d.]+)\s+{what}", out) for what in ("actual memory usage for states", "memory used for hash")]
    return SpinRun(
        stored,
        round(float(_found(r"([\d.e+]+) transitions", out))),
        int(_found(r"errors: (\d+)", out)),
        seconds,
        sum(map(float, used)) * (1 << 20) / stored,
    )


def _call(command: Sequence[str], folder: Path, timeout: float) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{command[0]} took more than {timeout:g} s", allowed="a faster machine") from error
    if done.returncode:
        raise InputError(
            f"{' '.join(command)} failed: {(done.stderr or done.stdout).strip()[:300]}",
            allowed="Spin 6.5 and gcc, or neither of them",
        )
    return done.stdout


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise InputError(f"Spin's output has no {pattern!r}: {text.strip()[:300]}", allowed="Spin 6.5")
    return found[1]
