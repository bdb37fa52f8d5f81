"""Simulation holds the formulas within its intervals; retransmission and nodes in series are as theory has them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.queueing.exponential import exponential
from reference.queueing.fixed import fixed
from reference.queueing.quantities import PerSecond, Queue, Seconds, Service, Solve
from reference.queueing.retransmission import once, until_success, with_retries
from reference.queueing.series import fixed_size, summed, thinned
from reference.queueing.simulation import FEWEST, simulate, simulate_retries

PACKETS = 300_000
WIDE = 2.0
"""Twice as wide as the interval of 95 %: a right formula is outside in 3 of 10,000 runs."""
SERVICES: dict[Service, Solve] = {"exponential": exponential, "fixed": fixed}
BOTH = pytest.mark.parametrize("service", SERVICES)


def queue(arrivals: float, service: float, capacity: int) -> Queue:
    """A queue from plain numbers."""
    return Queue(PerSecond(arrivals), PerSecond(service), capacity)


@BOTH
@pytest.mark.parametrize(
    "asked", [queue(100, 71.1, 10), queue(200, 182, 3), queue(182, 182, 20), queue(30, 182, 2), queue(900, 100, 1)]
)
def test_a_simulated_node_holds_the_formulas(service: Service, asked: Queue) -> None:
    found, [node] = SERVICES[service](asked), simulate(asked, service, PACKETS, 11).nodes
    assert node.loss.holds(found.loss, WIDE)
    assert node.in_system.holds(found.in_system, WIDE)
    assert node.sojourn.holds(found.sojourn, WIDE)
    assert node.waiting.holds(found.waiting, WIDE)
    assert node.loss.half < 0.01 and node.sojourn.half < 0.05 * found.sojourn


@BOTH
def test_a_simulation_tells_the_two_services_apart(service: Service) -> None:
    """So that holding the formulas means something."""
    other = SERVICES["fixed" if service == "exponential" else "exponential"](queue(200, 182, 3))
    [node] = simulate(queue(200, 182, 3), service, PACKETS, 11).nodes
    assert not node.loss.holds(other.loss, WIDE) and not node.sojourn.holds(other.sojourn, WIDE)


def test_a_seed_gives_the_same_run_again_and_another_seed_another() -> None:
    first, again, other = (simulate(queue(2, 1, 3), "exponential", FEWEST, seed, hops=2) for seed in (5, 5, 6))
    assert first == again and first != other


def test_finite_buffers_thin_the_stream_so_that_the_sum_over_nodes_is_too_much() -> None:
    """Seven nodes of 182 packets a second that hold 20, at 200: 518 ms by formula, 340 with exponential service, and
    117 with packets of one size."""
    asked = queue(200, 182, 20)
    assert summed(asked, 7, exponential) == pytest.approx(0.5178, abs=1e-4)
    run = simulate(asked, "exponential", PACKETS, 11, hops=7)
    assert run.delay.holds(0.339, WIDE) and run.delay.half < 0.005
    assert thinned(asked, 7, exponential).delay == pytest.approx(run.delay.mean, rel=0.03)
    losses = [node.loss.mean for node in run.nodes]
    assert losses == sorted(losses, reverse=True)
    assert fixed_size(asked, 7).delay == pytest.approx(0.1169, abs=1e-4)


@pytest.mark.parametrize(("arrivals", "capacity"), [(200, 20), (120, 2), (400, 1)])
def test_packets_of_one_size_wait_and_are_lost_at_the_first_node_only(arrivals: float, capacity: int) -> None:
    asked = queue(arrivals, 182, capacity)
    exactly, run = fixed_size(asked, 4), simulate(asked, "fixed", PACKETS, 3, hops=4)
    assert run.delay.holds(exactly.delay, WIDE) and run.loss.holds(exactly.loss, WIDE)
    for node in run.nodes[1:]:
        assert node.loss.mean == node.in_system.mean == 0 and node.waiting.mean == pytest.approx(0, abs=1e-9)


@given(st.floats(0.01, 0.99), st.integers(1, 12), st.sampled_from(sorted(SERVICES)))
def test_all_transmissions_are_a_fixed_point_below_a_load_of_one(load: float, capacity: int, service: Service) -> None:
    """lambda' (1 - P(lambda')) = lambda: what comes new is what is accepted."""
    asked, solve = queue(load, 1, capacity), SERVICES[service]
    loaded = with_retries(asked, solve)
    assert loaded is not None and loaded.arrivals >= asked.arrivals
    assert solve(loaded).accepted == pytest.approx(asked.arrivals, rel=1e-9)
    assert loaded.arrivals == pytest.approx(asked.arrivals / (1 - solve(loaded).loss), rel=1e-9)


@given(st.floats(0.01, 0.99))
def test_without_a_place_to_wait_the_fixed_point_is_known(load: float) -> None:
    """M = 1: lambda' / (1 + lambda'/mu) = lambda, so lambda' = lambda / (1 - rho)."""
    loaded = with_retries(queue(load, 1, 1), exponential)
    assert loaded is not None and loaded.arrivals == pytest.approx(load / (1 - load), rel=1e-9)


@pytest.mark.parametrize("arrivals", [182, 200])
@BOTH
def test_there_is_no_fixed_point_from_a_load_of_one_on(arrivals: float, service: Service) -> None:
    assert with_retries(queue(arrivals, 182, 3), SERVICES[service]) is None
    with pytest.raises(InputError, match="an arrival rate below the service rate"):
        simulate_retries(queue(arrivals, 182, 3), service, FEWEST, Seconds(0.1), 0)


@BOTH
def test_retransmissions_after_long_and_spread_waits_reach_the_fixed_point(service: Service) -> None:
    asked, solve = queue(100, 182, 3), SERVICES[service]
    loaded = with_retries(asked, solve)
    assert loaded is not None
    run = simulate_retries(asked, service, PACKETS, Seconds(10), 11, spread=True)
    assert run.loss.holds(solve(loaded).loss, WIDE)
    assert run.sojourn.holds(solve(loaded).sojourn, WIDE)
    assert run.transmissions.holds(loaded.arrivals / asked.arrivals, WIDE)
    assert run.until_accepted.holds(until_success(loaded, solve(loaded), Seconds(10)), WIDE)


@pytest.mark.parametrize("wait", [0.1, 1.0])
def test_after_a_constant_wait_more_is_lost_again_than_the_fixed_point_says(wait: float) -> None:
    """What was lost together comes back together: at 150 packets a second more than 42 % are lost and not 34 %."""
    asked = queue(150, 182, 3)
    loaded = with_retries(asked, exponential)
    assert loaded is not None and exponential(loaded).loss == pytest.approx(0.3356, abs=1e-4)
    run = simulate_retries(asked, "exponential", PACKETS, Seconds(wait), 11)
    assert run.loss.low > 0.42


@given(st.floats(0.1, 5), st.integers(1, 9), st.floats(1e-3, 10))
@settings(max_examples=30)
def test_one_retry_is_cheaper_than_retries_until_success(load: float, capacity: int, wait: float) -> None:
    asked = queue(load, 1, capacity)
    found = exponential(asked)
    assert once(found, Seconds(wait)) < until_success(asked, found, Seconds(wait))
    assert until_success(asked, found, Seconds(wait)) == pytest.approx(wait * found.loss / (1 - found.loss), rel=1e-9)


@pytest.mark.parametrize("packets", [0, FEWEST - 1, 10**9])
def test_too_few_and_too_many_packets_are_refused(packets: int) -> None:
    with pytest.raises(InputError, match=f"{packets} packets"):
        simulate(queue(1, 2, 3), "fixed", packets, 0)


def test_paths_and_waits_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="path of 0 nodes"):
        simulate(queue(1, 2, 3), "fixed", FEWEST, 0, hops=0)
    with pytest.raises(InputError, match="path of 0 nodes"):
        summed(queue(1, 2, 3), 0, fixed)
    with pytest.raises(InputError, match="retransmission after 0 s"):
        simulate_retries(queue(1, 2, 3), "fixed", FEWEST, Seconds(0), 0)
    with pytest.raises(InputError, match="seed -1"):
        simulate(queue(1, 2, 3), "fixed", FEWEST, -1)
    with pytest.raises(InputError, match="no packet gets through"):
        simulate(queue(1e9, 1, 1), "exponential", FEWEST, 0, hops=3)
