"""A run of thousands of steps cut down to the few that matter, first compiled and then on the interpreter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from meterproof.lang.system import Action, Property
from meterproof.packed.compile import STEP, Compiled, Ints
from meterproof.packed.program import ACCUMULATORS
from meterproof.schedule.minimise import cut, one_minimal
from meterproof.schedule.moves import Moves
from meterproof.traces.trace import Trace, rerun
from meterproof.walk import kernel
from meterproof.walk.net import Net


def shortened(compiled: Compiled, net: Net, actions: Sequence[Action], claim: Property, k: int, path: Ints) -> Trace:
    """The moves of `path`, which decide `claim` (target k), without loops and 1-minimal, re-run on the interpreter."""

    def shown(run: Sequence[int]) -> list[int] | None:
        replayed = _replayed(compiled, net, k, run)
        return None if replayed is None else replayed[0]

    least = cut(without_loops(compiled, net, k, [int(m) for m in path]), shown)
    assert least is not None, "without its loops, a run ends as it did"
    steps = [compiled.steps[m] for m in least]
    kept = one_minimal(Moves(compiled.instance, tuple(actions)), steps, claim)
    return rerun(compiled.instance, kept, claim)


def without_loops(compiled: Compiled, net: Net, k: int, path: Sequence[int]) -> list[int]:
    """The moves of a run that decides target k, less those between two visits of one state.

    The last step of a run that breaks a step property stays, even where it changes nothing.
    """
    replayed = _replayed(compiled, net, k, path)
    assert replayed is not None, "the run decides the target"
    moves, states = replayed
    last = len(moves) - 1 if compiled.targets[k, 0] == STEP else len(moves)
    kept: list[int] = []
    seen = [states[0]]
    position = {states[0]: 0}
    for move, state in zip(moves[:last], states[1:], strict=False):
        at = position.get(state)
        if at is None:
            position[state] = len(seen)
            seen.append(state)
            kept.append(move)
        else:
            for gone in seen[at + 1 :]:
                del position[gone]
            del seen[at + 1 :], kept[at:]
    return [*kept, *moves[last:]]


def _replayed(compiled: Compiled, net: Net, k: int, run: Sequence[int]) -> tuple[list[int], list[bytes]] | None:
    """The moves of `run` that are enabled, up to where they decide target k, and the states; None where they don't."""
    kind, entry = (int(x) for x in compiled.targets[k])
    width = len(compiled.initial)
    words = np.concatenate([compiled.initial, compiled.initial])
    acc = np.zeros(ACCUMULATORS, dtype=np.int64)
    path, taken = np.array(run, dtype=np.int64), np.zeros(len(run), dtype=np.int64)
    states = np.zeros((len(run) + 1, width), dtype=np.int64)
    n = int(kernel.replay(compiled.tables, net, acc, words, path, kind, entry, taken, states))
    return None if n < 0 else (taken[:n].tolist(), [row.tobytes() for row in states[: n + 1]])
