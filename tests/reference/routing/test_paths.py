"""Paths against another library's: all simple ones, shortest first; the lightest within some hops; the widest."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.routing.ground import Ground
from reference.routing.paths import OutOfSteps, distances, lightest, simple_paths, widest
from tests.reference.routing.instances import grounds


def graph(ground: Ground) -> nx.DiGraph:
    """The same arcs, with the number of the link on each."""
    made = nx.DiGraph()
    made.add_nodes_from(range(len(ground.number)))
    made.add_edges_from((a, b, {"link": link}) for a, arcs in enumerate(ground.arcs) for b, link in arcs)
    return made


@settings(max_examples=25)
@given(ground=grounds(), hops=st.integers(1, 4))
def test_the_simple_paths_are_all_of_them_the_shortest_first(ground: Ground, hops: int) -> None:
    source, target = ground.pairs[0]
    found = list(simple_paths(ground.arcs, ground.back, source, target, hops))
    expected = sorted(map(tuple, nx.all_simple_paths(graph(ground), source, target, cutoff=hops)))
    assert sorted(nodes for nodes, _ in found) == expected
    assert [(len(nodes), nodes) for nodes, _ in found] == sorted((len(nodes), nodes) for nodes, _ in found)
    assert all(ground.path(nodes) == links for nodes, links in found)
    away = distances(ground.arcs, source)
    if found and hops >= away[target]:
        assert len(found[0][1]) == away[target]


@settings(max_examples=25)
@given(ground=grounds(), hops=st.integers(1, 4), data=st.data())
def test_the_lightest_walk_weighs_what_the_lightest_path_does(ground: Ground, hops: int, data: st.DataObject) -> None:
    source, target = ground.pairs[0]
    weights = data.draw(st.lists(st.integers(0, 5), min_size=len(ground.links), max_size=len(ground.links)))
    weight, walk = lightest(ground.arcs, source, target, weights, hops)
    paths = [links for _, links in simple_paths(ground.arcs, ground.back, source, target, hops)]
    if not paths:
        assert walk is None
        return
    assert walk is not None and len(walk) <= hops
    assert weight == sum(weights[link] for link in walk) == min(sum(weights[n] for n in links) for links in paths)


@settings(max_examples=25)
@given(ground=grounds(), data=st.data())
def test_the_widest_path_is_as_wide_as_the_links_of_its_cut(ground: Ground, data: st.DataObject) -> None:
    source, target = ground.pairs[0]
    widths = data.draw(st.lists(st.integers(0, 9), min_size=len(ground.links), max_size=len(ground.links)))
    width, side = widest(ground.arcs, source, target, widths)
    paths = [links for _, links in simple_paths(ground.arcs, ground.back, source, target, len(ground.arcs))]
    assert width == max((min(widths[link] for link in links) for links in paths), default=0)
    assert source in side and target not in side
    leaving = [link for a in side for b, link in ground.arcs[a] if b not in side]
    assert all(widths[link] <= width for link in leaving)


def test_a_search_that_takes_too_many_steps_says_so() -> None:
    complete = nx.complete_graph(9)
    arcs = [[(b, 0) for b in complete[a]] for a in complete]
    with pytest.raises(OutOfSteps):
        list(simple_paths(arcs, arcs, 0, 8, 8, steps=1000))
