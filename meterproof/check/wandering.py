"""Evidence by random walks in the smaller system, brought back to the one that is asked about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from meterproof.check.reduction import Reduction, reduction
from meterproof.claims import Plan
from meterproof.finite.instance import Instance
from meterproof.finite.scope import Scope
from meterproof.lang.system import Property, System
from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence, Interrupted
from meterproof.walk import search, walker


def wander(
    plan: Plan,
    system: System,
    claim: Property,
    scope: Scope,
    *,
    seconds: float,
    seed: int,
    report: Callable[[walker.Progress], None] | None = None,
) -> Evidence:
    """What the plan's walks say of a property in a scope; see `walk.search.walk`.

    Raises Interrupted in place of KeyboardInterrupt; its evidence is then `unknown`, unless a trace was found.
    """
    smaller = reduction(system, claim, with_eager=plan.eager)
    try:
        found = search.walk(
            smaller.system, claim, scope, steps=plan.steps, length=plan.depth, seed=seed, timeout=seconds,
            report=report,
        )  # fmt: skip
    except walker.Interrupted as stop:
        found = _back(search.told(stop.walks, claim, scope, seed), smaller)
        if found.trace is None:
            done = (found.note or "").replace("; interrupted", "")
            found = replace(found, verdict="unknown", note=f"interrupted; {done}")
        raise Interrupted(found) from None
    return _back(found, smaller)


def _back(found: Evidence, smaller: Reduction) -> Evidence:
    """The evidence with its traces as runs of the original system."""

    def back(trace: Trace | None) -> Trace | None:
        if trace is None:
            return None
        instance = Instance(smaller.original, trace.instance.scope, trace.instance.rigid)
        return smaller.trace(instance, trace)

    trace = back(found.trace)
    depth = found.depth if trace is None else len(trace.steps)
    note = "; ".join(filter(None, (found.note, smaller.note)))
    return replace(found, trace=trace, witness=back(found.witness), depth=depth, note=note)
