"""Violations, denials and action counters: their machines under the rules of sovereign-chain, or with some changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from meterproof.claims import Control, Plan
from meterproof.finite.instance import Instance
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.lang.tracing import Protocol
from meterproof.verdict import Evidence
from tests.model.edge import asked

HARDENED, LITERAL, CHARITABLE, SHOWN = "hardened", "published literal", "published charitable", "published shown"

_STATED: Mapping[str, object] = {
    "quorum": "floor((n-1)/2)+2", "vote_once": False, "resilience": "1", "acceptance_evidence": "origins-word",
    "proposer": "first-receiver", "record_id": "none", "hashed": "header", "violation_evidence": "report-only",
    "judged_by": "current-edition", "appeal": "none", "denial": "for-ever", "gate": "data-access",
    "denial_reach": "own-chain", "counter": "written-by-origin", "counter_scope": "all-chains",
}  # fmt: skip
_KIND: Mapping[str, object] = {
    **_STATED, "vote_once": True, "hashed": "header-and-record", "denial": "this-request",
    "denial_reach": "broadcast", "counter_scope": "own-chain",
}  # fmt: skip
RULES: Mapping[str, Mapping[str, object]] = {
    LITERAL: _STATED,
    CHARITABLE: _KIND,
    SHOWN: {**_KIND, "acceptance_evidence": "votes-shown"},
    HARDENED: {
        "quorum": "floor((n+f)/2)+1", "vote_once": True, "resilience": "3*f+1", "acceptance_evidence": "votes-shown",
        "proposer": "any-in-turn", "record_id": "meter-sequence", "hashed": "all-parts",
        "violation_evidence": "re-evaluated", "judged_by": "signed-edition", "appeal": "quorum", "denial": "scoped",
        "gate": "access-and-writes", "denial_reach": "checkpoint", "counter": "derived", "counter_scope": "own-chain",
    },
}  # fmt: skip


def rules_of(machine: type[Protocol], of: str = HARDENED, **changes: object) -> RuleValues:
    """What a machine needs of the rules of a variant or reading, some of them changed."""
    schema = machine.rule_schema()
    return schema.read({name: value for name, value in {**RULES[of], **changes}.items() if name in schema})


def found(claim: PropertyDecl, plan: Plan, of: str = HARDENED, **changes: object) -> Evidence:
    """What the plan finds out about the claim."""
    assert claim.of is not None
    return asked(trace(claim.of, rules_of(claim.of, of, **changes), [claim]), claim, plan)


def caught(claim: PropertyDecl, of: str, control: Control) -> Evidence:
    """What the control's plan finds out once its rule is weakened."""
    assert claim.of is not None
    return asked(trace(claim.of, control.mutate(rules_of(claim.of, of)), [claim]), claim, control.plan)


def worlds(machine: type[Protocol], scope: Mapping[str, int], of: str = HARDENED) -> tuple[System, Iterator[Instance]]:
    """The machine without claims, and its instances of a size."""
    system = trace(machine, rules_of(machine, of), [])
    return system, instances(system, resolve(system, dict(scope)))
