"""sovereign-chain with real bytes, as the workbench finds it: rules from spec values, and a bridge for each machine.

Every party is a pure function `(state, event) -> (state, effects)` over frozen states. A party that does not accept
an event returns its state unchanged and one `Refused`; nothing here raises on what an adversary may send.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.sovereign_chain.assembly_bridge import AssemblyBridge, AttachmentBridge
from reference.sovereign_chain.block_times_bridge import BlockTimesBridge
from reference.sovereign_chain.consensus_bridge import ConsensusBridge
from reference.sovereign_chain.counters_bridge import CountersBridge
from reference.sovereign_chain.credit_bridge import CreditBridge
from reference.sovereign_chain.denials_bridge import DenialsBridge
from reference.sovereign_chain.identity_bridge import IdentityBridge
from reference.sovereign_chain.inclusion_bridge import InclusionBridge
from reference.sovereign_chain.membership_bridge import MembershipBridge
from reference.sovereign_chain.mining_bridge import MiningBridge
from reference.sovereign_chain.naming_bridge import NamingBridge
from reference.sovereign_chain.quotas_bridge import QuotasBridge
from reference.sovereign_chain.receipts_bridge import ReceiptsBridge
from reference.sovereign_chain.redaction_bridge import RedactionBridge
from reference.sovereign_chain.registry_bridge import RegistryBridge
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.services_bridge import ServicesBridge
from reference.sovereign_chain.shards_bridge import ShardsBridge
from reference.sovereign_chain.trade_bridge import TradeBridge
from reference.sovereign_chain.violations_bridge import ViolationsBridge

Bridge = (
    AssemblyBridge
    | AttachmentBridge
    | TradeBridge
    | ReceiptsBridge
    | ViolationsBridge
    | ConsensusBridge
    | InclusionBridge
    | ShardsBridge
    | CreditBridge
    | BlockTimesBridge
    | IdentityBridge
    | NamingBridge
    | MembershipBridge
    | DenialsBridge
    | CountersBridge
    | MiningBridge
    | QuotasBridge
    | RedactionBridge
    | RegistryBridge
    | ServicesBridge
)
_BRIDGES: Mapping[str, type[Bridge]] = {
    "Assembly": AssemblyBridge,
    "Attachment": AttachmentBridge,
    "Trading": TradeBridge,
    "Receipts": ReceiptsBridge,
    "Violations": ViolationsBridge,
    "Consensus": ConsensusBridge,
    "Inclusion": InclusionBridge,
    "Shards": ShardsBridge,
    "CreditRating": CreditBridge,
    "BlockTimes": BlockTimesBridge,
    "Identity": IdentityBridge,
    "Naming": NamingBridge,
    "Membership": MembershipBridge,
    "Denials": DenialsBridge,
    "ActionCounter": CountersBridge,
    "Mining": MiningBridge,
    "Quotas": QuotasBridge,
    "Redaction": RedactionBridge,
    "Contracts": RegistryBridge,
    "Services": ServicesBridge,
}


def read_rules(values: Mapping[str, object]) -> Rules:
    """The reference's rules from a spec's plain values. Raises InputError for values that it does not know."""
    return Rules.from_values(values)


def new_bridge(machine: str) -> Bridge:
    """A fresh bridge for the machine of this name; KeyError for another machine."""
    return _BRIDGES[machine]()


__all__ = ["new_bridge", "read_rules"]
