"""One version's instance as packed states, and what both versions see of them: the values of the common variables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from meterproof.compare import kernel
from meterproof.compare.common import meant
from meterproof.errors import ModelError
from meterproof.finite.instance import Instance, domain
from meterproof.finite.interpret import State, Step
from meterproof.lang.system import Action, System
from meterproof.packed.compile import Compiled, Ints, compile_instance
from meterproof.packed.layout import Layout, lay_out
from meterproof.packed.program import ACCUMULATORS

ROOM = 1 << 14
"""Successors that are expanded at once."""

View = bytes
"""The values of all common variables, in words; two versions' states look the same when these are equal."""
Packed = bytes
"""A state's words. Ghosts are left out: no guard reads them."""


Successor = tuple[int, Packed, View]
"""A move (its number among the compiled steps), what it leads to, and what is seen of that."""


class Seen:
    """How two versions look at the common variables `names`: codes of values that both mean, and their places."""

    def __init__(self, one: System, other: System, names: Sequence[str], sizes: Mapping[str, int]) -> None:
        self.names = tuple(names)
        self._codes: list[dict[int | str, int]] = []
        self._first: dict[tuple[str, tuple[int, ...]], int] = {}
        for name in names:
            types = (one.variable(name).to, other.variable(name).to)
            values = dict.fromkeys(meant(v, t) for t in types for v in domain(sizes, t))
            for index in np.ndindex(*(sizes[s.name] for s in one.variable(name).domain)):
                self._first[name, index] = len(self._codes)
                self._codes.append({v: code for code, v in enumerate(values)})
        self.layout: Layout = lay_out([range(len(c)) for c in self._codes])

    def rows(self, compiled: Compiled) -> tuple[Ints, Ints]:
        """For each common cell of a version's states where it lies and where its code goes, and the codes."""
        rows, codes = [], list[int]()
        system = compiled.instance.system
        for cell, (name, index) in enumerate(compiled.cells):
            if (at := self._first.get((name, index))) is None:
                continue
            own, place, type_ = compiled.layout[cell], self.layout.places[at], system.variable(name).to
            rows.append((own.word, own.shift, (1 << own.bits) - 1, len(codes), place.word, place.shift))
            codes += [self._codes[at][meant(v, type_)] for v in compiled.instance.values(type_)]
        return np.array(rows, dtype=np.int64).reshape(len(rows), 6), np.array(codes, dtype=np.int64)


class Machine:
    """An instance with some actions, taken step by step on packed states, many at once."""

    def __init__(self, instance: Instance, actions: Sequence[Action], seen: Seen) -> None:
        self.compiled = compile_instance(instance, actions, [], project=True)
        self._cells, self._codes = seen.rows(self.compiled)
        self._seen = seen.layout.words
        width, room = self.compiled.layout.words, ROOM + len(self.compiled.steps)
        self._words = np.zeros(2 * width, dtype=np.int64)
        self._acc = np.zeros(ACCUMULATORS, dtype=np.int64)
        self._after = np.zeros((room, width), dtype=np.int64)
        self._source = np.zeros(room, dtype=np.int64)
        self._via = np.zeros(room, dtype=np.int64)
        self.initial: Packed = self.compiled.initial.tobytes()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The moves by their numbers."""
        return self.compiled.steps

    def state(self, packed: Packed) -> State:
        """A packed state as the interpreter's tables."""
        return self.compiled.state(np.frombuffer(packed, dtype=np.int64).tolist())

    def view(self, packed: Packed) -> View:
        """What both versions see of a state."""
        return self._views(np.frombuffer(packed, dtype=np.int64).reshape(1, -1))[0]

    def successors(self, states: Sequence[Packed], check: Callable[[], None]) -> Iterator[list[Successor]]:
        """For each state the moves that change anything, in order. `check` is called now and then, and may raise.

        ModelError when a bounded integer leaves its range.
        """
        width = self.compiled.layout.words
        rows = np.frombuffer(b"".join(states), dtype=np.int64).reshape(len(states), width)
        first = 0
        while first < len(states):
            check()
            last, n, bad = (
                int(x)
                for x in kernel.successors(
                    self.compiled.tables, rows, first, self._words, self._acc, self._after, self._source, self._via
                )
            )
            if bad >= 0:
                raise self._overflow(bad)
            reached = _split(self._after[:n].tobytes(), 8 * width)
            seen, via = self._views(self._after[:n]), self._via[:n].tolist()
            ends = np.searchsorted(self._source[:n], np.arange(first, last), side="right").tolist()
            begin = 0
            for end in ends:
                yield list(zip(via[begin:end], reached[begin:end], seen[begin:end], strict=True))
                begin = end
            first = last

    def _views(self, rows: Ints) -> list[View]:
        seen = np.zeros((len(rows), self._seen), dtype=np.int64)
        kernel.views(rows, self._cells, self._codes, seen)
        return _split(seen.tobytes(), 8 * self._seen)

    def _overflow(self, move: int) -> ModelError:
        step = self.steps[move]
        action = next(a for a in self.compiled.instance.system.actions if a.name == step.action)
        return ModelError(
            f"{step.action}{step.params} takes a bounded integer out of its range", file=action.file, line=action.line,
            allowed="a guard that keeps it in range",
        )  # fmt: skip


def _split(buffer: bytes, size: int) -> list[bytes]:
    return [buffer[i : i + size] for i in range(0, len(buffer), size)]
