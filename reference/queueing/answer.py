"""A question about a queue answered for a reader: each quantity with unit and definition, for both kinds of service."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from meterproof.errors import InputError
from meterproof.real.plan_queue import Answer, Asked, Curve, Interval, Printed, Quantity
from reference.queueing.exponential import exponential
from reference.queueing.fixed import fixed
from reference.queueing.printed import as_printed
from reference.queueing.quantities import PerSecond, Queue, Seconds, Service
from reference.queueing.retransmission import once, until_success, with_retries
from reference.queueing.series import fixed_size, summed, thinned
from reference.queueing.simulation import CONFIDENCE, Estimate, Simulated, simulate, simulate_retries

_NODE = (
    ("load", "load", "rho", "", "arrival rate over service rate, eq. (5)"),
    ("loss", "loss", "P", "", "share of packets that find M in the system"),
    ("in_system", "number in system", "L", "packets", "mean over time, the one in service included"),
    ("in_queue", "number in queue", "Lq", "packets", "mean over time, without the one in service"),
    ("accepted", "effective arrival rate", "lam_eff", "packets/s", "lambda (1 - P), also the rate of departures"),
    ("utilisation", "utilisation", "1 - p0", "", "share of time in which the node serves"),
    ("sojourn", "sojourn time", "W", "s", "of accepted packets, from arrival to departure: L / lam_eff"),
    ("waiting", "waiting time", "Wq", "s", "of accepted packets, from arrival to start of service: W - 1/mu"),
)
"""Field, name, symbol, unit and definition of a node's measures."""
_POINTS = 160
_BOTH = (exponential, fixed)


def answer(asked: Asked) -> Answer:
    """Every quantity of a node, of retransmission if its wait is given, and of the path if it has several nodes."""
    queue = _queue(asked)
    run = simulate(queue, _service(asked), asked.simulate, asked.seed, asked.hops) if asked.simulate else None
    quantities = (*_node(queue, run), *_retransmission(queue, asked), *_path(queue, asked, run))
    return Answer(quantities, _printed(queue), tuple(_remarks(queue, asked)), CONFIDENCE)


def _queue(asked: Asked) -> Queue:
    if asked.hops < 1:
        raise InputError(f"a path of {asked.hops} nodes", allowed="1 or more")
    if asked.retransmission is not None and not 0 < asked.retransmission < math.inf:
        raise InputError(f"a retransmission after {asked.retransmission:g} s", allowed="a time above 0")
    return Queue(PerSecond(asked.arrivals), PerSecond(asked.service), asked.capacity)


def _service(asked: Asked) -> Service:
    return "fixed" if asked.fixed else "exponential"


def _interval(estimate: Estimate | None) -> Interval | None:
    return None if estimate is None else Interval(estimate.mean, estimate.half)


def _node(queue: Queue, run: Simulated | None) -> Iterator[Quantity]:
    markovian, same = exponential(queue), fixed(queue)
    for field, name, symbol, unit, definition in _NODE:
        seen = getattr(run.nodes[0], field, None) if run else None
        a, b = getattr(markovian, field), getattr(same, field)
        yield Quantity("node", name, symbol, unit, definition, a, b, _interval(seen))


def _retransmission(queue: Queue, asked: Asked) -> Iterator[Quantity]:
    """Once, until success, and at the fixed point, which there is for lambda < mu."""
    if asked.retransmission is None:
        return
    wait, part = Seconds(asked.retransmission), "retransmission"
    found = [solve(queue) for solve in _BOTH]
    a, b = (once(each, wait) for each in found)
    what = "a node's mean wait, the first retransmission succeeding, eq. (7)"
    yield Quantity(part, "wait, one retry", "P t_rw", "s", what, a, b)
    a, b = (until_success(queue, each, wait) for each in found)
    what = "a node's mean wait, retransmissions not counted as arrivals"
    yield Quantity(part, "wait, until accepted", "t_rw P/(1-P)", "s", what, a, b)
    rates: list[float | None] = []
    losses: list[float | None] = []
    waits: list[float | None] = []
    for solve in _BOTH:
        loaded = with_retries(queue, solve)
        each = None if loaded is None else solve(loaded)
        rates.append(None if loaded is None else loaded.arrivals)
        losses.append(None if each is None else each.loss)
        waits.append(None if loaded is None or each is None else until_success(loaded, each, wait))
    seen_loss = seen_wait = None
    if asked.simulate and queue.arrivals < queue.service:
        run = simulate_retries(queue, _service(asked), asked.simulate, wait, asked.seed)
        seen_loss, seen_wait = _interval(run.loss), _interval(run.until_accepted)
    what = "fixed point of lambda / (1 - P(lambda')); there is one if lambda < mu"
    yield Quantity(part, "all transmissions", "lambda'", "packets/s", what, rates[0], rates[1])
    what = "loss at lambda', all transmissions taken as Poisson"
    yield Quantity(part, "loss of these", "P'", "", what, losses[0], losses[1], seen_loss)
    what = "a node's mean wait until accepted, at lambda'"
    yield Quantity(part, "wait with these", "t_rw P'/(1-P')", "s", what, waits[0], waits[1], seen_wait)


def _path(queue: Queue, asked: Asked, run: Simulated | None) -> Iterator[Quantity]:
    if asked.hops == 1:
        return
    r, part = asked.hops, "path"
    if asked.retransmission is not None:
        a, b = (summed(queue, r, solve, Seconds(asked.retransmission)) for solve in _BOTH)
        what = "eq. (7) with W, every node loaded as the first"
        yield Quantity(part, "sum over nodes", "r (W + P t_rw)", "s", what, a, b)
    a, b = (summed(queue, r, solve) for solve in _BOTH)
    yield Quantity(part, "sum of sojourn times", "r W", "s", "every node loaded as the first", a, b)
    poisson, exact = thinned(queue, r, exponential), fixed_size(queue, r)
    what = "of packets that arrive, none sent again; fixed: exact, else each node has Poisson arrivals"
    seen = _interval(run.delay) if run else None
    yield Quantity(part, "delay of the path", "D", "s", what, poisson.delay, exact.delay, seen)
    what = "share of packets lost at any node; exact or approximate as D"
    seen = _interval(run.loss) if run else None
    yield Quantity(part, "loss on the path", "P_r", "", what, poisson.loss, exact.loss, seen)


def _printed(queue: Queue) -> tuple[Printed, ...]:
    found = as_printed(queue)

    def row(name: str, value: float, unit: str, remark: str) -> Printed:
        return Printed(name, None if math.isnan(value) else value, unit, remark)

    return (
        row("P_loss", found.loss, "", "correct, but 0/0 at rho = 1"),
        row("L_s", found.length, "packets", "called queue length; is the number in the system"),
        row("L_s rho-bar", found.product, "packets^2/s", "no time; a fraction bar may be lost"),
        row("tau_delay", found.quotient, "s", "called waiting time; is the sojourn time, 1/mu more"),
    )


def _remarks(queue: Queue, asked: Asked) -> Iterator[tuple[str, str]]:
    yield "ZK-C21", "eq. (6) calls the number in the system a queue length, and the sojourn time a waiting time"
    if asked.retransmission is not None:
        yield "ZK-C22", "eq. (7) counts one retransmission, which is not lost again and is no arrival"
        if queue.arrivals >= queue.service:
            yield "ZK-C22", "lambda >= mu: sent again until accepted, packets pile up without bound"
        else:
            yield "ZK-C22", "a constant t_rw keeps lost packets together: more are lost again than P' says"
    if asked.hops > 1:
        yield "ZK-R38", "what a full node turns away does not load the next one, so r times one node is too much"


def curves(asked: Asked) -> tuple[Curve, ...]:
    """Sojourn time and loss of one node, from nearly idle to twice the service rate or more than is asked for."""
    queue = _queue(asked)
    last = max(2 * queue.service, 1.2 * queue.arrivals)
    rates = tuple(float(rate) for rate in np.linspace(last / _POINTS, last, _POINTS))
    found = []
    for label, solve in (("M/M/1/M", exponential), ("M/D/1/M", fixed)):
        of = [solve(queue.offered(rate)) for rate in rates]
        found.append(Curve(label, rates, tuple(m.sojourn for m in of), tuple(m.loss for m in of)))
    return tuple(found)
