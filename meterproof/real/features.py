"""Security features that a paper claims, and what came of the attacks on each, variant by variant.

A cell is `broken` if an attack succeeds, `bounded` if one succeeds only with more corruptions than the design is meant
to stand, `withstands` if all attacks on the feature fail, and `untried` if there is none. That all of a list of attacks
fail is no proof; what the engines say of the guarantees that the attacks aim at stands beside it, but for attacks on
bytes only: the model that a proof is about knows nothing of what they do. A feature may name further guarantees, such
as those of a larger machine than the one that an attack is found in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from meterproof.real.attack import AttackResult
from meterproof.real.exploit import ExploitResult

Result = AttackResult | ExploitResult
Found = Literal["broken", "bounded", "withstands", "untried"]


@dataclass(frozen=True)
class Feature:
    """A claim of a paper: `argument` is how the paper argues for it, `attacks` the names of those that try it.

    `guarantees` are ids of properties that bear on it, though none of the attacks aims at them.
    """

    protocol: str
    id: str
    title: str
    argument: str
    attacks: tuple[str, ...]
    cites: tuple[str, ...]
    guarantees: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """What came of the attacks on a feature in one variant and reading."""

    target: str
    reading: str | None
    results: tuple[Result, ...]
    guarantees: tuple[str, ...] = ()

    @property
    def found(self) -> Found:
        """What the attacks amount to."""
        if not self.results:
            return "untried"
        succeeded = [r for r in self.results if r.outcome == "succeeds"]
        if any(not r.attempt.beyond for r in succeeded):
            return "broken"
        return "bounded" if succeeded else "withstands"

    @property
    def telling(self) -> tuple[Result, ...]:
        """The results behind what was found: those that succeed where it is broken, and all of them elsewhere."""
        if self.found != "broken":
            return self.results
        return tuple(r for r in self.results if r.outcome == "succeeds" and not r.attempt.beyond)

    @property
    def aims(self) -> tuple[str, ...]:
        """The guarantees, each once, that attacks of the model aim at, and the further ones of the feature."""
        aimed_at = [r.attack.breaks for r in self.results if isinstance(r, AttackResult)]
        return tuple(dict.fromkeys((*aimed_at, *self.guarantees)))


@dataclass(frozen=True)
class Row:
    """A feature with a cell for each variant and reading."""

    feature: Feature
    cells: tuple[Cell, ...]


def rows(
    features: Iterable[Feature], columns: Sequence[tuple[str, str | None]], results: Sequence[Result]
) -> list[Row]:
    """The table of these features over `columns`, which are targets with their readings."""
    return [
        Row(
            feature,
            tuple(
                Cell(
                    target,
                    reading,
                    tuple(r for r in results if _belongs(r, feature, target, reading)),
                    feature.guarantees,
                )
                for target, reading in columns
            ),
        )
        for feature in features
    ]


def _belongs(result: Result, feature: Feature, target: str, reading: str | None) -> bool:
    place = (result.attempt.target, result.attempt.reading)
    return result.attack.name in feature.attacks and place == (target, reading)
