"""From a path of representatives back to a run of the model: every step of it is a real one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from meterproof.finite.interpret import Step
from meterproof.packed.canonical import canonical
from meterproof.packed.compile import Compiled, Ints
from meterproof.packed.program import ACCUMULATORS
from meterproof.packed.run import enabled, overflows, take


def lift(compiled: Compiled, path: Sequence[Ints]) -> Iterator[list[Step]]:
    """Runs from the initial state whose states have the representatives of `path`, the initial one's first.

    They differ in their last step only: of a step, some may show a property and others not.
    """
    steps: list[Step] = []
    width = compiled.layout.words
    words = np.zeros(2 * width, dtype=np.int64)
    words[:width] = compiled.initial
    for wanted in path[1:-1]:
        move, after = next(_steps(compiled, words, wanted))
        steps.append(compiled.steps[move])
        words[:width] = after
    if len(path) < 2:
        yield steps
        return
    for move, _ in _steps(compiled, words, path[-1]):
        yield [*steps, compiled.steps[move]]


def _steps(compiled: Compiled, words: Ints, wanted: Ints) -> Iterator[tuple[int, Ints]]:
    """The moves of a state, and what they lead to, after which the representative is `wanted`."""
    width = compiled.layout.words
    accumulators = np.zeros(ACCUMULATORS, dtype=np.int64)
    for move in range(len(compiled.steps)):
        if enabled(compiled.tables, move, words, accumulators):
            if overflows(compiled.tables, move, words, accumulators):
                continue
            take(compiled.tables, move, words, width, accumulators)
            after = words[width:].copy()
            canonical(compiled.tables.orbits, words, width, width)
            if np.array_equal(words[width:], wanted):
                yield move, after


def representative(compiled: Compiled, words: Ints, move: int) -> Ints:
    """That of the state to which a move leads."""
    width = compiled.layout.words
    both = np.zeros(2 * width, dtype=np.int64)
    both[:width] = words
    take(compiled.tables, move, both, width, np.zeros(ACCUMULATORS, dtype=np.int64))
    canonical(compiled.tables.orbits, both, width, width)
    return both[width:]
