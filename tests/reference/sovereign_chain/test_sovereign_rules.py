"""The typed rules of sovereign-chain: every variant is read, and what they do not know is refused by name."""

from __future__ import annotations

from dataclasses import fields

import pytest

from meterproof.errors import InputError
from reference.sovereign_chain import new_bridge, read_rules
from reference.sovereign_chain.assembly_bridge import AssemblyBridge, AttachmentBridge
from reference.sovereign_chain.counters_bridge import CountersBridge
from reference.sovereign_chain.denials_bridge import DenialsBridge
from reference.sovereign_chain.identity_bridge import IdentityBridge
from reference.sovereign_chain.membership_bridge import MembershipBridge
from reference.sovereign_chain.mining_bridge import MiningBridge
from reference.sovereign_chain.naming_bridge import NamingBridge
from reference.sovereign_chain.quotas_bridge import QuotasBridge
from reference.sovereign_chain.receipts_bridge import ReceiptsBridge
from reference.sovereign_chain.redaction_bridge import RedactionBridge
from reference.sovereign_chain.registry_bridge import RegistryBridge
from reference.sovereign_chain.rules import MODEL_ONLY, Rules
from reference.sovereign_chain.services_bridge import ServicesBridge
from reference.sovereign_chain.trade_bridge import TradeBridge
from reference.sovereign_chain.violations_bridge import ViolationsBridge
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, rules


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_values_of_every_variant_are_read_and_kept(variant: str) -> None:
    read = read_rules(VARIANTS[variant])
    for name in {each.name for each in fields(Rules)} & set(VARIANTS[variant]):
        assert str(getattr(read, name)) == str(VARIANTS[variant][name])


def test_what_has_no_bytes_is_passed_over_and_all_else_unknown_is_refused() -> None:
    assert read_rules({**LITERAL, **dict.fromkeys(MODEL_ONLY, "anything")}) == rules(LITERAL)
    with pytest.raises(InputError, match="unknown rule thrift"):
        rules(LITERAL, thrift=True)


def test_every_rule_needs_a_value_but_those_beyond_one_round() -> None:
    with pytest.raises(InputError, match="no value for the rule redaction"):
        read_rules({name: value for name, value in LITERAL.items() if name != "redaction"})
    bare = read_rules({name: value for name, value in LITERAL.items() if name != "resilience"})
    assert (bare.rounds, bare.carried, bare.resilience) == ("one", "none", None)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("hashed", "everything", "all-parts"),
        ("vote_once", "true", "true, false"),
        ("quorum", 7, "a formula in n and f"),
        ("chain_receipts", True, "none, record-only, any-set, certified"),
    ],
)
def test_a_foreign_value_is_refused_with_what_is_allowed(name: str, value: object, allowed: str) -> None:
    with pytest.raises(InputError, match=f"the rule {name} cannot be") as raised:
        rules(LITERAL, **{name: value})
    assert allowed in str(raised.value.allowed)


def test_most_others_are_six_of_ten_and_the_hardened_quorum_is_seven() -> None:
    assert rules(LITERAL).needed_votes(10, 3) == 6
    assert rules(HARDENED).needed_votes(10, 3) == 7


def test_fewer_nodes_than_the_design_asks_for_are_refused() -> None:
    rules(HARDENED).check_deployment(4, 1)
    with pytest.raises(InputError, match="3 nodes cannot stand 1 faulty"):
        rules(HARDENED).check_deployment(3, 1)
    with pytest.raises(InputError, match="0 nodes"):
        rules(LITERAL).check_deployment(0, 0)


def test_the_workbench_finds_a_bridge_for_each_machine_and_none_for_another() -> None:
    for machine, bridge in {
        "Assembly": AssemblyBridge,
        "Attachment": AttachmentBridge,
        "Trading": TradeBridge,
        "Receipts": ReceiptsBridge,
        "Violations": ViolationsBridge,
        "Denials": DenialsBridge,
        "ActionCounter": CountersBridge,
        "Identity": IdentityBridge,
        "Naming": NamingBridge,
        "Membership": MembershipBridge,
        "Contracts": RegistryBridge,
        "Mining": MiningBridge,
        "Quotas": QuotasBridge,
        "Redaction": RedactionBridge,
        "Services": ServicesBridge,
    }.items():
        assert isinstance(new_bridge(machine), bridge)
    with pytest.raises(KeyError):
        new_bridge("Ordering")
