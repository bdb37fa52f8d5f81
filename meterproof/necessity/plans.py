"""Where a fall is looked for: the study's own plans, those first that its controls name for the very change."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from meterproof.check.jobs import Job
from meterproof.check.runner import Options
from meterproof.claims import Plan
from meterproof.lang.rules import RuleValues


def claimed_falls(job: Job, mutant: RuleValues) -> tuple[Plan, ...]:
    """The plans of those controls of a claim that make exactly this change: each must find a violation."""
    if job.rules is None or job.stance.expected != "holds":
        return ()
    return tuple(c.plan for c in job.stance.controls if c.mutate(job.rules) == mutant)


def plans_for(job: Job, mutant: RuleValues, options: Options) -> tuple[Plan, ...]:
    """Plans for a property under changed rules, of which the first that finds a trace settles it.

    First the controls that make this change; then, smallest scope first, all other scopes that the claim explores,
    those of its other controls among them: a fall that shows there for one rule may show for another. What is to be
    reached is looked for in its own scopes only, since it need not be reached in all. Finite plans of other methods
    come last: they look at less than all, and only decide by a trace.
    """
    own = [options.sized(p) for p in job.stance.plans if options.admits(p)]
    named = [p for p in claimed_falls(job, mutant) if options.admits(p)]
    beside = [c.plan for c in job.stance.controls if options.admits(c.plan)] if job.declared.kind != "reachable" else []
    finite = [p for p in dict.fromkeys([*named, *beside, *own]) if p.method != "induction"]
    return tuple(sorted(finite, key=lambda p: (p not in named, p.method != "explore", prod(p.sizes.values()))))


def covers(plan: Plan, stopped: Iterable[Plan]) -> bool:
    """Whether the plan explores all that an exploration explores which was stopped: then it would be stopped too."""
    return any(
        plan.method == p.method == "explore"
        and (plan.eager, plan.symmetry, plan.sizes.keys()) == (p.eager, p.symmetry, p.sizes.keys())
        and all(plan.sizes[name] >= size for name, size in p.sizes.items())
        for p in stopped
    )
