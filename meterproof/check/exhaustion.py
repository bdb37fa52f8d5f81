"""Evidence by exhaustion: every interpretation of the rigids in turn, up to the first violation."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from meterproof.check.reduction import reduction
from meterproof.explore import explorer
from meterproof.explore.explorer import Limits, Progress, Search
from meterproof.finite.instance import Instance
from meterproof.finite.scope import Scope
from meterproof.finite.worlds import instances
from meterproof.lang.expr import FALSE
from meterproof.lang.system import Action, Property, System
from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence, Interrupted, Verdict

INTERRUPTED = "interrupted"
"""What `stopped` says of a search that somebody interrupted."""


def exhaust(
    system: System,
    claim: Property,
    scope: Scope,
    limits: Limits,
    report: Callable[[Progress], None] | None = None,
    *,
    with_eager: bool = False,
    symmetry: Sequence[str] = (),
) -> Evidence:
    """What the explorer says of a property in a scope; `limits.seconds` are for all interpretations together.

    `exhausted` covers every reachable state; it is vacuous when the property's witness is never reached. `violated`
    has a shortest trace, or none where a `reachable` property is not reached. `unknown` says what stopped the search.
    `symmetry` is as in `explorer.explore`. Raises Interrupted in place of KeyboardInterrupt.
    """
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
    try:
        for instance in instances(system, scope):
            left = limits.seconds - (time.monotonic() - begun)
            within = replace(limits, seconds=max(left, 0.1))
            search = _explored(smaller.instance(instance), actions, targets, within, report, symmetry)
            states, generated, depth = states + search.states, generated + search.generated, max(depth, search.depth)
            stopped = None if search.complete else search.stopped
            if seen is None and witness is not None and search.traces[1] is not None:
                seen = smaller.trace(instance, search.traces[1])
            if decided is None and search.traces[0] is not None:
                decided = smaller.trace(instance, search.traces[0])
            if stopped is not None or (decided is not None and claim.kind != "reachable"):
                break
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    found = Evidence(
        "explore", "exhausted", scope.as_dict(), states, generated, depth, seconds=time.monotonic() - begun,
        witness=seen, vacuous=witness is not None and seen is None and decided is None and stopped is None,
        note=smaller.note, symmetry=tuple(symmetry),
    )  # fmt: skip
    told = _told(found, claim, decided, ended_by(stopped, limits))
    if stopped == INTERRUPTED:
        raise Interrupted(told)
    return told


def ended_by(stopped: str | None, limits: Limits) -> str | None:
    """What ended a search over all interpretations, in words: the last one had less time than all have together."""
    if stopped is None or stopped == INTERRUPTED:
        return stopped
    return f"stopped by {f'time: {limits.seconds:g} s' if stopped.startswith('time') else stopped}"


def _explored(
    instance: Instance,
    actions: Sequence[Action],
    targets: Sequence[Property],
    limits: Limits,
    report: Callable[[Progress], None] | None,
    symmetry: Sequence[str],
) -> Search:
    """One search; an interrupted one says so in `stopped`."""
    try:
        return explorer.explore(instance, actions, targets, limits, report, symmetry=symmetry)
    except explorer.Interrupted as stop:
        return stop.search


def _told(found: Evidence, claim: Property, decided: Trace | None, ended: str | None) -> Evidence:
    """The verdict on what was found: a search that ended early shows a violation, or that a state is reached."""
    if decided is not None and claim.kind == "reachable":
        verdict: Verdict = "exhausted" if ended is None else "bounded"
        said = "; ".join(filter(None, (f"reached in {len(decided.steps)} steps", ended)))
        return replace(found, verdict=verdict, trace=decided, note=_noted(said, found))
    if decided is not None:
        return replace(found, verdict="violated", trace=decided, depth=len(decided.steps), vacuous=False)
    if ended is not None:
        what = "orbits" if found.symmetry else "states"
        note = _noted(f"{ended}; {found.states:,} {what} were visited", found)
        return replace(found, verdict="unknown", note=note)
    if claim.kind == "reachable":
        return replace(found, verdict="violated", note=_noted("no reachable state shows it", found))
    return replace(found, note=_noted("the premise was never reached", found)) if found.vacuous else found


def _noted(first: str, found: Evidence) -> str:
    """What came out, before what the evidence says already."""
    return first if found.note is None else f"{first}; {found.note}"
