"""A plan with all that is needed to check it: the problem, the routes, what they load, and what they delay.

`faults` checks it by plain arithmetic in rational numbers, from the routes alone; `smt.faults` does the same with z3,
from flow equations. Neither uses anything of the schemes that made the plan.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from typing import Any, Literal

from meterproof.errors import InputError
from reference.routing.delay import exact_seconds
from reference.routing.network import Demand, Limits, Link, Plan, Problem, Route, Topology, loads

FORMAT = "meterproof route certificate 1"
DIGITS = 12
"""Digits of a delay as the certificate tells it, rounded up."""

Kind = Literal["demands", "ends", "links", "simple", "conservation", "hops", "load", "capacity", "delay"]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a certificate, and where: the name of a demand or of a link."""

    kind: Kind
    where: str

    def __str__(self) -> str:
        return f"{self.kind} at {self.where}"


@dataclass(frozen=True)
class Certificate:
    """A plan of a problem, what each link then carries (by its number), and how long each route takes at most.

    `delays` are in seconds, those of the routes in order: the sum of their links' sojourns, rounded up to 12 digits.
    """

    problem: Problem
    plan: Plan
    loads: tuple[Fraction, ...]
    delays: tuple[Fraction, ...]


def certify(problem: Problem, plan: Plan) -> Certificate:
    """The certificate of a plan, whether it keeps the limits or not. KeyError for a plan of another problem."""
    carried = loads(problem, plan)
    return Certificate(problem, plan, carried, tuple(_told(problem, route, carried) for route in plan.routes))


def _told(problem: Problem, route: Route, carried: tuple[Fraction, ...]) -> Fraction:
    exact = route_seconds(problem, route, carried)
    context = Context(prec=DIGITS, rounding=ROUND_CEILING)
    rounded = Fraction(context.divide(Decimal(exact.numerator), Decimal(exact.denominator)))
    bound = problem.limits.delay
    return bound if bound is not None and exact <= bound < rounded else rounded


def route_seconds(problem: Problem, route: Route, carried: tuple[Fraction, ...]) -> Fraction:
    """How long a packet takes on a route when the links carry so much; exact."""
    topology = problem.topology
    numbers = [topology.numbers[topology.key(a, b)] for a, b in route.steps]
    return sum((exact_seconds(topology.links[n], carried[n], problem.limits) for n in numbers), Fraction(0))


def faults(certificate: Certificate) -> tuple[Fault, ...]:
    """All that is wrong with a certificate, by plain arithmetic; empty when it holds."""
    problem, plan = certificate.problem, certificate.plan
    found = shape(certificate)
    if found:
        return tuple(found)
    for route, demand in zip(plan.routes, problem.demands, strict=True):
        found += _of_route(problem, route, demand)
    if found:
        return tuple(found)
    found += _of_links(certificate)
    if not found:
        found += _of_delays(certificate)
    return tuple(found)


def shape(certificate: Certificate) -> list[Fault]:
    """Whether there is one route for each demand, in order, a load for each link and a delay for each route."""
    names = [demand.name for demand in certificate.problem.demands]
    planned = [route.demand for route in certificate.plan.routes]
    found = [Fault("demands", name) for name in names if Counter(planned)[name] != 1]
    found += [Fault("demands", name) for name in planned if name not in names]
    if not found and planned != names:
        found.append(Fault("demands", planned[0]))
    if len(certificate.loads) != len(certificate.problem.topology.links):
        found.append(Fault("load", f"{len(certificate.loads)} loads"))
    if len(certificate.delays) != len(planned):
        found.append(Fault("delay", f"{len(certificate.delays)} delays"))
    return found


def _of_route(problem: Problem, route: Route, demand: Demand) -> list[Fault]:
    topology, found = problem.topology, []
    if not route.nodes or (route.nodes[0], route.nodes[-1]) != (demand.source, demand.target):
        found.append(Fault("ends", demand.name))
    if any(topology.key(a, b) not in topology.numbers for a, b in route.steps):
        found.append(Fault("links", demand.name))
    if len(set(route.nodes)) < len(route.nodes):
        found.append(Fault("simple", demand.name))
    if problem.limits.hops is not None and route.hops > problem.limits.hops:
        found.append(Fault("hops", demand.name))
    return found


def _of_links(certificate: Certificate) -> list[Fault]:
    problem, found = certificate.problem, []
    carried = loads(problem, certificate.plan)
    for number, link in enumerate(problem.topology.links):
        if certificate.loads[number] != carried[number]:
            found.append(Fault("load", str(link)))
        if carried[number] > link.capacity:
            found.append(Fault("capacity", str(link)))
    return found


def _of_delays(certificate: Certificate) -> list[Fault]:
    problem, limits, found = certificate.problem, certificate.problem.limits, []
    topology = problem.topology
    for route, told in zip(certificate.plan.routes, certificate.delays, strict=True):
        if route_seconds(problem, route, certificate.loads) > told:
            found.append(Fault("delay", route.demand))
        elif limits.delay is None:
            continue
        elif limits.delay_bound == "path" and told > limits.delay:
            found.append(Fault("delay", route.demand))
        elif limits.delay_bound == "per-node":
            numbers = [topology.numbers[topology.key(a, b)] for a, b in route.steps]
            if any(exact_seconds(topology.links[n], certificate.loads[n], limits) > limits.delay for n in numbers):
                found.append(Fault("delay", route.demand))
    return found


def to_json(certificate: Certificate) -> dict[str, Any]:
    """The certificate as one JSON document; rational numbers are written as "numerator/denominator"."""
    problem = certificate.problem
    routes = zip(certificate.plan.routes, certificate.delays, strict=True)
    links = zip(problem.topology.links, certificate.loads, strict=True)
    return {
        "format": FORMAT,
        "limits": _texts(asdict(problem.limits)),
        "directed": problem.topology.directed,
        "nodes": list(problem.topology.nodes),
        "links": [_texts(asdict(link)) | {"with_routes": str(load)} for link, load in links],
        "demands": [_texts(asdict(demand)) for demand in problem.demands],
        "routes": [
            {"demand": route.demand, "nodes": list(route.nodes), "seconds_at_most": str(told)} for route, told in routes
        ],
    }


def _texts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Fraction) else value for name, value in values.items()}


def from_json(document: Any, file: str | None = None) -> Certificate:
    """The certificate that a document holds. Raises InputError, which names the file, for any other document."""
    try:
        if document["format"] != FORMAT:
            raise InputError(f"the format is {document['format']!r}", file=file, allowed=repr(FORMAT))
        limits = dict(document["limits"])
        limits["retransmission"] = Fraction(limits["retransmission"])
        limits["delay"] = None if limits["delay"] is None else Fraction(limits["delay"])
        exact = ("capacity", "load", "delay", "reliability")
        links = tuple(
            Link(each["a"], each["b"], **{name: Fraction(each[name]) for name in exact}, up=bool(each["up"]))
            for each in document["links"]
        )
        demands = tuple(
            Demand(each["name"], each["source"], each["target"], Fraction(each["rate"])) for each in document["demands"]
        )
        topology = Topology(tuple(document["nodes"]), links, bool(document["directed"]))
        plan = Plan(tuple(Route(each["demand"], tuple(each["nodes"])) for each in document["routes"]))
        return Certificate(
            Problem(topology, demands, Limits(**limits)),
            plan,
            tuple(Fraction(each["with_routes"]) for each in document["links"]),
            tuple(Fraction(each["seconds_at_most"]) for each in document["routes"]),
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise InputError(f"no route certificate: {error}", file=file, allowed=f"the format {FORMAT!r}") from error
