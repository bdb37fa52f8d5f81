"""Machines under the rules that a protocol's specs ship, or with some of them changed, asked of an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from meterproof.check.jobs import open_spec
from meterproof.check.methods import Budget, carry_out
from meterproof.claims import Control, Plan
from meterproof.lang import System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.lang.tracing import Protocol
from meterproof.study.finder import locate
from meterproof.verdict import Evidence

HARDENED, LITERAL, CHARITABLE = "hardened", "published literal", "published charitable"
SHOWN, UNANIMOUS, SOLVER = "published shown", "published unanimous", "published solver"
"""Variants and readings, as a `Case` names them."""


@lru_cache
def rules(protocol: str, of: str) -> Mapping[str, object]:
    """All rule values of a variant, under the reading that may follow its name."""
    variant, _, reading = of.partition(" ")
    study = locate(Path(__file__))
    return open_spec(study, study.specs[f"{protocol}@{variant}"]).rules(reading or None).plain()


def asked(system: System, claim: PropertyDecl, plan: Plan) -> Evidence:
    """What the plan finds out about the claim in a system of one's own."""
    return carry_out(plan, system, system.property(claim.id), Budget(seconds=120.0))


@dataclass(frozen=True)
class Shipped:
    """The variants of one protocol."""

    protocol: str

    def rules_of(self, machine: type[Protocol], of: str = HARDENED, **changes: object) -> RuleValues:
        """What a machine needs of the rules of a variant or reading, some of them changed."""
        schema = machine.rule_schema()
        values = {**rules(self.protocol, of), **changes}
        return schema.read({name: value for name, value in values.items() if name in schema})

    def system_of(self, claim: PropertyDecl, of: str = HARDENED, **changes: object) -> System:
        """The claim's machine, traced with the claim."""
        assert claim.of is not None
        return trace(claim.of, self.rules_of(claim.of, of, **changes), [claim])

    def found(self, claim: PropertyDecl, plan: Plan, of: str = HARDENED, **changes: object) -> Evidence:
        """What the plan finds out about the claim."""
        return asked(self.system_of(claim, of, **changes), claim, plan)

    def caught(self, claim: PropertyDecl, of: str, control: Control) -> Evidence:
        """What the control's plan finds out once its rule is weakened."""
        assert claim.of is not None
        system = trace(claim.of, control.mutate(self.rules_of(claim.of, of)), [claim])
        return asked(system, claim, control.plan)
