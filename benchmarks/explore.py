"""Exhaustive search: two-phase commit beside Spin, and Byzantine voting, with invariant checked and parents stored."""

from __future__ import annotations

import shutil
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
from model.consensus import Consensus
from model.locking import Locking
from properties.consensus import agreement_across_views
from properties.locking import agreement_by_locks

STATES = {7: 296_448, 8: 1_745_408, 9: 10_340_352}
"""Distinct states of two-phase commit, which size Spin's hash table."""
LIMITS = Limits(seconds=300.0)
"""For every search of a benchmark."""


def rows(quick: bool, seed: int) -> Iterator[dict[str, Any]]:
    """Two-phase commit beside Spin (best of alternate runs of each), then two voting models by themselves."""
    commit = trace(TwoPhaseCommit)
    claim = commit.property("consistent")
    ours(commit, claim, {"RM": 3})  # what is compiled, is compiled here
    for managers in (7, 8) if quick else (8, 9):
        yield _beside_spin(commit, claim, managers, 2 if managers > 8 else 3)
    if quick:
        return
    sizes = {"Replica": 4, "View": 2, "Block": 2, "faulty": 1}
    locks = trace(Locking, Locking.rule_schema().read(VOTING | {"lock": "later"}), [agreement_by_locks])
    certificates = trace(Consensus, Consensus.rule_schema().read(VOTING | CERTIFICATES), [agreement_across_views])
    for system in (locks, certificates):
        yield ours(system, system.properties[-1], sizes, Limits(seconds=60.0, states=3_000_000))


def ours(system: System, claim: Property, sizes: dict[str, int], limits: Limits = LIMITS) -> dict[str, Any]:
    """One search of the first environment: states, and seconds from the traced system to the end of the search."""
    visible = without_ghosts(system, [claim])
    instance = instances(visible, resolve(visible, sizes))[0]
    begun = time.perf_counter()
    found = explore(instance, visible.enabled_for(claim.against), [claim], limits)
    seconds = time.perf_counter() - begun
    return {
        "model": system.name,
        "size": ", ".join(f"{name}={size}" for name, size in sizes.items()),
        "states": found.states,
        "complete": found.complete,
        "seconds": round(seconds, 3),
        "states_per_second": round(found.states / seconds),
        "bytes_per_state": round(found.bytes_per_state, 1),
        "peer": None,
        "peer_states_per_second": None,
        "ratio": None,
    }


def _beside_spin(system: System, claim: Property, managers: int, runs: int) -> dict[str, Any]:
    """Both tools in turn; the fastest run of each counts. Without Spin and gcc only ours is timed."""
    there = shutil.which("spin") and shutil.which("gcc")
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
    if peer.states != best["states"]:
        raise ValueError(f"Spin stored {peer.states} states, we {best['states']}")
    rate = peer.states / peer.seconds
    return best | {
        "peer": "spin",
        "peer_states_per_second": round(rate),
        "peer_bytes_per_state": round(peer.bytes_per_state, 1),
        "ratio": round(best["states_per_second"] / rate, 2),
    }
