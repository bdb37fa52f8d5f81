"""bc-ami's reference as the workbench finds it: rules from spec values, a bridge for each machine, and the pipeline."""

from __future__ import annotations

from collections.abc import Mapping

from reference.metering_bridge import MeteringBridge
from reference.ordering_bridge import OrderingBridge
from reference.pipeline import Pipeline
from reference.rules import Rules

_BRIDGES: Mapping[str, type[MeteringBridge] | type[OrderingBridge]] = {
    "Metering": MeteringBridge,
    "Ordering": OrderingBridge,
}


def rules(values: Mapping[str, object]) -> Rules:
    """The reference's rules from a spec's plain values. Raises InputError for values that it does not know."""
    return Rules.from_values(values)


def bridge(machine: str) -> MeteringBridge | OrderingBridge:
    """A fresh bridge for the machine of this name; KeyError for another machine."""
    return _BRIDGES[machine]()


__all__ = ["Pipeline", "bridge", "rules"]
