"""sovereign-chain with real bytes, as the workbench finds it: rules from spec values, and a bridge for each machine.

Every party is a pure function `(state, event) -> (state, effects)` over frozen states. A party that does not accept
an event returns its state unchanged and one `Refused`; nothing here raises on what an adversary may send.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.sovereign_chain.assembly_bridge import AssemblyBridge, AttachmentBridge
from reference.sovereign_chain.receipts_bridge import ReceiptsBridge
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.trade_bridge import TradeBridge
from reference.sovereign_chain.violations_bridge import ViolationsBridge

Bridge = AssemblyBridge | AttachmentBridge | TradeBridge | ReceiptsBridge | ViolationsBridge
_BRIDGES: Mapping[str, type[Bridge]] = {
    "Assembly": AssemblyBridge,
    "Attachment": AttachmentBridge,
    "Trading": TradeBridge,
    "Receipts": ReceiptsBridge,
    "Violations": ViolationsBridge,
}


def read_rules(values: Mapping[str, object]) -> Rules:
    """The reference's rules from a spec's plain values. Raises InputError for values that it does not know."""
    return Rules.from_values(values)


def new_bridge(machine: str) -> Bridge:
    """A fresh bridge for the machine of this name; KeyError for another machine."""
    return _BRIDGES[machine]()


__all__ = ["new_bridge", "read_rules"]
