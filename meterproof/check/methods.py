"""One plan, carried out: an engine is asked about one property of one system, and its answer is evidence."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from meterproof.claims import Plan
from meterproof.explore.explorer import Limits, Progress, explore
from meterproof.finite.scope import Scope, resolve
from meterproof.finite.worlds import instances
from meterproof.lang.expr import FALSE
from meterproof.lang.system import Property, System
from meterproof.prove.bmc import bounded
from meterproof.prove.induct import prove
from meterproof.schedule import schedule
from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence, Verdict

Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Budget:
    """What one plan may use: wall time in seconds, and the seed of every random choice."""

    seconds: float = 60.0
    seed: int = 0


def carry_out(plan: Plan, system: System, claim: Property, budget: Budget, report: Report | None = None) -> Evidence:
    """The evidence that a plan gives on a property."""
    if plan.method == "induction":
        return prove(system, claim, timeout=budget.seconds, seed=budget.seed)
    scope = resolve(system, plan.sizes)
    if plan.method == "explore":
        found = _explore(system, claim, scope, budget, report)
    elif plan.method == "bmc":
        found = bounded(system, claim, scope, plan.depth, timeout=budget.seconds, seed=budget.seed)
    else:
        found = schedule(system, claim, scope, schedules=plan.schedules, steps=plan.steps, seed=budget.seed)
    sets = [v for v in system.variables if v.at_most is not None]
    return replace(found, within_design=all(scope[v.name] <= scope[v.at_most] for v in sets if v.at_most))


def _explore(system: System, claim: Property, scope: Scope, budget: Budget, report: Report | None) -> Evidence:
    """Exhaust every interpretation of the rigids, or stop at the first violation."""
    begun = time.monotonic()
    witness = None if claim.witness is None else claim.as_witness()
    targets = [claim] if witness is None else [claim, witness]
    if claim.kind == "reachable":
        targets.append(replace(claim, id="", formula=FALSE))  # never decided, so that the search goes on to the end
    actions = system.enabled_for(claim.against)
    states = generated = depth = 0
    seen: Trace | None = None
    stopped: str | None = None
    decided: Trace | None = None
    for instance in instances(system, scope):
        left = budget.seconds - (time.monotonic() - begun)
        search = explore(instance, actions, targets, Limits(seconds=max(left, 0.1)), report)
        states, generated, depth = states + search.states, generated + search.generated, max(depth, search.depth)
        seen = seen or (search.traces[1] if witness is not None else None)
        decided = decided or search.traces[0]
        if decided is not None and claim.kind != "reachable":
            break
        if not search.complete:
            out_of_time = search.stopped is not None and search.stopped.startswith("time")
            stopped = f"time: {budget.seconds:g} s" if out_of_time else search.stopped
            break
    found = Evidence(
        "explore", "exhausted", scope.as_dict(), states, generated, depth, seconds=time.monotonic() - begun,
        witness=seen, vacuous=witness is not None and seen is None and decided is None and stopped is None,
    )  # fmt: skip
    if decided is not None and claim.kind == "reachable":
        verdict: Verdict = "exhausted" if stopped is None else "bounded"
        return replace(found, verdict=verdict, trace=decided, note=f"reached in {len(decided.steps)} steps")
    if decided is not None:
        return replace(found, verdict="violated", trace=decided, depth=len(decided.steps), vacuous=False)
    if stopped is not None:
        return replace(found, verdict="unknown", note=f"stopped by {stopped}; {states:,} states were visited")
    if claim.kind == "reachable":
        return replace(found, verdict="violated", note="no reachable state shows it")
    return replace(found, note="the premise was never reached" if found.vacuous else None)
