"""The decision of a contract on a request: a pure function, total and deterministic, of these two alone.

So every validator that has the same version finds the same outcome, and a report of a violation is shown true or false
by evaluating it again (Wang et al. 2019, WA-C8, WA-P13).
"""

from __future__ import annotations

from dataclasses import dataclass

from meterproof.contracts.contract import CAUTION, Contract, Outcome
from meterproof.contracts.request import Request


@dataclass(frozen=True)
class Standing:
    """Where a rule stood in a decision: the clauses that failed, and the rules it gave way to; neither: it stood."""

    rule: str
    fails: tuple[str, ...]
    gives_way_to: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """Whether the rule applied and gave way to none."""
        return not self.fails and not self.gives_way_to


@dataclass(frozen=True)
class Decision:
    """What a contract says of a request.

    `rule` is the rule that decides and `law` what it cites; of several that stand with this outcome the first by name.
    Both are None where no rule decides: then the outcome is the contract's `otherwise`. `conflict` is True where rules
    with different outcomes stand. `unknown` names what the request says in words that the contract does not know; no
    rule is asked then. `standings` has every rule, in the order of the contract.
    """

    outcome: Outcome
    rule: str | None
    law: str | None
    conflict: bool
    unknown: tuple[str, ...]
    standings: tuple[Standing, ...]


def decide(contract: Contract, request: Request) -> Decision:
    """What the contract says of the request, and why the other rules do not decide."""
    unknown = contract.unknown(request)
    if unknown:
        return Decision(contract.otherwise, None, None, False, unknown, ())
    fails = {rule.id: rule.fails(request) for rule in contract.rules}
    standings = tuple(
        Standing(id, why, () if why else tuple(each for each in contract.beaten_by[id] if not fails[each]))
        for id, why in fails.items()
    )
    standing = [contract.rule(each.rule) for each in standings if each.stands]
    if not standing:
        return Decision(contract.otherwise, None, None, False, (), standings)
    outcome = max((rule.decision for rule in standing), key=CAUTION.__getitem__)
    rule = min((each for each in standing if each.decision == outcome), key=lambda each: each.id)
    conflict = any(each.decision != outcome for each in standing)
    return Decision(outcome, rule.id, rule.law, conflict, (), standings)
