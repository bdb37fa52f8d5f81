"""Delta debugging of a run on the interpreter: leave out steps until none can be left out.

Hypothesis shrinks positions in lists of enabled moves, whose meaning shifts when an earlier move goes;
here the moves themselves are kept, so what it could not delete often goes now. The method is the last
phase of A. Zeller and R. Hildebrandt, *Simplifying and Isolating Failure-Inducing Input*, IEEE TSE 28(2), 2002.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from meterproof.finite.interpret import State, Step
from meterproof.lang.system import Property
from meterproof.schedule.moves import Moves

T = TypeVar("T")


def one_minimal(moves: Moves, steps: Sequence[Step], claim: Property) -> tuple[Step, ...]:
    """A part of `steps`, in their order, that still shows the claim, and does not when any one step is left out.

    The given steps must show the claim; ValueError otherwise.
    """
    kept = cut(steps, lambda left: shown_by(moves, left, claim))
    if kept is None:
        raise ValueError(f"the run does not show {claim.id}")
    return kept


def cut(run: Sequence[T], shown: Callable[[Sequence[T]], Sequence[T] | None]) -> tuple[T, ...] | None:
    """A 1-minimal part of a run; None where the run itself shows nothing.

    `shown` gives the part of what it is given that shows what is wanted, or None. Halves are tried first,
    then quarters and so on, so that a run of thousands of steps of which few matter takes few trials.
    """
    first = shown(run)
    if first is None:
        return None
    kept = tuple(first)
    size = max(len(kept) // 2, 1)
    while True:
        before = len(kept)
        at = len(kept)
        while at > 0:
            low = max(at - size, 0)
            shorter = shown((*kept[:low], *kept[at:]))
            if shorter is not None:
                kept = tuple(shorter)
            at = min(low, len(kept))
        if size == 1 and len(kept) == before:
            return kept
        size = max(size // 2, 1)


def shown_by(moves: Moves, steps: Iterable[Step], claim: Property) -> tuple[Step, ...] | None:
    """The steps up to the first state that shows the claim, or None; steps that are not enabled are passed over."""
    taken: list[Step] = []
    before: State | None = None
    state = moves.initial()
    if moves.shows(claim, state, before):
        return ()
    for step in steps:
        if not moves.can(step, state):
            continue
        before, state = state, moves.after(step, state)
        taken.append(step)
        if moves.shows(claim, state, before):
            return tuple(taken)
    return None
