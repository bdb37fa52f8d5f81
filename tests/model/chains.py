"""Blocks, records, times, contracts and shards of sovereign chains: their machines under a variant's rules."""

from __future__ import annotations

from dataclasses import replace

from meterproof.claims import Control
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.verdict import Evidence
from tests.model.edge import steps_of
from tests.model.shipped import CHARITABLE, HARDENED, LITERAL, SHOWN, Shipped, asked

__all__ = ["CHARITABLE", "HARDENED", "LITERAL", "SHOWN", "asked", "steps_of"]
CHAIN = Shipped("sovereign-chain")
found = CHAIN.found


def rules_of(claim: PropertyDecl, of: str = HARDENED, **changes: object) -> RuleValues:
    """What the claim's machine needs of the rules of a variant or reading, some of them changed."""
    assert claim.of is not None
    return CHAIN.rules_of(claim.of, of, **changes)


def caught(claim: PropertyDecl, control: Control) -> Evidence:
    """What the control's plan finds out once its rule of the hardened variant is weakened."""
    return CHAIN.caught(claim, HARDENED, control)


def unaided(claim: PropertyDecl, *capabilities: str) -> PropertyDecl:
    """The claim against an adversary that has these capabilities only."""
    return replace(claim, against=frozenset(capabilities))
