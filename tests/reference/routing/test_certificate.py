"""A certificate holds just when its plan keeps every limit: by arithmetic, by z3, and again after it was written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
import z3
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.routing import smt
from reference.routing.certificate import Certificate, certify, faults, from_json, to_json
from reference.routing.delay import exact_seconds
from reference.routing.ground import Ground
from reference.routing.network import Demand, Limits, Link, Plan, Problem, Route, Topology
from reference.routing.schemes import SCHEMES, place
from tests.reference.routing.instances import problems

SQUARE = Topology(
    ("A", "B", "C", "D"),
    tuple(Link(a, b, Fraction(10)) for a, b in ("AB", "BC", "CD", "AD", "BD")),
)
LIMITS = Limits(hops=2, delay=Fraction(1, 2), queue=5)
PROBLEM = Problem(SQUARE, (Demand("one", "A", "C", Fraction(3)), Demand("two", "A", "B", Fraction(4))), LIMITS)
PLAN = Plan((Route("one", ("A", "B", "C")), Route("two", ("A", "B"))))
GOOD = certify(PROBLEM, PLAN)


def kinds(certificate: Certificate) -> set[str]:
    """What is wrong by both checks, which must agree on whether anything is; z3 sees ends as conservation."""
    plain, by_z3 = {each.kind for each in faults(certificate)}, {each.kind for each in smt.faults(certificate)}
    assert bool(plain) == bool(by_z3)
    assert plain - {"ends", "simple"} <= by_z3 | plain & {"hops"}
    return plain


def test_a_good_plan_has_no_faults() -> None:
    assert kinds(GOOD) == set()
    assert GOOD.loads == (7, 3, 0, 0, 0)


def rerouted(*nodes: str) -> Callable[[Certificate], Certificate]:
    """Demand one over other nodes, with loads and delays of the new plan where it has any."""

    def spoil(good: Certificate) -> Certificate:
        plan = Plan((Route("one", nodes), good.plan.routes[1]))
        try:
            return certify(good.problem, plan)
        except KeyError:
            return replace(good, plan=plan)

    return spoil


def limited(**changes: object) -> Callable[[Certificate], Certificate]:
    """The same plan under other limits."""
    return lambda good: replace(good, problem=replace(PROBLEM, limits=replace(LIMITS, **changes)))  # type: ignore[arg-type]


def on(**changes: object) -> Callable[[Certificate], Certificate]:
    """The same plan where the first link is another."""

    def spoil(good: Certificate) -> Certificate:
        links = (replace(SQUARE.links[0], **changes), *SQUARE.links[1:])  # type: ignore[arg-type]
        return replace(good, problem=replace(PROBLEM, topology=replace(SQUARE, links=links)))

    return spoil


def unlimited(good: Certificate) -> Certificate:
    """The same without bounds on hops and delay."""
    return limited(hops=None, delay=None)(good)


SPOILED: dict[str, tuple[Callable[[Certificate], Certificate], str]] = {
    "a route to another node": (rerouted("A", "B", "D"), "ends"),
    "a route from another node": (rerouted("D", "C"), "ends"),
    "no route at all": (rerouted("A"), "ends"),
    "a link that does not exist": (rerouted("A", "C"), "links"),
    "a loop": (lambda good: rerouted("A", "B", "D", "A", "B", "C")(unlimited(good)), "simple"),
    "a loop at the target": (lambda good: rerouted("A", "D", "C", "B", "D", "C")(unlimited(good)), "simple"),
    "a link there and back": (lambda good: rerouted("A", "B", "A", "B", "C")(unlimited(good)), "simple"),
    "too many hops": (rerouted("A", "D", "B", "C"), "hops"),
    "one route missing": (lambda good: replace(good, plan=Plan(PLAN.routes[:1])), "demands"),
    "one route twice": (lambda good: replace(good, plan=Plan((*PLAN.routes, PLAN.routes[0]))), "demands"),
    "a route of no demand": (lambda good: replace(good, plan=Plan((*PLAN.routes, Route("x", ("A", "B"))))), "demands"),
    "routes in another order": (lambda good: replace(good, plan=Plan(PLAN.routes[::-1])), "demands"),
    "a wrong load": (lambda good: replace(good, loads=(Fraction(6), *good.loads[1:])), "load"),
    "a load too few": (lambda good: replace(good, loads=good.loads[1:]), "load"),
    "a delay told too short": (lambda good: replace(good, delays=(good.delays[0] / 2, good.delays[1])), "delay"),
    "a delay too few": (lambda good: replace(good, delays=good.delays[1:]), "delay"),
    "a link that is down": (on(up=False), "links"),
    "a link that is too small": (on(capacity=Fraction(69, 10)), "capacity"),
    "a link with more before": (on(load=Fraction(1)), "load"),
    "a link that is slow": (on(delay=Fraction(1)), "delay"),
    "one hop allowed": (limited(hops=1), "hops"),
    "less time for a route": (limited(delay=Fraction(1, 5)), "delay"),
    "less time for a link": (limited(delay=Fraction(1, 8), delay_bound="per-node"), "delay"),
    "retransmissions": (limited(retransmission=Fraction(10)), "delay"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_spoiled_plan_fails(what: str) -> None:
    spoil, kind = SPOILED[what]
    assert kind in kinds(spoil(GOOD))


def test_a_delay_that_is_exactly_the_limit_passes_and_a_hair_less_does_not() -> None:
    links = SQUARE.links
    exact = exact_seconds(links[0], Fraction(7), LIMITS) + exact_seconds(links[1], Fraction(3), LIMITS)
    at_limit = certify(replace(PROBLEM, limits=replace(LIMITS, delay=exact)), PLAN)
    assert kinds(at_limit) == set() and at_limit.delays[0] == exact
    assert Ground(at_limit.problem).fast([(0, 7), (1, 3)], exact)
    less = exact - Fraction(1, 10**30)
    assert kinds(certify(replace(PROBLEM, limits=replace(LIMITS, delay=less)), PLAN)) == {"delay"}
    assert not Ground(at_limit.problem).fast([(0, 7), (1, 3)], less)


def test_the_limit_of_a_link_is_the_load_at_which_it_takes_all_the_time() -> None:
    bound = exact_seconds(SQUARE.links[0], Fraction(5), LIMITS)
    for delay, most in ((bound, 5), (bound - Fraction(1, 10**20), 4)):
        ground = Ground(replace(PROBLEM, limits=replace(LIMITS, delay=delay)))
        assert ground.limit == [most] * 5
    assert Ground(replace(PROBLEM, limits=replace(LIMITS, delay=Fraction(99)))).limit == [10] * 5
    assert Ground(replace(PROBLEM, limits=replace(LIMITS, delay=Fraction(1, 99)))).limit == [-1] * 5


@pytest.mark.parametrize("queue", range(1, 6))
def test_the_sojourn_never_falls_with_the_load_so_a_bound_on_delay_is_one_on_load(queue: int) -> None:
    """For all loads, by z3: W mu = sum(k rho^(k-1), k <= M) / sum(rho^k, k < M), and both sums are positive."""
    low, high = z3.Reals("low high")

    def seen(rho: z3.ArithRef) -> z3.ArithRef:
        return z3.Sum([k * rho ** (k - 1) for k in range(1, queue + 1)])

    def room(rho: z3.ArithRef) -> z3.ArithRef:
        return z3.Sum([rho**k for k in range(queue)])

    solver = z3.Solver()
    solver.add(low >= 0, low < high, seen(low) * room(high) > seen(high) * room(low))
    assert solver.check() == z3.unsat


@settings(max_examples=25)
@given(problem=problems(), data=st.data())
def test_a_plan_with_one_node_changed_passes_both_checks_or_neither(problem: Problem, data: st.DataObject) -> None:
    ground = Ground(problem)
    found = place(ground, SCHEMES["greedy"])
    assume(not isinstance(found, int))
    assert not isinstance(found, int)
    plan = ground.plan(found.chosen)
    number = data.draw(st.integers(0, len(plan.routes) - 1))
    nodes = list(plan.routes[number].nodes)
    nodes[data.draw(st.integers(0, len(nodes) - 1))] = data.draw(st.sampled_from(problem.topology.nodes))
    routes = list(plan.routes)
    routes[number] = Route(routes[number].demand, tuple(nodes))
    spoiled = replace(certify(problem, plan), plan=Plan(tuple(routes)))
    assert (faults(spoiled) == ()) == (smt.faults(spoiled) == ()) == (tuple(routes) == plan.routes)


@settings(max_examples=25)
@given(problem=problems())
def test_a_certificate_is_the_same_after_it_was_written_and_read(problem: Problem) -> None:
    ground = Ground(problem)
    found = place(ground, SCHEMES["shortest"])
    assume(not isinstance(found, int))
    assert not isinstance(found, int)
    certificate = certify(problem, ground.plan(found.chosen))
    again = from_json(json.loads(json.dumps(to_json(certificate))))
    assert again == certificate and faults(again) == ()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda document: document | {"format": "x"}, "the format is 'x'"),
        (lambda document: {}, "'format'"),
        (lambda document: [], "no route certificate"),
        (lambda document: document | {"demands": [{"name": "one"}]}, "'source'"),
        (lambda document: document | {"links": [document["links"][0] | {"capacity": "1/0"}]}, "no route certificate"),
        (lambda document: document | {"nodes": ["A"]}, "unknown node"),
    ],
)
def test_what_is_no_certificate_is_refused_by_name(spoil: Callable[[object], object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        from_json(spoil(to_json(GOOD)), "plan.json")
