"""Simple paths between two nodes, the shortest first, and the searches that need no list of them."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import Any

Arcs = Sequence[Sequence[tuple[int, int]]]
"""For every node its neighbours and the links to them, in the order of the nodes."""
Usable = Callable[[int], bool]
Path = tuple[int, ...]
"""The numbers of the links of a path, in order."""


class OutOfSteps(Exception):
    """The search for paths was ended by its bound on steps."""


def distances(arcs: Arcs, start: int, usable: Usable = lambda link: True) -> list[float]:
    """The least hops from a node to every other, infinite where there is no way."""
    found = [inf] * len(arcs)
    found[start] = 0
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for node, link in arcs[here]:
            if found[node] == inf and usable(link):
                found[node] = found[here] + 1
                waiting.append(node)
    return found


def simple_paths(
    arcs: Arcs,
    back: Arcs,
    source: int,
    target: int,
    hops: int,
    usable: Usable = lambda link: True,
    steps: int = 200_000,
) -> Iterator[tuple[tuple[int, ...], Path]]:
    """All paths without repeated nodes of so many hops at most, as nodes and links: by hops, then by nodes.

    `back` are the arcs the other way round. Raises OutOfSteps when it has taken more steps than it may, so that a list
    that ends is complete.
    """
    left = distances(back, target, usable)
    spent = 0

    def longer(nodes: list[int], links: list[int], whole: int) -> Iterator[tuple[tuple[int, ...], Path]]:
        nonlocal spent
        here = nodes[-1]
        if here == target:
            if len(links) == whole:
                yield tuple(nodes), tuple(links)
            return
        for node, link in arcs[here]:
            if len(links) + 1 + left[node] <= whole and node not in nodes and usable(link):
                spent += 1
                if spent > steps:
                    raise OutOfSteps
                nodes.append(node)
                links.append(link)
                yield from longer(nodes, links, whole)
                nodes.pop()
                links.pop()

    if left[source] < inf:
        for whole in range(int(left[source]), hops + 1):
            yield from longer([source], [], whole)


def lightest(
    arcs: Arcs, source: int, target: int, weights: Sequence[Any], hops: int
) -> tuple[Any, tuple[int, ...] | None]:
    """The least weight of a walk of so many hops at most, and its links; (inf, None) where there is none.

    Weights are not negative, so that no simple path weighs less (Bellman and Ford, one hop a round).
    """
    best: list[Any] = [inf] * len(arcs)
    best[source] = 0
    walks: list[tuple[int, ...] | None] = [None] * len(arcs)
    walks[source] = ()
    changed = [source]
    for _ in range(hops):
        new, new_walks = list(best), list(walks)
        touched = []
        for here in changed:
            walk = walks[here]
            assert walk is not None
            for node, link in arcs[here]:
                if (weight := best[here] + weights[link]) < new[node]:
                    new[node], new_walks[node] = weight, (*walk, link)
                    touched.append(node)
        best, walks, changed = new, new_walks, sorted(set(touched))
        if not changed:
            break
    return best[target], walks[target]


def widest(arcs: Arcs, source: int, target: int, widths: Sequence[Any]) -> tuple[Any, frozenset[int]]:
    """The greatest width of a path's narrowest link, and the nodes that are reached by wider links alone.

    The links between these nodes and the others are a cut, none of which is wider.
    """
    best: dict[int, Any] = {source: inf}
    heap: list[tuple[Any, int]] = [(-inf, source)]
    done: set[int] = set()
    while heap:
        width, here = heapq.heappop(heap)
        if here in done:
            continue
        if here == target:
            return -width, frozenset(node for node in done if best[node] > -width)
        done.add(here)
        for node, link in arcs[here]:
            through = min(-width, widths[link])
            if node not in done and through > best.get(node, -1):
                best[node] = through
                heapq.heappush(heap, (-through, node))
    return 0, frozenset(done)
