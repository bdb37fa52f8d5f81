"""A question about routes answered for a reader: files read, routed, certified, and told in plain values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from meterproof.errors import InputError, nearest
from meterproof.real.plan_route import Answer, Asked, LinkUse, RouteTold
from reference.routing import router, smt
from reference.routing.balance import load_balance
from reference.routing.certificate import Certificate, faults, from_json, to_json
from reference.routing.cuts import Cut
from reference.routing.files import read_demands, read_topology
from reference.routing.network import DelayBound, Limits, Problem, idle
from reference.routing.rows import read_seconds
from reference.routing.schemes import SCHEMES

BOUNDS: tuple[DelayBound, ...] = ("path", "per-node")
CHECKED = ("rational arithmetic on the routes", "z3 on flow equations")


def schemes() -> Mapping[str, str]:
    """The schemes by name, each with a line about it."""
    return {name: scheme.doc for name, scheme in SCHEMES.items()}


def route(asked: Asked) -> Answer:
    """Route the demands, or say why not. Raises InputError for files and options that are wrong."""
    if asked.scheme not in SCHEMES:
        raise InputError(
            f"there is no scheme {asked.scheme!r}{nearest(asked.scheme, SCHEMES)}", allowed=", ".join(SCHEMES)
        )
    problem = _problem(asked)
    found = router.route(problem, asked.scheme, asked.seed)
    if isinstance(found, router.Routed):
        return _routed(problem, found)
    if isinstance(found, router.Infeasible):
        side = found.proof.side if isinstance(found.proof, Cut) else ()
        return _without(problem, "infeasible", asked.scheme, found.stuck, (found.proof.words(),), side)
    return _without(problem, "unknown", asked.scheme, found.stuck, found.tried, ())


def _problem(asked: Asked) -> Problem:
    if asked.packet < 1:
        raise InputError(f"packets of {asked.packet} bytes", allowed="--packet 1 or more")
    bound = next((each for each in BOUNDS if each == asked.delay_bound), None)
    if bound is None:
        raise InputError(f"there is no bound on the delay {asked.delay_bound!r}", allowed=", ".join(BOUNDS))
    limits = Limits(
        asked.hops,
        None if asked.delay is None else read_seconds(asked.delay),
        asked.queue,
        bound,
        Fraction(0) if asked.retransmission is None else read_seconds(asked.retransmission),
    )
    positions = None if asked.positions is None else (asked.positions.text, asked.positions.file)
    topology = read_topology(asked.topology.text, asked.topology.file, asked.packet, asked.directed, positions)
    demands = read_demands(asked.demands.text, asked.demands.file, topology, asked.packet)
    return Problem(topology, demands, limits)


def _routed(problem: Problem, found: router.Routed) -> Answer:
    certificate = found.certificate
    topology = problem.topology
    routes = tuple(
        RouteTold(demand.name, demand.source, demand.target, float(demand.rate), each.nodes, float(told))
        for demand, each, told in zip(problem.demands, certificate.plan.routes, certificate.delays, strict=True)
    )
    return Answer(
        "routed", found.scheme, found.by, found.stuck, (), (), _links(problem, certificate.loads), routes,
        topology.positions, topology.nodes, topology.directed, _measures(certificate), CHECKED, to_json(certificate),
    )  # fmt: skip


def _measures(certificate: Certificate) -> dict[str, float]:
    """Figures of a plan, with their units in their names."""
    problem, plan = certificate.problem, certificate.plan
    up = [problem.topology.links[number] for number in problem.topology.up]
    left = idle(problem, plan)
    rates = [float(demand.rate) for demand in problem.demands]
    delays = [float(each) for each in certificate.delays]
    return {
        "mean_delay_s": sum(rate * delay for rate, delay in zip(rates, delays, strict=True)) / sum(rates),
        "slowest_s": max(delays),
        "mean_hops": sum(each.hops for each in plan.routes) / len(plan.routes),
        "busiest_utilisation": max(1 - float(each / link.capacity) for each, link in zip(left, up, strict=True)),
        "load_balance_root_packet_s": load_balance(left, "root"),
        "load_balance_utilisation": load_balance(left, "utilisation", [link.capacity for link in up]),
    }


def _links(problem: Problem, loads: tuple[Fraction, ...]) -> tuple[LinkUse, ...]:
    return tuple(
        LinkUse(link.a, link.b, float(link.capacity), float(link.load), float(load), link.up)
        for link, load in zip(problem.topology.links, loads, strict=True)
    )


def _without(
    problem: Problem, outcome: Any, scheme: str, stuck: str, says: tuple[str, ...], side: tuple[str, ...]
) -> Answer:
    topology = problem.topology
    links = _links(problem, tuple(link.load for link in topology.links))
    return Answer(
        outcome, scheme, None, stuck, says, side, links, (), topology.positions, topology.nodes, topology.directed,
        {}, (), None,
    )  # fmt: skip


def recheck(document: Any, file: str) -> tuple[str, ...]:
    """What is wrong with a certificate by either check, empty if nothing. Raises InputError for what is none."""
    certificate = from_json(document, file)
    wrong = dict.fromkeys((*faults(certificate), *smt.faults(certificate)))
    return tuple(str(each) for each in wrong)
