"""A trace as a pytest test that can be pasted into a file: it builds the system, re-runs the steps and
asserts that the property is violated (or reached) at the end, or by the loop that the run ends in."""

from __future__ import annotations

import json
import textwrap

from meterproof import __version__
from meterproof.lang.canonical import digest
from meterproof.lang.rules import RuleValues
from meterproof.traces.sentences import conclusion, sentence
from meterproof.traces.trace import Trace

_IMPORTS = (
    "from meterproof.finite.instance import Instance",
    "from meterproof.finite.interpret import Interpreter, Step, violated",
    "from meterproof.finite.scope import resolve",
    "from meterproof.traces.trace import rerun",
)
_LASSO_IMPORTS = tuple(line.replace("Interpreter, Step, violated", "Step") for line in _IMPORTS)


def protocol_setup(importable: str, rules: RuleValues | None = None) -> str:
    """The lines that build a system from a Protocol class named `module:Class`, under the given rule values."""
    module, _, name = importable.partition(":")
    values = "" if not rules or not rules.plain() else f", {name}.rule_schema().read({rules.plain()!r})"
    return f"from {module} import {name}\nfrom meterproof.lang import trace\n\nsystem = trace({name}{values})\n"


def render(trace: Trace, setup: str) -> str:
    """A whole test module. `setup` are lines of Python that leave a `system`; see `protocol_setup`.

    Lines of `setup` that import stand at the head of the module, the others in the test.
    """
    lines = setup.strip("\n").splitlines()
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    body = "\n".join(line for line in lines if line not in imports).strip("\n")
    name = "run" if trace.claim is None else trace.claim.id
    verb = "" if trace.claim is None else "_is_reached" if trace.claim.kind == "reachable" else "_is_violated"
    made = (
        f"Written by meterproof {__version__} from the system whose hash starts {digest(trace.instance.system)[:12]}."
    )
    told = "\n".join(textwrap.wrap(f"{conclusion(trace)} {made}", 110)).replace("\\", "\\\\").replace('"""', "'''")
    parts = [
        f'"""{trace.instance.system.name} with {trace.instance.scope}.\n\n{told}\n"""',
        "",
        *sorted((*imports, *(_IMPORTS if trace.loop is None else _LASSO_IMPORTS)), key=_isort),
        "",
        "",
        f"def test_{_identifier(name)}{verb}() -> None:",
        *(f"    {line}".rstrip() for line in body.splitlines()),
        *(f"    {line}".rstrip() for line in reproduction(trace).splitlines()),
    ]
    if trace.loop is not None:
        parts.append("    assert run.states[-1] == run.states[run.loop]")
    elif trace.claim is not None:
        parts += [
            "    before = run.states[-2] if run.steps else None",
            "    assert violated(Interpreter(instance), claim, run.states[-1], before)",
        ]
    else:
        parts.append(f"    assert len(run.steps) == {len(trace.steps)}")
    return "\n".join(parts) + "\n"


def reproduction(trace: Trace) -> str:
    """The lines that take a `system` to the end of the trace; they use `Instance`, `resolve`, `Step` and `rerun`."""
    instance = trace.instance
    loop = "" if trace.loop is None else f", loop={trace.loop}"
    claim = "None" if trace.claim is None else f"system.property({json.dumps(trace.claim.id)})"
    steps = "".join(
        f"    Step({json.dumps(s.action)}, {s.params!r}),  # {sentence(instance, s)}\n" for s in trace.steps
    )
    return (
        f"instance = Instance(system, resolve(system, {instance.scope.as_dict()!r}), {instance.rigid!r})\n"
        f"steps = [\n{steps}]\n"
        f"claim = {claim}\n"
        f"run = rerun(instance, steps, claim{loop})\n"
    )


def _isort(line: str) -> tuple[bool, str]:
    """Plain imports before `from` imports, each by module."""
    return line.startswith("from "), line


def _identifier(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name).lower()
