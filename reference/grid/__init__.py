"""grid with real bytes, as the workbench finds it: rules from spec values, bridges, and what plays a day.

Nothing here is written twice: parties, messages and certificates are those of the four protocols, and what is new is
what lies between them. The checks of the composition are functions of their own: `service_chain.key_check` and
`domain_of`, `law_chain.law_check`, `platform.tenancy_check` and `judging_edition`, `key_chain.bundle_move_check`.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.bc_ami.network import NoQuorum
from reference.grid import plays
from reference.grid.grid_bridge import GridBridge
from reference.grid.relocation_bridge import RelocationBridge
from reference.grid.rules import Rules

Bridge = GridBridge | RelocationBridge
_BRIDGES: Mapping[str, type[Bridge]] = {"Grid": GridBridge, "Relocation": RelocationBridge}


def read_rules(values: Mapping[str, object]) -> Rules:
    """The reference's rules from a spec's plain values. Raises InputError for values that it does not know."""
    return Rules.from_values(values)


def new_bridge(machine: str) -> Bridge:
    """A fresh bridge for the machine of this name; KeyError for another machine."""
    return _BRIDGES[machine]()


__all__ = ["NoQuorum", "new_bridge", "plays", "read_rules"]
