"""Orbits worked out on the interpreter's tables, permutation by permutation."""

from __future__ import annotations

from itertools import permutations, product

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State
from meterproof.finite.symmetry import Class
from meterproof.finite.worlds import renamed


def orbit(instance: Instance, classes: tuple[Class, ...], state: State) -> set[State]:
    """All states that the classes' permutations make of one, worked out on the tables."""
    sizes = instance.scope.as_dict()
    found = set()
    for images in product(*(permutations(c.members) for c in classes)):
        exchange = {c.sort: list(instance.values(c.sort)) for c in classes}
        for c, after in zip(classes, images, strict=True):
            for old, new in zip(c.members, after, strict=True):
                exchange[c.sort][old] = new
        fixed = {s: tuple(to) for s, to in exchange.items()}
        tables = (renamed(v, t, fixed, sizes) for v, t in zip(instance.state_variables, state, strict=True))
        found.add(tuple(tables))
    return found
