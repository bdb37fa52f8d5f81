"""Trades, receipts and credit ratings: their machines under the rules of sovereign-chain, or with some changed.

The literal and the charitable reading have the same rules here, so that one of them stands for both.
"""

from __future__ import annotations

from collections.abc import Mapping

from meterproof.claims import Control, Plan
from meterproof.lang import System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.lang.tracing import Protocol
from meterproof.verdict import Evidence
from tests.model.edge import asked

HARDENED, LITERAL = "hardened", "published literal"
RULES: Mapping[str, Mapping[str, object]] = {
    LITERAL: {
        "trade_order": "parallel", "chain_receipts": "none", "trade_locks": "none", "credit_inputs": "unspecified",
    },
    HARDENED: {
        "trade_order": "gated", "chain_receipts": "certified", "trade_locks": "timeout",
        "credit_inputs": "final-records",
    },
}  # fmt: skip


def rules_of(machine: type[Protocol], of: str = HARDENED, **changes: object) -> RuleValues:
    """What a machine needs of the rules of a variant or reading, some of them changed."""
    schema = machine.rule_schema()
    return schema.read({name: value for name, value in {**RULES[of], **changes}.items() if name in schema})


def system_of(claim: PropertyDecl, of: str = HARDENED, **changes: object) -> System:
    """The claim's machine, traced with the claim."""
    assert claim.of is not None
    return trace(claim.of, rules_of(claim.of, of, **changes), [claim])


def found(claim: PropertyDecl, plan: Plan, of: str = HARDENED, **changes: object) -> Evidence:
    """What the plan finds out about the claim."""
    return asked(system_of(claim, of, **changes), claim, plan)


def caught(claim: PropertyDecl, of: str, control: Control) -> Evidence:
    """What the control's plan finds out once its rule is weakened."""
    assert claim.of is not None
    system = trace(claim.of, control.mutate(rules_of(claim.of, of)), [claim])
    return asked(system, claim, control.plan)
