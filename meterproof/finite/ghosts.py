"""A system without the history that only proofs need: ghosts would tell states apart that behave alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from meterproof.lang.expr import Expr
from meterproof.lang.system import Property, System
from meterproof.lang.wellformed import read_names, values


def without_ghosts(system: System, targets: Iterable[Property]) -> System:
    """The system without the ghosts that no target reads, and without the properties that read them.

    No guard and no real variable depends on a ghost, so the runs are the same, and a trace of one is a trace of the
    other.
    """
    kept = _needed(system, targets)
    variables = tuple(v for v in system.variables if not v.ghost or v.name in kept)
    gone = {v.name for v in system.variables} - {v.name for v in variables}
    if not gone:
        return system
    actions = tuple(replace(a, updates=tuple(u for u in a.updates if u.variable not in gone)) for a in system.actions)
    properties = tuple(p for p in system.properties if not gone & _reads(p))
    return replace(system, variables=variables, actions=actions, properties=properties)


def _needed(system: System, targets: Iterable[Property]) -> set[str]:
    """Names of what the targets read, and of what feeds it."""
    needed = {name for t in targets for name in read_names(*_said(t))}
    updates = [u for a in system.actions for u in a.updates]
    while True:
        more = {name for u in updates if u.variable in needed for name in read_names(*values(u))} - needed
        if not more:
            return needed
        needed |= more


def _reads(p: Property) -> set[str]:
    return read_names(*_said(p)).union(*map(_reads, p.lemmas))


def _said(p: Property) -> list[Expr]:
    return [e for e in (p.formula, p.then, p.witness) if e is not None]
