"""What every scheme must keep: plans pass their certificate, searches only improve, and no scheme beats the optimum."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.routing import objectives, smt
from reference.routing.backtracking import backtrack
from reference.routing.balance import variance
from reference.routing.certificate import certify, faults
from reference.routing.ground import Ground
from reference.routing.network import Demand, Limits, Link, Problem, Topology, idle
from reference.routing.optimum import brute_force, optimum
from reference.routing.placement import Placement, scaled_variance
from reference.routing.schemes import SCHEMES, improve, in_order, place
from tests.reference.routing.instances import LIMITS, grounds, problems

WITHOUT_PATH_DELAY = tuple(each for each in LIMITS if each.delay is None or each.delay_bound == "per-node")


@pytest.mark.parametrize("scheme", SCHEMES)
@settings(max_examples=8)
@given(ground=grounds(), seed=st.integers(0, 3))
def test_a_scheme_returns_a_plan_that_arithmetic_and_z3_pass_or_the_demand_it_is_stuck_at(
    scheme: str, ground: Ground, seed: int
) -> None:
    found = place(ground, SCHEMES[scheme], seed)
    if isinstance(found, int):
        assert 0 <= found < len(ground.rates)
        return
    certificate = certify(ground.problem, ground.plan(found.chosen))
    assert faults(certificate) == smt.faults(certificate) == ()


@settings(max_examples=25)
@given(ground=grounds())
def test_the_search_of_all_plans_finds_one_just_when_brute_force_does(ground: Ground) -> None:
    best, searched = brute_force(ground), backtrack(ground, objectives.balance)
    assert (searched.found is not None) == (best.plan is not None)
    assert searched.exhausted == (best.plan is None)


@pytest.mark.parametrize(
    ("capacities", "demands"),
    [
        ((6, 6, 4), "BA3 BC2 BC4"),
        ((6, 4, 4), "CA4 AB3 CA3"),
        ((4, 5, 3), "CB3 AB3 AC3 CB1"),
        ((4, 5, 5), "AC2 AC3 CA4"),
    ],
)
def test_a_path_that_failed_for_one_demand_is_still_there_for_others(capacities: tuple[int, ...], demands: str) -> None:
    """Triangles where the search has to go back, and where only demands that are alike may be told apart by order."""
    links = tuple(Link(a, b, Fraction(each)) for (a, b), each in zip(("AB", "AC", "BC"), capacities, strict=True))
    wanted = tuple(Demand(str(n), a, b, Fraction(int(r))) for n, (a, b, r) in enumerate(demands.split()))
    ground = Ground(Problem(Topology(("A", "B", "C"), links), wanted))
    assert brute_force(ground).plan is not None
    assert backtrack(ground, objectives.balance).found is not None


@settings(max_examples=25)
@given(ground=grounds(limits=LIMITS[:2]), count=st.integers(2, 4))
def test_demands_that_are_alike_are_searched_completely(ground: Ground, count: int) -> None:
    first = ground.problem.demands[0]
    alike = tuple(replace(first, name=f"{first.name} {number}") for number in range(count))
    same = Ground(replace(ground.problem, demands=alike))
    assert (backtrack(same, objectives.balance).found is None) == (brute_force(same).plan is None)


@settings(max_examples=25)
@given(ground=grounds(limits=WITHOUT_PATH_DELAY))
def test_the_programs_find_what_brute_force_finds(ground: Ground) -> None:
    slow, fast = brute_force(ground), optimum(ground)
    assert fast.proved and slow.variance == fast.variance
    if fast.plan is not None:
        assert variance(idle(ground.problem, fast.plan)) == fast.variance
        assert faults(certify(ground.problem, fast.plan)) == ()


@settings(max_examples=25)
@given(ground=grounds(limits=WITHOUT_PATH_DELAY), seed=st.integers(0, 3))
def test_no_scheme_is_better_than_the_optimum_and_a_known_plan_does_not_change_it(ground: Ground, seed: int) -> None:
    best = optimum(ground)
    for scheme in SCHEMES.values():
        found = place(ground, scheme, seed)
        if isinstance(found, Placement):
            assert best.variance is not None
            value = Fraction(scaled_variance(found), len(ground.links) ** 2) * ground.unit**2
            assert value == variance(idle(ground.problem, ground.plan(found.chosen))) >= best.variance
            assert optimum(ground, found).variance == best.variance


@settings(max_examples=25)
@given(ground=grounds())
def test_a_search_never_makes_its_objective_worse_and_ends_where_no_single_move_helps(ground: Ground) -> None:
    at = in_order(ground, objectives.balance, range(len(ground.rates)))
    if isinstance(at, Placement):
        before = scaled_variance(at)
        improve(at, objectives.balance)
        after, chosen = scaled_variance(at), at.chosen
        assert after <= before
        assert improve(at, objectives.balance) == 0 and at.chosen == chosen


@settings(max_examples=25)
@given(ground=grounds(), number=st.integers(0, 3))
def test_the_columns_of_the_balance_are_the_variance_after_the_move(ground: Ground, number: int) -> None:
    demand = number % len(ground.rates)
    at, among = Placement(ground), ground.candidates(demand)
    for row, value in enumerate(objectives.balance(at, demand, among.table)[0]):
        at.put(demand, among.nodes[row], among.links[row])
        assert value == scaled_variance(at)
        at.take(demand)


@settings(max_examples=25)
@given(ground=grounds())
def test_each_greedy_choice_is_the_best_that_fits(ground: Ground) -> None:
    """Against a plain loop over the paths, for the paper's scheme."""
    at = Placement(ground)
    for demand in range(len(ground.rates)):
        values = []
        among = ground.candidates(demand)
        for row, links in enumerate(among.links):
            if at.fits(demand, links):
                at.put(demand, among.nodes[row], links)
                values.append((scaled_variance(at), len(links), among.nodes[row], row))
                at.take(demand)
        if not values:
            break
        row = min(values)[-1]
        at.put(demand, among.nodes[row], among.links[row])
    found = in_order(ground, objectives.balance, range(len(ground.rates)))
    if isinstance(found, Placement):
        assert found.nodes == at.nodes
    else:
        assert at.nodes[found] is None and all(at.nodes[before] is not None for before in range(found))


def test_a_seed_gives_the_same_plan_again_and_restarts_are_no_worse_than_one_order() -> None:
    from reference.routing.random_networks import block_unicast, network

    ground = Ground(block_unicast(network(9, 3), Fraction(15), Limits(4)))
    first, again = (place(ground, SCHEMES["restarts"], 7) for _ in range(2))
    once = place(ground, SCHEMES["greedy-search"], 7)
    assert isinstance(first, Placement) and isinstance(again, Placement) and isinstance(once, Placement)
    assert first.chosen == again.chosen
    assert scaled_variance(first) <= scaled_variance(once)


def test_whole_numbers_beyond_64_bits_are_compared_exactly() -> None:
    """Capacities with large denominators make squares that 64 bits cannot hold."""
    from reference.routing.traps import INCOMPLETE

    topology, shift = INCOMPLETE.topology, Fraction(1, 10**12 + 39)
    links = tuple(type(link)(link.a, link.b, link.capacity + shift, link.load) for link in topology.links)
    ground = Ground(Problem(type(topology)(topology.nodes, links), INCOMPLETE.demands))
    assert max(ground.capacity) ** 2 > 2**64
    assert in_order(ground, objectives.balance, range(2)) == 1
    found = backtrack(ground, objectives.balance).found
    assert found is not None and [len(path) for path in found.paths] == [1, 1]


@settings(max_examples=30)
@given(problem=problems(directed=False), seed=st.integers(0, 10))
def test_the_names_of_nodes_do_not_matter_to_whether_a_plan_exists(problem: Problem, seed: int) -> None:
    names = list(problem.topology.nodes)
    Random(seed).shuffle(names)
    topology = type(problem.topology)(tuple(names), problem.topology.links)
    renumbered = Problem(topology, problem.demands, problem.limits)
    first, second = brute_force(Ground(problem)), brute_force(Ground(renumbered))
    assert first.variance == second.variance


def test_brute_force_and_the_programs_say_what_they_cannot_do() -> None:
    from reference.routing.random_networks import block_unicast, network

    large = block_unicast(network(20, 0), Fraction(5), Limits(4))
    with pytest.raises(InputError, match="combinations of paths"):
        brute_force(Ground(large))
    with pytest.raises(InputError, match="bound on the delay of whole routes"):
        optimum(Ground(Problem(large.topology, large.demands, Limits(4, Fraction(1, 10)))))
