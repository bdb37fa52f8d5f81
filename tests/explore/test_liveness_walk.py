"""Within a component the way home is a shortest one; that to what a fair loop still lacks is at most an edge longer."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.explore.liveness_kernel import walk

ROWS = 8
OUTSIDE = ROWS
"""A row of another component."""
Edge = tuple[int, int, int]
"""Row, target, and the move: move 0 is in the one fair set, move 1 in none."""


def graph(dice: Random) -> list[Edge]:
    """A ring of rows, some shortcuts, and the fair move leading out of most rows."""
    ring = [(r, (r + 1) % ROWS, dice.choice([0, 1, 1])) for r in range(ROWS)]
    short = [(dice.randrange(ROWS), dice.randrange(ROWS), dice.choice([0, 1, 1])) for _ in range(dice.randrange(8))]
    leaving = [(r, OUTSIDE, 0) for r in range(ROWS) if dice.random() < 0.8]
    return sorted([*ring, *short, *leaving])


def shortest(edges: list[Edge], start: int, home: int) -> int:
    """Edges of a shortest way home, or (home < 0) to a row without move 0, or by way of one within the component."""
    level, seen, steps = {start}, {start}, 0
    while level:
        if home in level or (home < 0 and any(all(a != r or m for a, _, m in edges) for r in level)):
            return steps
        if home < 0 and any(a in level and b != OUTSIDE and m == 0 for a, b, m in edges):
            return steps + 1
        level = {b for a, b, _ in edges if a in level and b != OUTSIDE} - seen
        seen |= level
        steps += 1
    return -1


@settings(max_examples=300)
@given(st.integers(0, 10**9), st.booleans())
def test_a_way_goes_edge_by_edge_and_makes_no_detour(seed: int, homeward: bool) -> None:
    dice = Random(seed)
    edges = graph(dice)
    start, home = dice.randrange(ROWS), dice.randrange(ROWS) if homeward else -1
    offsets = np.searchsorted([a for a, _, _ in edges], range(ROWS + 2)).astype(np.int64)
    targets, via = (np.array([e[i] for e in edges], dtype=np.int32) for i in (1, 2))
    component = np.array([0] * ROWS + [1], dtype=np.int32)
    path = walk(
        offsets, targets, via, ROWS + 1, component, start, home, np.array([0, 1, 1]), np.array([0]), np.array([True]),
        np.empty(ROWS + 1, dtype=np.int64),
    )  # fmt: skip
    least = shortest(edges, start, home)
    if least < 0:
        assert len(path) == 0
        return
    assert least <= len(path) <= least + (not homeward)
    at = start
    for row, target, _ in (edges[edge] for edge in reversed(path.tolist())):
        assert row == at and target != OUTSIDE
        at = target
    if homeward:
        assert at == home
    elif len(path) > 0:
        last = edges[path[0]]
        assert last[2] == 0 or all(m for a, _, m in edges if a == at)
