"""One plan, carried out: an engine is asked about one property of one system, and its answer is evidence."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from meterproof.check.leads_to import explore_leads_to
from meterproof.check.reduction import reduction
from meterproof.claims import Plan
from meterproof.explore.explorer import Limits, Progress, explore
from meterproof.finite.instance import Instance
from meterproof.finite.scope import Scope, resolve
from meterproof.finite.worlds import instances
from meterproof.lang.expr import FALSE
from meterproof.lang.system import Property, System
from meterproof.prove.bmc import bounded
from meterproof.prove.induct import prove
from meterproof.prove.kinduct import kinduction
from meterproof.schedule import schedule
from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence, Verdict
from meterproof.walk import Progress as Walked
from meterproof.walk import walk

Report = Callable[[Progress | Walked], None]


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
        if claim.kind == "leads_to" and not plan.eager:
            found = explore_leads_to(system, claim, scope, budget.seconds, report)
        else:
            found = _explore(system, claim, scope, budget, report, plan.eager)
    elif plan.method == "bmc":
        found = bounded(system, claim, scope, plan.depth, timeout=budget.seconds, seed=budget.seed)
    elif plan.method == "kinduction":
        found = kinduction(system, claim, scope, plan.depth, timeout=budget.seconds, seed=budget.seed)
    elif plan.method == "walk":
        found = _walk(plan, system, claim, scope, budget, report)
    else:
        found = schedule(system, claim, scope, schedules=plan.schedules, steps=plan.steps, seed=budget.seed)
    sets = [v for v in system.variables if v.at_most is not None]
    return replace(found, within_design=all(scope[v.name] <= scope[v.at_most] for v in sets if v.at_most))


def _walk(plan: Plan, system: System, claim: Property, scope: Scope, budget: Budget, report: Report | None) -> Evidence:
    """Walk in the smaller system, and bring back what is found there."""
    smaller = reduction(system, claim, with_eager=plan.eager)
    found = walk(
        smaller.system, claim, scope, steps=plan.steps, length=plan.depth, seed=budget.seed, timeout=budget.seconds,
        report=report,
    )  # fmt: skip

    def back(trace: Trace | None) -> Trace | None:
        return None if trace is None else smaller.trace(Instance(system, scope, trace.instance.rigid), trace)

    trace = back(found.trace)
    depth = found.depth if trace is None else len(trace.steps)
    note = "; ".join(filter(None, (found.note, smaller.note)))
    return replace(found, trace=trace, witness=back(found.witness), depth=depth, note=note)


def _explore(
    system: System, claim: Property, scope: Scope, budget: Budget, report: Report | None, with_eager: bool
) -> Evidence:
    """Exhaust every interpretation of the rigids, or stop at the first violation."""
    begun = time.monotonic()
    witness = None if claim.witness is None else claim.as_witness()
    targets = [claim] if witness is None else [claim, witness]
    if claim.kind == "reachable":
        targets.append(replace(claim, id="", formula=FALSE))  # never decided, so that the search goes on to the end
    smaller = reduction(system, claim, with_eager=with_eager)
    actions = smaller.system.enabled_for(claim.against)
    states = generated = depth = 0
    seen: Trace | None = None
    stopped: str | None = None
    decided: Trace | None = None
    for instance in instances(system, scope):
        left = budget.seconds - (time.monotonic() - begun)
        search = explore(smaller.instance(instance), actions, targets, Limits(seconds=max(left, 0.1)), report)
        states, generated, depth = states + search.states, generated + search.generated, max(depth, search.depth)
        if seen is None and witness is not None and search.traces[1] is not None:
            seen = smaller.trace(instance, search.traces[1])
        if decided is None and search.traces[0] is not None:
            decided = smaller.trace(instance, search.traces[0])
        if decided is not None and claim.kind != "reachable":
            break
        if not search.complete:
            out_of_time = search.stopped is not None and search.stopped.startswith("time")
            stopped = f"time: {budget.seconds:g} s" if out_of_time else search.stopped
            break
    found = Evidence(
        "explore", "exhausted", scope.as_dict(), states, generated, depth, seconds=time.monotonic() - begun,
        witness=seen, vacuous=witness is not None and seen is None and decided is None and stopped is None,
        note=smaller.note,
    )  # fmt: skip
    if decided is not None and claim.kind == "reachable":
        verdict: Verdict = "exhausted" if stopped is None else "bounded"
        return replace(
            found, verdict=verdict, trace=decided, note=_noted(f"reached in {len(decided.steps)} steps", found)
        )
    if decided is not None:
        return replace(found, verdict="violated", trace=decided, depth=len(decided.steps), vacuous=False)
    if stopped is not None:
        note = _noted(f"stopped by {stopped}; {states:,} states were visited", found)
        return replace(found, verdict="unknown", note=note)
    if claim.kind == "reachable":
        return replace(found, verdict="violated", note=_noted("no reachable state shows it", found))
    return replace(found, note=_noted("the premise was never reached", found)) if found.vacuous else found


def _noted(first: str, found: Evidence) -> str:
    """What came out, before what the evidence says already."""
    return first if found.note is None else f"{first}; {found.note}"
