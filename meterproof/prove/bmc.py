"""Bounded model checking: is there a run of at most so many steps, in a scope, that decides a property?

Lengths are tried in order over all interpretations of the rigids, so the first run found is a shortest one. It is
taken again step by step on the interpreter before it is returned.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from meterproof.errors import ModelError
from meterproof.finite.interpret import Step
from meterproof.finite.scope import Scope
from meterproof.finite.worlds import instances
from meterproof.lang.system import Property, System
from meterproof.prove.unroll import Unrolling
from meterproof.traces.trace import rerun
from meterproof.verdict import Evidence, Verdict

CHECKED = ("invariant", "lemma", "step", "quiescent", "reachable")


def bounded(
    system: System, property: Property, scope: Scope, depth: int, *, timeout: float = 60.0, seed: int = 0
) -> Evidence:
    """Look for a run of at most `depth` steps that violates the property, for at most `timeout` seconds.

    `violated` has a shortest trace. `bounded` covers all runs of `depth` steps; `unknown` says in its note what
    stopped it and has the depth that was covered, if any. A `reachable` property is `bounded` with a trace when a run
    shows it, and `unknown` when none so short does. Leads-to is `not run`. Raises ModelError when a bounded integer
    can leave its range.
    """
    begun = time.monotonic()
    found = Evidence("bmc", "unknown", scope.as_dict(), seed=seed)
    if property.kind not in CHECKED:
        return replace(found, verdict="not run", note=f"bounded checking does not decide a {property.kind} property")
    actions = system.enabled_for(property.against)
    unrollings: list[Unrolling] = []
    for length in range(depth + 1):
        if length == 0:
            unrollings = [Unrolling(i, actions, property, seed) for i in instances(system, scope)]
        for run in unrollings:
            answer = _ask(run, length, begun + timeout)
            if answer is None:
                covered = length - 1 if length else None
                note = f"stopped by time: {timeout:g} s while looking at runs of {length} steps"
                return replace(found, depth=covered, seconds=time.monotonic() - begun, note=note)
            if answer:
                trace = rerun(run.relation.instance, run.steps(), property)
                verdict: Verdict = "bounded" if property.kind == "reachable" else "violated"
                seconds = time.monotonic() - begun
                return replace(found, verdict=verdict, depth=length, seconds=seconds, trace=trace)
    seconds = time.monotonic() - begun
    if property.kind == "reachable":
        return replace(found, depth=depth, seconds=seconds, note=f"no run of at most {depth} steps reaches it")
    return replace(found, verdict="bounded", depth=depth, seconds=seconds)


def _ask(run: Unrolling, length: int, deadline: float) -> bool | None:
    """Whether a run of exactly `length` steps is what was looked for; None when time is up."""

    def left() -> float:
        return deadline - time.monotonic()

    if left() <= 0:
        return None
    if length > run.length:
        overflow = run.extend()
        spilled = run.ask(overflow, left()) if run.relation.can_overflow else False
        if spilled is None:
            return None
        if spilled:
            raise _out_of_range(run, run.steps())
    return run.ask(run.sought(), left()) if left() > 0 else None


def _out_of_range(run: Unrolling, steps: Sequence[Step]) -> ModelError:
    last = steps[-1]
    action = next(m.action for m in run.relation.moves if m.step == last)
    return ModelError(
        f"{last.action}{last.params} takes a bounded integer out of its range after {len(steps) - 1} steps",
        file=action.file, line=action.line, allowed="a guard that keeps it in range",
    )  # fmt: skip
