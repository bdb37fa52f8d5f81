"""Try mutants of the engines: `python -m tests.mutation --rooms packed,prove --sample 40 --seed 1`.

Every survivor is either an equivalent program or a gap in the tests; the list says where to look. `docs/mutants.md`
holds the last run and what was made of its survivors.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from random import Random

from tests.mutation.operators import Mutant, mutants
from tests.mutation.trial import TESTS, Copy, Trial


@dataclass(frozen=True)
class Task:
    """A mutant of one file of a room of the workbench."""

    room: str
    path: str
    mutant: Mutant


def chosen(root: Path, rooms: list[str], sample: int, seed: int) -> list[Task]:
    """A sample of the rooms' mutants, as many from each room, in the order of the rooms.

    A room's sample depends on the seed, its number and the room's text only, not on the other rooms.
    """
    found: list[Task] = []
    for room in rooms:
        files = sorted((root / "meterproof" / room).rglob("*.py"))
        every = [Task(room, str(f.relative_to(root)), m) for f in files for m in mutants(f.read_text(encoding="utf-8"))]
        found += Random(f"{seed} {room}").sample(every, min(len(every), -(-sample // len(rooms))))
    return found


def main() -> int:
    """Print a line for each mutant and the score; exit 1 when one survived, 2 when the tests fail without mutants."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--rooms", default="finite,packed,explore,walk,prove,schedule", help="comma-separated rooms")
    parser.add_argument("--sample", type=int, default=60, help="how many mutants in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="mutants tried at the same time")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for a trial besides three times the tests'")
    told = parser.parse_args()
    rooms = told.rooms.split(",")
    if unknown := [r for r in rooms if r not in TESTS]:
        parser.error(f"no tests are named for the room {unknown[0]} (allowed: {', '.join(TESTS)})")
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(told.jobs) as pool:
        first = Copy(Path(scratch) / "copy0")
        copies: SimpleQueue[Copy] = SimpleQueue()
        copies.put(first)
        for i in range(1, told.jobs):
            copies.put(Copy(Path(scratch) / f"copy{i}", source=first.at))
        limits: dict[str, float] = {}
        for room in rooms:
            sound = first.run(first.ordered(TESTS[room], f"meterproof/{room}/__init__.py"), limit=600)
            print(f"sound     {sound.seconds:5.0f} s  {' '.join(TESTS[room])}  {sound.said}", flush=True)
            if sound.outcome != "survived":
                print(f"the tests of {room} do not pass without a mutant, so they tell nothing", file=sys.stderr)
                return 2
            limits[room] = told.limit + 3 * sound.seconds

        def attempt(task: Task) -> tuple[Task, Trial]:
            copy = copies.get()
            try:
                tests = copy.ordered(TESTS[task.room], task.path)
                return task, copy.attempt(task.path, task.mutant.source, tests, limits[task.room])
            finally:
                copies.put(copy)

        score: Counter[tuple[str, str]] = Counter()
        survivors: list[str] = []
        for task, trial in pool.map(attempt, chosen(first.at, rooms, told.sample, told.seed)):
            where = f"{task.path}:{task.mutant.line}  {task.mutant.change}  in  {task.mutant.text}"
            print(f"{trial.outcome:9} {trial.seconds:5.0f} s  {where}  {_by(trial)}", flush=True)
            score[task.room, trial.outcome] += 1
            if trial.outcome == "survived":
                survivors.append(where)
    print(f"\n{'room':10} {'mutants':>7} {'noticed':>7} {'timed out':>9} {'survived':>8}   (seed {told.seed})")
    for room in rooms:
        outcomes = [score[room, outcome] for outcome in ("noticed", "timed out", "survived")]
        print(f"{room:10} {sum(outcomes):7} {outcomes[0]:7} {outcomes[1]:9} {outcomes[2]:8}")
    for where in survivors:
        print(f"survived: {where}")
    return 1 if survivors else 0


def _by(trial: Trial) -> str:
    """The test that noticed, without what it said."""
    return trial.said.removeprefix("FAILED ").split(" - ")[0].splitlines()[-1] if trial.said else ""


if __name__ == "__main__":
    sys.exit(main())
