"""The two machines of agreement across views under the hardened rules, or with some of them changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import Plan
from meterproof.lang import System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.lang.tracing import Protocol
from meterproof.traces.trace import Trace, rerun
from meterproof.verdict import Evidence
from model.consensus import Consensus
from model.locking import Locking

RULES: Mapping[type[Protocol], Mapping[str, object]] = {
    Consensus: {
        "quorum": "floor((n+f)/2)+1", "resilience": "3*f+1", "vote_once": True, "counted": "positive-votes",
        "rounds": "two", "carried": "highest", "certificates_checked": True,
    },
    Locking: {"quorum": "floor((n+f)/2)+1", "resilience": "3*f+1", "vote_once": True, "lock": "later"},
}  # fmt: skip


def system_of(claim: PropertyDecl, **changes: object) -> System:
    """The machine that the claim is about, traced with the claim."""
    return changed(claim, lambda rules: rules.replace(**changes))


def changed(claim: PropertyDecl, change: Callable[[RuleValues], RuleValues]) -> System:
    """The same under what becomes of the hardened rules."""
    assert claim.of is not None
    return trace(claim.of, change(claim.of.rule_schema().read(RULES[claim.of])), [claim])


def found(claim: PropertyDecl, plan: Plan, **changes: object) -> Evidence:
    """What the plan finds out about the claim under the changed rules."""
    system = system_of(claim, **changes)
    return carry_out(plan, system, system.property(claim.id), Budget(seconds=300.0))


def run_again(evidence: Evidence) -> Trace:
    """The trace of a violation, taken once more step by step on the interpreter, with what it claims to show."""
    assert evidence.verdict == "violated" and evidence.trace is not None
    shown = evidence.trace
    return rerun(shown.instance, shown.steps, shown.claim)
