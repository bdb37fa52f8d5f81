"""The moves of an instance, grounded: an action with its parameters, its guard, and the cells that it writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from meterproof.finite.ground import FALSE, TRUE, Cases, Cell, Grounder
from meterproof.finite.interpret import Step
from meterproof.lang.system import Action


@dataclass(frozen=True)
class Move:
    """An action with its parameters, and the node of the condition under which it can happen."""

    action: Action
    step: Step
    guard: int


@dataclass(frozen=True)
class Write:
    """A cell that a move writes where `when` holds; `cases` are the conditions of its new values."""

    cell: Cell
    when: int
    cases: Cases


def moves(grounder: Grounder, actions: Iterable[Action]) -> Iterator[Move]:
    """The moves that some state may admit, in the order of declaration and of parameters."""
    for action in actions:
        for params in grounder.instance.choices(action):
            env = {p.uid: v for p, v in zip(action.params, params, strict=True)}
            guard = grounder.formulas.and_([grounder.formula(g.condition, env) for g in action.guards])
            if guard != FALSE:
                yield Move(action, Step(action.name, params), guard)


def writes(grounder: Grounder, move: Move) -> Iterator[Write]:
    """What a move writes; all conditions read the old state."""
    env = {p.uid: v for p, v in zip(move.action.params, move.step.params, strict=True)}
    for update in move.action.updates:
        variable = grounder.instance.system.variable(update.variable)
        for index in grounder.instance.cells(variable):
            cell = grounder.cell(update.variable, index)
            if update.each is not None:
                inner = env | {b.uid: i for b, i in zip(update.index, index, strict=True)}
                yield Write(cell, TRUE, grounder.cases(update.each, inner))
            for terms, value in update.cells:
                here = [grounder.cases(t, env).get(i, FALSE) for t, i in zip(terms, index, strict=True)]
                when = grounder.formulas.and_(here)
                if when != FALSE:
                    yield Write(cell, when, grounder.cases(value, env))
