"""The smaller machines of edge-keys under its rules, or with some changed: keys kept and moved, meters and routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import Case, Control, Plan, Stance
from meterproof.lang import System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.lang.tracing import Protocol
from meterproof.verdict import Evidence
from properties import assignment, custody, migration, queries, routing

CASES: tuple[Case, ...] = (
    *custody.CASES, *queries.CASES, *migration.CASES, *assignment.CASES, *routing.CASES
)  # fmt: skip
HARDENED, LITERAL, CHARITABLE = "hardened", "published literal", "published charitable"

_STATED: Mapping[str, object] = {
    "key_custody": "device", "query_answer": "whole-block", "requester_check": "none", "key_replicas": "1",
    "master_keys": "fetched", "query_scope": "local-tail", "read_quorum": "1", "migration": "delete-first",
    "transfer": "plain", "quorum": "ceil(n/2)", "vote_once": False, "resilience": "1", "capacity_checked": False,
    "on_join": "recluster", "migration_budget": False, "stop_rule": "original-centre", "final_position": "centroid",
    "empty_cluster": "kept", "reservation": "none", "delay_bound": "per-node", "simple_paths": False,
    "hop_bound": True, "on_change": "kept",
}  # fmt: skip
RULES: Mapping[str, Mapping[str, object]] = {
    LITERAL: _STATED,
    CHARITABLE: {
        **_STATED, "requester_check": "cluster-member", "migration": "install-first", "quorum": "floor(n/2)+1",
        "vote_once": True, "stop_rule": "centroid-to-median", "final_position": "median", "empty_cluster": "reseeded",
        "reservation": "reserved", "simple_paths": True,
    },
    HARDENED: {
        "key_custody": "meter", "query_answer": "sealed", "requester_check": "owner", "key_replicas": "f+1",
        "master_keys": "public-only", "query_scope": "read-quorum", "read_quorum": "n-(floor((n+f)/2)+1)+f+1",
        "migration": "two-phase", "transfer": "sealed", "quorum": "floor((n+f)/2)+1", "vote_once": True,
        "resilience": "3*f+1", "capacity_checked": True, "on_join": "incremental", "migration_budget": True,
        "stop_rule": "successive-medians", "final_position": "median", "empty_cluster": "reseeded",
        "reservation": "reserved", "delay_bound": "path", "simple_paths": True, "hop_bound": True,
        "on_change": "rerouted",
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


def asked(system: System, claim: PropertyDecl, plan: Plan) -> Evidence:
    """What the plan finds out about the claim in a system of one's own."""
    return carry_out(plan, system, system.property(claim.id), Budget(seconds=60.0))


def stance(claim: PropertyDecl, of: str = HARDENED) -> Stance:
    """What the study claims of the property."""
    return next(case.stances[of] for case in CASES if case.property is claim)


def controls(cases: tuple[Case, ...]) -> Iterator[tuple[PropertyDecl, str, Control]]:
    """Every control with its property, and the variant or reading that it weakens."""
    for case in cases:
        for of, each in case.stances.items():
            yield from ((case.property, of, control) for control in each.controls)


def caught(claim: PropertyDecl, of: str, control: Control) -> Evidence:
    """What the control's plan finds out once its rule is weakened."""
    assert claim.of is not None
    system = trace(claim.of, control.mutate(rules_of(claim.of, of)), [claim])
    return asked(system, claim, control.plan)


def fewer_lemmas(*claims: PropertyDecl) -> list[PropertyDecl]:
    """The claims with one of their lemmas left out, each in turn; `lemmas[0]` is not the one that is missing."""
    return list(chain.from_iterable(_without_each(claim) for claim in claims))


def _without_each(claim: PropertyDecl) -> Iterator[PropertyDecl]:
    for lemma in claim.lemmas:
        yield replace(claim, lemmas=tuple(other for other in claim.lemmas if other is not lemma))


def steps_of(evidence: Evidence) -> list[str]:
    """The actions of the run that was found."""
    assert evidence.verdict == "violated" and evidence.trace is not None
    return [step.action for step in evidence.trace.steps]
