"""The first request of a kind: of all that satisfy a term the least in a fixed order, whatever the solver finds first.

Words come in alphabetical order, no amount before the least amount, days from Monday 2030-01-07 on and hours from noon
on, then those before. So a witness is the same with every version and seed of z3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

import z3

from meterproof.contracts.conditions import WORDS
from meterproof.contracts.request import DAY, LAST_DAY, MOST, ORIGIN, Amount, Request
from meterproof.contracts.terms import Term, Universe
from meterproof.prove.clock import Clock, heed_interrupt

NOON = 12 * 60
MONDAY = (date(2030, 1, 7) - ORIGIN).days


class Undecided(Exception):
    """z3 came to no answer within its time; the message says why."""


class Solver:
    """z3 on the requests of a universe, under one seed. Raises Undecided when `timeout` seconds are not enough."""

    def __init__(self, universe: Universe, timeout: float = 10.0) -> None:
        self.universe, self._timeout = universe, timeout
        self._solver = z3.SimpleSolver(ctx=universe.context)
        self._solver.set("timeout", max(1, int(timeout * 1000)))
        self._solver.set("random_seed", 0)
        self._solver.add(*universe.request())

    @contextmanager
    def assuming(self, *terms: Term) -> Iterator[None]:
        """Answer of requests that satisfy the terms only, inside the block."""
        self._solver.push()
        try:
            self._solver.add(*terms)
            yield
        finally:
            self._solver.pop()

    def possible(self, *terms: Term) -> bool:
        """Whether some request satisfies all the terms."""
        return self._sat(*terms)

    def first(self, *terms: Term) -> Request | None:
        """The first request that satisfies all the terms, or None when there is none."""
        with self.assuming(*terms):
            return self._first() if self._sat() else None

    def core(self, terms: Mapping[str, Term], *fixed: Term) -> tuple[str, ...]:
        """Of terms that no request satisfies along with the fixed ones, some by name, of which none can be left out."""
        kept = list(terms)
        with self.assuming(*fixed):
            for name in terms:
                rest = [each for each in kept if each != name]
                if not self._sat(*(terms[each] for each in rest)):
                    kept = rest
        return tuple(kept)

    def _sat(self, *more: Term) -> bool:
        clock = Clock(self._timeout)
        with self.assuming(*more):
            answer = self._solver.check()
            reason = str(self._solver.reason_unknown()) if answer == z3.unknown else ""
        heed_interrupt(reason, clock.spent, self._timeout)
        if answer == z3.unknown:
            raise Undecided(f"z3 gave up after {clock.spent:.3g} s: {reason}")
        return bool(answer == z3.sat)

    def _first(self) -> Request:
        chosen: dict[str, int] = {}
        for name, constant in self.universe.constants.items():
            value = next(each for each in self._candidates(name) if self._sat(constant == each))
            self._solver.add(constant == value)
            chosen[name] = value
        words = {name: self.universe.words[name][chosen[name]] for name in WORDS}
        units = self.universe.words["unit"]
        amount = None if chosen["unit"] == len(units) else Amount(chosen["amount"], units[chosen["unit"]])
        return Request(**words, at=chosen["day"] * DAY + chosen["minute"], amount=amount)

    def _candidates(self, name: str) -> Iterator[int]:
        """Values in their order, at least one of each set of values that no contract tells apart."""
        match name:
            case "amount":
                yield from (each for each in self.universe.cuts[name] if each <= MOST)
            case "minute":
                cuts = sorted({NOON, *self.universe.cuts[name]} - {DAY})
                yield from (each for each in cuts if each >= NOON)
                yield from (each for each in cuts if each < NOON)
            case "day":
                ends = {MONDAY, *self.universe.cuts[name]}
                days = sorted({end + more for end in ends for more in range(7) if end + more <= LAST_DAY})
                yield from (each for each in days if each >= MONDAY)
                yield from (each for each in days if each < MONDAY)
            case "unit":
                none = len(self.universe.words[name])
                yield none
                yield from range(none)
            case _:
                yield from range(len(self.universe.words[name]))
