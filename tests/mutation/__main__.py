"""Try mutants of the engines: `python -m tests.mutation --rooms packed,prove --sample 40 --seed 1`.

Every survivor is either an equivalent program or a gap in the tests; the list says where to look. `docs/mutants.md`
holds the last run and what was made of its survivors.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from random import Random

from tests.mutation.operators import Mutant, mutants
from tests.mutation.trial import ROOT, TESTS, Copy, Trial


def chosen(rooms: list[str], sample: int, seed: int) -> list[tuple[str, str, Mutant]]:
    """A sample of the rooms' mutants, as many from each room: (room, file, mutant)."""
    dice = Random(seed)
    found = []
    for room in rooms:
        files = sorted((ROOT / "meterproof" / room).glob("*.py"))
        every = [(room, str(f.relative_to(ROOT)), m) for f in files for m in mutants(f.read_text())]
        found += dice.sample(every, min(len(every), -(-sample // len(rooms))))
    return found


def main() -> int:
    """Print a line for each mutant and the score; exit 1 when one survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--rooms", default="finite,packed,explore,walk,prove,schedule", help="comma-separated rooms")
    parser.add_argument("--sample", type=int, default=60, help="how many mutants in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="mutants tried at the same time")
    parser.add_argument("--limit", type=float, default=240.0, help="seconds after which the tests count as stuck")
    told = parser.parse_args()
    rooms = told.rooms.split(",")
    if unknown := [r for r in rooms if r not in TESTS]:
        parser.error(f"no tests are named for the room {unknown[0]} (allowed: {', '.join(TESTS)})")
    tasks = chosen(rooms, told.sample, told.seed)
    results: list[tuple[str, Mutant, Trial]] = []
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(told.jobs) as pool:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for i in range(told.jobs):
            copies.put(Copy(Path(scratch) / f"copy{i}"))

        def attempt(task: tuple[str, str, Mutant]) -> tuple[str, Mutant, Trial]:
            room, path, mutant = task
            copy = copies.get()
            try:
                return path, mutant, copy.attempt(path, mutant.source, TESTS[room], told.limit)
            finally:
                copies.put(copy)

        for path, mutant, trial in pool.map(attempt, tasks):
            results.append((path, mutant, trial))
            print(f"{trial.outcome:9} {trial.seconds:5.0f} s  {path}:{mutant.line}  {mutant.change}", flush=True)
    survivors = [(path, m) for path, m, t in results if t.outcome == "survived"]
    print(f"\n{len(results) - len(survivors)} of {len(results)} mutants were noticed (seed {told.seed}).")
    for path, m in survivors:
        print(f"survived: {path}:{m.line}  {m.change}")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
