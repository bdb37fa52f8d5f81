"""Bounded model checking: is there a run of at most so many steps, in a scope, that decides a property?

Lengths are tried in order over all interpretations of the rigids, so the first run found is a shortest one. It is
taken again step by step on the interpreter before it is returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from meterproof.errors import ModelError
from meterproof.finite.interpret import Step
from meterproof.finite.scope import Scope
from meterproof.finite.worlds import instances
from meterproof.lang.system import Property, System
from meterproof.prove.clock import Clock, OutOfTime
from meterproof.prove.unroll import Relation, Unrolling
from meterproof.traces.trace import Trace, rerun
from meterproof.verdict import Evidence, Verdict

CHECKED = ("invariant", "lemma", "step", "quiescent", "reachable")


def bounded(
    system: System, property: Property, scope: Scope, depth: int, *, timeout: float = 60.0, seed: int = 0
) -> Evidence:
    """Look for a run of at most `depth` steps that violates the property, for at most `timeout` seconds.

    `violated` has a shortest trace. `bounded` covers all runs of `depth` steps; `unknown` says in its note what
    stopped it and has the depth that was covered, if any. A `reachable` property is `bounded` with a trace when a run
    shows it, and `unknown` when none so short does. The property's witness is looked for on the way; not to find it
    so near the start does not make the property vacuous. Leads-to is `not run`. Raises ModelError when a bounded
    integer can leave its range.
    """
    found = Evidence("bmc", "unknown", scope.as_dict(), seed=seed)
    if property.kind not in CHECKED:
        return replace(found, verdict="not run", note=f"bounded checking does not decide a {property.kind} property")
    clock = Clock(timeout)
    try:
        actions = system.enabled_for(property.against)
        runs = [Unrolling(Relation(i, actions, clock), seed) for i in instances(system, scope)]
        for length in range(depth + 1):
            for run in runs:
                if length:
                    extend(run)
                trace = look(run, property)
                if trace is not None:
                    verdict: Verdict = "bounded" if property.kind == "reachable" else "violated"
                    return replace(found, verdict=verdict, depth=length, seconds=clock.spent, trace=trace)
                if property.witness is not None and found.witness is None:
                    found = replace(found, witness=look(run, property.as_witness()))
            found = replace(found, depth=length)
    except OutOfTime:
        where = "before any run was looked at" if found.depth is None else f"after all runs of {found.depth} steps"
        return replace(found, seconds=clock.spent, note=f"stopped by time: {timeout:g} s, {where}")
    if property.kind == "reachable":
        return replace(found, seconds=clock.spent, note=f"no run of at most {depth} steps reaches it")
    unseen = property.witness is not None and found.witness is None
    note = f"no run of at most {depth} steps reaches its witness" if unseen else None
    return replace(found, verdict="bounded", seconds=clock.spent, note=note)


def extend(run: Unrolling) -> None:
    """One more step of all runs from the initial state. Raises ModelError when it takes an integer out of its range."""
    run.extend()
    if run.relation.can_overflow:
        model = run.ask(run.overflow())
        if model is not None:
            raise _out_of_range(run, run.steps(model))


def look(run: Unrolling, claim: Property) -> Trace | None:
    """A run of exactly so many steps as are asserted that decides the claim, re-run on the interpreter."""
    model = run.ask(run.shown(claim))
    return None if model is None else rerun(run.relation.instance, run.steps(model), claim)


def _out_of_range(run: Unrolling, steps: Sequence[Step]) -> ModelError:
    last = steps[-1]
    action = next(m.action for m in run.relation.moves if m.step == last)
    return ModelError(
        f"{last.action}{last.params} takes a bounded integer out of its range after {len(steps) - 1} steps",
        file=action.file, line=action.line, allowed="a guard that keeps it in range",
    )  # fmt: skip
