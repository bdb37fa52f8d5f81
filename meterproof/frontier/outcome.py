"""What came of a frontier: what breaks a guarantee, what it stands, and what could not be decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from meterproof.frontier.strength import Strength, maximal, minimal
from meterproof.frontier.words import Words
from meterproof.traces.trace import Trace
from meterproof.verdict import STRENGTH, Evidence, Verdict

Standing = Literal["breaks", "holds", "undecided"]
"""What an adversary of some strength does to a guarantee."""


@dataclass(frozen=True)
class Bounds:
    """A frontier without its evidence: the weakest strengths known to break, and the strongest known not to.

    `everybody` is the strongest adversary that there is: all capabilities that some move needs, all individuals.
    """

    breaks: tuple[Strength, ...]
    holds: tuple[Strength, ...]
    everybody: Strength

    def standing(self, strength: Strength) -> Standing:
        """What is known of an adversary of this strength.

        It may be one of another version of the protocol: capabilities that no move needs give it nothing, nor does
        it gain from leave to corrupt more individuals than there are.
        """
        there = strength.within(self.everybody)
        if any(b <= there for b in self.breaks):
            return "breaks"
        return "holds" if any(there <= h for h in self.holds) else "undecided"


def weakened(before: Bounds, after: Bounds) -> tuple[Strength, ...]:
    """The weakest adversaries that are known to break the guarantee after a change and known not to have before.

    Strengthened is the same with the arguments swapped. What is undecided on either side is neither.
    """
    return minimal(b for b in after.breaks if before.standing(b) == "holds")


@dataclass(frozen=True)
class Broken:
    """A weakest strength that breaks the guarantee, with a run that shows it.

    The run was re-run on the model, uses every one of the capabilities, and corrupts exactly so many. Where all
    strengths below are known to be stood, `least` is True; else the interval beneath is among what is undecided.
    """

    strength: Strength
    trace: Trace
    evidence: Evidence
    least: bool

    def __post_init__(self) -> None:
        assert self.evidence.verdict == "violated", self.evidence.verdict


@dataclass(frozen=True)
class Kept:
    """A strongest strength that the guarantee stands, with what shows it at each scope and number of corruptions.

    `evidence` is empty only where the model's axioms admit no world with so many corruptions.
    """

    strength: Strength
    evidence: tuple[Evidence, ...]

    @property
    def verdict(self) -> Verdict:
        """The least of the verdicts that show it together."""
        return min((e.verdict for e in self.evidence), key=STRENGTH.index, default="exhausted")


@dataclass(frozen=True)
class Undecided:
    """Of adversaries from `least` to `most`, both among them, nothing is known; `why` says what ended the search."""

    least: Strength
    most: Strength
    why: str


@dataclass(frozen=True)
class Frontier:
    """The antichain of the weakest strengths that break a guarantee, at the given scopes together.

    A strength breaks it if it does so at one of the `scopes` (sizes without the numbers of corruptions), and is stood
    only if it is at all of them. `everybody` is the strongest adversary that there is at these scopes.
    `questions` is how often an engine was asked, `seed` what their random choices came from, `seconds` wall time.
    """

    breaks: tuple[Broken, ...]
    holds: tuple[Kept, ...]
    undecided: tuple[Undecided, ...]
    everybody: Strength
    scopes: tuple[tuple[tuple[str, int], ...], ...]
    words: Words
    questions: int
    seed: int
    seconds: float = field(default=0.0, compare=False)

    @property
    def exact(self) -> bool:
        """Whether nothing is undecided."""
        return not self.undecided

    @property
    def bounds(self) -> Bounds:
        """The frontier without its evidence."""
        return Bounds(
            tuple(b.strength for b in self.breaks), tuple(h.strength for h in self.holds), self.everybody
        )  # fmt: skip


def intervals(open_: Iterable[Strength]) -> tuple[tuple[Strength, Strength], ...]:
    """What is undecided, as intervals from each of its weakest strengths to each of its strongest above that.

    With every two strengths that are undecided, all between them are: so nothing else is in the intervals.
    """
    found = tuple(open_)
    ends = maximal(found)
    return tuple((least, most) for least in minimal(found) for most in ends if least <= most)
