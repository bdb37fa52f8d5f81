"""A run of one finite instance: steps and the states between them, as the interpreter takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, OutOfRange, State, Step, violated
from meterproof.lang.system import Property
from meterproof.traces.lasso import flaw


class Mismatch(Exception):
    """A step of a trace is not one of the model: an engine's error, or a trace of another version.

    `at` is the position of the step (0-based), `guard` the position of the guard that stops it.
    """

    def __init__(self, message: str, at: int, guard: int | None = None) -> None:
        super().__init__(message)
        self.at, self.guard = at, guard


@dataclass(frozen=True)
class Trace:
    """`states` has one more entry than `steps`. `claim` is the property that the last state (or step) bears on.

    A run that never ends is a lasso: it goes on from `states[loop]`, which is the last state again. Where `loop` is
    the last state itself, nothing happens any more. Only lassos bear on `leads_to` properties.
    """

    instance: Instance
    steps: tuple[Step, ...]
    states: tuple[State, ...]
    claim: Property | None = None
    loop: int | None = None

    def __repr__(self) -> str:
        """The moves only: states and system would fill pages where a test prints its arguments."""
        moves = ", ".join(f"{s.action}{s.params}" for s in self.steps)
        again = "" if self.loop is None else f", again from state {self.loop}"
        return f"<run of {self.instance.system.name} with {self.instance.scope}: {moves or 'no move'}{again}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The same for Hypothesis, which would else print a dataclass field by field."""
        printer.text(repr(self))


def rerun(instance: Instance, steps: Sequence[Step], claim: Property | None = None, loop: int | None = None) -> Trace:
    """Take the steps one by one on the interpreter; with `loop`, the run goes on from that state for ever.

    Raises Mismatch where a guard stops one, where it has other parameters than its action or takes a bounded
    integer out of its range, where the end does not show what `claim` says it shows, and where a loop does not
    close, is not fair, or keeps its property (`lasso.flaw`).
    Every trace of every engine passes through here before anybody sees it.
    """
    interpreter = Interpreter(instance)
    states = [interpreter.initial()]
    for at, step in enumerate(steps):
        try:
            action = interpreter.action(step.action)
        except KeyError:
            raise Mismatch(f"step {at + 1}: the system has no action {step.action}", at) from None
        wanted = [p.type for p in action.params]
        if len(step.params) != len(wanted) or not all(
            value in instance.values(type_) for value, type_ in zip(step.params, wanted, strict=True)
        ):
            takes = ", ".join(f"{type_.name} of {len(instance.values(type_))}" for type_ in wanted)
            raise Mismatch(f"step {at + 1}: {step.action} takes ({takes}), not {step.params}", at)
        guard = interpreter.blocked_by(action, step.params, states[-1])
        if guard is not None:
            stop = action.guards[guard]
            raise Mismatch(f"step {at + 1}: {step.action}{step.params} is stopped by {stop.condition!r}", at, guard)
        try:
            states.append(interpreter.apply(action, step.params, states[-1]))
        except OutOfRange as error:
            raise Mismatch(f"step {at + 1}: {step.action}{step.params}: {error}", at) from None
    lacking = _not_shown(interpreter, claim, steps, states, loop)
    if lacking is not None:
        raise Mismatch(lacking, len(steps))
    return Trace(instance, tuple(steps), tuple(states), claim, loop)


def _not_shown(
    interpreter: Interpreter, claim: Property | None, steps: Sequence[Step], states: Sequence[State], loop: int | None
) -> str | None:
    """Why the run does not show what it should, or None."""
    if loop is not None:
        try:
            return flaw(interpreter, claim, steps, states, loop)
        except OutOfRange as error:
            return f"in the loop, {error}"
    if claim is None:
        return None
    if claim.kind == "leads_to":
        return f"a run that ends does not show {claim.id}: it takes a loop"
    before = states[-2] if len(states) > 1 else None
    return None if violated(interpreter, claim, states[-1], before) else f"the last state does not show {claim.id}"
