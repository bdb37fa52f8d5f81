"""What a change newly allows or forbids, machine by machine, whether a guarantee speaks of it or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from meterproof.audit import novelties
from meterproof.audit.cache import DECIDED, key
from meterproof.audit.described import Stated, Subject
from meterproof.audit.engines import Engines
from meterproof.audit.outcome import BehaviourChange
from meterproof.audit.pairs import Pair
from meterproof.claims import Plan
from meterproof.compare.outcome import Behaviours
from meterproof.errors import InputError
from meterproof.lang.canonical import digest
from meterproof.lang.system import System

SECONDS = 10.0
"""Wall time for each direction of one machine, if a plan has as much."""

SCOPES = 3
"""Scopes that are tried for one machine."""


def behaviour_changes(pair: Pair, machines: Sequence[str], engines: Engines) -> Iterator[BehaviourChange]:
    """Both directions for each of the machines that both sides have and say otherwise.

    Scopes are those of the explorations among the plans of the machine's guarantees, the smallest first, up to the
    first at which something differs; a machine without any is left out.
    """
    for machine in machines:
        base, head = _of(pair.base, machine), _of(pair.head, machine)
        if base and head and digest(_bare(base[0].system)) != digest(_bare(head[0].system)):
            found = None
            for plan in _smallest((*base, *head), engines):
                found = _compared(pair, machine, base[0].system, head[0].system, plan, engines)
                if found.differs:
                    break
            if found is not None:
                yield found


def _compared(pair: Pair, machine: str, base: System, head: System, plan: Plan, engines: Engines) -> BehaviourChange:
    allowed, why_not = _newly(base, head, plan, engines, f"{pair.target} {machine}: what is newly possible")
    forbidden, nor = _newly(head, base, plan, engines, f"{pair.target} {machine}: what is no longer possible")
    return BehaviourChange(pair.target, pair.reading, machine, plan.sizes, allowed, forbidden, why_not or nor)


def _newly(base: System, head: System, plan: Plan, engines: Engines, told: str) -> tuple[Behaviours | None, str | None]:
    """What HEAD allows at the scope of a plan and BASE does not, or why that can't be asked. It is remembered."""
    budget = replace(engines.options.budget, seconds=min(engines.options.budget.seconds, SECONDS))
    asked_by = ("behaviours", tuple(sorted(plan.scope)), novelties.labels(base), novelties.labels(head))
    name = key((_bare(base), _bare(head)), asked_by, budget)
    known = engines.cache.find(name, budget.seconds, lambda whole: novelties.restored(whole, base, head))
    if known is not None:
        return known, None
    from meterproof.compare.behaviours import newly_allowed  # brings engines with it, which are slow to load

    engines.tell(told)
    try:
        found = newly_allowed(base, head, plan.sizes, budget)
    except InputError as error:
        return None, error.message
    had = DECIDED if found.stopped is None else budget.seconds
    engines.cache.keep(name, found, novelties.told(found, base), had)
    return found, None


def _of(subject: Subject | None, machine: str) -> tuple[Stated, ...]:
    found = () if subject is None else subject.guarantees
    return tuple(g for g in found if isinstance(g, Stated) and g.machine == machine)


def _smallest(stated: Sequence[Stated], engines: Engines) -> list[Plan]:
    """The explorations of the smallest scopes, by the sum of their sizes; each scope once."""
    plans = (engines.options.sized(p) for s in stated for p in s.plans if engines.options.admits(p))
    scopes = {tuple(sorted(p.scope)): p for p in plans if p.method == "explore"}
    return sorted(scopes.values(), key=lambda p: (sum(p.sizes.values()), p.scope))[:SCOPES]


def _bare(system: System) -> System:
    """The machine by itself: its properties are no part of what it does."""
    return replace(system, properties=())
