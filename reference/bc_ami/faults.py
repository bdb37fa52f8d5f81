"""Which replicas fail while a run goes on, how and how long: a plan of episodes, drawn by seed or read from a file.

An episode lasts from one height to another. The replica then recovers and catches up from certified blocks. Since each
height is agreed on by itself, what the ordering service must stand is the number of replicas that fail at one height.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, get_args

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness

T = TypeVar("T")
Kind = Literal["crash", "lie", "cut"]
KINDS: tuple[Kind, ...] = get_args(Kind)
AT_ONCE = "at-once"
_ALLOWED = "such as crash=2,lie=1,cut=1 or crash=2,at-once=1, or a TOML file of [[episode]] tables"


@dataclass(frozen=True)
class Episode:
    """One replica fails at the heights from `first` until before `until`.

    crash: silent, at the first height only after its first vote; lie: it signs what it likes, with its own key; cut:
    silent, nothing reaches it.
    """

    kind: Kind
    replica: int
    first: int
    until: int


@dataclass(frozen=True)
class Conditions:
    """How replicas fare at one height: absent all along, absent after their first vote, or lying."""

    silent: frozenset[int] = frozenset()
    failing: frozenset[int] = frozenset()
    lying: frozenset[int] = frozenset()

    @property
    def faulty(self) -> frozenset[int]:
        return self.silent | self.failing | self.lying


@dataclass(frozen=True)
class FaultPlan:
    """All episodes of a run; of two for one replica at one height the worse one counts: lie, then cut, then crash."""

    episodes: tuple[Episode, ...] = ()

    def at(self, height: int) -> Conditions:
        """The conditions at this height."""
        now = [each for each in self.episodes if each.first <= height < each.until]
        lying = frozenset(each.replica for each in now if each.kind == "lie")
        failing = frozenset(each.replica for each in now if each.kind == "crash" and each.first == height) - lying
        cut = frozenset(each.replica for each in now if each.kind == "cut")
        silent = frozenset(each.replica for each in now) - lying
        return Conditions(silent - (failing - cut), failing - cut, lying)

    @property
    def most_at_once(self) -> int:
        """The greatest number of replicas that fail at one height."""
        return max((len(self.at(each.first).faulty) for each in self.episodes), default=0)

    def begun(self, heights: int) -> Mapping[str, int]:
        """The number of episodes of each kind that began below this height."""
        return {kind: sum(each.kind == kind and each.first < heights for each in self.episodes) for kind in KINDS}

    @staticmethod
    def of(spec: str, replicas: int, bound: int, heights: int, seed: int) -> FaultPlan:
        """The plan that a specification gives: `kind=number,...`, drawn over this many heights, or a TOML file.

        At most `bound` replicas fail at one height, or exactly as many as `at-once` says, all episodes being used.
        Raises InputError for a specification that cannot be read, or that has no room in so few heights.
        """
        if spec.endswith(".toml"):
            return FaultPlan(_read(Path(spec), replicas))
        counts = _counts(spec)
        at_once = counts.pop(AT_ONCE, max(bound, 1))
        if not 1 <= at_once <= replicas:
            raise InputError(
                f"{at_once} of {replicas} replicas at once", allowed=f"{AT_ONCE}=1 to {AT_ONCE}={replicas}"
            )
        kinds = [kind for kind in KINDS for _ in range(counts.get(kind, 0))]
        return FaultPlan(_drawn(kinds, at_once, replicas, heights, Randomness.from_seed(seed).child("fault-plan")))


def _counts(spec: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in spec.split(","):
        name, equals, number = part.strip().partition("=")
        if name not in (*KINDS, AT_ONCE) or not equals or not number.isdecimal() or name in counts:
            raise InputError(f"faults {part.strip()!r}", allowed=_ALLOWED)
        counts[name] = int(number)
    if not any(counts.get(kind) for kind in KINDS):
        raise InputError(f"no fault in {spec!r}", allowed=_ALLOWED)
    return counts


def _drawn(
    kinds: Sequence[Kind], at_once: int, replicas: int, heights: int, randomness: Randomness
) -> tuple[Episode, ...]:
    """The episodes in a drawn order, `at_once` of them in each of as many equal stretches of the run as that takes.

    Each begins in the first third of its stretch and ends in the last, so that those of one stretch overlap.
    """
    order = shuffled(kinds, randomness.child("order"))
    groups = [order[i : i + at_once] for i in range(0, len(order), at_once)]
    if heights < 3 * len(groups):
        message = f"{len(kinds)} faults, {at_once} at once, need {3 * len(groups)} blocks, and the run has {heights}"
        raise InputError(message, allowed="fewer faults, more readings or a smaller --block")
    episodes = []
    for number, group in enumerate(groups):
        start, end = (heights * i // len(groups) for i in (number, number + 1))
        third = (end - start) // 3
        chosen = shuffled(range(replicas), randomness.child("replicas", number))
        for place, (kind, replica) in enumerate(zip(group, chosen, strict=False)):
            draw = randomness.child("episode", number, place)
            first = draw.child("first").integer(start, start + third - 1)
            episodes.append(Episode(kind, replica, first, draw.child("until").integer(end - third, end - 1)))
    return tuple(episodes)


def shuffled(items: Sequence[T], randomness: Randomness) -> list[T]:
    """The items in a drawn order."""
    return [items[i] for i in sorted(range(len(items)), key=lambda i: randomness.child(i).take(16))]


def _read(path: Path, replicas: int) -> tuple[Episode, ...]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path, allowed=_ALLOWED) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(str(error), file=path, allowed="TOML") from error
    tables = document.get("episode")
    if not isinstance(tables, list) or not tables or set(document) != {"episode"}:
        raise InputError("no plan of faults", file=path, allowed="[[episode]] tables and nothing else")
    return tuple(_episode(table, number, path, replicas) for number, table in enumerate(tables, start=1))


def _episode(table: Mapping[str, object], number: int, path: Path, replicas: int) -> Episode:
    kind = next((each for each in KINDS if each == table.get("kind")), None)
    whole = [table.get(name) for name in ("replica", "first", "until")]
    places = [value for value in whole if type(value) is int]
    if kind is None or len(places) != 3 or set(table) != {"kind", "replica", "first", "until"}:
        allowed = f"kind = one of {', '.join(KINDS)}, and whole numbers for replica, first, until"
        raise InputError(f"episode {number} is not one", file=path, allowed=allowed)
    replica, first, until = places
    if not 0 <= replica < replicas or not 0 <= first < until:
        allowed = f"replica 0 to {replicas - 1}, and 0 <= first < until"
        raise InputError(f"episode {number} is out of range", file=path, allowed=allowed)
    return Episode(kind, replica, first, until)
