"""The router returns a plan that holds, or a proof that holds, or says that it knows neither."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reference.routing import smt
from reference.routing.certificate import certify, faults
from reference.routing.cuts import Cut, cut, refuted
from reference.routing.ground import Ground
from reference.routing.infeasible import (
    Exhausted,
    TooFar,
    TooSlow,
    Unsatisfiable,
    Weights,
    holds,
    proof_by_weights,
    quick_proof,
    rooms,
)
from reference.routing.network import Demand, Limits, Link, Problem, Topology
from reference.routing.optimum import brute_force
from reference.routing.random_networks import block_unicast, network
from reference.routing.router import Infeasible, Routed, Unknown, route
from reference.routing.schemes import SCHEMES
from tests.reference.routing.instances import grounds, problems

UNLIMITED = Limits()


def problem(links: str, *demands: tuple[str, int], limits: Limits = UNLIMITED, capacity: int = 10) -> Problem:
    """Links as pairs of letters, all of one capacity; demands as pairs of letters with a rate."""
    ends = links.split()
    nodes = tuple(sorted({node for pair in ends for node in pair}))
    made = tuple(Demand(f"{pair}{number}", *pair, Fraction(rate)) for number, (pair, rate) in enumerate(demands))
    return Problem(Topology(nodes, tuple(Link(a, b, Fraction(capacity)) for a, b in ends)), made, limits)


@pytest.mark.parametrize("scheme", ["greedy", "shortest", "min-delay"])
@settings(max_examples=25)
@given(given_problem=problems())
def test_the_answer_is_a_plan_just_when_brute_force_finds_one_and_a_proof_that_holds_otherwise(
    scheme: str, given_problem: Problem
) -> None:
    answer = route(given_problem, scheme)
    ground = Ground(given_problem)
    if brute_force(ground).plan is None:
        assert isinstance(answer, Infeasible)
        assert holds(ground, answer.proof) and answer.proof.words()
    else:
        assert isinstance(answer, Routed)
        assert faults(answer.certificate) == () and answer.certificate.problem == given_problem


@settings(max_examples=30)
@given(ground=grounds())
def test_no_proof_is_given_where_a_plan_exists(ground: Ground) -> None:
    if brute_force(ground).plan is None:
        assert smt.integral_flow(ground).says in ("none", "some")
        return
    assert quick_proof(ground) is None
    assert proof_by_weights(ground) is None
    assert smt.integral_flow(ground).says == "some"
    for size in range(1, len(ground.number)):
        for side in combinations(range(len(ground.number)), size):
            assert cut(ground, side, rooms(ground)) is None


@settings(max_examples=30)
@given(ground=grounds())
def test_a_cut_really_is_one(ground: Ground) -> None:
    """Its links are all that lead out, what they admit is what is left on them, and those named really must cross."""
    found = quick_proof(ground)
    assume(isinstance(found, Cut))
    assert isinstance(found, Cut)
    topology = ground.problem.topology
    out = [
        link
        for link in topology.links
        if (link.a in found.side) != (link.b in found.side) and (not topology.directed or link.a in found.side)
    ]
    assert sorted(found.links) == sorted(map(str, out))
    assert all(room <= link.capacity - link.load for link, room in zip(out, found.rooms, strict=True) if room)
    for name, rate in zip(found.demands, found.rates, strict=True):
        [demand] = [each for each in ground.problem.demands if each.name == name]
        assert demand.rate == rate and (demand.source in found.side) != (demand.target in found.side)
    if found.kind == "sum":
        assert found.demand > found.capacity
    if found.kind == "narrow":
        assert found.rates[0] > max(found.rooms)
    if found.kind == "disconnected":
        assert not found.links


@given(
    rooms=st.lists(st.integers(0, 8), min_size=1, max_size=3),
    rates=st.lists(st.integers(1, 6), min_size=1, max_size=4),
)
def test_a_cut_refutes_just_the_demands_that_no_dealing_out_fits(rooms: list[int], rates: list[int]) -> None:
    from itertools import product

    fits = any(
        all(sum(rate for rate, at in zip(rates, where, strict=True) if at == n) <= room for n, room in enumerate(rooms))
        for where in product(range(len(rooms)), repeat=len(rates))
    )
    assert (refuted(rooms, rates) is None) == fits


def test_every_kind_of_proof_is_found_and_told() -> None:
    triangle = "AB BC AC"
    cases = {
        "no link that is up": problem("AB CD", ("AC", 1)),
        "admits more than 10": problem(triangle, ("AB", 11)),
        "admit 20 packet/s": problem(triangle, ("AB", 9), ("AC", 8), ("AB", 4)),
        "dealt out": problem(triangle, ("AB", 6), ("AC", 6), ("AB", 6)),
        "needs 2 hops": problem("AB BC", ("AC", 1), limits=Limits(hops=1)),
        "ms at least": problem("AB BC", ("AC", 1), limits=Limits(delay=Fraction(1, 5))),
    }
    for says, case in cases.items():
        answer = route(case, "greedy")
        assert isinstance(answer, Infeasible), says
        assert says in answer.proof.words() and holds(Ground(case), answer.proof)
        assert isinstance(answer.proof, TooFar | TooSlow | Cut)


def test_weights_of_links_prove_what_no_cut_does() -> None:
    """The classical gap between cuts and flows: on K(2,3) with unit links, demands between all pairs of one side."""
    case = problem("aX aY bX bY cX cY", ("ab", 1), ("bc", 1), ("ac", 1), ("XY", 1), capacity=1)
    ground = Ground(case)
    assert quick_proof(ground) is None
    proof = proof_by_weights(ground)
    assert isinstance(proof, Weights) and proof.needed > proof.admitted
    assert holds(ground, proof) and "weighed" in proof.words()
    assert not holds(ground, replace(proof, weights=proof.weights[1:]))


def test_a_proof_of_another_problem_does_not_hold() -> None:
    narrow, wide = problem("AB BC AC", ("AB", 11)), problem("AB BC AC", ("AB", 9))
    far = problem("AB BC", ("AC", 1), limits=Limits(hops=1))
    answers = [route(each, "greedy") for each in (narrow, far)]
    assert all(isinstance(each, Infeasible) for each in answers)
    for proof in [each.proof for each in answers if isinstance(each, Infeasible)] + [
        Exhausted(5),
        Unsatisfiable(False),
    ]:
        fixed = problem("AB BC AC", ("AC", 1), limits=Limits(hops=1)) if isinstance(proof, TooFar) else wide
        assert not holds(Ground(fixed), proof)


def test_a_pigeonhole_of_twenty_devices_is_refuted() -> None:
    """Where the search would have to try each dealing out, the cut around the sender counts."""
    case = block_unicast(network(20, 0), Fraction(200), Limits(4))
    answer = route(case, "greedy")
    assert isinstance(answer, Infeasible) and isinstance(answer.proof, Cut)
    assert smt.integral_flow(Ground(case)).says == "none"


def test_demands_of_one_rate_that_fit_only_split_are_refuted_by_a_cut_in_whole_demands() -> None:
    """More demands than are tried one by one: each link admits 1.9 of them, so that 1 fits."""
    case = problem("AB AC AD AE AF AG AH BI CI DI EI FI GI HI IJ JK KL LM MN", *(("AI", 10),) * 13, capacity=19)
    answer = route(case, "greedy")
    assert isinstance(answer, Infeasible) and isinstance(answer.proof, Cut)
    assert answer.proof.kind == "packing" and answer.proof.capacity >= answer.proof.demand
    assert holds(Ground(case), answer.proof) and "unsplit" in answer.proof.words()
    assert smt.integral_flow(Ground(case)).says == "none"


def test_without_effort_the_router_says_that_it_does_not_know() -> None:
    """A path's delay is what makes this infeasible, which only a search of all plans could tell."""
    case = problem("AB BC AC AD BD CD", *(("AB", 3),) * 3, limits=Limits(delay=Fraction(27, 100), queue=5), capacity=10)
    ground = Ground(case)
    assert brute_force(ground).plan is None and quick_proof(ground) is None
    full = route(case, "greedy")
    assert isinstance(full, Infeasible) and isinstance(full.proof, Exhausted) and holds(ground, full.proof)
    answer = route(case, "greedy", most_tries=1)
    assert isinstance(answer, Unknown)
    assert answer.stuck in {demand.name for demand in case.demands}
    assert any("is not through" in each for each in answer.tried) and any("z3" in each for each in answer.tried)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_gives_a_certified_plan_on_a_random_network(scheme: str) -> None:
    case = block_unicast(network(12, 5), Fraction(10), Limits(4, Fraction(1, 2)))
    answer = route(case, scheme, seed=1)
    assert isinstance(answer, Routed) and answer.by == scheme and answer.stuck is None
    assert answer.certificate == certify(case, answer.certificate.plan)
