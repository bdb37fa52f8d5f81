"""What the bridges share: how a model's finite scope, its element numbers and its tables are written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from meterproof.errors import InputError
from reference.ledger.effects import Effects, refused

Event = TypeVar("Event")
Index = tuple[int, ...]
Relation = dict[Index, bool]
"""A state variable as the model has it: every index tuple of the scope, and whether it is in the relation."""


@dataclass(frozen=True)
class Applied:
    """The outcome of one action: whether the reference's own checks took it, and what came of it."""

    accepted: bool
    effects: Effects

    @staticmethod
    def of(effects: Effects) -> Applied:
        """Accepted unless there is a refusal among the effects."""
        return Applied(refused(effects) is None, effects)


def relation(sizes: Sequence[int], true: Collection[Index]) -> Relation:
    """The relation over index ranges of these sizes that holds of `true` exactly."""
    return {index: index in true for index in product(*map(range, sizes))}


def make_event(
    makers: Mapping[str, Callable[[Mapping[str, int]], Event]], action: str, args: Mapping[str, int]
) -> Event:
    """The concrete event of a model's action. Raises InputError for an unknown action or missing arguments."""
    if action not in makers:
        raise InputError(f"the reference has no action {action!r}", allowed=", ".join(makers))
    try:
        return makers[action](args)
    except (KeyError, IndexError) as error:
        raise InputError(f"{action} cannot be played with {dict(args)}: {error}") from error


def size(scope: Mapping[str, int], sort: str) -> int:
    """The number of elements of a sort. Raises InputError if the scope does not give it."""
    if scope.get(sort, 0) < 1:
        raise InputError(f"the scope has no {sort}", allowed=f"{sort}=1 or more")
    return scope[sort]
