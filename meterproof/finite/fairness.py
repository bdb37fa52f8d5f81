"""Weak fairness: which moves a `leads_to` property's `fair=` means, and when one of them can happen.

`fair=` names actions, each followed by its parameters in brackets where not all of them count:

| written | weakly fair is | in TLA+ |
| --- | --- | --- |
| `deliver` | each `deliver(r, m)` by itself | `\\A r, m: WF_vars(deliver(r, m))` |
| `deliver(r, _)` | for each r, delivering to r, whatever it is | `\\A r: WF_vars(\\E m: deliver(r, m))` |
| `deliver(_, _)` | delivering as a whole | `WF_vars(\\E r, m: deliver(r, m))` |

A run is fair when no such set of moves can happen from some point on for ever without one of them being made. A move
that would change nothing does not count, neither as possible nor as made, as in TLA+. Everything else may happen or
not, at any time: a run may stop wherever no fair move is possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from meterproof.errors import ModelError
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State, Step
from meterproof.lang.system import Action, Property, System

ANY = "_"
_TERM = re.compile(r"\s*(\w+)(?:\s*\(([^()]*)\))?(?=\s|$)")


@dataclass(frozen=True)
class Fair:
    """Moves of one action that are weakly fair together; `name` is as written, with individuals: `deliver(r0, _)`."""

    name: str
    steps: tuple[Step, ...]

    def possible(self, interpreter: Interpreter, state: State) -> bool:
        """Whether one of the moves can happen in `state` and would change it. Raises OutOfRange."""
        return any(
            interpreter.enabled(action, step.params, state) and interpreter.apply(action, step.params, state) != state
            for step in self.steps
            for action in [interpreter.action(step.action)]
        )


def fair_sets(instance: Instance, claim: Property) -> tuple[Fair, ...]:
    """The sets of moves that `claim` asks to be treated fairly, each once.

    An action that the rule values rule out has none. Raises ModelError for a name that is no action's, for one of the
    adversary's (nobody can make it move), and for brackets that do not fit the action's parameters.
    """
    found: dict[Fair, None] = {}
    for action, counted in fair_actions(instance.system, claim):
        found |= dict.fromkeys(_sets(instance, action, counted))
    return tuple(found)


def fair_actions(system: System, claim: Property) -> Iterator[tuple[Action, tuple[bool, ...]]]:
    """The actions that `claim` asks to be treated fairly; for each parameter, whether each value is so by itself.

    Raises ModelError as `fair_sets` does.
    """
    for name, brackets in _terms(claim):
        action = _action(system, claim, name)
        if action is not None:
            yield action, _counted(claim, action, brackets)


def _terms(claim: Property) -> Iterator[tuple[str, str | None]]:
    text, at = " ".join(claim.fair), 0
    while text[at:].strip():
        match = _TERM.match(text, at)
        if match is None:
            raise _mistake(claim, f"{text[at:].strip()!r} cannot be read", "actions, as in deliver vote(r, _)")
        yield match[1], match[2]
        at = match.end()


def _action(system: System, claim: Property, name: str) -> Action | None:
    action = next((a for a in system.actions if a.name == name), None)
    honest = ", ".join(a.name for a in system.actions if a.needs is None) or "none"
    if action is None and name not in dict(system.absent):
        raise _mistake(claim, f"there is no action {name!r}", honest)
    if action is not None and action.needs is not None:
        raise _mistake(claim, f"{name} is a move of the adversary ({action.needs}), who owes nobody a move", honest)
    return action


def _counted(claim: Property, action: Action, brackets: str | None) -> tuple[bool, ...]:
    """For each parameter, whether each of its values is treated fairly by itself."""
    names = [str(p.data) for p in action.params]
    given = names if brackets is None else [g.strip() for g in brackets.split(",")] if brackets.strip() else []
    if len(given) != len(names) or any(g not in (n, ANY) for g, n in zip(given, names, strict=True)):
        raise _mistake(
            claim, f"{action.name}({brackets}) does not fit {action.name}({', '.join(names)})",
            f"{action.name}, or its parameters in order, each by its name or {ANY}",
        )  # fmt: skip
    return tuple(g != ANY for g in given)


def _sets(instance: Instance, action: Action, counted: tuple[bool, ...]) -> Iterator[Fair]:
    together: dict[str, list[Step]] = {}
    for params in instance.choices(action):
        shown = (
            instance.element(p.type, v) if counts else ANY
            for p, v, counts in zip(action.params, params, counted, strict=True)
        )  # fmt: skip
        together.setdefault(f"{action.name}({', '.join(shown)})", []).append(Step(action.name, params))
    for name, steps in together.items():
        yield Fair(name, tuple(steps))


def _mistake(claim: Property, what: str, allowed: str) -> ModelError:
    return ModelError(f"fair= of {claim.id}: {what}", file=claim.file, line=claim.line, allowed=allowed)
