"""Identities, validator sets, redaction and services: their machines under the rules of sovereign-chain, or changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from meterproof.claims import Case, Plan
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.lang import System
from meterproof.lang.declare import PropertyDecl
from tests.model.shipped import CHARITABLE, HARDENED, LITERAL, Shipped, asked

__all__ = ["CHARITABLE", "HARDENED", "LITERAL", "asked"]

PARTIES = Shipped("sovereign-chain")
rules_of, system_of, found, caught = PARTIES.rules_of, PARTIES.system_of, PARTIES.found, PARTIES.caught


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
