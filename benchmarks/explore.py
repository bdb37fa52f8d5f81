"""Exhaustive search: two-phase commit beside Spin, and Byzantine voting, with invariant checked and parents stored."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import spin
from benchmarks.walk import CERTIFICATES, VOTING
from examples.two_phase_commit import TwoPhaseCommit
from meterproof.explore.explorer import Limits, explore
from meterproof.finite.ghosts import without_ghosts
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import trace
from meterproof.lang.system import Property, System
from meterproof.verdict import Contradiction
from model.consensus import Consensus
from model.locking import Locking
from properties.consensus import agreement_across_views
from properties.locking import agreement_by_locks

FULL, QUICK = (8, 9), (7, 8)
"""Managers of two-phase commit."""
STATES = {7: 296_448, 8: 1_745_408, 9: 10_340_352}
"""Distinct states of two-phase commit by managers; Spin's hash table is made for so many."""
VOTING_STATES = 3_000_000
"""States of a voting model after which its search is cut off, as memory would sooner or later."""
LIMITS = Limits(seconds=300.0)
"""For every search of a benchmark."""


def rows(quick: bool, seed: int) -> Iterator[dict[str, Any]]:
    """Two-phase commit beside Spin (best of alternate runs of each), then two Byzantine voting models by themselves."""
    commit = trace(TwoPhaseCommit)
    claim = commit.property("consistent")
    ours(commit, claim, {"RM": 3})  # what is compiled, is compiled here
    for managers in QUICK if quick else FULL:
        yield _beside_spin(commit, claim, managers, 2 if managers > 8 else 3)
    sizes = {"Replica": 4, "View": 2, "Block": 2, "faulty": 1}
    locks = trace(Locking, Locking.rule_schema().read(VOTING | {"lock": "later"}), [agreement_by_locks])
    certificates = trace(Consensus, Consensus.rule_schema().read(VOTING | CERTIFICATES), [agreement_across_views])
    for system in (locks, certificates):
        yield ours(
            system, system.properties[-1], sizes, Limits(seconds=60.0, states=VOTING_STATES // (10 if quick else 1))
        )


def ours(system: System, claim: Property, sizes: dict[str, int], limits: Limits = LIMITS) -> dict[str, Any]:
    """One search of the first environment: states, and seconds from the traced system to the end of the search.

    Raises Contradiction when it finds a violation, and so has not measured a whole search.
    """
    visible = without_ghosts(system, [claim])
    instance = instances(visible, resolve(visible, sizes))[0]
    begun = time.perf_counter()
    found = explore(instance, visible.enabled_for(claim.against), [claim], limits)
    seconds = time.perf_counter() - begun
    if found.traces[0] is not None:
        raise Contradiction(f"{system.name}: {claim.id} is violated at a size where it was benchmarked as holding")
    return {
        "model": system.name,
        "size": ", ".join(f"{name}={size}" for name, size in sizes.items()),
        "states": found.states,
        "complete": found.complete,
        "seconds": round(seconds, 3),
        "states_per_second": round(found.states / seconds),
        "bytes_per_state": round(found.bytes_per_state, 1),
        "peer": None,
        "peer_options": None,
        "peer_states_per_second": None,
        "peer_bytes_per_state": None,
        "ratio": None,
    }


def _beside_spin(system: System, claim: Property, managers: int, runs: int) -> dict[str, Any]:
    """Both tools in turn; the fastest run of each counts. Without Spin and gcc only ours is timed.

    Raises Contradiction when they do not find the same number of states, or one of them a violation.
    """
    there = spin.available()
    mine: list[dict[str, Any]] = []
    theirs: list[spin.SpinRun] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if there:
            spin.prepare(managers, folder)
        for _ in range(runs):
            mine.append(ours(system, claim, {"RM": managers}))
            if there:
                theirs.append(spin.search(folder, STATES[managers]))
    best = min(mine, key=lambda row: float(row["seconds"]))
    if not theirs:
        return best
    peer = min(theirs, key=lambda run: run.seconds)
    if peer.errors or not best["complete"] or peer.states != best["states"]:
        more = "" if best["complete"] else " or more"
        raise Contradiction(
            f"{system.name} with {managers} managers: Spin stored {peer.states:,} states and found {peer.errors} "
            f"violations of {claim.id}, the explorer {best['states']:,}{more} and none"
        )
    rate = peer.states / peer.seconds
    return best | {
        "peer": "spin",
        "peer_options": " ".join((*spin.COMPILE, "&&", *spin.search_command(STATES[managers]))),
        "peer_states_per_second": round(rate),
        "peer_bytes_per_state": round(peer.bytes_per_state, 1),
        "ratio": round(best["states_per_second"] / rate, 2),
    }
