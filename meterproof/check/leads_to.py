"""Evidence on a leads-to property: every interpretation of the rigids in turn, up to the first lasso."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from meterproof.explore.explorer import Limits, Progress
from meterproof.explore.liveness import leads_to
from meterproof.finite.scope import Scope
from meterproof.finite.worlds import instances
from meterproof.lang.system import Property, System
from meterproof.verdict import Evidence


def explore_leads_to(
    system: System, claim: Property, scope: Scope, seconds: float, report: Callable[[Progress], None] | None = None
) -> Evidence:
    """What exhaustion says of a leads-to property within `seconds`.

    `exhausted` covers every run of the scope; it is vacuous when the premise, or the property's witness, is never
    reached. `violated` has a lasso. `unknown` says what stopped the search, and no lasso is among the states visited.
    """
    begun = time.monotonic()
    actions = system.enabled_for(claim.against)
    found = Evidence("explore", "exhausted", scope.as_dict(), states=0, generated=0, depth=0)
    stopped: str | None = None
    asked = False
    for instance in instances(system, scope):
        left = seconds - (time.monotonic() - begun)
        answer = leads_to(instance, actions, claim, Limits(seconds=max(left, 0.1)), report)
        asked = asked or answer.premise is not None
        found = replace(
            found,
            states=(found.states or 0) + answer.states,
            generated=(found.generated or 0) + answer.generated,
            depth=max(found.depth or 0, answer.depth),
            seconds=time.monotonic() - begun,
            witness=found.witness or answer.witness,
        )
        if answer.lasso is not None:
            return replace(found, verdict="violated", trace=answer.lasso, depth=len(answer.lasso.steps))
        if not answer.complete:
            out_of_time = answer.stopped is not None and answer.stopped.startswith("time")
            stopped = f"time: {seconds:g} s" if out_of_time else answer.stopped
            break
    if stopped is not None:
        return replace(found, verdict="unknown", note=f"stopped by {stopped}; {found.states:,} states were visited")
    if not asked or found.witness is None:
        return replace(found, vacuous=True, note=f"the {'witness' if asked else 'premise'} was never reached")
    return found
