"""The values of one variable through a run, as spells in which it stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from meterproof.finite.instance import Instance, Table
from meterproof.lang.system import Variable
from meterproof.lang.types import BOOL
from meterproof.traces.changes import changes, gathered
from meterproof.traces.trace import Trace


@dataclass(frozen=True)
class Part:
    """Cells that have one value, as text; `before` is what they had one step earlier, None where that is the same.

    A relation's cells are in it or not: `value` is None for those that are in it, and `gone` says that they no longer
    are.
    """

    cells: tuple[str, ...]
    value: str | None = None
    before: str | None = None
    changed: bool = False
    gone: bool = False


@dataclass(frozen=True)
class Spell:
    """From the state after step `first` to that after step `last` (0: the start) the value stays as the parts say."""

    first: int
    last: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class History:
    """A variable and its spells, which follow on each other."""

    variable: Variable
    spells: tuple[Spell, ...]

    @property
    def moves(self) -> bool:
        """Whether the value ever changes."""
        return len(self.spells) > 1


def histories(trace: Trace) -> list[History]:
    """All state variables, in the order of their declaration."""
    return [
        History(variable, _spells(trace, variable, [state[at] for state in trace.states]))
        for at, variable in enumerate(trace.instance.state_variables)
    ]


def parts(instance: Instance, variable: Variable, table: Table) -> tuple[Part, ...]:
    """A value that did not just change."""
    return _staying(instance, variable, table, table)


def _spells(trace: Trace, variable: Variable, tables: list[Table]) -> tuple[Spell, ...]:
    starts = [0, *(at for at in range(1, len(tables)) if tables[at] != tables[at - 1]), len(tables)]
    return tuple(
        Spell(first, end - 1, _parts(trace, variable, first, tables[first - 1] if first else None, tables[first]))
        for first, end in pairwise(starts)
    )


def _parts(trace: Trace, variable: Variable, at: int, before: Table | None, now: Table) -> tuple[Part, ...]:
    if before is None:
        return parts(trace.instance, variable, now)
    staying = _staying(trace.instance, variable, before, now)
    turns = (
        c for c in changes(trace.instance, trace.states[at - 1], trace.states[at]) if c.variable == variable.name
    )  # fmt: skip
    if variable.to == BOOL and variable.domain:
        return (*staying, *(Part(_names(c.cells), changed=True, gone=c.after == "false") for c in turns))
    return (*staying, *(Part(_names(c.cells), c.after, c.before, changed=True) for c in turns))


def _staying(instance: Instance, variable: Variable, before: Table, now: Table) -> tuple[Part, ...]:
    """The cells whose value is the same in both tables; of a relation those that are in it."""
    by_value: dict[int, list[tuple[int, ...]]] = {}
    for cell, was, value in zip(instance.cells(variable), before, now, strict=True):
        if was == value:
            by_value.setdefault(value, []).append(cell)
    if variable.to == BOOL and variable.domain:
        return (Part(_names(gathered(instance, variable, by_value[1]))),) if 1 in by_value else ()
    return tuple(
        Part(_names(gathered(instance, variable, cells)), instance.element(variable.to, value))
        for value, cells in by_value.items()
    )


def _names(cells: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Cells as a person writes them; of a variable without arguments there is none to name."""
    return tuple(c[0] if len(c) == 1 else f"({', '.join(c)})" for c in cells if c)
