"""One way through a model, chosen action by action, that the reference goes along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import interpretations
from meterproof.lang import trace
from reference.ledger.effects import refused
from tests.reference.metering_platform.variants import Values, rules
from tests.reference.walker import check

Way = Sequence[tuple[str, str]]
"""Actions, each with the elements that are not the first of their sort: as in x1 v1."""
Tables = Mapping[str, Sequence[int]]


def follow(
    machine: Any,
    bridge: Any,
    values: Values,
    scope: Mapping[str, int],
    tables: Tables,
    way: Way,
    stop: str | None = None,
) -> str:
    """Which actions model and reference alike take (y) or refuse (n); - for one that the rules leave the model without.

    `tables` are those rigids that are not 0 everywhere, and `stop` is the rule by which the last action is refused.
    """
    schema = machine.rule_schema()
    system = trace(machine, schema.read({name: value for name, value in values.items() if name in schema}))
    sizes = resolve(system, scope)
    least = {v.name: next(interpretations(v, sizes.as_dict())) for v in system.variables if v.rigid}
    instance = Instance(system, sizes, tuple((name, tuple(tables.get(name, table))) for name, table in least.items()))
    model, taken, applied = Interpreter(instance), "", None
    assert all(model.holds(axiom.condition, ()) for axiom in system.axioms)
    bridge.start(rules(values), sizes.as_dict(), instance.rigids, 1)
    state, actions = model.initial(), {action.name: action for action in system.actions}
    for name, said in way:
        numbers = dict.fromkeys("abcehikmorstuvx", 0) | {each[0]: int(each[1:]) for each in said.split()}
        action = actions.get(name)
        params = () if action is None else tuple(numbers[str(param.data)] for param in action.params)
        may = action is not None and model.enabled(action, params, state)
        applied = bridge.apply(name, numbers)
        assert applied.accepted == may, (name, applied.effects)
        if action is not None and may:
            state = model.apply(action, params, state)
        check(bridge, instance, state)
        taken += "y" if may else "-" if action is None else "n"
    if stop is not None:
        assert applied is not None
        refusal = refused(applied.effects)
        assert refusal is not None and refusal.rule == stop
    return taken
