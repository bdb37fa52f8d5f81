"""metering-platform with real bytes: a pure `handle(state, request) -> (state, response)` behind two interfaces.

The platform is one frozen value; its chain is that of the other protocols' ledger. Every route is an entry of one
table, and every decision one function's. A request that is not answered leaves the state as it was, and nothing here
raises on what an adversary may send.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.metering_platform.access_bridge import AccessBridge, RegisterBridge
from reference.metering_platform.administration_bridge import AdministrationBridge
from reference.metering_platform.certificates_bridge import CertificatesBridge
from reference.metering_platform.classes_bridge import ClassesBridge
from reference.metering_platform.confidential_bridge import ConfidentialBridge
from reference.metering_platform.consensus_bridge import ConsensusBridge
from reference.metering_platform.custodians_bridge import CustodiansBridge
from reference.metering_platform.demands_bridge import DemandsBridge
from reference.metering_platform.documents_bridge import DocumentsBridge
from reference.metering_platform.erasure_bridge import ErasureBridge
from reference.metering_platform.public_records_bridge import PublicRecordsBridge
from reference.metering_platform.revocation_bridge import RevocationBridge
from reference.metering_platform.rules import Rules
from reference.metering_platform.supersession_bridge import SupersessionBridge
from reference.metering_platform.supplier_tests_bridge import SupplierTestsBridge
from reference.metering_platform.suppliers_bridge import SuppliersBridge
from reference.metering_platform.tokens_bridge import TokensBridge
from reference.metering_platform.user_keys_bridge import UserKeysBridge

Bridge = (
    AdministrationBridge
    | CertificatesBridge
    | ClassesBridge
    | ConfidentialBridge
    | ConsensusBridge
    | CustodiansBridge
    | DemandsBridge
    | DocumentsBridge
    | ErasureBridge
    | PublicRecordsBridge
    | SupersessionBridge
    | SupplierTestsBridge
    | SuppliersBridge
    | UserKeysBridge
    | AccessBridge
    | RegisterBridge
    | RevocationBridge
    | TokensBridge
)
_BRIDGES: Mapping[str, type[Bridge]] = {
    "Revocation": RevocationBridge,
    "Tokens": TokensBridge,
    "Access": AccessBridge,
    "Register": RegisterBridge,
    "Administration": AdministrationBridge,
    "Certificates": CertificatesBridge,
    "Classes": ClassesBridge,
    "Confidential": ConfidentialBridge,
    "Consensus": ConsensusBridge,
    "Custodians": CustodiansBridge,
    "Demands": DemandsBridge,
    "Documents": DocumentsBridge,
    "Erasure": ErasureBridge,
    "PublicRecords": PublicRecordsBridge,
    "Supersession": SupersessionBridge,
    "SupplierTests": SupplierTestsBridge,
    "Suppliers": SuppliersBridge,
    "UserKeys": UserKeysBridge,
}


def read_rules(values: Mapping[str, object]) -> Rules:
    """The reference's rules from a spec's plain values. Raises InputError for values that it does not know."""
    return Rules.from_values(values)


def new_bridge(machine: str) -> Bridge:
    """A fresh bridge for the machine of this name; KeyError for another machine."""
    return _BRIDGES[machine]()


__all__ = ["new_bridge", "read_rules"]
