"""Why one version cannot do what the other has done: the guard that stops a step, with its rules and ids, or another
effect on what both have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from meterproof.compare.common import NoCounterpart, common, meant
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, OutOfRange, State, Step
from meterproof.lang.rules import RuleValue
from meterproof.lang.system import Action, Guard, System

Reason = Literal["world", "beginning", "action", "parameters", "guard", "range", "effect"]
"""What differs: the world does not exist there; the initial state; there is no such action, or it takes other
parameters; a guard; a bounded integer's range; what the step does."""


@dataclass(frozen=True)
class Obstacle:
    """What keeps a version from following the other, in words (`said`) and as data.

    `rules` and `cites` are those of the guard, or of the action where no single guard is meant; `changed` are the
    rules among them, and among all those that the action reads, that have other values there: (rule, value in the
    version followed, value in this one), None where a version has no such rule. `known` says that the guard stands in
    the version followed, too, so that something earlier is what differs. `variables` are those that differ.
    """

    reason: Reason
    said: str
    action: str | None = None
    guard: Guard | None = None
    rules: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    changed: tuple[tuple[str, RuleValue | None, RuleValue | None], ...] = ()
    known: bool = False
    variables: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.said


def changed_rules(one: System, other: System) -> tuple[tuple[str, RuleValue | None, RuleValue | None], ...]:
    """All rules that have other values, in order of declaration."""
    before, after = dict(one.rules.items()), dict(other.rules.items())
    return tuple((r, before.get(r), after.get(r)) for r in {**before, **after} if before.get(r) != after.get(r))


@dataclass(frozen=True)
class Follower:
    """Two versions at one scope and world: `there` is to follow what `here` does.

    With `against`, an action that takes a capability outside it can't be taken there.
    """

    here: Instance
    there: Instance
    against: frozenset[str] | None = None
    interpreter: Interpreter = field(init=False, repr=False, compare=False)
    both: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        both = common(self.here.system, self.there.system)
        object.__setattr__(self, "interpreter", Interpreter(self.there))
        object.__setattr__(self, "both", tuple(n for n in both if not self.here.system.variable(n).rigid))

    def differences(self, here: State, there: State) -> tuple[str, ...]:
        """Names of the common variables whose values differ."""
        return tuple(n for n in self.both if _values(self.here, here, n) != _values(self.there, there, n))

    def beginning(self, here: State, there: State) -> Obstacle | None:
        """That the initial states differ, if they do."""
        differ = self.differences(here, there)
        return (
            Obstacle("beginning", f"it begins with another {', '.join(differ)}", variables=differ) if differ else None
        )

    def follow(self, step: Step, after: State, state: State) -> tuple[Step | None, State, Obstacle | None]:
        """The same action from `state`: the step and what follows it, and what differs from `after`, if anything.

        Parameters that only this version has are chosen so that nothing differs, if some choice does that, and else
        so that the step can be taken. Where no choice can be taken the step is None and the state stays.
        """
        action = next((a for a in self.there.system.actions if a.name == step.action), None)
        if action is None:
            return None, state, self._missing(step.action)
        if action.needs is not None and self.against is not None and action.needs not in self.against:
            said = f"{action.name} takes an adversary with {action.needs}"
            return None, state, self._about(action, "action", said)
        choices = list(self._choices(step, action))
        if not choices:
            return None, state, self._about(action, "parameters", f"{action.name} takes other parameters")
        stops: list[Obstacle] = []
        possible: list[tuple[Step, State, Obstacle]] = []
        for params in choices:
            guard = self.interpreter.blocked_by(action, params, state)
            if guard is not None:
                stops.append(self._guarded(action, action.guards[guard]))
                continue
            taken = Step(action.name, params)
            try:
                reached = self.interpreter.apply(action, params, state)
            except OutOfRange as error:
                stops.append(self._about(action, "range", f"{action.name}: {error}"))
                continue
            differ = self.differences(after, reached)
            if not differ:
                return taken, reached, None
            said = f"{action.name} gives {', '.join(differ)} another value"
            possible.append((taken, reached, self._about(action, "effect", said, differ)))
        return possible[0] if possible else (None, state, stops[0])

    def _choices(self, step: Step, action: Action) -> Iterator[tuple[int, ...]]:
        """Parameter tuples that agree with the step's on all parameters of the same name."""
        own = next(a for a in self.here.system.actions if a.name == step.action)
        values = {str(p.data): meant(v, p.type) for p, v in zip(own.params, step.params, strict=True)}
        types = {str(p.data): p.type.name for p in own.params}
        domains = []
        for p in action.params:
            admitted = list(self.there.values(p.type))
            if types.get(str(p.data)) == p.type.name:
                admitted = [v for v in admitted if meant(v, p.type) == values[str(p.data)]]
            domains.append(admitted)
        yield from product(*domains)

    def _missing(self, name: str) -> Obstacle:
        reason = dict(self.there.system.absent).get(name)
        own = next(a for a in self.here.system.actions if a.name == name)
        said = f"there is no {name}" + (f": {reason}" if reason else "")
        changed = tuple(c for c in changed_rules(self.here.system, self.there.system) if c[0] in own.rules)
        return Obstacle("action", said, name, rules=own.rules, cites=own.cites, changed=changed)

    def _guarded(self, action: Action, guard: Guard) -> Obstacle:
        own = next(a for a in self.here.system.actions if a.name == action.name)
        known = any(guard.condition is g.condition for g in own.guards)
        return Obstacle(
            "guard", f"{action.name} requires {guard.condition!r}", action.name, guard, guard.rules,
            guard.cites or action.cites, self._changed(action), known,
        )  # fmt: skip

    def _about(self, action: Action, reason: Reason, said: str, variables: tuple[str, ...] = ()) -> Obstacle:
        return Obstacle(
            reason, said, action.name, None, action.rules, action.cites, self._changed(action), variables=variables
        )

    def _changed(self, action: Action) -> tuple[tuple[str, RuleValue | None, RuleValue | None], ...]:
        own = next(a for a in self.here.system.actions if a.name == action.name)
        read = {*own.rules, *action.rules, *(r for g in (*own.guards, *action.guards) for r in g.rules)}
        return tuple(c for c in changed_rules(self.here.system, self.there.system) if c[0] in read)


def no_world(error: NoCounterpart) -> Obstacle:
    """The obstacle that a world without counterpart is."""
    guard = error.axiom
    cites, rules = (guard.cites, guard.rules) if guard else ((), ())
    return Obstacle("world", str(error), guard=guard, rules=rules, cites=cites)


def _values(instance: Instance, state: State, name: str) -> list[int | str]:
    type_ = instance.system.variable(name).to
    return [meant(v, type_) for v in state[instance.position[name]]]
