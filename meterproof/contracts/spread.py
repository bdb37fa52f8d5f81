"""What requests of a kind have in common: for each clause the values that they can have, where not all can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from meterproof.contracts.conditions import WORDS
from meterproof.contracts.request import DAY, LAST_DAY, MOST, WEEKDAYS, day_text, time_text
from meterproof.contracts.terms import Term
from meterproof.contracts.witness import Solver

Spread = Mapping[str, tuple[str, ...]]
"""By clause, in words. Each clause is told alone: not all its values need go with all those of the others."""


def spread(solver: Solver, *terms: Term) -> Spread:
    """The spread of the requests that satisfy the terms."""
    universe = solver.universe
    of = universe.constants
    found: dict[str, tuple[str, ...]] = {}
    with solver.assuming(*terms):
        for name in WORDS:
            words = tuple(each for each in universe.words[name] if solver.possible(universe.word(name, [each])))
            if len(words) < len(universe.words[name]):
                found[name] = words
        if amounts := _amounts(solver):
            found["amount"] = amounts
        for clause, part, end, told in (("hours", "minute", DAY, _hours), ("dates", "day", LAST_DAY + 1, _dates)):
            spans = _spans(solver, of[part], universe.cuts[part], end)
            if spans != [(0, end)]:
                found[clause] = tuple(told(start, stop) for start, stop in spans)
        days = tuple(word for at, word in enumerate(WEEKDAYS) if solver.possible(universe.weekday == at))
        if len(days) < len(WEEKDAYS):
            found["weekdays"] = days
    return found


def _amounts(solver: Solver) -> tuple[str, ...]:
    """No amount, and intervals in each unit; nothing where all are possible."""
    universe, found, every = solver.universe, list[str](), True
    if solver.possible(universe.word("unit", [None])):
        found.append("none")
    else:
        every = False
    for unit in universe.words["unit"]:
        with solver.assuming(universe.word("unit", [unit])):
            spans = _spans(solver, universe.constants["amount"], universe.cuts["amount"], MOST + 1)
        every = every and spans == [(0, MOST + 1)]
        found += [f"{start:,} {unit}" + _up_to(start, stop, unit) for start, stop in spans]
    return () if every else tuple(found)


def _up_to(start: int, stop: int, unit: str) -> str:
    if stop > MOST:
        return " and more"
    return "" if stop == start + 1 else f" to below {stop:,} {unit}"


def _spans(solver: Solver, constant: Term, cuts: Iterable[int], end: int) -> list[tuple[int, int]]:
    """The intervals of values that are possible, which begin and end at cuts."""
    found: list[tuple[int, int]] = []
    ends = sorted({0, *(each for each in cuts if each < end), end})
    for start, stop in pairwise(ends):
        if solver.possible(constant >= start, constant < stop):
            if found and found[-1][1] == start:
                start = found.pop()[0]
            found.append((start, stop))
    return found


def _hours(start: int, stop: int) -> str:
    return f"{time_text(start)} to {time_text(stop)}"


def _dates(start: int, stop: int) -> str:
    ends = [f"from {day_text(start)} on"] if start else []
    return ", ".join([*ends, *([f"before {day_text(stop)}"] if stop <= LAST_DAY else [])])
