"""A trace as the text of an ITF file.

`vars` holds every state variable and `action`, the move that led to the state (`init` in the first one);
rigids are `params` and stand in the first state. `loop` is the state that the run goes on from after the last one,
which is the same state, reached by the loop's last move. `#meta` says where the trace comes from; it has no time
of day, so the same trace is the same bytes.
"""

from __future__ import annotations

import json
from typing import Any

from meterproof import __version__
from meterproof.finite.interpret import Step
from meterproof.lang.canonical import digest
from meterproof.traces.itf_values import INIT, action_variable, table_to_itf
from meterproof.traces.sentences import call, conclusion, parameters
from meterproof.traces.trace import Trace

FORMAT = "https://apalache-mc.org/docs/adr/015adr-trace.html"


def write(trace: Trace, *, source: str, seed: int | None = None) -> str:
    """The trace as the text of an `.itf.json` file, one variable a line.

    `source` is the target that was checked (`bc-ami@published`), `seed` what the method was started with.
    """
    whole = document(trace, source=source, seed=seed)
    states = ",\n".join("    {\n" + _fields(state, "      ") + "\n    }" for state in whole["states"])
    head = _fields({k: v for k, v in whole.items() if k != "states"}, "  ")
    return f'{{\n{head},\n  "states": [\n{states}\n  ]\n}}\n'


def document(trace: Trace, *, source: str, seed: int | None = None) -> dict[str, Any]:
    """The trace as a JSON object."""
    system = trace.instance.system
    return {
        "#meta": _meta(trace, source, seed),
        "params": [name for name, _ in trace.instance.rigid],
        "vars": [*(v.name for v in trace.instance.state_variables), action_variable(system)],
        **({} if trace.loop is None else {"loop": trace.loop}),
        "states": [_state(trace, at) for at in range(len(trace.states))],
    }


def _meta(trace: Trace, source: str, seed: int | None) -> dict[str, Any]:
    claim = trace.claim
    violation = claim is not None and claim.kind != "reachable"
    meta: dict[str, Any] = {
        "format": "ITF",
        "format-description": FORMAT,
        "source": source,
        "status": "violation" if violation else "ok",
        "description": conclusion(trace),
        "property": None if claim is None else claim.id,
        "scope": trace.instance.scope.as_dict(),
        "seed": seed,
        "ir-hash": digest(trace.instance.system),
        "meterproof": __version__,
    }
    return {name: value for name, value in meta.items() if value is not None}


def _state(trace: Trace, at: int) -> dict[str, Any]:
    instance = trace.instance
    step: Step | None = trace.steps[at - 1] if at > 0 else None
    meta: dict[str, Any] = {"index": at}
    if step is not None:
        meta["action"] = {"name": step.action, "params": parameters(instance, step)}
    state: dict[str, Any] = {"#meta": meta}
    if step is None:
        state |= {name: table_to_itf(instance, instance.system.variable(name), t) for name, t in instance.rigid}
    for variable, table in zip(instance.state_variables, trace.states[at], strict=True):
        state[variable.name] = table_to_itf(instance, variable, table)
    state[action_variable(instance.system)] = INIT if step is None else call(instance, step)
    return state


def _fields(record: dict[str, Any], indent: str) -> str:
    return ",\n".join(f"{indent}{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in record.items())
