"""The frontier of a guarantee: which adversaries it stands and which break it, computed at the scopes of its plans."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf

from meterproof.check.jobs import Job
from meterproof.check.methods import Budget, Report
from meterproof.check.runner import Options
from meterproof.claims import Plan
from meterproof.errors import InputError
from meterproof.frontier.outcome import Broken, Frontier, Kept, Undecided, intervals
from meterproof.frontier.proof import capabilities, proved
from meterproof.frontier.question import Engines, Place, bounded, places
from meterproof.frontier.search import Map, explore
from meterproof.frontier.strength import Strength
from meterproof.frontier.words import words_of
from meterproof.lang.system import Property, System

INTERRUPTED = "interrupted"


class Interrupted(KeyboardInterrupt):
    """Somebody interrupted the search; `frontier` is what was found, with the rest undecided."""

    def __init__(self, frontier: Frontier) -> None:
        super().__init__()
        self.frontier = frontier


def frontier(
    system: System,
    claim: Property,
    plans: Sequence[Plan],
    budget: Budget | None = None,
    report: Report | None = None,
    *,
    tell: Callable[[str], None] | None = None,
    seconds: float = inf,
    most: int | None = None,
) -> Frontier:
    """The frontier of `claim` over the capabilities of the system's actions and the sizes of its bounded sets.

    Scopes are those of the `plans`, whatever numbers of corruptions they name, and adversaries are all that the system
    has moves for, whatever the claim is against; an induction among the plans closes what it can prove. `budget` is for
    each question to an engine, `seconds` for all together; `most` bounds the corruptions of each set that are asked
    about, else all its individuals may be corrupted.
    `report` hears how far a search has come, `tell` what is asked.

    Raises InputError for a `reachable` property, which nobody breaks, without a scope, and where there are too many
    adversaries to tell apart; Contradiction where engines disagree; Interrupted in place of KeyboardInterrupt.
    """
    if claim.kind == "reachable":
        raise InputError(
            f"{claim.id} is to be reached, so more adversaries only help it", file=claim.file, line=claim.line,
            allowed="a guarantee: an invariant, a step, quiescent or leads-to property",
        )  # fmt: skip
    begun = time.monotonic()
    budget = budget or Budget()
    where = places(system, plans)
    everybody = _everybody(system, where)
    limit = everybody if most is None else _capped(everybody, most)
    found = Map[Broken, Kept](everybody, limit)
    engines = Engines(system, claim, where, None, budget, begun + seconds, report, tell)
    stopped = "no time was left for it"
    try:
        if any(p.method == "induction" for p in plans):
            if tell is not None:
                tell(f"{claim.id}: proof against as many capabilities as possible")
            engines.proof = proved(system, claim, replace(budget, seconds=min(budget.seconds, seconds)))
        explore(found, engines.ask, _claimed(system, claim, plans))
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    result = Frontier(
        _breaks(found), tuple(found.holds[s] for s in found.bounds.holds), _undecided(found, stopped), everybody,
        tuple(p.sizes for p in where), words_of(system), engines.questions, budget.seed, time.monotonic() - begun,
    )  # fmt: skip
    if stopped == INTERRUPTED:
        raise Interrupted(result) from None
    return result


def frontier_of(
    job: Job,
    options: Options | None = None,
    report: Report | None = None,
    *,
    tell: Callable[[str], None] | None = None,
    seconds: float = inf,
    most: int | None = None,
) -> Frontier:
    """The frontier of a job's property, by those of its plans that the options admit. Raises as `frontier`."""
    options = options or Options()
    plans = [options.sized(p) for p in job.stance.plans if options.admits(p)]
    system = job.system()
    return frontier(
        system, job.claim(system), plans, options.budget, report, tell=tell, seconds=seconds, most=most
    )  # fmt: skip


def _everybody(system: System, where: Sequence[Place]) -> Strength:
    """The strongest adversary there is."""
    members = {v.name: max(dict(p.sizes).get(v.domain[0].name, 0) for p in where) for v in bounded(system)}
    return Strength.of(capabilities(system), members)


def _capped(everybody: Strength, most: int) -> Strength:
    """The same with no more than so many corruptions of each set."""
    return Strength.of(everybody.capabilities, {s: min(n, most) for s, n in everybody.corruptions})


def _claimed(system: System, claim: Property, plans: Sequence[Plan]) -> list[Strength]:
    """The adversaries of the plans themselves: what is decided first, whatever comes of the rest."""
    sets = {v.name for v in bounded(system)}
    each = (Strength.of(claim.against, {n: k for n, k in p.scope if n in sets}) for p in plans if p.scope)
    return list(dict.fromkeys(each))


def _breaks(found: Map[Broken, Kept]) -> tuple[Broken, ...]:
    """The weakest that break it; each the least where all next below are stood."""
    return tuple(
        replace(found.breaks[s], least=all(found.standing(b) == "holds" for b in s.below()))
        for s in found.bounds.breaks
    )  # fmt: skip


def _undecided(found: Map[Broken, Kept], stopped: str) -> tuple[Undecided, ...]:
    """What is left open, as intervals; each with what was said of the strengths in it that were asked about."""
    told = []
    for least, most in intervals(found.undecided):
        said = list(dict.fromkeys(why for s, why in found.open.items() if least <= s <= most))
        rest = "more corruptions were not asked about" if not least <= found.limit else stopped
        told.append(Undecided(least, most, "; ".join(said) or rest))
    return tuple(told)
