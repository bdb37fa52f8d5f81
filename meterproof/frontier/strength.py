"""How strong an adversary is: its capabilities, and how many members of each bounded set it may corrupt.

Strengths are ordered by inclusion of capabilities and by each number. A stronger adversary has every run of a weaker
one: capabilities only add moves, and who may corrupt two may corrupt one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Strength:
    """Capabilities, and the most members of each bounded set that may be corrupted.

    Sets of which none may be are left out and the others are in the order of their names, so that equal strengths are
    equal objects, also across versions of a protocol with other sets. Raises ValueError for a negative number.
    """

    capabilities: frozenset[str] = frozenset()
    corruptions: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if any(number < 0 for _, number in self.corruptions):
            raise ValueError(f"nobody can corrupt {dict(self.corruptions)}")
        object.__setattr__(self, "corruptions", tuple(sorted((s, n) for s, n in self.corruptions if n)))

    @classmethod
    def of(cls, capabilities: Iterable[str] = (), corruptions: Mapping[str, int] | None = None) -> Strength:
        """The strength with these capabilities and numbers."""
        return cls(frozenset(capabilities), tuple((corruptions or {}).items()))

    @property
    def numbers(self) -> dict[str, int]:
        """How many of each set, for the sets of which any may be corrupted."""
        return dict(self.corruptions)

    @property
    def size(self) -> int:
        """Capabilities and corruptions together: the length of every chain from nothing up to this strength."""
        return len(self.capabilities) + sum(n for _, n in self.corruptions)

    @property
    def key(self) -> tuple[int, tuple[str, ...], tuple[tuple[str, int], ...]]:
        """Where it stands in lists: weaker ones first."""
        return self.size, tuple(sorted(self.capabilities)), self.corruptions

    def __le__(self, other: Strength) -> bool:
        most = other.numbers
        return self.capabilities <= other.capabilities and all(n <= most.get(s, 0) for s, n in self.corruptions)

    def __lt__(self, other: Strength) -> bool:
        return self != other and self <= other

    def within(self, most: Strength) -> Strength:
        """The strongest that is no stronger than this one, nor than `most`."""
        limit = most.numbers
        fewer = {s: min(n, limit.get(s, 0)) for s, n in self.corruptions}
        return Strength.of(self.capabilities & most.capabilities, fewer)

    def below(self) -> tuple[Strength, ...]:
        """The strengths next below: one corruption less, or one capability."""
        numbers = self.numbers
        fewer = (Strength.of(self.capabilities, {**numbers, s: n - 1}) for s, n in self.corruptions)
        without = (Strength(self.capabilities - {c}, self.corruptions) for c in sorted(self.capabilities))
        return (*fewer, *without)


def minimal(found: Iterable[Strength]) -> tuple[Strength, ...]:
    """Those with none of the others below them, each once, in the order of their keys."""
    each = sorted(set(found), key=lambda s: s.key)
    return tuple(s for s in each if not any(o < s for o in each))


def maximal(found: Iterable[Strength]) -> tuple[Strength, ...]:
    """Those with none of the others above them, each once, in the order of their keys."""
    each = sorted(set(found), key=lambda s: s.key)
    return tuple(s for s in each if not any(s < o for o in each))
