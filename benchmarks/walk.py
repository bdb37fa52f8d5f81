"""Random walks: steps a second on two-phase commit and on Byzantine agreement by certificates and by locks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.finite.ghosts import without_ghosts
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import trace
from meterproof.lang.system import Property, System
from meterproof.verdict import Contradiction
from meterproof.walk import walks
from meterproof.walk.walker import Bounds
from model.consensus import Consensus
from model.locking import Locking
from properties.consensus import agreement_across_views
from properties.locking import agreement_by_locks

VOTING = {"quorum": "floor((n+f)/2)+1", "resilience": "3f+1", "vote_once": True}
CERTIFICATES = {"counted": "positive-votes", "rounds": "two", "carried": "highest", "certificates_checked": True}
FULL, QUICK = 20_000_000, 2_000_000
"""Steps in all."""
LENGTH = 1_000
"""Steps of one walk."""
WARM = 1_000
"""Steps before the clock starts: what is compiled, is compiled then."""


def rows(quick: bool, seed: int) -> Iterator[dict[str, Any]]:
    """One row a model and size. The first of its environments is walked, and its property is held against each step.

    The seconds hold the instance's preparation, which the speed of a short walk pays for.
    """
    steps = QUICK if quick else FULL
    commit = trace(TwoPhaseCommit)
    yield measured(commit, commit.property("consistent"), {"RM": 5}, steps, seed)
    yield measured(commit, commit.property("consistent"), {"RM": 9}, steps, seed)
    locks = trace(Locking, Locking.rule_schema().read(VOTING | {"lock": "later"}), [agreement_by_locks])
    certificates = trace(Consensus, Consensus.rule_schema().read(VOTING | CERTIFICATES), [agreement_across_views])
    for views in (2, 3):
        sizes = {"Replica": 4, "View": views, "Block": 2, "faulty": 1}
        yield measured(locks, locks.property("agreement_by_locks"), sizes, steps, seed)
        yield measured(certificates, certificates.property("IS-P1"), sizes, steps, seed)


def measured(system: System, claim: Property, sizes: Mapping[str, int], steps: int, seed: int) -> dict[str, Any]:
    """The speed of so many steps, or of those taken in ten minutes. Contradiction when they find a violation."""
    smaller = without_ghosts(system, [claim])
    world = instances(smaller, resolve(smaller, sizes))[:1]
    actions = smaller.enabled_for(claim.against)
    walks(world, actions, [claim], Bounds(WARM, LENGTH), seed=seed)
    done = walks(world, actions, [claim], Bounds(steps, LENGTH, seconds=600), seed=seed)
    if done.traces[0] is not None:
        raise Contradiction(f"{system.name}: {claim.id} is violated at a size where it was benchmarked as holding")
    return {
        "model": system.name,
        "size": ", ".join(f"{name}={size}" for name, size in sizes.items()),
        "steps": done.steps,
        "seconds": round(done.seconds, 3),
        "steps_per_second": round(done.steps / done.seconds),
    }
