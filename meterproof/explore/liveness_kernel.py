"""The compiled loops behind leads-to: the graph of all states, what stays pending, components, and walks in one.

The graph is in rows: row r's moves that change something are the edges `offsets[r]` to `offsets[r + 1]`, each with
its `targets` (a row) and `via` (a move). Only rows below `expanded` have their edges; the others are left out.
A pending row is one that a run reaches after the premise held, with nothing since that satisfies it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from meterproof.explore.visited import add_row, hash_of
from meterproof.packed.jit import bare, compiled
from meterproof.packed.program import ACCUMULATORS
from meterproof.packed.run import enabled, holds, overflows, take

MORE, DONE, FULL, OVERFLOW = range(4)
"""Why `expand` returned: budget spent, queue empty, no room, a bounded integer out of range."""
NEXT, ROWS, EDGES, GENERATED, MOVE = range(5)
"""What `progress` holds: next row to expand, rows, edges, transitions (also such that change nothing), a bad move."""
PREMISE, GOAL, WITNESS = 1, 2, 4
"""Bits of a row's label."""


@bare
def expand(
    states: Any, table: Any, depth: Any, first: Any, offsets: Any, targets: Any, via: Any, progress: Any,
    tables: Any, words: Any, pair: Any, acc: Any, budget: Any,
) -> Any:  # fmt: skip
    """Expand up to `budget` rows, breadth first; `first[r]` is the edge that found row r. Returns why it stopped.

    `table` finds the rows, as `visited` has it. `words` and `acc` are room for a state, its successor, and counts;
    `pair` is the same room as `words`, in two rows.
    """
    width = states.shape[1]
    moves = tables.moves.shape[0]
    for _ in range(budget):
        row = progress[NEXT]
        if row == progress[ROWS]:
            return DONE
        if progress[ROWS] + moves >= states.shape[0] or progress[EDGES] + moves >= targets.shape[0]:
            return FULL
        for i in range(width):
            words[i] = states[row, i]
        for m in range(moves):
            if not enabled(tables, m, words, acc):
                continue
            if overflows(tables, m, words, acc):
                progress[MOVE] = m
                return OVERFLOW
            take(tables, m, words, width, acc)
            progress[GENERATED] += 1
            changes = False
            for i in range(width):
                changes = changes or words[i] != words[width + i]
            if not changes:
                continue
            edge = progress[EDGES]
            target = add_row(table, hash_of(words, width, width), states, progress[ROWS], pair, 1)
            if target == progress[ROWS]:
                progress[ROWS] += 1
                first[target] = edge
                depth[target] = depth[row] + 1
                for i in range(width):
                    states[target, i] = words[width + i]
            targets[edge] = target
            via[edge] = m
            progress[EDGES] += 1
        progress[NEXT] += 1
        offsets[row + 1] = progress[EDGES]
    return MORE


@compiled
def label(states: Any, since: Any, until: Any, program: Any, entries: Any, labels: Any) -> None:
    """Set bit k of the label of each of these rows where formula k holds."""
    width = states.shape[1]
    words = np.zeros(2 * width, dtype=np.int64)
    acc = np.zeros(ACCUMULATORS, dtype=np.int64)
    for row in range(since, until):
        for i in range(width):
            words[i] = states[row, i]
        for k in range(entries.shape[0]):
            if holds(program, entries[k], words, acc):
                labels[row] |= 1 << k


@compiled
def pending(offsets: Any, targets: Any, labels: Any, depth: Any, expanded: Any, distance: Any, entry: Any) -> Any:
    """Fill in the length of a shortest run after which a row is pending, and the edge by which it gets there.

    `distance` is -1 where a row never is; `entry` is -1 where the premise holds in the row itself. Returns the
    number of pending rows. Both queues, of rows where the premise holds and of rows reached from these, are in order
    of distance, so their merging is a breadth-first search.
    """
    queue = np.empty(expanded, dtype=np.int32)
    head = tail = root = 0
    while True:
        while root < expanded and (distance[root] >= 0 or labels[root] & (PREMISE | GOAL) != PREMISE):
            root += 1
        if root < expanded and (head == tail or depth[root] <= distance[queue[head]]):
            distance[root] = depth[root]
            row: Any = np.int64(root)
        elif head < tail:
            row = np.int64(queue[head])
            head += 1
        else:
            break
        for edge in range(offsets[row], offsets[row + 1]):
            target = targets[edge]
            if target < expanded and distance[target] < 0 and labels[target] & GOAL == 0:
                distance[target] = distance[row] + 1
                entry[target] = edge
                queue[tail] = target
                tail += 1
    count = 0
    for row in range(expanded):
        count += distance[row] >= 0
    return count


@compiled
def components(
    offsets: Any, targets: Any, distance: Any, expanded: Any, count: Any, component: Any, members: Any, ends: Any
) -> Any:  # fmt: skip
    """Strongly connected components of the `count` pending rows (R. Tarjan, SIAM J. Computing 1(2), 1972).

    `component[r]` is a row's component; component c has the `members` from `ends[c]` to `ends[c + 1]`. Returns their
    number. The call stack is an array, so a graph may be as deep as it likes.
    """
    number = np.full(expanded, -1, dtype=np.int32)
    low = np.zeros(expanded, dtype=np.int32)
    stack = np.empty(count, dtype=np.int32)
    calls = np.empty(count, dtype=np.int32)
    edges = np.empty(count, dtype=np.int64)
    numbered = found = placed = height = 0
    for start in range(expanded):
        if distance[start] < 0 or number[start] >= 0:
            continue
        level = 0
        calls[0] = start
        edges[0] = offsets[start]
        number[start] = low[start] = numbered
        numbered += 1
        stack[height] = start
        height += 1
        while level >= 0:
            row = calls[level]
            if edges[level] < offsets[row + 1]:
                target = targets[edges[level]]
                edges[level] += 1
                if target >= expanded or distance[target] < 0:
                    continue
                if number[target] < 0:
                    number[target] = low[target] = numbered
                    numbered += 1
                    stack[height] = target
                    height += 1
                    level += 1
                    calls[level] = target
                    edges[level] = offsets[target]
                elif component[target] < 0:
                    low[row] = min(low[row], number[target])
                continue
            if low[row] == number[row]:
                last = -1
                while last != row:
                    height -= 1
                    last = stack[height]
                    component[last] = found
                    members[placed] = last
                    placed += 1
                found += 1
                ends[found] = placed
            level -= 1
            if level >= 0:
                low[calls[level]] = min(low[calls[level]], low[row])
    return found


@compiled
def judge(
    offsets: Any, targets: Any, via: Any, expanded: Any, component: Any, members: Any, ends: Any,
    starts: Any, sets: Any, fair: Any, stops: Any,
) -> None:  # fmt: skip
    """Say which components a fair run can stay in for ever, and in which rows one can stop.

    Move m belongs to the fair sets `sets[starts[m]:starts[m + 1]]`. A component is `fair` when each set is impossible
    in some row of it, or has an edge within it. Only sets that are possible in its first row can fail.
    """
    total = 1 + (sets.max() if sets.shape[0] else 0)
    owner = np.full(total, -1, dtype=np.int32)
    last = np.full(total, -1, dtype=np.int32)
    rows = np.zeros(total, dtype=np.int64)
    taken = np.zeros(total, dtype=np.bool_)
    for c in range(fair.shape[0]):
        for at in range(ends[c], ends[c + 1]):
            row = members[at]
            stops[row] = True
            for edge in range(offsets[row], offsets[row + 1]):
                inside = targets[edge] < expanded and component[targets[edge]] == c
                for k in range(starts[via[edge]], starts[via[edge] + 1]):
                    g = sets[k]
                    stops[row] = False
                    if owner[g] != c:
                        owner[g], rows[g], taken[g], last[g] = c, 0, False, -1
                    if last[g] != row:
                        last[g] = row
                        rows[g] += 1
                    taken[g] = taken[g] or inside
        fair[c] = True
        row = members[ends[c]]
        for edge in range(offsets[row], offsets[row + 1]):
            for k in range(starts[via[edge]], starts[via[edge] + 1]):
                g = sets[k]
                if rows[g] == ends[c + 1] - ends[c] and not taken[g]:
                    fair[c] = False


@compiled
def walk(
    offsets: Any, targets: Any, via: Any, expanded: Any, component: Any, start: Any, home: Any,
    starts: Any, sets: Any, open_: Any, reached: Any,
) -> Any:  # fmt: skip
    """A shortest walk within a component from `start` to `home`, or (`home` < 0) one to what a fair loop still lacks.

    That is a row where a set in `open_` is impossible, or the end of an edge of one; it may be an edge longer than need
    be. `reached[r]` becomes the edge
    that led to row r. Returns the walk's edges, last first; none when `start` is such a row itself.
    """
    here = component[start]
    queue = np.empty(reached.shape[0], dtype=np.int32)
    possible = np.full(open_.shape[0], -1, dtype=np.int32)
    source = np.full(reached.shape[0], -1, dtype=np.int32)
    reached[:] = -1
    queue[0] = start
    source[start] = start
    head, tail = 0, 1
    end: Any = np.int64(-1)
    final: Any = np.int64(-1)
    while head < tail and end < 0:
        row = queue[head]
        head += 1
        if row == home:
            end = row
            break
        for edge in range(offsets[row], offsets[row + 1]):
            target = targets[edge]
            inside = target < expanded and component[target] == here
            if home < 0:
                for k in range(starts[via[edge]], starts[via[edge] + 1]):
                    possible[sets[k]] = row
                    if inside and open_[sets[k]] and final < 0:
                        final = np.int64(edge)
                        end = row
            if inside and source[target] < 0:
                source[target] = row
                reached[target] = edge
                queue[tail] = target
                tail += 1
        if home < 0:
            for g in range(open_.shape[0]):
                if open_[g] and possible[g] != row:
                    end, final = row, np.int64(-1)
    path = []
    if final >= 0:
        path.append(final)
    while end >= 0 and end != start:
        path.append(np.int64(reached[end]))
        end = np.int64(source[end])
    return np.array(path, dtype=np.int64)
