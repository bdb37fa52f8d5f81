"""One step as words: `hear(rm1)`, and the sentence that the model's docstring gives it."""

from __future__ import annotations

import re

from meterproof.finite.fairness import fair_sets
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, Step
from meterproof.lang.system import Action
from meterproof.traces.lasso import asked, reason
from meterproof.traces.trace import Trace

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def action_of(instance: Instance, step: Step) -> Action:
    """The step's action; KeyError when the system has none of that name."""
    found = next((a for a in instance.system.actions if a.name == step.action), None)
    if found is None:
        raise KeyError(step.action)
    return found


def parameters(instance: Instance, step: Step) -> dict[str, str]:
    """Parameter names of the step's action with the individuals that take their places, in order."""
    params = action_of(instance, step).params
    return {str(p.data): instance.element(p.type, v) for p, v in zip(params, step.params, strict=True)}


def call(instance: Instance, step: Step) -> str:
    """The step as a call: `hear(rm1)`."""
    return f"{step.action}({', '.join(parameters(instance, step).values())})"


def sentence(instance: Instance, step: Step) -> str:
    """The action's sentence with its {placeholders} filled; other braces are left as they stand."""
    names = parameters(instance, step)
    return _PLACEHOLDER.sub(lambda m: names.get(m.group(1), m.group(0)), action_of(instance, step).sentence)


def source_note(action: Action) -> str:
    """What follows a sentence: the adversary's capability that the move takes, and the ids that state it."""
    adversary = "" if action.needs is None else f" (adversary: {action.needs})"
    return adversary + (f" [{' '.join(action.cites)}]" if action.cites else "")


def again(trace: Trace) -> str:
    """How a run that never ends goes on after its last step."""
    if trace.loop == len(trace.steps):
        return "And nothing more has to happen."
    return f"And then again from step {(trace.loop or 0) + 1}, for ever."


def fair_because(trace: Trace) -> list[str]:
    """Why a loop is fair: of each fair set of moves that is possible in it, the step that makes one, or the state
    where none is possible."""
    if trace.claim is None or trace.loop is None:
        return []
    interpreter, loop = Interpreter(trace.instance), trace.loop
    told = []
    for fair in fair_sets(trace.instance, trace.claim):
        if any(fair.possible(interpreter, state) for state in trace.states[loop:]):
            found = reason(interpreter, fair, trace.steps, trace.states, loop)
            if found is not None:
                made, at = found
                told.append(
                    f"{fair.name} is done in step {at + 1}" if made else f"{fair.name} is not possible {_when(at)}"
                )
    return told


def _when(at: int) -> str:
    return f"after step {at}" if at else "at the start"


def _never(trace: Trace) -> str:
    """Since when a lasso's property is unfulfilled."""
    assert trace.claim is not None and trace.loop is not None
    since = asked(Interpreter(trace.instance), trace.claim, trace.states, trace.loop)
    assert since is not None, "a lasso was checked when it was re-run"
    return f"The premise holds {_when(since)}, and what it leads to never comes."


def conclusion(trace: Trace) -> str:
    """What the end of the trace shows, in one sentence; of a run that never ends, in three."""
    last, claim = len(trace.steps), trace.claim
    if claim is None:
        return again(trace) if trace.loop is not None else f"The run ends after {last} step{'' if last == 1 else 's'}."
    what = f"{claim.id}: {claim.title}" if claim.title not in ("", claim.id) else claim.id
    if trace.loop is not None:
        return f"{again(trace)} {_never(trace)} This violates {what}"
    if claim.kind == "step":
        return f"Step {last} violates {what}"
    state = "The first state" if last == 0 else f"The state after step {last}"
    if claim.kind == "reachable":
        return f"{state} reaches {what}"
    if claim.kind == "quiescent":
        return f"{state}, where only the adversary can still move, violates {what}"
    return f"{state} violates {what}"
