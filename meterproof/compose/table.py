"""The table that a study keeps of a whole: a properties module declares it as `COMPOSITION`.

It names guarantees and assumptions by their ids alone. What a guarantee assumes is not told here but read off what its
property, its lemmas and its machine cite (`compose.guarantees`); the table says who gives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Assumption:
    """What parts assume, and who owes it them.

    `by` are guarantees that together give it, or other assumptions that it comes down to. Where `below` is set, it is
    needed at a height of what is so at lower heights only. `outside` says why nobody in the system can give it, or
    what is left of it. `how` is the argument.
    """

    id: str
    how: str
    by: tuple[str, ...] = ()
    below: bool = False
    outside: str | None = None


@dataclass(frozen=True)
class Condition:
    """A condition of composing soundly, why it is met, and what shows it: guarantees, tests (`file::name`), files."""

    title: str
    why: str
    ids: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Apart:
    """Guarantees that are no part of the theorem, with the assumptions that they alone need, and why they are apart."""

    ids: tuple[str, ...]
    why: str
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Composition:
    """How the theorem `of` is put together.

    Its `clauses` each rest on guarantees of the parts. `against` is the adversary of the whole: where a machine has
    moves for one of these capabilities, what is used of the machine must be claimed against it; a clause that is
    claimed against more is given parts that are. `grounds` says of each machine that is used, by name, what it takes
    for granted beside what is cited there, such as a ledger that all agree on; nothing is said too: `()`.
    """

    of: str
    title: str
    against: tuple[str, ...]
    clauses: Mapping[str, tuple[str, ...]]
    grounds: Mapping[str, tuple[str, ...]]
    assumptions: tuple[Assumption, ...]
    conditions: tuple[Condition, ...] = ()
    apart: tuple[Apart, ...] = ()

    def entry(self, id: str) -> Assumption | None:
        """The entry of an assumption, or None."""
        return next((each for each in self.assumptions if each.id == id), None)
