"""A trace as numbered sentences: who did what, which rule says so, and beneath each step only what changed.

TwoPhaseCommit with RM=2

1. rm0 says that it is prepared.
     phase(rm0): working -> prepared
     said(rm0): false -> true
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from io import StringIO

from rich.console import Console
from rich.text import Text

from meterproof.finite.instance import Instance, Table
from meterproof.lang.system import Variable
from meterproof.lang.types import BOOL
from meterproof.traces.changes import Change, changes, gathered
from meterproof.traces.sentences import action_of, call, conclusion, fair_because, sentence, source_note
from meterproof.traces.trace import Trace

_INDENT = "     "
_FEW = 3
"""Up to so many cells of one change get a line each; more are listed on one wrapped line."""


def render(trace: Trace, *, colour: bool = False, width: int = 110) -> str:
    """The whole trace as text of at most `width` columns; `colour` adds terminal escapes.

    Whether the output is a terminal, and NO_COLOR, are the caller's to look at.
    """
    text = styled(trace, width)
    if not colour:
        return text.plain
    out = StringIO()
    console = Console(
        file=out, force_terminal=True, color_system="standard", no_color=False, width=width + 1, legacy_windows=False
    )
    console.print(text, soft_wrap=True, end="", highlight=False)
    return out.getvalue()


def styled(trace: Trace, width: int = 110) -> Text:
    """The same text with its styles, for a rich console."""
    instance = trace.instance
    text = Text()
    text.append(f"{instance.system.name} with {instance.scope}\n", "bold")
    for line in _setting(trace):
        text.append(wrapped(line, width, "", "  ") + "\n")
    for at, step in enumerate(trace.steps):
        if at == trace.loop:
            text.append("\nFrom here on, again and again:\n", "bold")
        action = action_of(instance, step)
        words = wrapped(f"{at + 1}. {sentence(instance, step)}{source_note(action)}", width, "", "   ")
        text.append("\n" + words + "\n", "yellow" if action.needs is not None else "")
        found = changes(instance, trace.states[at], trace.states[at + 1])
        for change in found:
            for line in change_lines(change, width):
                text.append(line + "\n", "cyan")
        if not found:
            text.append(f"{_INDENT}nothing changes\n", "dim")
    fair = fair_because(trace)
    if fair:
        text.append("\n" + wrapped(f"The loop is fair: {'; '.join(fair)}.", width, "", "  ") + "\n")
    good = trace.claim is None or trace.claim.kind == "reachable"
    text.append("\n" + wrapped(conclusion(trace), width, "", "  ") + "\n", "bold green" if good else "bold red")
    return text


def brief(trace: Trace) -> list[str]:
    """One line for each step, for tables: `hear(rm1): The transaction manager hears that rm1 is prepared.`"""
    return [
        f"{call(trace.instance, s)}: {sentence(trace.instance, s)}{source_note(action_of(trace.instance, s))}"
        for s in trace.steps
    ]


def wrapped(line: str, width: int, first: str, rest: str) -> str:
    """A paragraph of at most `width` columns; `first` and `rest` indent its first and its other lines."""
    return textwrap.fill(
        line, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def change_lines(change: Change, width: int) -> Iterator[str]:
    """One change beneath its step: a line for each of a few cells, or one wrapped line for many."""
    turn = f"{change.before} -> {change.after}"
    if len(change.cells) <= _FEW:
        for cell in change.cells:
            yield f"{_INDENT}{_cell(change.variable, cell)}: {turn}"
    else:
        yield wrapped(f"{change.variable}: {turn} for {_tuples(change.cells)}", width, _INDENT, _INDENT + "  ")


def _cell(name: str, cell: tuple[str, ...]) -> str:
    return f"{name}({', '.join(cell)})" if cell else name


def _tuples(cells: tuple[tuple[str, ...], ...]) -> str:
    return ", ".join(c[0] if len(c) == 1 else f"({', '.join(c)})" for c in cells)


def _setting(trace: Trace) -> Iterator[str]:
    """What was fixed before the run, and initial values that no declaration spells out."""
    instance = trace.instance
    given = [valuation(instance, instance.system.variable(name), table) for name, table in instance.rigid]
    if given:
        yield "Given: " + "; ".join(given)
    first = [
        valuation(instance, variable, table)
        for variable, table in zip(instance.state_variables, trace.states[0], strict=True)
        if (any(table) if variable.to == BOOL else variable.init is not None and variable.init.op != "const")
    ]
    if first:
        yield "At first: " + "; ".join(first)


def valuation(instance: Instance, variable: Variable, table: Table) -> str:
    """`faulty = {replica0}` (a relation), `leader = replica0` (a value), `owner = {key0: meter1}` (a function)."""
    if not variable.domain:
        return f"{variable.name} = {instance.element(variable.to, table[0])}"
    cells = instance.cells(variable)
    if variable.to == BOOL:
        true = gathered(instance, variable, (c for c, value in zip(cells, table, strict=True) if value))
        return f"{variable.name} = {{{_tuples(true)}}}"
    by_value: dict[int, list[tuple[int, ...]]] = {}
    for cell, value in zip(cells, table, strict=True):
        by_value.setdefault(value, []).append(cell)
    parts = (
        f"{_tuples(gathered(instance, variable, of))}: {instance.element(variable.to, v)}" for v, of in by_value.items()
    )
    return f"{variable.name} = {{{'; '.join(parts)}}}"
