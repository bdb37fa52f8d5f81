"""For which sizes each version makes its claims: the bounds of the two designs, compared for every n and f."""

from __future__ import annotations

from collections.abc import Mapping

from meterproof.audit.classify import Order
from meterproof.audit.engines import Question
from meterproof.errors import InputError
from meterproof.finite.scope import resolve
from meterproof.lang.formula import Formula
from meterproof.lang.system import System

NO_LEAST = Formula.parse("0", ())
"""The least n of a design that admits any."""


def designs(base: System, head: System) -> Order:
    """`worse` where HEAD's design admits fewer sizes than BASE's, so that whatever it claims, it claims for fewer."""
    bounds = [{v.name: v.at_most for v in s.variables if v.at_most is not None} for s in (base, head)]
    old, new = ({d.name: d for d in s.design} for s in (base, head))
    if bounds[0] != bounds[1] or old.keys() != new.keys():
        return "same" if not any(bounds) else "unknown"
    orders = {_least(old[name].resilience or NO_LEAST, new[name].resilience or NO_LEAST) for name in old} - {"same"}
    if not orders:
        return "same"
    return orders.pop() if len(orders) == 1 else "unknown" if "unknown" in orders else "mixed"


def _least(old: Formula, new: Formula) -> Order:
    """The least n that is admitted, before and after."""
    if old == new:
        return "same"
    from meterproof.prove.quorums import never_less  # brings z3 with it, which is slow to load

    more, fewer = never_less(new, old).holds, never_less(old, new).holds
    if more is None or fewer is None:
        return "unknown"
    return "same" if more and fewer else "worse" if more else "better" if fewer else "mixed"


def admits(asked: Question, scope: Mapping[str, int]) -> bool:
    """Whether a scope is one that the design makes claims for, with no more corruptions than it is made for."""
    system = asked.system
    try:
        found = resolve(system, scope)
    except InputError:
        return False
    return all(found[v.name] <= found[v.at_most] for v in system.variables if v.at_most is not None)
