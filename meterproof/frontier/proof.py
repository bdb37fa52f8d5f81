"""The strongest capabilities against which a guarantee is proved for every size, with the lemmas that it has.

An inductive proof takes each action by itself: that it preserves the lemmas and the property. So one attempt against
all capabilities tells for each of them whether the proof goes through with it: those whose actions were all shown
to preserve everything are proved together, and no others can be by the same lemmas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import induction
from meterproof.finite.scope import Scope
from meterproof.lang.system import Property, System
from meterproof.verdict import Evidence


@dataclass(frozen=True)
class Proof:
    """A proof for every size against `capabilities`, with no more corruptions than the design admits."""

    capabilities: frozenset[str]
    bounds: tuple[tuple[str, str], ...]
    evidence: Evidence

    def covers(self, capabilities: frozenset[str], corrupted: Mapping[str, int], scope: Scope) -> bool:
        """Whether it speaks of an adversary at a scope; of each bounded set no more than its bound may be corrupted."""
        within = all(corrupted.get(name, 0) <= scope[bound] for name, bound in self.bounds)
        return within and capabilities <= self.capabilities


def capabilities(system: System) -> frozenset[str]:
    """All that some move of an adversary needs."""
    return frozenset(a.needs for a in system.actions if a.needs is not None)


def proved(system: System, claim: Property, budget: Budget) -> Proof | None:
    """The proof against as many capabilities as the property's lemmas allow; None where there is none.

    Raises Contradiction and InputError as `carry_out`.
    """
    from meterproof.prove.induct import attempt  # brings z3 with it, which is slow to load
    from meterproof.prove.theory import Refused

    needs = {a.name: a.needs for a in system.actions}
    everything = capabilities(system)
    try:
        tried = attempt(
            system, replace(claim, against=everything), timeout=budget.seconds, seed=budget.seed, seeds=budget.seeds,
            solver=budget.solver,
        )  # fmt: skip
    except Refused:
        return None
    left = everything - {needs.get(a.obligation.action or "") for a in tried.answers if a.status != "shown"}
    if any(a.status == "failed" and needs.get(a.obligation.action or "") is None for a in tried.answers):
        return None  # the initial state, or a move that is nobody's but the protocol's
    if any(a.status == "undecided" and needs.get(a.obligation.action or "") is None for a in tried.answers):
        left = claim.against & everything  # time went to other moves
    evidence = carry_out(induction(), system, replace(claim, against=left), budget)
    if evidence.verdict != "proved":
        return None
    bounds = tuple((v.name, v.at_most) for v in system.variables if v.at_most is not None)
    return Proof(left, bounds, evidence)
