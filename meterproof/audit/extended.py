"""Plans at sizes that only one of two designs admits: where a bound was moved, nobody's plans need look behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from meterproof.claims import Plan
from meterproof.errors import InputError
from meterproof.finite.scope import resolve
from meterproof.lang.system import Design, System


def extended(plans: Iterable[Plan], mine: System, theirs: System) -> tuple[Plan, ...]:
    """For each finite plan, one at the smallest size that `mine` admits and `theirs` does not.

    It has as many corruptions as the plan, somebody who is not corrupted, and the same bound on corruptions (as n = 3
    with f = 1 where n > 3f became n > 2f); all other sizes are the plan's. A plan that neither design admits adds none.
    """
    return tuple(dict.fromkeys(new for plan in plans if plan.scope for new in _beyond(plan, mine, theirs)))


def _beyond(plan: Plan, mine: System, theirs: System) -> Iterator[Plan]:
    sizes = next((s for s in (_sizes(system, plan.sizes) for system in (theirs, mine)) if s is not None), None)
    bounds = {d.name: d for d in theirs.design}
    for own in mine.design if sizes is not None else ():
        other = bounds.get(own.name)
        if sizes is None or other is None or (own.over, own.resilience) == (other.over, other.resilience):
            continue
        sets = [v.name for v in mine.variables if v.at_most is not None and v.domain == (own.over,)]
        corrupted = max((sizes.get(name, 0) for name in sets), default=0)
        for number in range(corrupted + 1, sizes[own.over.name] + 1):
            here = {**sizes, own.over.name: number}
            if _admits(own, here) and not _admits(other, here) and _sizes(mine, here) is not None:
                yield replace(plan, scope=tuple(here.items()))
                break


def _admits(bound: Design, sizes: dict[str, int]) -> bool:
    if bound.name not in sizes or bound.resilience is None:
        return True
    number = sizes[bound.over.name]
    return number >= bound.resilience.evaluate({"n": number, bound.name: sizes[bound.name]})


def _sizes(system: System, given: dict[str, int]) -> dict[str, int] | None:
    """All sizes, those that are left out too; None where the system has no such scope."""
    try:
        return resolve(system, given).as_dict()
    except InputError:
        return None
