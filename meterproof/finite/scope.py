"""A scope: how many individuals each sort has, design parameters, and sizes of rigid sets.

Written `Replica=4,faulty=1`. What is left out takes its default: `f` its formula in n, a rigid set its
`at_most` bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from meterproof.errors import InputError
from meterproof.lang.system import System


@dataclass(frozen=True)
class Scope:
    """Sizes by name, in the order of the system's declarations."""

    sizes: tuple[tuple[str, int], ...]

    def __getitem__(self, name: str) -> int:
        return dict(self.sizes)[name]

    def as_dict(self) -> dict[str, int]:
        """The scope as a plain mapping, as results print it."""
        return dict(self.sizes)

    def __str__(self) -> str:
        return ", ".join(f"{n}={v}" for n, v in self.sizes)


def parse_scope(text: str) -> dict[str, int]:
    """`"Replica=4,faulty=1"` as a mapping; InputError on anything else, and on a name that is given twice."""
    found: dict[str, int] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, value = (side.strip() for side in part.partition("=")[::2])
        if not name or not value.isdecimal():
            raise InputError(f"--scope: {part!r} is no size", allowed="NAME=NUMBER, as in Replica=4,faulty=1")
        if name in found:
            raise InputError(f"--scope: {name} is given twice", allowed="one size for each name")
        found[name] = int(value)
    return found


def resolve(system: System, given: Mapping[str, int]) -> Scope:
    """A full scope for `system`: every sort, parameter and bounded rigid set has its number.

    Raises InputError for an unknown name, a missing or empty sort, and for fewer individuals than the
    design's resilience rule admits (for example n < 3f+1).
    """
    sets = [v for v in system.variables if v.rigid and v.at_most is not None]
    known = [s.name for s in system.sorts] + [d.name for d in system.design] + [v.name for v in sets]
    for name in given:
        if name not in known:
            raise InputError(f"the scope of {system.name} has no {name!r}", allowed=", ".join(known))
    sizes: dict[str, int] = {}
    for sort in system.sorts:
        if given.get(sort.name, 0) < 1:
            raise InputError(
                f"the scope of {system.name} needs a size for sort {sort.name}", allowed=f"{sort.name}=1 or more"
            )
        sizes[sort.name] = given[sort.name]
    for d in system.design:
        n = sizes[d.over.name]
        sizes[d.name] = given.get(d.name, d.default.evaluate({"n": n}))
        if d.resilience is not None:
            least = d.resilience.evaluate({"n": n, d.name: sizes[d.name]})
            if n < least:
                raise InputError(
                    f"{system.name} with {d.name}={sizes[d.name]} needs {d.over.name} >= {least}, the scope has {n}",
                    allowed=f"{d.over.name}={least} or more, or a smaller {d.name}",
                )
    for v in sets:
        n = sizes[v.domain[0].name]
        sizes[v.name] = given.get(v.name, sizes[v.at_most] if v.at_most is not None else 0)
        if not 0 <= sizes[v.name] <= n:
            raise InputError(f"{v.name}={sizes[v.name]} cannot be with {v.domain[0].name}={n}", allowed=f"0 to {n}")
    return Scope(tuple(sizes.items()))


__all__ = ["Scope", "parse_scope", "resolve"]
