"""What two versions have in common: variables that mean the same values, sizes, and the worlds that they share.

Variables are the same when they have the same name, the same arguments and comparable values, and are rigid or not in
both. Enums of one name are comparable, value by value of the same name, and so are bounded integers. Ghosts are no part
of what is compared: properties alone read them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Literal

from meterproof.errors import InputError
from meterproof.finite.instance import Instance, Table, domain
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import Scope, resolve
from meterproof.finite.worlds import interpretations
from meterproof.lang.system import Guard, System, Variable
from meterproof.lang.types import EnumType, IntRange, Type

Answer = Literal["yes", "no", "unknown"]
MOST_WORLDS = 256
"""Interpretations of what only the other version fixes; more are not tried."""


def comparable(one: Type, other: Type) -> bool:
    """Whether values of the two types are told apart in the same way."""
    if isinstance(one, EnumType) and isinstance(other, EnumType):
        return one.name == other.name
    return one == other or (isinstance(one, IntRange) and isinstance(other, IntRange))


def meant(value: int, type_: Type) -> int | str:
    """What a value means to both versions: an enum's by its name, any other by its number."""
    return type_.values[value] if isinstance(type_, EnumType) else value


def alike(one: Variable, other: Variable) -> bool:
    """Whether both versions mean the same by a variable; see above."""
    same = one.name == other.name and one.domain == other.domain and one.rigid == other.rigid
    return same and comparable(one.to, other.to) and not one.ghost and not other.ghost


def common(one: System, other: System) -> tuple[str, ...]:
    """Names of the state variables and rigids that both have, in the order of the first."""
    there = {v.name: v for v in other.variables}
    return tuple(v.name for v in one.variables if v.name in there and alike(v, there[v.name]))


def size_names(system: System) -> tuple[str, ...]:
    """What a scope of the system has sizes for."""
    sets = (v.name for v in system.variables if v.rigid and v.at_most is not None)
    return (*(s.name for s in system.sorts), *(d.name for d in system.design), *sets)


def sizes_in(other: System, world: Instance, given: Mapping[str, int]) -> dict[str, int]:
    """The sizes of a world as the other version takes them: what is `given`, and what both have.

    A design parameter that has its default in this world has the other version's default there.
    """
    own = {d.name: d for d in world.system.design}
    known = set(size_names(other))
    sizes = world.scope.as_dict()
    kept = {
        name: size
        for name, size in sizes.items()
        if name in known and not (name in own and size == own[name].default.evaluate({"n": sizes[own[name].over.name]}))
    }
    both = set(common(other, world.system))
    members = {v.name: sum(world.rigids[v.name]) for v in other.variables if v.at_most is not None and v.name in both}
    return {**kept, **members, **{name: size for name, size in given.items() if name in known}}


class NoCounterpart(Exception):
    """The other version has no world like this one: an axiom rules it out, or (`axiom` None) its design or sizes."""

    def __init__(self, reason: str, axiom: Guard | None = None) -> None:
        super().__init__(reason)
        self.axiom = axiom


def counterparts(world: Instance, other: System, given: Mapping[str, int] | None = None) -> list[Instance]:
    """The other version's instances at the same sizes in which everything that both fix is fixed as in this world.

    What only the other version fixes has every interpretation there. Raises NoCounterpart where there is none, and
    where there are more than MOST_WORLDS.
    """
    try:
        scope = resolve(other, sizes_in(other, world, given or {}))
    except InputError as error:
        raise NoCounterpart(error.message) from error
    rigids = [v for v in other.variables if v.rigid]
    tables = [_fixed(world, v, scope) for v in rigids]
    if None in tables:
        name = rigids[tables.index(None)].name
        raise NoCounterpart(f"{name} cannot be the same in {other.name} at {scope}")
    tried = list(islice(_worlds(other, scope, rigids, [t for t in tables if t is not None]), MOST_WORLDS + 1))
    if len(tried) > MOST_WORLDS:
        raise NoCounterpart(f"more than {MOST_WORLDS} interpretations of what only {other.name} fixes")
    refused = [(w, next((a for a in other.axioms if not Interpreter(w).holds(a.condition, ())), None)) for w in tried]
    admitted = [w for w, axiom in refused if axiom is None]
    if not admitted:
        axiom = next((axiom for _, axiom in refused if axiom is not None), None)
        raise NoCounterpart(f"an axiom of {other.name} rules this world out", axiom)
    return admitted


def _fixed(world: Instance, v: Variable, scope: Scope) -> list[Table] | None:
    """The tables that a rigid may have beside this world; None where the one that it must have is impossible."""
    own = world.system.variable(v.name) if any(x.name == v.name for x in world.system.variables) else None
    sizes = scope.as_dict()
    if own is None or not alike(own, v):
        return list(islice(interpretations(v, sizes), MOST_WORLDS + 1))
    values = {meant(x, v.to): x for x in domain(sizes, v.to)}
    table = tuple(values.get(meant(x, own.to), -1) for x in world.rigids[v.name])
    crowd = v.at_most is not None and sum(table) != sizes[v.name]
    return None if -1 in table or crowd else [table]


def _worlds(other: System, scope: Scope, rigids: list[Variable], tables: list[list[Table]]) -> Iterator[Instance]:
    for choice in product(*tables):
        yield Instance(other, scope, tuple((v.name, t) for v, t in zip(rigids, choice, strict=True)))
