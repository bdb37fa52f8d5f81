"""What can be done in a state: enabled moves, successors and what a property says, each worked out once.

A guard is split into its conjuncts, and each conjunct is tried as soon as the parameters that it reads
are chosen, so most parameter tuples are never built. Hypothesis visits the same prefixes again and again
while it shrinks; bounded caches by state make these visits cheap.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Environment, Evaluator, Interpreter, State, Step, violated
from meterproof.lang.expr import Expr
from meterproof.lang.system import Action, Property

CACHED = 1 << 16
"""States whose moves are remembered, for each cache; the least recently used are forgotten."""


class Moves:
    """The moves of some actions in one instance; with `idle` also those that change nothing. Pure but for caches."""

    def __init__(
        self, instance: Instance, actions: tuple[Action, ...], *, idle: bool = True, cached: int = CACHED
    ) -> None:
        self.instance, self.actions, self._idle = instance, actions, idle
        self.interpreter = Interpreter(instance)
        self._plans = [_Plan(self.interpreter, a) for a in actions]
        self._positions = {a.name: i for i, a in enumerate(actions)}
        self.enabled = lru_cache(cached)(self._enabled)
        self.after = lru_cache(cached)(self._after)
        self._shown = lru_cache(cached)(self._shown_by_state)

    def initial(self) -> State:
        """The initial state."""
        return self.interpreter.initial()

    def _enabled(self, state: State) -> tuple[tuple[Step, ...], ...]:
        """The enabled moves, by action in the order of declaration; actions without any are left out."""
        found = []
        for action, plan in zip(self.actions, self._plans, strict=True):
            moves = (Step(action.name, params) for params in plan(state))
            found.append(tuple(m for m in moves if self._idle or self.after(m, state) != state))
        return tuple(moves for moves in found if moves)

    def can(self, step: Step, state: State) -> bool:
        """Whether the move is one of these actions' and is enabled."""
        position = self._positions.get(step.action)
        return position is not None and self.interpreter.enabled(self.actions[position], step.params, state)

    def _after(self, step: Step, state: State) -> State:
        """The state that an enabled move leads to."""
        return self.interpreter.apply(self.actions[self._positions[step.action]], step.params, state)

    def shows(self, claim: Property, state: State, before: State | None) -> bool:
        """Whether the state, or the step that led to it, violates the claim (reaches it, if `reachable`)."""
        if claim.kind == "step":
            return violated(self.interpreter, claim, state, before)
        return self._shown(claim, state)

    def _shown_by_state(self, claim: Property, state: State) -> bool:
        if claim.kind == "quiescent" and self.interpreter.holds(claim.formula, state):
            return False
        return violated(self.interpreter, claim, state)


class _Plan:
    """An action's guards as conjuncts, by the number of leading parameters that must be known to try them."""

    def __init__(self, interpreter: Interpreter, action: Action) -> None:
        self._uids = [p.uid for p in action.params]
        self._values = [interpreter.instance.values(p.type) for p in action.params]
        self._tests: list[list[Evaluator]] = [[] for _ in range(len(action.params) + 1)]
        for guard in action.guards:
            for part in guard.condition.args if guard.condition.op == "and" else (guard.condition,):
                self._tests[_known_after(part, self._uids)].append(interpreter.compile(part))

    def __call__(self, state: State) -> Iterator[tuple[int, ...]]:
        """The parameter tuples that are enabled, in row-major order."""
        return self._extend(state, {}, ())

    def _extend(self, state: State, env: Environment, chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        depth = len(chosen)
        if not all(test(state, (), env) for test in self._tests[depth]):
            return
        if depth == len(self._uids):
            yield chosen
            return
        for value in self._values[depth]:
            env[self._uids[depth]] = value
            yield from self._extend(state, env, (*chosen, value))


def _known_after(node: Expr, uids: list[int]) -> int:
    """How many leading parameters must have values before the expression has one."""
    if node.op == "param":
        return uids.index(node.uid) + 1
    return max((_known_after(a, uids) for a in node.args), default=0)
