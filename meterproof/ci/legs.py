"""A trace as places to go through one by one: each step at the line of its action, the end at that of the property."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from meterproof.ci.items import Leg, Place
from meterproof.traces.changes import changes
from meterproof.traces.sentences import action_of, conclusion
from meterproof.traces.text import brief
from meterproof.traces.trace import Trace

Locate = Callable[[str, int], Place | None]
"""The place of a line of the model, None where it is not one that a reader has."""


def legs(trace: Trace, locate: Locate) -> tuple[Leg, ...]:
    """The steps in order, each with the values that it changes, and what the end shows."""
    return (*_steps(trace, locate), _end(trace, locate))


def _steps(trace: Trace, locate: Locate) -> Iterator[Leg]:
    for at, (step, told) in enumerate(zip(trace.steps, brief(trace), strict=True)):
        action = action_of(trace.instance, step)
        again = "from here on, again and again: " if at == trace.loop else ""
        values = tuple(_values(trace, at))
        yield Leg(f"{at + 1}. {again}{told}", locate(action.file, action.line), values)


def _values(trace: Trace, at: int) -> Iterator[tuple[str, str]]:
    for change in changes(trace.instance, trace.states[at], trace.states[at + 1]):
        for cell in change.cells:
            yield f"{change.variable}({', '.join(cell)})" if cell else change.variable, change.after


def _end(trace: Trace, locate: Locate) -> Leg:
    claim = trace.claim
    return Leg(conclusion(trace), None if claim is None else locate(claim.file, claim.line))
