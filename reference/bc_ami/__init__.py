"""bc-ami with real bytes, as the workbench finds it: rules from spec values, a bridge for each machine, the pipeline.

Every party is a pure function `(state, event) -> (state, effects)` over frozen states. A party that does not accept an
event returns its state unchanged and one `Refused`; nothing here raises on what an adversary may send.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reference.bc_ami.consensus_bridge import ConsensusBridge
from reference.bc_ami.costs import costs
from reference.bc_ami.faults import FaultPlan
from reference.bc_ami.ledger_store import LedgerStore
from reference.bc_ami.metering_bridge import MeteringBridge
from reference.bc_ami.network import NoQuorum
from reference.bc_ami.ordering_bridge import OrderingBridge
from reference.bc_ami.pipeline import Pipeline
from reference.bc_ami.rules import Rules
from reference.bc_ami.world import CHAIN

Bridge = MeteringBridge | OrderingBridge | ConsensusBridge
_BRIDGES: Mapping[str, type[Bridge]] = {
    "Consensus": ConsensusBridge,
    "Metering": MeteringBridge,
    "Ordering": OrderingBridge,
}


def read_rules(values: Mapping[str, object]) -> Rules:
    """The reference's rules from a spec's plain values. Raises InputError for values that it does not know."""
    return Rules.from_values(values)


def new_bridge(machine: str) -> Bridge:
    """A fresh bridge for the machine of this name; KeyError for another machine."""
    return _BRIDGES[machine]()


def open_store(folder: Path, about: Mapping[str, str]) -> LedgerStore:
    """The store of one run in this folder; see `LedgerStore.open`."""
    return LedgerStore.open(folder, CHAIN, about)


def plan_faults(spec: str, replicas: int, bound: int, heights: int, seed: int) -> FaultPlan:
    """The faults of a run; see `FaultPlan.of`."""
    return FaultPlan.of(spec, replicas, bound, heights, seed)


__all__ = ["NoQuorum", "Pipeline", "costs", "new_bridge", "open_store", "plan_faults", "read_rules"]
