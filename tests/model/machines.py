"""The two machines of agreement across views under the hardened rules, or with some of them changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import Plan
from meterproof.explore.explorer import explore as search
from meterproof.finite.instance import Instance
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.lang.tracing import Protocol
from meterproof.traces.trace import Trace, rerun
from meterproof.verdict import Evidence
from model.consensus import Consensus
from model.locking import Locking
from properties.consensus import (
    decided_at_once,
    decided_by_a_certificate,
    decided_by_one_report,
    decided_without_a_certificate,
)

RULES: Mapping[type[Protocol], Mapping[str, object]] = {
    Consensus: {
        "quorum": "floor((n+f)/2)+1", "resilience": "3*f+1", "vote_once": True, "counted": "positive-votes",
        "rounds": "two", "carried": "highest", "certificates_checked": True,
    },
    Locking: {"quorum": "floor((n+f)/2)+1", "resilience": "3*f+1", "vote_once": True, "lock": "later"},
}  # fmt: skip

DECISIONS: Mapping[PropertyDecl, tuple[int, int]] = {
    decided_at_once: (0, 0),
    decided_without_a_certificate: (3, 0),
    decided_by_a_certificate: (0, 1),
    decided_by_one_report: (0, 1),
}
"""Ways to decide within two views of four replicas, the last of which is corrupted, and who leads the views."""


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


def honest_run(claim: PropertyDecl) -> Trace:
    """A run to one of `DECISIONS`. The corrupted replica does nothing at all: it may be the leader that has crashed."""
    system = system_of(claim)
    world = next(
        i for i in instances(system, resolve(system, {"Replica": 4, "View": 2, "Block": 1, "faulty": 1}))
        if i.rigids["leader"] == DECISIONS[claim] and i.rigids["valid"] == (1,)
    )  # fmt: skip
    honest = tuple(a for a in system.actions if a.needs is None)
    run = search(Instance(system, world.scope, world.rigid), honest, [system.property(claim.id)]).traces[0]
    assert run is not None
    return run
