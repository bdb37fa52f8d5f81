"""Identities, validator sets, redaction and services: their machines under the rules of sovereign-chain, or changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from meterproof.claims import Case, Control, Plan
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.lang import System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.lang.tracing import Protocol
from meterproof.verdict import Evidence
from tests.model.edge import asked

HARDENED, LITERAL, CHARITABLE = "hardened", "published literal", "published charitable"

_STATED: Mapping[str, object] = {
    "registration": "id-only", "identity_names": "one-id", "membership": "at-will", "redaction": "origins-word",
    "label_check": "none", "mining_grant": "none", "rate_limit": False, "quorum": "floor((n-1)/2)+2",
    "vote_once": False, "resilience": "1",
}  # fmt: skip
RULES: Mapping[str, Mapping[str, object]] = {
    LITERAL: _STATED,
    CHARITABLE: {**_STATED, "registration": "registrar-checked", "label_check": "schema", "vote_once": True},
    HARDENED: {
        "registration": "certified", "identity_names": "per-chain-pseudonym", "membership": "epochs",
        "redaction": "field-commitments", "label_check": "meter-signed", "mining_grant": "granted", "rate_limit": True,
        "quorum": "floor((n+f)/2)+1", "vote_once": True, "resilience": "3*f+1",
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


def published(cases: Sequence[Case]) -> Iterator[tuple[PropertyDecl, str, Plan]]:
    """Each failure that is claimed, with the variant or reading and the plan that shows it."""
    for case in cases:
        for of, stance in case.stances.items():
            if stance.expected == "violated":
                yield from ((case.property, of, plan) for plan in stance.plans)


def proved(cases: Sequence[Case]) -> Iterator[tuple[PropertyDecl, str]]:
    """Each claim of any size, with the variant or reading."""
    for case in cases:
        yield from ((case.property, of) for of, stance in case.stances.items() if stance.least == "proved")


def world_of(system: System, scope: Mapping[str, int], **rigids: Sequence[int]) -> Instance:
    """One world of the scope: each rigid as a table of positions; those that are not given are 0 everywhere."""
    sizes = resolve(system, dict(scope))
    tables = {
        v.name: tuple(rigids.pop(v.name, (0,) * prod(sizes.as_dict()[s.name] for s in v.domain)))
        for v in system.variables if v.rigid
    }  # fmt: skip
    assert not rigids, f"no such rigids: {', '.join(rigids)}"
    return Instance(system, sizes, tuple(tables.items()))


def stopped(world: Instance, *moves: tuple[str, tuple[int, ...]]) -> tuple[int, tuple[str, ...]] | None:
    """The number of the first move that is not possible, and the rules of the guard that stops it; None if all are.

    A move that the rules leave out is stopped by no guard in particular.
    """
    model = Interpreter(world)
    state = model.initial()
    for number, (name, params) in enumerate(moves):
        action = next((a for a in world.system.actions if a.name == name), None)
        if action is None:
            return number, ()
        if (guard := model.blocked_by(action, params, state)) is not None:
            return number, action.guards[guard].rules
        state = model.apply(action, params, state)
    return None
