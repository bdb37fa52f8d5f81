"""Delta debugging of a run on the interpreter: leave out steps until none can be left out.

Hypothesis shrinks positions in lists of enabled moves, whose meaning shifts when an earlier move goes;
here the moves themselves are kept, so what it could not delete often goes now. The method is the last
phase of A. Zeller and R. Hildebrandt, *Simplifying and Isolating Failure-Inducing Input*, IEEE TSE 28(2), 2002.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from meterproof.finite.interpret import State, Step
from meterproof.lang.system import Property
from meterproof.schedule.moves import Moves


def one_minimal(moves: Moves, steps: Sequence[Step], claim: Property) -> tuple[Step, ...]:
    """A part of `steps`, in their order, that still shows the claim, and does not when any one step is left out.

    The given steps must show the claim; ValueError otherwise.
    """
    kept = shown_by(moves, steps, claim)
    if kept is None:
        raise ValueError(f"the run does not show {claim.id}")
    at = len(kept) - 1
    while at >= 0:
        shorter = shown_by(moves, (*kept[:at], *kept[at + 1 :]), claim)
        if shorter is None:
            at -= 1
        else:
            kept, at = shorter, len(shorter) - 1
    return kept


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
