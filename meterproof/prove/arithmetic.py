"""What a system's own thresholds are worth, for every size: what a set that reaches one has of correct members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from meterproof.lang.expr import Expr
from meterproof.lang.formula import Formula
from meterproof.lang.system import System
from meterproof.lang.types import Sort
from meterproof.prove.quorums import Admitted, Fact, Limited, Tolerance, available, member, shared_member, tolerances


@dataclass(frozen=True)
class ThresholdFacts:
    """The facts that a threshold of the guards may be chosen for, each decided for all admitted sizes at once.

    `membership`: every quorum has a member outside the bounded sets (a witness that can be believed). `intersection`:
    any two quorums share one (agreement). `availability`: those outside the bounded sets are a quorum by themselves
    (progress). `tolerances`: how many equivocators agreement stands, whatever the design is made for; empty unless one
    parameter bounds the sort's one limited set.
    """

    threshold: Formula
    over: Sort
    membership: Fact
    intersection: Fact
    availability: Fact
    tolerances: tuple[Tolerance, ...] = ()


def threshold_facts(system: System) -> list[ThresholdFacts]:
    """The facts of every threshold in the guards of `system`, in their order; plain numbers are left out."""
    return [_facts(system, threshold, over) for threshold, over in dict.fromkeys(_thresholds(system))]


def _thresholds(system: System) -> Iterator[tuple[Formula, Sort]]:
    stack: list[Expr] = [g.condition for a in system.actions for g in a.guards]
    while stack:
        node = stack.pop(0)
        stack[:0] = node.args
        over = node.args[0].type if node.op == "atleast" else None
        if isinstance(over, Sort) and isinstance(node.data, Formula) and node.data.names:
            yield node.data, over


def _facts(system: System, threshold: Formula, over: Sort) -> ThresholdFacts:
    names = [d.name for d in system.design]
    bounded = [v for v in system.variables if v.at_most is not None and v.domain == (over,)]
    outside = tuple(Limited(v.name, Formula.parse(v.at_most, names)) for v in bounded if v.at_most is not None)
    admitted = Admitted(tuple(d.resilience for d in system.design if d.over == over and d.resilience is not None))
    return ThresholdFacts(
        threshold,
        over,
        member(threshold, admitted, outside),
        shared_member(threshold, threshold, admitted, outside),
        available(threshold, admitted, outside),
        _tolerances(system, threshold, over, outside),
    )


def _tolerances(system: System, threshold: Formula, over: Sort, limited: tuple[Limited, ...]) -> tuple[Tolerance, ...]:
    bounds = [d for d in system.design if d.over == over and [str(each.bound) for each in limited] == [d.name]]
    return tuple(t for d in bounds for t in tolerances(threshold, d.name, d.default))
