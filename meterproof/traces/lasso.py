"""Infinite runs: a stem and a loop that closes, and what has to be so for one to violate a `leads_to` property.

This is worked out on the interpreter alone, move by move and state by state, whatever engine the run comes from.
"""

from __future__ import annotations

from collections.abc import Sequence

from meterproof.finite.fairness import Fair, fair_sets
from meterproof.finite.interpret import Interpreter, State, Step
from meterproof.lang.system import Property


def flaw(
    interpreter: Interpreter, claim: Property | None, steps: Sequence[Step], states: Sequence[State], loop: int
) -> str | None:
    """Why the run that goes on from `states[loop]` after its last state is no violation of `claim`, or None if it is.

    The steps themselves are taken to be moves. What is checked: the loop closes; from some state on where the
    premise holds, what it leads to never does; and each fair set of moves is impossible somewhere in the loop, or
    has a move there that changes something. Without a claim only the closing is checked. Raises OutOfRange.
    """
    if not 0 <= loop < len(states):
        return f"there is no state {loop} to go on from"
    if states[loop] != states[-1]:
        return f"the loop does not close: the last state is not the one after step {loop}"
    if claim is None:
        return None
    if claim.kind != "leads_to" or claim.then is None:
        return f"{claim.id} is no leads_to property, so a loop shows nothing"
    if asked(interpreter, claim, states, loop) is None:
        return f"the run keeps {claim.id}: whenever its premise holds, what it leads to comes"
    for fair in fair_sets(interpreter.instance, claim):
        if reason(interpreter, fair, steps, states, loop) is None:
            return f"the run is not fair: {fair.name} stays possible in the loop and is never done"
    return None


def asked(interpreter: Interpreter, claim: Property, states: Sequence[State], loop: int) -> int | None:
    """The first state where the premise holds and after which what it leads to never holds; None if there is none."""
    assert claim.then is not None
    came = [at for at, state in enumerate(states) if interpreter.holds(claim.then, state)]
    if came and came[-1] >= loop:
        return None
    open_ = range(came[-1] + 1 if came else 0, len(states))
    return next((at for at in open_ if interpreter.holds(claim.formula, states[at])), None)


def reason(
    interpreter: Interpreter, fair: Fair, steps: Sequence[Step], states: Sequence[State], loop: int
) -> tuple[bool, int] | None:
    """Why the loop is fair to a set of moves: (True, the step that is one of them) or (False, a state without any)."""
    made = (at for at in range(loop, len(steps)) if steps[at] in fair.steps and states[at] != states[at + 1])
    taken = next(made, None)
    if taken is not None:
        return True, taken
    without = next((at for at in range(loop, len(states)) if not fair.possible(interpreter, states[at])), None)
    return None if without is None else (False, without)
