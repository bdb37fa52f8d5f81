"""Evidence on a leads-to property: every interpretation of the rigids in turn, up to the first lasso."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from meterproof.check.exhaustion import INTERRUPTED, ended_by
from meterproof.explore import liveness
from meterproof.explore.explorer import Limits, Progress
from meterproof.explore.liveness import Answer, leads_to
from meterproof.finite.instance import Instance
from meterproof.finite.scope import Scope
from meterproof.finite.worlds import instances
from meterproof.lang.system import Action, Property, System
from meterproof.verdict import Evidence, Interrupted


def explore_leads_to(
    system: System, claim: Property, scope: Scope, limits: Limits, report: Callable[[Progress], None] | None = None
) -> Evidence:
    """What exhaustion says of a leads-to property; `limits.seconds` are for all interpretations together.

    `exhausted` covers every run of the scope; it is vacuous when the premise, or the property's witness, is never
    reached. `violated` has a lasso. `unknown` says what stopped the search; no lasso is among the states visited,
    unless it was an interruption, after which none is looked for. Raises Interrupted in place of KeyboardInterrupt.
    """
    begun = time.monotonic()
    actions = system.enabled_for(claim.against)
    found = Evidence("explore", "exhausted", scope.as_dict(), states=0, generated=0, depth=0)
    stopped: str | None = None
    asked = False
    try:
        for instance in instances(system, scope):
            left = limits.seconds - (time.monotonic() - begun)
            answer = _decided(instance, actions, claim, replace(limits, seconds=max(left, 0.1)), report)
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
                stopped = answer.stopped
                break
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    if stopped is not None:
        note = f"{ended_by(stopped, limits)}; {found.states:,} states were visited"
        found = replace(found, verdict="unknown", note=note)
        if stopped == INTERRUPTED:
            raise Interrupted(found)
        return found
    if not asked or found.witness is None:
        return replace(found, vacuous=True, note=f"the {'witness' if asked else 'premise'} was never reached")
    return found


def _decided(
    instance: Instance,
    actions: Sequence[Action],
    claim: Property,
    limits: Limits,
    report: Callable[[Progress], None] | None,
) -> Answer:
    """One search; an interrupted one says so in `stopped`."""
    try:
        return leads_to(instance, actions, claim, limits, report)
    except liveness.Interrupted as stop:
        return stop.answer
