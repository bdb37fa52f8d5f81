"""One plan, carried out: an engine is asked about one property of one system, and its answer is evidence.

An engine is imported when it is first asked, here and nowhere else: z3, Hypothesis and the compiled loops each take
longer to load than a small model takes to check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from meterproof.claims import Plan
from meterproof.finite.scope import Scope, resolve
from meterproof.lang.system import Property, System
from meterproof.verdict import Evidence, Interrupted, Solver

Report = Callable[[object], None]
"""Hears how far a search has come, as something to print."""


@dataclass(frozen=True)
class Budget:
    """What one plan may use, and who is asked.

    That is wall time in seconds, the seed of every random choice, bytes of the states that a search keeps, and for
    proofs of any size the number of seeds, from `seed` on, and the solver. InputError comes from `carry_out` when that
    is not installed.
    """

    seconds: float = 60.0
    seed: int = 0
    seeds: int = 1
    solver: Solver = "z3"
    memory: int = 4 << 30


def assemble(budget: Budget) -> None:
    """Raise InputError now, not after the first hour, where the budget's solver is not installed."""
    if budget.solver != "z3":
        from meterproof.prove.solvers import Panel

        Panel(budget.solver, budget.seed, budget.seeds)


def carry_out(plan: Plan, system: System, claim: Property, budget: Budget, report: Report | None = None) -> Evidence:
    """The evidence that a plan gives on a property.

    Raises Contradiction when seeds or solvers disagree, and `verdict.Interrupted`, with the evidence so far, when
    somebody interrupts a search that can say how far it came.
    """
    if plan.method == "induction":
        return _induction(system, claim, budget)
    scope = resolve(system, plan.sizes)
    sets = [v for v in system.variables if v.at_most is not None]
    within_design = all(scope[v.name] <= scope[v.at_most] for v in sets if v.at_most)
    try:
        found = _in_scope(plan, system, claim, scope, budget, report)
    except Interrupted as stop:
        raise Interrupted(replace(stop.evidence, within_design=within_design)) from None
    return replace(found, within_design=within_design)


def _in_scope(
    plan: Plan, system: System, claim: Property, scope: Scope, budget: Budget, report: Report | None
) -> Evidence:
    if plan.method == "explore":
        return _explore(plan, system, claim, scope, budget, report)
    if plan.method == "walk":
        return _walk(plan, system, claim, scope, budget, report)
    if plan.method == "schedule":
        return _schedule(plan, system, claim, scope, budget)
    return _unrolled(plan, system, claim, scope, budget)


def _induction(system: System, claim: Property, budget: Budget) -> Evidence:
    from meterproof.prove.induct import prove

    found = prove(
        system, claim, timeout=budget.seconds, seed=budget.seed, seeds=budget.seeds, solver=budget.solver
    )  # fmt: skip
    return _asked(found, budget.solver, range(budget.seed, budget.seed + budget.seeds))


def _unrolled(plan: Plan, system: System, claim: Property, scope: Scope, budget: Budget) -> Evidence:
    """Bounded model checking or k-induction; both ask z3, and under one seed."""
    from meterproof.prove.bmc import bounded
    from meterproof.prove.kinduct import kinduction

    engine = bounded if plan.method == "bmc" else kinduction
    found = engine(system, claim, scope, plan.depth, timeout=budget.seconds, seed=budget.seed)
    return _asked(found, "z3", range(budget.seed, budget.seed + 1))


def _asked(found: Evidence, solver: Solver, seeds: range) -> Evidence:
    return found if found.verdict == "not run" else replace(found, solver=solver, seeds=tuple(seeds))


def _explore(
    plan: Plan, system: System, claim: Property, scope: Scope, budget: Budget, report: Report | None
) -> Evidence:
    from meterproof.check.exhaustion import exhaust
    from meterproof.check.leads_to import explore_leads_to
    from meterproof.explore.explorer import Limits

    limits = Limits(seconds=budget.seconds, memory=budget.memory)
    if claim.kind == "leads_to" and plan.symmetry:
        reason = "leads-to is not explored up to symmetry: a loop of representatives need not close"
        return Evidence("explore", "not run", scope.as_dict(), note=reason)
    if claim.kind == "leads_to" and not plan.eager:
        return explore_leads_to(system, claim, scope, limits, report)
    return exhaust(system, claim, scope, limits, report, with_eager=plan.eager, symmetry=plan.symmetry)


def _walk(plan: Plan, system: System, claim: Property, scope: Scope, budget: Budget, report: Report | None) -> Evidence:
    from meterproof.check.wandering import wander

    return wander(plan, system, claim, scope, seconds=budget.seconds, seed=budget.seed, report=report)


def _schedule(plan: Plan, system: System, claim: Property, scope: Scope, budget: Budget) -> Evidence:
    from meterproof.schedule.search import schedule

    return schedule(system, claim, scope, schedules=plan.schedules, steps=plan.steps, seed=budget.seed)
