"""Reachable states of finite instances as arrays: what a candidate lemma is first held against.

Small instances are visited whole. Of larger ones each layer of the breadth-first search is thinned to so many states,
drawn from a seed, so that deep states are in the sample too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State
from meterproof.lang.system import Action
from meterproof.packed.compile import Compiled, compile_instance
from meterproof.packed.jit import compiled
from meterproof.packed.program import ACCUMULATORS
from meterproof.packed.run import enabled, take

Values = npt.NDArray[np.int16]
"""Values of one variable: states first, then one axis for each sort of its domain."""


@dataclass(frozen=True)
class Sample:
    """States of one instance, variable by variable; `complete` says that they are all that its runs reach."""

    instance: Instance
    tables: dict[str, Values]
    size: int
    complete: bool

    @cached_property
    def rigids(self) -> dict[str, Values]:
        """The rigid interpretations, shaped as one state's tables."""
        found = {}
        for name, table in self.instance.rigid:
            domain = self.instance.system.variable(name).domain
            shape = (1, *(len(self.instance.values(s)) for s in domain))
            found[name] = np.array(table, dtype=np.int16).reshape(shape)
        return found

    def table(self, name: str) -> Values:
        """The values of a state variable in each state, or of a rigid in all of them."""
        return self.rigids[name] if name in self.rigids else self.tables[name]

    def state(self, row: int) -> State:
        """One of the states, as the interpreter has it."""
        return tuple(tuple(int(x) for x in self.tables[v.name][row].reshape(-1)) for v in self.instance.state_variables)


def of_states(instance: Instance, states: Sequence[State]) -> Sample:
    """A sample of states that are given."""
    tables = {}
    for i, v in enumerate(instance.state_variables):
        shape = (len(states), *(len(instance.values(s)) for s in v.domain))
        tables[v.name] = np.array([s[i] for s in states], dtype=np.int16).reshape(shape)
    return Sample(instance, tables, len(states), False)


def reachable(instance: Instance, actions: Sequence[Action], *, most: int, seed: int) -> Sample:
    """Reachable states of an instance: all, or about `most` of them from every depth when there are more.

    No bounded integer may leave its range; the explorer tells where one does.
    """
    packed = compile_instance(instance, actions, ())
    draw = np.random.default_rng(seed)
    layer = packed.initial.reshape(1, -1)
    layers, seen, complete = [layer], {layer.tobytes()}, True
    while len(layer):
        found = np.unique(_successors(layer, packed.tables, ACCUMULATORS), axis=0)
        fresh = [row for row in found if row.tobytes() not in seen]
        seen.update(row.tobytes() for row in fresh)
        layer = np.array(fresh, dtype=np.int64).reshape(len(fresh), packed.layout.words)
        width = max(1, most // 16)
        if len(seen) > most and len(layer) > width:
            layer, complete = layer[np.sort(draw.choice(len(layer), width, replace=False))], False
        layers.append(layer)
    states = np.concatenate(layers)
    return Sample(instance, _unpack(packed, states), len(states), complete)


def _unpack(packed: Compiled, states: npt.NDArray[np.int64]) -> dict[str, Values]:
    columns = []
    for place in packed.layout.places:
        bits = (states[:, place.word].view(np.uint64) >> np.uint64(place.shift)) & np.uint64((1 << place.bits) - 1)
        columns.append(bits.astype(np.int16) + np.int16(place.low))
    tables, first, instance = {}, 0, packed.instance
    for v in instance.state_variables:
        count = len(instance.cells(v))
        shape = (len(states), *(len(instance.values(s)) for s in v.domain))
        tables[v.name] = np.stack(columns[first : first + count], axis=1).reshape(shape)
        first += count
    return tables


@compiled
def _successors(states: Any, tables: Any, accumulators: Any) -> Any:
    """The states that some move leads to from some state, with repeats."""
    width, moves = states.shape[1], tables.moves.shape[0]
    found = np.empty((states.shape[0] * moves, width), dtype=np.int64)
    words = np.zeros(2 * width, dtype=np.int64)
    acc = np.zeros(accumulators, dtype=np.int64)
    count = 0
    for row in range(states.shape[0]):
        for i in range(width):
            words[i] = states[row, i]
        for m in range(moves):
            if enabled(tables, m, words, acc):
                take(tables, m, words, width, acc)
                for i in range(width):
                    found[count, i] = words[width + i]
                count += 1
    return found[:count]
