"""Small routing problems for Hypothesis: connected networks of 2 to 5 nodes, 1 to 4 demands, limits or none."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

from hypothesis import strategies as st

from reference.routing.ground import Ground
from reference.routing.network import Demand, Limits, Link, Problem, Topology

LIMITS = (
    Limits(),
    Limits(hops=2),
    Limits(delay=Fraction(3, 4), queue=4),
    Limits(delay=Fraction(1, 2), queue=4, delay_bound="per-node"),
    Limits(hops=3, delay=Fraction(1), queue=3, retransmission=Fraction(1, 10)),
)


@st.composite
def problems(
    draw: st.DrawFn, *, most_nodes: int = 5, limits: tuple[Limits, ...] = LIMITS, directed: bool | None = None
) -> Problem:
    """A problem; capacities up to 12 and rates up to 6 make about every third one infeasible."""
    count = draw(st.integers(2, most_nodes))
    names = tuple("ABCDE"[:count])
    one_way = draw(st.booleans()) if directed is None else directed
    tree = {(draw(st.integers(0, node - 1)), node) for node in range(1, count)}
    more = draw(st.sets(st.sampled_from(list(combinations(range(count), 2))), max_size=5))
    edges = sorted(tree | more)
    if one_way:
        edges += [(b, a) for a, b in edges if draw(st.booleans())]
    links = []
    for a, b in edges:
        capacity = draw(st.integers(2, 12))
        load = draw(st.integers(0, capacity // 2))
        links.append(Link(names[a], names[b], Fraction(capacity, 2), Fraction(load, 2)))
    pairs = [(a, b) for a, b in product(names, repeat=2) if a != b]
    demands = tuple(
        Demand(f"d{number}", *draw(st.sampled_from(pairs)), Fraction(draw(st.integers(1, 6)), 2))
        for number in range(draw(st.integers(1, 4)))
    )
    return Problem(Topology(names, tuple(links), one_way), demands, draw(st.sampled_from(limits)))


def grounds(**settings: object) -> st.SearchStrategy[Ground]:
    """The same by numbers."""
    return problems(**settings).map(Ground)  # type: ignore[arg-type]
