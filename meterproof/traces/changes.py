"""What a step changed, cell by cell, with cells that run through a whole sort drawn together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State
from meterproof.lang.system import Variable


@dataclass(frozen=True)
class Change:
    """The cells of one variable that went from one value to another.

    An entry of a cell is an individual, or `every replica` when the change runs through the whole sort.
    """

    variable: str
    cells: tuple[tuple[str, ...], ...]
    before: str
    after: str


def changes(instance: Instance, before: State, after: State) -> list[Change]:
    """Every difference of two states, in the order of the variables and of their cells."""
    found: list[Change] = []
    for variable, old, new in zip(instance.state_variables, before, after, strict=True):
        groups: dict[tuple[int, int], list[tuple[int, ...]]] = {}
        for cell, was, now in zip(instance.cells(variable), old, new, strict=True):
            if was != now:
                groups.setdefault((was, now), []).append(cell)
        for (was, now), cells in groups.items():
            shown = gathered(instance, variable, cells)
            found.append(
                Change(variable.name, shown, instance.element(variable.to, was), instance.element(variable.to, now))
            )
    return found


def gathered(instance: Instance, variable: Variable, cells: Iterable[tuple[int, ...]]) -> tuple[tuple[str, ...], ...]:
    """Names of cells; an argument whose every value occurs with all the others becomes `every <sort>`."""
    ordered = list(cells)
    members = set(ordered)
    whole = set()
    for at, sort in enumerate(variable.domain):
        values = instance.values(sort)
        if len(values) > 1 and all((*c[:at], v, *c[at + 1 :]) in members for c in ordered for v in values):
            whole.add(at)
    names = (
        tuple(
            f"every {sort.name.lower()}" if at in whole else instance.element(sort, i)
            for at, (sort, i) in enumerate(zip(variable.domain, cell, strict=True))
        )
        for cell in ordered
    )
    return tuple(dict.fromkeys(names))
