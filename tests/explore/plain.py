"""Breadth-first search on the plain interpreter: what the engines are compared with."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from hypothesis import assume

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State
from meterproof.lang.system import Action, Property

LARGEST = 250
"""States beyond which the interpreter would take too long; such machines are not compared."""


@dataclass(frozen=True)
class Everything:
    """All that a plain breadth-first search on the interpreter finds: states with their depths, and transitions."""

    depth: dict[State, int]
    steps: list[tuple[State, State]]

    @property
    def states(self) -> list[State]:
        return list(self.depth)


def walk(instance: Instance, actions: tuple[Action, ...]) -> Everything:
    """Search on the interpreter; machines with too many states are left out of the comparison."""
    interpreter = Interpreter(instance)
    depth = {interpreter.initial(): 0}
    steps = []
    queue = deque(depth)
    while queue:
        state = queue.popleft()
        for _, after in interpreter.moves(state, actions):
            steps.append((state, after))
            if after not in depth:
                depth[after] = depth[state] + 1
                queue.append(after)
                assume(len(depth) <= LARGEST)
    return Everything(depth, steps)


def shortest(instance: Instance, actions: tuple[Action, ...], found: Everything, claim: Property) -> int | None:
    """Length of the shortest run that decides the claim, worked out from all states and transitions."""
    interpreter = Interpreter(instance)
    honest = tuple(a for a in actions if a.needs is None)

    def shows(state: State) -> bool:
        if (claim.kind == "quiescent" or claim.when_quiet) and any(True for _ in interpreter.moves(state, honest)):
            return False
        return interpreter.holds(claim.formula, state) == (claim.kind == "reachable")

    if claim.kind == "step":
        broken = [found.depth[s] + 1 for s, t in found.steps if not interpreter.holds(claim.formula, s, t)]
        return min(broken, default=None)
    return min((found.depth[s] for s in found.states if shows(s)), default=None)
