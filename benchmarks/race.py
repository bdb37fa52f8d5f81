"""`python -m benchmarks.race`: the tables of `docs/race.md`, computed, run and tried again. Nothing is timed.

Options: `--trials` races with real hashing a row, `--tosses` races with coins, `--seed`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from meterproof.check.jobs import open_spec
from meterproof.lang.formula import Formula
from meterproof.study.finder import find_study
from reference.edge_keys.double_voting import least_faulty, threshold
from reference.edge_keys.puzzle import PUZZLES
from reference.edge_keys.race import Race, Rate, catch_up, nakamoto
from reference.edge_keys.race_trials import run_many, toss
from reference.edge_keys.rules import Rules

SHARES = (Fraction(1, 10), Fraction(3, 10), Fraction(4, 13), Fraction(1, 2), Fraction(7, 13))
CONFIRMATIONS = (1, 3, 6)
SURRENDER = 40
PUZZLE = PUZZLES["4-zero-bits"]
DEVICES = (4, 7, 13)


@dataclass(frozen=True)
class Row:
    """One race: the law without a surrender and with it, Nakamoto's approximation, and both ways to try it."""

    race: Race
    law: Fraction
    never_given_up: Fraction
    poisson: float
    coins: Rate
    hashed: Rate
    hashes: int


def races(trials: int, tosses: int, seed: int) -> Iterator[Row]:
    """One row a share and number of confirmations; blocks have made-up bodies, and the puzzle of 16 hashes."""
    for share in SHARES:
        for confirmations in CONFIRMATIONS:
            race = Race(share, confirmations, surrender=SURRENDER)
            hashed, hashes = run_many(race, PUZZLE, "whole-header", "race", (_public, _private), trials, seed)
            law, limit = catch_up(race), catch_up(replace(race, surrender=None))
            poisson = nakamoto(float(share), confirmations)
            yield Row(race, law, limit, poisson, toss(race, tosses, seed), hashed, hashes)


def _public(height: int) -> tuple[bytes, ...]:
    return (b"public %d" % height,)


def _private(height: int) -> tuple[bytes, ...]:
    return (b"private %d" % height,)


@dataclass(frozen=True)
class Threshold:
    """A way to accept blocks among n devices: its quorum, and how few faulty devices fork it, counted and tried."""

    rule: str
    devices: int
    quorum: int | None
    counted: int | None
    tried: int | None


def thresholds(rules: Rules, seed: int) -> Iterator[Threshold]:
    """Each of the paper's ways and the hardened one, on devices that otherwise obey these rules."""
    once = replace(rules, acceptance="votes", vote_once=True, confirmation_evidence="votes-shown", puzzle="none")
    ways = {
        "half or more, confirming twice": replace(_quorum(once, "ceil(n/2)"), vote_once=False),
        "half or more": _quorum(once, "ceil(n/2)"),
        "more than half": _quorum(once, "floor(n/2)+1"),
        "more than half, on a device's word": replace(
            _quorum(once, "floor(n/2)+1"), confirmation_evidence="devices-word"
        ),
        "all": _quorum(once, "n"),
        "the first solver": replace(once, acceptance="first-solver", puzzle="first-byte-below-4"),
        "hardened": _quorum(once, "floor((n+f)/2)+1"),
    }
    for rule, way in ways.items():
        for n in DEVICES:
            f = (n - 1) // 3
            quorum = way.needed_votes(n, f) if way.acceptance == "votes" else None
            yield Threshold(rule, n, quorum, threshold(way, n, f), least_faulty(way, n, f, seed))


def _quorum(rules: Rules, formula: str) -> Rules:
    return replace(rules, quorum=Formula.parse(formula))


def race_line(row: Row) -> str:
    """A row as Markdown."""
    rates = (f"{each.share:.4f} [{each.low:.4f}, {each.high:.4f}]" for each in (row.coins, row.hashed))
    cells = (row.race.share, row.race.confirmations, f"{row.poisson:.4f}", f"{float(row.law):.4f}", *rates)
    return "| " + " | ".join(map(str, cells)) + " |"


def threshold_line(row: Threshold) -> str:
    """A row as Markdown, told from the attempts."""
    tried = "no number" if row.tried is None else row.tried
    return f"| {row.rule} | {row.devices} | {'' if row.quorum is None else row.quorum} | {tried} |"


def main() -> None:
    """Print both tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--tosses", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print("| share | z | Nakamoto | exact | coins | real hashes |\n| --- | --- | --- | --- | --- | --- |")
    hashes = 0
    for row in races(chosen.trials, chosen.tosses, chosen.seed):
        print(race_line(row), flush=True)
        hashes += row.hashes
    print(f"\n{hashes} hashes.\n\n| accepted by | n | quorum | least faulty |\n| --- | --- | --- | --- |")
    here = find_study(Path(__file__))
    hardened = Rules.from_values(open_spec(here, here.specs["edge-keys@hardened"]).rules(None).plain())
    for each in thresholds(hardened, chosen.seed):
        print(threshold_line(each))


if __name__ == "__main__":
    main()
