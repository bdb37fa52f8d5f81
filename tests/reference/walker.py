"""Random walks of a model on which the reference plays along: what one accepts, both do.

After every step the bytes must amount to the model's state. Moves that the model does not enable must be refused by the
reference's own checks and change nothing; among those that are tried are some that another variant enables.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import System, trace

Values = Mapping[str, object]


@dataclass(frozen=True)
class Walker:
    """How to walk a machine: at which scopes, mostly from wanted instances, and what to avoid on most walks, as it ends
    or undoes much.

    `read` makes the reference's rules of a spec's values, and `shipped` has the values that are walked, by name. A walk
    has `length` moves; at each state `probes` moves of the model are tried, and at every fourth as many of
    another variant. Where the reference does not have all that the model allows for, `possible` says what it has.
    What is `eager` is mostly taken as soon as it can be, if it was not taken yet, so that walks come far.
    """

    machine: Any
    bridge: Callable[[], Any]
    scopes: Sequence[Mapping[str, int]]
    wanted: Callable[[Instance], bool]
    rare: Collection[str]
    read: Callable[[Values], Any]
    shipped: Mapping[str, Values]
    length: int = 24
    probes: int = 4
    possible: Callable[[Instance], bool] = lambda instance: True
    eager: Collection[str] = ()

    def __hash__(self) -> int:
        return hash(self.machine)

    def walk(self, values: Values, chance: random.Random, played: Values | None = None) -> set[str]:
        """One random walk of the model under `values`; the reference plays along under `played`, by default the same.

        It avoids some actions, others on each walk, and takes what it has taken least. Returns the names of those that
        both have taken.
        """
        scope, wanted = chance.randrange(len(self.scopes)), chance.random() < 0.7
        instance = chance.choice(_instances(self, self._rules_of(values), scope, wanted))
        other = _traced(self.machine, self._rules_of(chance.choice([*self.shipped.values()])))
        system, bridge = instance.system, self.bridge()
        bridge.start(self.read(played or values), instance.scope.as_dict(), instance.rigids, 1)
        model, near = Interpreter(instance), Interpreter(Instance(other, instance.scope, instance.rigid))
        state = model.initial()
        check(bridge, instance, state)
        taken = Counter[str]()
        named = [action.name for action in system.actions]
        avoided = {name for name in named if chance.random() < (0.7 if name in self.rare else 0.2)}
        for _ in range(self.length):
            self._probe(bridge, model, near, state, chance)
            moves: dict[str, list[tuple[Any, State]]] = {}
            for step, after in model.moves(state, system.actions):
                moves.setdefault(step.action, []).append((step, after))
            if not moves:
                break
            new = {name for name in moves if name in self.eager and not taken[name]}
            hurries = bool(new) and chance.random() < 0.7
            names = sorted(new) if hurries else sorted(moves.keys() - avoided) or sorted(moves)
            rarest = min(taken[name] for name in names)
            name = chance.choice([name for name in names if taken[name] <= rarest + 1])
            step, state = chance.choice(moves[name])
            applied = bridge.apply(step.action, arguments(system, step.action, step.params))
            assert applied.accepted, f"the reference refuses {step}: {applied.effects}"
            check(bridge, instance, state)
            taken[step.action] += 1
        return set(taken)

    def walks(self, variant: str, count: int) -> set[str]:
        """The actions taken on so many walks of a shipped variant."""
        return set[str]().union(
            *(self.walk(self.shipped[variant], random.Random(f"{variant} {seed}")) for seed in range(count))
        )

    def _rules_of(self, values: Values) -> tuple[tuple[str, object], ...]:
        schema = self.machine.rule_schema()
        return tuple((name, value) for name, value in values.items() if name in schema)

    def _probe(self, bridge: Any, model: Interpreter, near: Interpreter, state: State, chance: random.Random) -> None:
        names = {action.name for action in model.instance.system.actions}
        tried = list[tuple[System, str, tuple[int, ...]]]()
        for _ in range(self.probes):
            action = chance.choice(model.instance.system.actions)
            tried.append((model.instance.system, action.name, chance.choice(list(model.instance.choices(action)))))
        others = near.instance.system.actions if chance.random() < 0.25 else ()
        elsewhere = [each for each, _ in near.moves(state, others)]
        for step in chance.sample(elsewhere, min(len(elsewhere), self.probes)):
            tried.append((near.instance.system, step.action, step.params))
        for system, name, params in tried:
            if name not in names or not model.enabled(model.action(name), params, state):
                before = bridge.world
                applied = bridge.apply(name, arguments(system, name, params))
                assert not applied.accepted, f"the reference accepts {name}{params}"
                assert bridge.world == before


@cache
def _traced(machine: Any, values: tuple[tuple[str, object], ...]) -> System:
    return trace(machine, machine.rule_schema().read(dict(values)))


@cache
def _instances(walker: Walker, values: tuple[tuple[str, object], ...], scope: int, wanted: bool) -> list[Instance]:
    system = _traced(walker.machine, values)
    found = [each for each in instances(system, resolve(system, walker.scopes[scope])) if walker.possible(each)]
    return [each for each in found if walker.wanted(each)] if wanted else found


def arguments(system: System, action: str, params: tuple[int, ...]) -> dict[str, int]:
    declared = next(each for each in system.actions if each.name == action)
    return {str(param.data): value for param, value in zip(declared.params, params, strict=True)}


def check(bridge: Any, instance: Instance, state: State) -> None:
    """The bytes amount to the model's state, in every cell of every variable."""
    found = bridge.abstract()
    assert set(found) == {variable.name for variable in instance.state_variables}
    for variable, table in zip(instance.state_variables, state, strict=True):
        expected = dict(zip(instance.cells(variable), table, strict=True))
        assert {cell: int(value) for cell, value in found[variable.name].items()} == expected, variable.name
