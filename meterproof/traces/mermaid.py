"""A trace as a Mermaid sequence diagram.

Participants are the individuals of unordered sorts that take part in some step (heights and times are
no parties), and `network`, who makes the adversary's moves. The model doesn't say who sends and who
receives, so honest steps are notes over those who take part; only the adversary's moves are arrows. What a run repeats
for ever stands in a `loop` block.
"""

from __future__ import annotations

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Step
from meterproof.lang.types import Sort
from meterproof.traces.sentences import action_of, call, conclusion, sentence
from meterproof.traces.trace import Trace

NETWORK = "network"


def render(trace: Trace) -> str:
    """The diagram's source, one line a step, to be put in a ```mermaid block."""
    instance = trace.instance
    order = participants(trace)
    lines = ["sequenceDiagram", *(f"    participant {name}" for name in order)]
    for number, step in enumerate(trace.steps, 1):
        if trace.loop == number - 1:
            lines.append("    loop for ever")
        taking = parties(instance, step)
        words = _escaped(sentence(instance, step))
        if action_of(instance, step).needs is not None:
            target = next((p for p in taking if p != NETWORK), NETWORK)
            lines.append(f"    {NETWORK}->>{target}: {number}. {_escaped(call(instance, step))}<br/>{words}")
        else:
            ends = sorted(taking, key=order.index)
            over = ends[0] if len(ends) == 1 else f"{ends[0]},{ends[-1]}"
            lines.append(f"    Note over {over}: {number}. {words}")
    if trace.loop is not None and trace.loop < len(trace.steps):
        lines.append("    end")
    if order:
        over = order[0] if len(order) == 1 else f"{order[0]},{order[-1]}"
        lines.append(f"    Note over {over}: {_escaped(conclusion(trace))}")
    return "\n".join(lines) + "\n"


def participants(trace: Trace) -> list[str]:
    """Everybody who takes part in some step, by order of sort and number, the network last."""
    names = {p for step in trace.steps for p in parties(trace.instance, step)}
    sorts = [s for s in trace.instance.system.sorts if not s.ordered]
    known = [trace.instance.element(s, i) for s in sorts for i in trace.instance.values(s)]
    others = (trace.instance.system.name, NETWORK)
    return [n for n in (*known, *others) if n in names]


def parties(instance: Instance, step: Step) -> list[str]:
    """Who takes part in one step; a step of nobody in particular is one of the system as a whole."""
    action = action_of(instance, step)
    named = [
        instance.element(p.type, v)
        for p, v in zip(action.params, step.params, strict=True)
        if isinstance(p.type, Sort) and not p.type.ordered
    ]
    if action.needs is not None:
        return [*dict.fromkeys(named), NETWORK]
    return list(dict.fromkeys(named)) or [instance.system.name]


def _escaped(text: str) -> str:
    """Mermaid ends a message at a semicolon and starts a code at a hash."""
    return text.translate({ord("#"): "#35;", ord(";"): "#59;"})
