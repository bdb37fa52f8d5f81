"""Walks as evidence: one property of one system at one scope."""

from __future__ import annotations

from collections.abc import Callable

from meterproof.errors import InputError
from meterproof.finite.scope import Scope
from meterproof.finite.worlds import instances
from meterproof.lang.system import Property, System
from meterproof.packed.compile import KINDS
from meterproof.verdict import Evidence, Verdict
from meterproof.walk.walker import Bounds, Progress, Walks, walks


def walk(
    system: System,
    property: Property,
    scope: Scope,
    *,
    steps: int = 1_000_000,
    length: int = 1_000,
    seed: int = 0,
    timeout: float = 60.0,
    states: int = 0,
    weighted: bool = True,
    report: Callable[[Progress], None] | None = None,
) -> Evidence:
    """What `steps` random steps, in walks of up to `length`, say about `property` under its adversary.

    `violated` has a 1-minimal trace that was re-run on the interpreter. `tested` says that the steps done, counted in
    `generated`, show no violation; also where time (`timeout` seconds) ended them, as the note then says. `schedules`
    counts the walks and `depth` the steps of the longest. Different states are counted, in `states`, up to the number
    asked for. A `reachable` property that a walk reaches is `tested` with the run as trace, and `unknown` when none
    does; so is any property when no step was taken. The same seed gives the same evidence, but for `seconds`, unless
    time ended it. Raises InputError when `steps` or `length` is below 1, or `states` below 0, and ModelError when a
    bounded integer leaves its range, and `Interrupted` in place of KeyboardInterrupt.
    """
    for name, value, least in (("steps", steps, 1), ("length", length, 1), ("states", states, 0)):
        if value < least:
            raise InputError(f"{name} is {value}", allowed=f"{least} or more")
    if property.kind not in KINDS:
        note = f"a walk does not decide a {property.kind} property"
        return Evidence("walk", "not run", scope.as_dict(), seed=seed, note=note)
    targets = [property] if property.witness is None else [property, property.as_witness()]
    done = walks(
        instances(system, scope), system.enabled_for(property.against), targets, Bounds(steps, length, timeout, states),
        seed=seed, weighted=weighted, report=report,
    )  # fmt: skip
    return told(done, property, scope, seed)


def told(done: Walks, property: Property, scope: Scope, seed: int) -> Evidence:
    """The outcome of walks for a property, and its witness if it has one, as evidence; see `walk`."""
    trace = done.traces[0]
    reaching = property.kind == "reachable"
    verdict: Verdict = "tested" if done.steps else "unknown"
    if trace is not None:
        verdict = "tested" if reaching else "violated"
    elif reaching:
        verdict = "unknown"
    return Evidence(
        "walk", verdict, scope.as_dict(), states=done.coverage.states, generated=done.steps,
        depth=done.longest if trace is None else len(trace.steps), schedules=done.walks, seconds=done.seconds,
        seed=seed, trace=trace, witness=done.traces[1] if property.witness is not None else None,
        note=_note(done, property),
    )  # fmt: skip


def _note(done: Walks, claim: Property) -> str:
    """What was done, and what was not: walks that never come to the point show little."""
    parts = [f"{done.steps:,} steps in {done.walks:,} walks, {done.dead_ends:,} of them to a dead end"]
    if done.idle:
        parts.append(f"{done.idle:,} moves that change nothing were passed over")
    if done.coverage.states is not None:
        more = "more than " if done.coverage.full else ""
        parts.append(f"{more}{done.coverage.states:,} different states")
    if done.worlds < done.of:
        parts.append(f"{done.worlds} of {done.of} environments")
    if claim.witness is not None and done.traces[0] is None and done.traces[1] is None:
        parts.append("the premise was never reached")
    ended = {
        "time": f"stopped by time after {done.seconds:.3g} s",
        "interrupted": "interrupted",
        "stuck": "nothing can happen at the start",
    }
    if done.stopped in ended:
        parts.append(ended[done.stopped])
    never = done.coverage.never
    parts.append(f"no walk took {', '.join(never)}" if never else "every action was taken")
    return "; ".join(parts)
