"""One world of a scope, compiled, and the walk in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from meterproof.errors import ModelError
from meterproof.finite.instance import Instance
from meterproof.lang.system import Action, Property
from meterproof.packed.compile import Compiled, Ints, compile_instance
from meterproof.packed.program import ACCUMULATORS
from meterproof.walk import kernel
from meterproof.walk.net import Net, net
from meterproof.walk.place import AT, ENDS, FIELDS, IDLE, STEPS, Place, open_place


@dataclass
class World:
    """Where a walk is; `stuck` where no move leads away from the initial state."""

    compiled: Compiled
    net: Net
    place: Place
    seed: int
    stuck: bool = False

    def drawn(self) -> int:
        """How often a move was drawn, or none could be."""
        p = self.place.progress
        return int(p[STEPS] + p[IDLE] + p[ENDS])

    def wander(self, found: Ints, budget: int, weighted: bool) -> bool:
        """Draw up to `budget` moves; True when it stopped because a target is decided, which `found` then says.

        Raises ModelError when a bounded integer leaves its range.
        """
        c = self.compiled
        why = int(kernel.wander(c.tables, self.net, self.place, c.targets, found, self.seed, budget, weighted))
        if why == kernel.OVERFLOW:
            raise self._overflow()
        self.stuck = why == kernel.STUCK
        return why == kernel.FOUND

    def _overflow(self) -> ModelError:
        step = self.compiled.steps[int(self.place.path[self.place.progress[AT] - 1])]
        action = next(a for a in self.compiled.instance.system.actions if a.name == step.action)
        return ModelError(
            f"{step.action}{step.params} takes a bounded integer out of its range", file=action.file, line=action.line,
            allowed="a guard that keeps it in range",
        )  # fmt: skip


def enter(
    instance: Instance, actions: Sequence[Action], targets: Sequence[Property], length: int, *, states: int, seed: int
) -> World:
    """Compile a world and stand at its initial state, for walks of `length` that count up to so many `states`.

    The seed has 63 bits.
    """
    compiled = compile_instance(instance, actions, targets)
    moves, width = len(compiled.steps), len(compiled.initial)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    progress = zeros(FIELDS)
    progress[AT] = -1
    slots = np.full(1 << (2 * states).bit_length() if states else 0, -1, dtype=np.int64)
    place = Place(
        words=zeros(2 * width), initial=compiled.initial,
        order=zeros(moves), where=zeros(moves), live=zeros(len(actions)),
        order0=zeros(moves), where0=zeros(moves), live0=zeros(len(actions)),
        weight=zeros(len(actions)), taken=zeros(len(actions)), path=zeros(length), progress=progress,
        slots=slots, kept=zeros(states, width), acc=zeros(ACCUMULATORS),
    )  # fmt: skip
    bound = net(instance, actions, targets)
    open_place(compiled.tables, bound, place)
    return World(compiled, bound, place, seed)
