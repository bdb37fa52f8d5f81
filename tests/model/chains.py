"""Blocks, records, times, contracts and shards of sovereign chains: their machines under a variant's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import Control, Plan
from meterproof.lang import System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.verdict import Evidence

HARDENED, LITERAL, CHARITABLE, SHOWN = "hardened", "published literal", "published charitable", "published shown"
_STATED: Mapping[str, object] = {
    "quorum": "floor((n-1)/2)+2", "vote_once": False, "resilience": "1", "acceptance_evidence": "origins-word",
    "attached": "after-acceptance", "script_source": "center-at-will", "hashed": "header", "record_id": "none",
    "proposer": "first-receiver", "block_time": "three-clocks", "shards": "per-chain", "contract_change": "center",
}  # fmt: skip
_COMPLETED = {**_STATED, "vote_once": True, "script_source": "center-deterministic"}
RULES: Mapping[str, Mapping[str, object]] = {
    LITERAL: _STATED,
    CHARITABLE: _COMPLETED,
    SHOWN: {**_COMPLETED, "acceptance_evidence": "votes-shown"},
    HARDENED: {
        "quorum": "floor((n+f)/2)+1", "vote_once": True, "resilience": "3*f+1", "acceptance_evidence": "votes-shown",
        "attached": "before-vote", "script_source": "registry", "hashed": "all-parts", "record_id": "meter-sequence",
        "proposer": "any-in-turn", "block_time": "one-increasing", "shards": "checkpointed",
        "contract_change": "quorum-activation",
    },
}  # fmt: skip


def rules_of(claim: PropertyDecl, of: str = HARDENED, **changes: object) -> RuleValues:
    """What the claim's machine needs of the rules of a variant or reading, some of them changed."""
    assert claim.of is not None
    schema = claim.of.rule_schema()
    return schema.read({name: value for name, value in {**RULES[of], **changes}.items() if name in schema})


def found(claim: PropertyDecl, plan: Plan, of: str = HARDENED, **changes: object) -> Evidence:
    """What the plan finds out about the claim."""
    assert claim.of is not None
    return asked(trace(claim.of, rules_of(claim, of, **changes), [claim]), claim, plan)


def asked(system: System, claim: PropertyDecl, plan: Plan) -> Evidence:
    """What the plan finds out about the claim in a system of one's own."""
    return carry_out(plan, system, system.property(claim.id), Budget(seconds=120.0))


def caught(claim: PropertyDecl, control: Control) -> Evidence:
    """What the control's plan finds out once its rule of the hardened variant is weakened."""
    assert claim.of is not None
    return asked(trace(claim.of, control.mutate(rules_of(claim)), [claim]), claim, control.plan)


def unaided(claim: PropertyDecl, *capabilities: str) -> PropertyDecl:
    """The claim against an adversary that has these capabilities only."""
    return replace(claim, against=frozenset(capabilities))


def steps_of(evidence: Evidence) -> list[str]:
    """The actions of the run that was found."""
    assert evidence.verdict == "violated" and evidence.trace is not None
    return [step.action for step in evidence.trace.steps]
