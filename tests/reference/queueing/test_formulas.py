"""A node's measures are those of its stationary chain to 1e-12, at any load, and obey the laws of queues (ZK-P16)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.queueing.exact import exponential_exactly, fixed_exactly
from reference.queueing.exponential import exponential
from reference.queueing.fixed import STEEPEST, fixed
from reference.queueing.printed import as_printed, total
from reference.queueing.quantities import Measures, PerSecond, Queue, Seconds, Solve

TOLERANCE = Fraction(1, 10**12)
TINY = Fraction(1, 10**290)
"""Below it floats have fewer figures."""
BOTH = pytest.mark.parametrize("solve", [exponential, fixed])


def queue(arrivals: float, service: float, capacity: int) -> Queue:
    """A queue from plain numbers."""
    return Queue(PerSecond(arrivals), PerSecond(service), capacity)


def rates(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers between powers of ten, each power as likely."""
    return st.floats(low, high).map(lambda exponent: 10.0**exponent)


def queues(most: int = 40, load: float = 2.0) -> st.SearchStrategy[Queue]:
    """Queues with loads of 10^-load to 10^load."""
    made = st.tuples(rates(-3, 6), rates(-load, load), st.integers(1, most))
    return made.map(lambda drawn: queue(drawn[0] * drawn[1], drawn[0], drawn[2]))


def near_one() -> st.SearchStrategy[Queue]:
    """Queues with a load within 1e-6 of 1, mostly much nearer."""
    gap = st.tuples(st.floats(-16, -6), st.sampled_from([-1, 1])).map(lambda drawn: drawn[1] * 10.0 ** drawn[0])
    return st.tuples(rates(-3, 6), gap, st.integers(1, 60)).map(lambda d: queue(d[0] * (1 + d[1]), d[0], d[2]))


def hold(found: Measures, exactly: Mapping[str, Fraction]) -> None:
    """Every measure is within 1e-12 of the exact one, relatively."""
    assert set(vars(found)) == set(exactly)
    for name, value in exactly.items():
        error = abs(Fraction(getattr(found, name)) - value)
        assert error <= TOLERANCE * value + TINY, f"{name}: {float(error / value if value else error)}"


@given(queues(most=80, load=9))
def test_exponential_service_is_exact_to_1e_12(asked: Queue) -> None:
    hold(exponential(asked), exponential_exactly(asked))


@given(near_one())
def test_exponential_service_is_exact_near_a_load_of_one(asked: Queue) -> None:
    hold(exponential(asked), exponential_exactly(asked))


@given(queues(most=14, load=1.2))
def test_fixed_service_is_exact_to_1e_12(asked: Queue) -> None:
    """Against the balance equations in many digits, which subtract where ours add."""
    hold(fixed(asked), fixed_exactly(asked))


@pytest.mark.parametrize(("arrivals", "capacity"), [(1 - 1e-10, 20), (1 + 1e-10, 20), (5, 500), (1, 1), (1e-9, 30)])
def test_loads_where_the_closed_form_fails(arrivals: float, capacity: int) -> None:
    asked = queue(arrivals, 1, capacity)
    hold(exponential(asked), exponential_exactly(asked))


@pytest.mark.parametrize(("arrivals", "capacity"), [(1 - 1e-10, 20), (5, 60), (1e-6, 8), (20, 10), (0.5, 60)])
def test_fixed_service_at_such_loads(arrivals: float, capacity: int) -> None:
    asked = queue(arrivals, 1, capacity)
    hold(fixed(asked), fixed_exactly(asked))


@given(st.integers(1, 400), rates(-3, 4))
def test_at_a_load_of_one_the_values_are_those_of_the_limit(capacity: int, rate: float) -> None:
    found, m = exponential(queue(rate, rate, capacity)), capacity
    assert found.loss == pytest.approx(1 / (m + 1), rel=1e-13)
    assert found.in_system == pytest.approx(m / 2, rel=1e-13)
    assert found.sojourn == pytest.approx((m + 1) / (2 * rate), rel=1e-13)
    assert found.in_queue == pytest.approx(m * (m - 1) / (2 * (m + 1)), rel=1e-13, abs=0)
    assert found.waiting == pytest.approx((m - 1) / (2 * rate), rel=1e-13, abs=0)


@BOTH
@given(capacity=st.integers(1, 60), gap=st.floats(1e-15, 1e-9))
def test_all_is_continuous_at_a_load_of_one(solve: Solve, capacity: int, gap: float) -> None:
    below, at, above = (solve(queue(rate, 1, capacity)) for rate in (1 - gap, 1, 1 + gap))
    for name, value in vars(at).items():
        assert vars(below)[name] == pytest.approx(value, rel=100 * gap * capacity + 1e-13, abs=0)
        assert vars(above)[name] == pytest.approx(value, rel=100 * gap * capacity + 1e-13, abs=0)


@BOTH
@given(asked=queues())
def test_probabilities_and_numbers_are_in_their_ranges(solve: Solve, asked: Queue) -> None:
    found, slack = solve(asked), 1 + 1e-13
    assert 0 <= found.loss <= 1 and 0 <= found.utilisation <= 1
    assert 0 <= found.in_queue <= found.in_system <= asked.capacity * slack
    assert found.in_queue <= (asked.capacity - 1) * slack
    assert found.accepted <= min(asked.arrivals, asked.service) * slack
    assert 1 / slack <= found.sojourn * asked.service <= asked.capacity * slack


@BOTH
@given(asked=queues())
def test_littles_law_holds_for_the_system_the_queue_and_the_server(solve: Solve, asked: Queue) -> None:
    found = solve(asked)
    assert found.in_system == pytest.approx(found.accepted * found.sojourn, rel=1e-12, abs=0)
    assert found.in_queue == pytest.approx(found.accepted * found.waiting, rel=1e-12, abs=0)
    assert found.utilisation == pytest.approx(found.accepted / asked.service, rel=1e-12, abs=0)
    assert found.sojourn == pytest.approx(found.waiting + 1 / asked.service, rel=1e-12, abs=0)


@BOTH
@given(asked=queues(), more=st.floats(1.001, 10))
def test_loss_and_sojourn_time_grow_with_arrivals(solve: Solve, asked: Queue, more: float) -> None:
    less, greater = solve(asked), solve(asked.offered(asked.arrivals * more))
    slack = 1 + 1e-12
    assert less.loss <= greater.loss * slack + 1e-300
    assert less.sojourn <= greater.sojourn * slack
    assert less.accepted <= greater.accepted * slack


@BOTH
@given(asked=queues())
def test_a_larger_capacity_loses_less(solve: Solve, asked: Queue) -> None:
    larger = Queue(asked.arrivals, asked.service, asked.capacity + 1)
    assert solve(larger).loss <= solve(asked).loss * (1 + 1e-12)


@BOTH
@given(load=rates(-6, 5))
def test_without_a_place_to_wait_loss_is_erlangs_whatever_the_service(solve: Solve, load: float) -> None:
    assert solve(queue(load, 1, 1)).loss == pytest.approx(load / (1 + load), rel=1e-12)


@given(queues())
def test_packets_of_one_size_are_lost_more_rarely(asked: Queue) -> None:
    assert fixed(asked).loss <= exponential(asked).loss * (1 + 1e-12)


@given(load=st.floats(1e-3, 60))
def test_fixed_service_with_one_place_to_wait_is_the_closed_form(load: float) -> None:
    """M = 2: a departure leaves nobody behind with probability e^-rho, so P = 1 - 1 / (e^-rho + rho)."""
    found, none = fixed(queue(load, 1, 2)), Fraction(math.exp(-load))
    assert found.loss == pytest.approx(float(1 - 1 / (none + Fraction(load))), rel=1e-8)


@pytest.mark.parametrize("capacity", [1, 2, 3, 50])
def test_fixed_service_is_continuous_where_very_high_loads_begin(capacity: int) -> None:
    below, above = (vars(fixed(queue(STEEPEST * step, 1, capacity))) for step in (1 - 1e-12, 1))
    for name, value in above.items():
        assert below[name] == pytest.approx(value, rel=1e-8, abs=0)
    assert fixed(queue(1e250, 1, capacity)).loss == 1


def test_golden_numbers() -> None:
    """A node of 182 packets a second that holds 3, at 200: 28.6 % are lost, of packets of one size 21.5 %."""
    asked = queue(200, 182, 3)
    assert exponential(asked).loss == pytest.approx(0.28639582595, rel=1e-10)
    assert fixed(asked).loss == pytest.approx(0.21513704989, rel=1e-10)
    at_25_mbit = exponential(queue(200, 25e6 / 2880, 5))
    assert at_25_mbit.waiting == pytest.approx(0.0027e-3, rel=0.01) and at_25_mbit.sojourn == pytest.approx(
        0.1179168e-3
    )


@given(queues(most=20, load=0.7).filter(lambda asked: abs(asked.load - 1) > 0.05))
def test_the_papers_quotient_is_the_sojourn_time_and_its_length_the_number_in_the_system(asked: Queue) -> None:
    printed, found = as_printed(asked), exponential(asked)
    assert printed.loss == pytest.approx(found.loss, rel=1e-9)
    assert printed.length == pytest.approx(found.in_system, rel=1e-6)
    assert printed.quotient == pytest.approx(found.sojourn, rel=1e-6)
    assert printed.product == pytest.approx(found.in_system * found.accepted, rel=1e-6)


def test_the_papers_formula_as_printed_loses_all_figures_near_a_load_of_one() -> None:
    """Nearer and nearer to rho = 1, until it is nonsense at 1 + 1e-10 and 0/0 at 1."""
    wrong = [abs(as_printed(queue(1 + gap, 1, 20)).length / exponential(queue(1 + gap, 1, 20)).in_system - 1)
             for gap in (1e-6, 1e-8, 1e-10)]  # fmt: skip
    assert 1e-9 < wrong[0] < 1e-6 and 1e-4 < wrong[1] < 0.02 and wrong[2] > 0.5
    assert all(map(math.isnan, vars(as_printed(queue(7, 7, 20))).values()))
    assert math.isnan(as_printed(queue(5, 1, 500)).length)


def test_eq_7_as_printed_is_nodes_times_one_node() -> None:
    each = exponential(queue(150, 182, 3))
    assert total(queue(150, 182, 3), 7, Seconds(0.1)) == pytest.approx(7 * (each.sojourn + each.loss * 0.1))


@pytest.mark.parametrize(
    ("arrivals", "service", "capacity", "message"),
    [
        (-1, 1, 1, "arrival rate of -1"),
        (0, 1, 1, "arrival rate of 0"),
        (1, math.inf, 1, "service rate of inf"),
        (1, math.nan, 1, "service rate of nan"),
        (1, 1, 0, "capacity of 0"),
        (1, 1, 10_001, "1 to 10000"),
        (1e200, 1e-200, 1, "a quotient from 1e-300 to 1e300"),
    ],
)
def test_what_is_no_queue_is_refused(arrivals: float, service: float, capacity: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        queue(arrivals, service, capacity)
