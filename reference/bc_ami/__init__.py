"""bc-ami with real bytes, as the workbench finds it: rules from spec values, a bridge for each machine, the pipeline.

Every party is a pure function `(state, event) -> (state, effects)` over frozen states. A party that does not accept an
event returns its state unchanged and one `Refused`; nothing here raises on what an adversary may send.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.bc_ami.metering_bridge import MeteringBridge
from reference.bc_ami.ordering_bridge import OrderingBridge
from reference.bc_ami.pipeline import Pipeline
from reference.bc_ami.rules import Rules

_BRIDGES: Mapping[str, type[MeteringBridge] | type[OrderingBridge]] = {
    "Metering": MeteringBridge,
    "Ordering": OrderingBridge,
}


def read_rules(values: Mapping[str, object]) -> Rules:
    """The reference's rules from a spec's plain values. Raises InputError for values that it does not know."""
    return Rules.from_values(values)


def new_bridge(machine: str) -> MeteringBridge | OrderingBridge:
    """A fresh bridge for the machine of this name; KeyError for another machine."""
    return _BRIDGES[machine]()


__all__ = ["Pipeline", "new_bridge", "read_rules"]
