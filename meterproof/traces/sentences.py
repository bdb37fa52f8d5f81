"""One step as words: `hear(rm1)`, and the sentence that the model's docstring gives it."""

from __future__ import annotations

import re

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Step
from meterproof.lang.system import Action
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


def conclusion(trace: Trace) -> str:
    """What the end of the trace shows, in one sentence."""
    last, claim = len(trace.steps), trace.claim
    if claim is None:
        return f"The run ends after {last} step{'' if last == 1 else 's'}."
    what = f"{claim.id}: {claim.title}" if claim.title not in ("", claim.id) else claim.id
    if claim.kind == "step":
        return f"Step {last} violates {what}"
    state = "The first state" if last == 0 else f"The state after step {last}"
    if claim.kind == "reachable":
        return f"{state} reaches {what}"
    if claim.kind == "quiescent":
        return f"{state}, where only the adversary can still move, violates {what}"
    return f"{state} violates {what}"
