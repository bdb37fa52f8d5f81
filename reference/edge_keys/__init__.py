"""edge-keys with real bytes, as the workbench finds it: rules from spec values, and a bridge for each machine.

Every party is a pure function `(state, event) -> (state, effects)` over frozen states. A party that does not accept
an event returns its state unchanged and one `Refused`; nothing here raises on what an adversary may send.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.edge_keys.acceptance_bridge import AcceptanceBridge
from reference.edge_keys.custody_bridge import CustodyBridge
from reference.edge_keys.key_records_bridge import KeyRecordsBridge
from reference.edge_keys.migration_bridge import MigrationBridge
from reference.edge_keys.plans import place
from reference.edge_keys.queries_bridge import QueriesBridge
from reference.edge_keys.rules import Rules

Bridge = AcceptanceBridge | KeyRecordsBridge | CustodyBridge | QueriesBridge | MigrationBridge
_BRIDGES: Mapping[str, type[Bridge]] = {
    "Acceptance": AcceptanceBridge,
    "KeyRecords": KeyRecordsBridge,
    "Custody": CustodyBridge,
    "Queries": QueriesBridge,
    "Migration": MigrationBridge,
}


def read_rules(values: Mapping[str, object]) -> Rules:
    """The reference's rules from a spec's plain values. Raises InputError for values that it does not know."""
    return Rules.from_values(values)


def new_bridge(machine: str) -> Bridge:
    """A fresh bridge for the machine of this name; KeyError for another machine."""
    return _BRIDGES[machine]()


__all__ = ["new_bridge", "place", "read_rules"]
