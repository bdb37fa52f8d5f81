"""What a change of a contract changes: every request whose outcome is another, in groups by the rules that decide.

Requests are those in the words of either version. A word that one of them does not know is decided there by its
`otherwise`. Groups are disjoint and complete: no request outside them changes its outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from meterproof.contracts.canonical import digest
from meterproof.contracts.contract import Contract, Outcome, succession
from meterproof.contracts.decide import Decision, decide
from meterproof.contracts.request import Request
from meterproof.contracts.spread import Spread, spread
from meterproof.contracts.terms import Term, Terms, Universe, differ
from meterproof.contracts.witness import Solver
from meterproof.verdict import Contradiction


@dataclass(frozen=True)
class Change:
    """Requests whose outcome changes, all of them decided by one rule (or none) before and one (or none) after.

    `request` is the first of them (see `witness`), `old` and `new` are the decisions on it. `spread` tells which
    values such requests can have, where not all can.
    """

    request: Request
    old: Decision
    new: Decision
    spread: Spread

    @property
    def kind(self) -> Outcome:
        """What is newly decided."""
        return self.new.outcome


@dataclass(frozen=True)
class Comparison:
    """All changes from one contract to another; `digests` say which they were, `succession` why the second one could
    not follow the first in a registry, if it could not."""

    old: Contract
    new: Contract
    digests: tuple[str, str]
    succession: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def equivalent(self) -> bool:
        """Whether every request has the same outcome under both."""
        return not self.changes

    def newly(self, outcome: Outcome) -> tuple[Change, ...]:
        """The changes to an outcome."""
        return tuple(each for each in self.changes if each.kind == outcome)


def compare(
    old: Contract, new: Contract, timeout: float = 10.0, say: Callable[[str], None] = lambda _: None
) -> Comparison:
    """Every change of outcome. Raises Undecided when z3 needs more than `timeout` seconds for one answer."""
    changes = sorted(_changes(old, new, timeout, say), key=lambda each: (each.kind, each.old.outcome))
    return Comparison(old, new, (digest(old), digest(new)), succession(old, new), tuple(changes))


def _changes(old: Contract, new: Contract, timeout: float, say: Callable[[str], None]) -> Iterator[Change]:
    universe = Universe((old, new))
    solver = Solver(universe, timeout)
    ours, theirs = Terms(universe, old), Terms(universe, new)
    changed = [differ(ours, theirs)]
    while (request := solver.first(*changed)) is not None:
        before, after = decide(old, request), decide(new, request)
        if before.outcome == after.outcome:
            raise Contradiction(f"z3 says that the outcome changes, decide does not: {request}")
        group = [_decided(ours, before), _decided(theirs, after)]
        say(f"{before.outcome} to {after.outcome}: {request.service}")
        yield Change(request, before, after, spread(solver, *changed, *group))
        changed.append(universe.any([universe.negation(each) for each in group]))


def _decided(terms: Terms, decision: Decision) -> Term:
    """That the contract decides as in this decision: by the same rule, or by none for the same reason."""
    if decision.rule is not None:
        return terms.named(terms.contract.rule(decision.rule))
    universe = terms.universe
    nothing = terms.undecided
    return (
        universe.all([nothing, universe.negation(terms.known)])
        if decision.unknown
        else universe.all([nothing, terms.known])
    )
