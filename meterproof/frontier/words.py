"""Strengths in words: `{two faulty replicas}`, `{NET, one corrupted concentrator}`; `{nobody}` is no adversary."""

from __future__ import annotations

from dataclasses import dataclass

from meterproof.frontier.strength import Strength
from meterproof.lang.expr import read_of
from meterproof.lang.rewrite import conjuncts
from meterproof.lang.system import System

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Words:
    """How a system calls its adversaries.

    `sorts` has the sort of each bounded set. `moves` are the capabilities whose every move is one of a member of a
    set, by set: where it is the only one, the members stand for it too.
    """

    sorts: tuple[tuple[str, str], ...] = ()
    moves: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def say(self, strength: Strength) -> str:
        """The strength as a set in braces; with numbers in words, of sets that a capability speaks of also none."""
        sorts, numbers = dict(self.sorts), strength.numbers
        told = sorted(strength.capabilities)
        members = []
        for name in dict.fromkeys((*sorts, *numbers)):
            moves = dict(self.moves).get(name, ())
            made = [c for c in moves if c in strength.capabilities]
            if numbers.get(name, 0) or made:
                idle = f" without {' or '.join(moves)}" if moves and not made else ""
                members.append(_counted(numbers.get(name, 0), name, sorts.get(name)) + idle)
            if len(moves) == 1:
                told = [c for c in told if c not in moves]
        return f"{{{', '.join((*told, *members)) or 'nobody'}}}"


def words_of(system: System) -> Words:
    """How the system calls its adversaries."""
    sets = {v.name: v.domain[0].name for v in system.variables if v.at_most is not None}
    needed: dict[str, list[frozenset[str]]] = {}
    for action in system.actions:
        if action.needs is not None:
            parts = (p for g in action.guards for p in conjuncts(g.condition) if p.op == "read")
            needed.setdefault(action.needs, []).append(frozenset(read_of(p)[0] for p in parts))
    moves = ((s, tuple(sorted(c for c, each in needed.items() if all(s in read for read in each)))) for s in sets)
    return Words(tuple(sets.items()), tuple(moves))


def _counted(number: int, name: str, sort: str | None) -> str:
    """`two faulty replicas`; of a set whose sort is not known, `two of faulty`."""
    spelt = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    what = name.replace("_", " ")
    if sort is None:
        return f"{spelt} of {what}"
    noun = sort.lower()
    return f"{spelt} {what} {noun if number < 2 else _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith("s"):
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"
