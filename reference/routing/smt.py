"""z3's own look at routes: whether a certificate holds, from flow equations, and whether any plan exists.

A route is a unit of flow from source to target. What is asked is whether the equations leave room for the negation of
a limit: unsatisfiable means that the certificate holds. The delay of a link is no function here but a condition: W is
the sojourn of M/M/1/M just if W mu sum(rho^k, k < M) = sum(k rho^(k-1), k <= M), linear in W once the load is known.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import z3

from reference.routing.certificate import Certificate, Fault, shape
from reference.routing.ground import Ground
from reference.routing.network import Link, Plan, Route

EFFORT = 40_000_000
"""z3's own count of steps after which it gives up, some seconds; a count and not a time, so that runs repeat."""


def faults(certificate: Certificate) -> tuple[Fault, ...]:
    """All that is wrong with a certificate, by z3; empty when it holds."""
    found = shape(certificate)
    if found:
        return tuple(found)
    problem, topology = certificate.problem, certificate.problem.topology
    solver, goals = z3.Solver(), list[tuple[Fault, Any]]()
    load: dict[int, list[Any]] = defaultdict(list)
    for number, (route, demand) in enumerate(zip(certificate.plan.routes, problem.demands, strict=True)):
        flow: dict[tuple[str, str], Any] = {}
        for step in route.steps:
            if step not in flow:
                flow[step] = z3.Int(f"flow {number} {step[0]} {step[1]}")
                solver.add(flow[step] == sum(each == step for each in route.steps))
            if topology.key(*step) not in topology.numbers:
                found.append(Fault("links", demand.name))
        if found:
            return tuple(found)
        for step, units in flow.items():
            load[topology.numbers[topology.key(*step)]].append(_real(demand.rate) * z3.ToReal(units))
        out, into = defaultdict[str, list[Any]](list), defaultdict[str, list[Any]](list)
        for (a, b), units in flow.items():
            out[a].append(units)
            into[b].append(units)
        for node in {*out, *into, demand.source, demand.target}:
            wanted = (node == demand.source) - (node == demand.target)
            goals.append((Fault("conservation", demand.name), _sum(out[node]) - _sum(into[node]) == wanted))
            goals.append((Fault("simple", demand.name), _sum(into[node]) <= int(node != demand.source)))
        if problem.limits.hops is not None:
            goals.append((Fault("hops", demand.name), _sum(list(flow.values())) <= problem.limits.hops))
    for number, link in enumerate(topology.links):
        carried = z3.Real(f"load {number}")
        solver.add(carried == _real(link.load) + _sum(load[number]))
        goals.append((Fault("load", str(link)), carried == _real(certificate.loads[number])))
        goals.append((Fault("capacity", str(link)), carried <= _real(link.capacity)))
    goals += _delays(solver, certificate)
    return _refuted(solver, goals)


def _refuted(solver: z3.Solver, goals: list[tuple[Fault, Any]]) -> tuple[Fault, ...]:
    """The goals that a solution of the equations breaks; each route is given, so that there is one solution."""
    solver.add(z3.Or([z3.Not(goal) for _, goal in goals]))
    answer = solver.check()
    if answer == z3.unsat:
        return ()
    if answer != z3.sat:
        raise AssertionError(f"z3 leaves a certificate undecided: {solver.reason_unknown()}")
    model = solver.model()
    broken = [fault for fault, goal in goals if not z3.is_true(model.eval(goal, model_completion=True))]
    return tuple(dict.fromkeys(broken))


def _delays(solver: z3.Solver, certificate: Certificate) -> list[tuple[Fault, Any]]:
    """What each route takes, at the loads that the certificate tells."""
    problem, topology = certificate.problem, certificate.problem.topology
    limits, goals, link_delay = problem.limits, list[tuple[Fault, Any]](), dict[int, Any]()
    for route, told in zip(certificate.plan.routes, certificate.delays, strict=True):
        numbers = [topology.numbers[topology.key(a, b)] for a, b in route.steps]
        for n in numbers:
            if n not in link_delay:
                link_delay[n] = z3.Real(f"delay {n}")
                solver.add(_is_delay(solver, n, topology.links[n], link_delay[n], certificate))
        fault = Fault("delay", route.demand)
        goals.append((fault, _sum([link_delay[n] for n in numbers]) <= _real(told)))
        if limits.delay is not None and limits.delay_bound == "path":
            goals.append((fault, _real(told) <= _real(limits.delay)))
        elif limits.delay is not None:
            goals += [(fault, link_delay[n] <= _real(limits.delay)) for n in numbers]
    return goals


def _is_delay(solver: z3.Solver, number: int, link: Link, delay: Any, certificate: Certificate) -> Any:
    """That `delay` is the link's fixed delay, the sojourn W, and P_loss t_rw."""
    limits = certificate.problem.limits
    rho = z3.simplify(_real(certificate.loads[number]) / _real(link.capacity))
    powers = [z3.RealVal(1)]
    for _ in range(limits.queue):
        powers.append(z3.simplify(powers[-1] * rho))
    room = z3.simplify(z3.Sum(powers[:-1]))
    number_seen = z3.simplify(z3.Sum([k * powers[k - 1] for k in range(1, limits.queue + 1)]))
    sojourn, loss = z3.Real(f"sojourn {number}"), z3.Real(f"loss {number}")
    solver.add(sojourn * z3.simplify(_real(link.capacity) * room) == number_seen)
    solver.add(loss * z3.simplify(room + powers[-1]) == powers[-1])
    return delay == _real(link.delay) + sojourn + loss * _real(limits.retransmission)


def _sum(terms: list[Any]) -> Any:
    """A sum that is a term of z3 even when there is nothing to add."""
    return z3.Sum([z3.IntVal(0), *terms])


def _real(value: Fraction) -> Any:
    return z3.Q(value.numerator, value.denominator)


@dataclass(frozen=True)
class Answer:
    """What z3 says about plans with integral flows: none, one, or nothing within its effort.

    The delay of whole routes is not in the equations, but each link's limit is: `none` is a proof, `some` has to be
    checked. `aggregated`: the demands leave one node at one rate, and are one integral flow.
    """

    says: Literal["none", "some", "unknown"]
    plan: Plan | None
    aggregated: bool


def integral_flow(ground: Ground, effort: int = EFFORT) -> Answer:
    """Whether demands can be routed unsplit, by flow conservation, the links' limits, and the bound on hops.

    Demands of one source and one rate are first taken together, as a whole number of units a link, without the bound
    on hops: then integrality makes z3's proof short, where each by itself is a pigeonhole principle.
    """
    alike = len({(source, rate) for (source, _), rate in zip(ground.pairs, ground.rates, strict=True)}) == 1
    if alike and _aggregated(ground, effort) == z3.unsat:
        return Answer("none", None, True)
    return _each(ground, effort)


def _aggregated(ground: Ground, effort: int) -> Any:
    solver = z3.SolverFor("QF_LIA")
    solver.set("rlimit", effort)
    rate, source = ground.rates[0], ground.pairs[0][0]
    wanted = defaultdict[int, int](int)
    for _, target in ground.pairs:
        wanted[target] += 1
    net = defaultdict[int, list[Any]](list)
    on_link = defaultdict[int, list[Any]](list)
    for here, arcs in enumerate(ground.arcs):
        for node, link in arcs:
            flow = z3.Int(f"flow {here} {node}")
            solver.add(flow >= 0)
            net[here].append(-flow)
            net[node].append(flow)
            on_link[link].append(flow)
    for node in range(len(ground.arcs)):
        if node != source:
            solver.add(_sum(net[node]) == wanted[node])
    for link, flows in on_link.items():
        solver.add(z3.Sum(flows) <= max(ground.limit[link] - ground.before[link], 0) // rate)
    return solver.check()


def _each(ground: Ground, effort: int) -> Answer:
    solver = z3.Solver()
    solver.set("rlimit", effort)
    on_link = defaultdict[int, list[Any]](list)
    taken: list[dict[tuple[int, int], Any]] = []
    for demand, ((source, target), rate) in enumerate(zip(ground.pairs, ground.rates, strict=True)):
        arcs = {(a, b): z3.Bool(f"{demand} {a} {b}") for a, there in enumerate(ground.arcs) for b, _ in there}
        taken.append(arcs)
        out, into = defaultdict[int, list[Any]](list), defaultdict[int, list[Any]](list)
        for (a, b), flag in arcs.items():
            out[a].append(flag)
            into[b].append(flag)
            on_link[ground.between[a, b]].append((flag, rate))
        for node in range(len(ground.arcs)):
            enters, leaves = into[node], out[node]
            if node in (source, target):
                solver.add(_exactly(leaves, node == source), _exactly(enters, node == target))
            else:
                solver.add(z3.Sum([z3.If(each, 1, 0) for each in enters]) == z3.Sum([z3.If(e, 1, 0) for e in leaves]))
                if enters:
                    solver.add(z3.AtMost(*enters, 1))
        if ground.hops < len(ground.arcs) - 1:
            solver.add(z3.PbLe([(flag, 1) for flag in arcs.values()], int(ground.hops)))
    for link, flags in on_link.items():
        solver.add(z3.PbLe(flags, max(ground.limit[link] - ground.before[link], 0)))
    answer = solver.check()
    if answer == z3.sat:
        return Answer("some", _plan(ground, taken, solver.model()), False)
    return Answer("none" if answer == z3.unsat else "unknown", None, False)


def _exactly(flags: list[Any], one: bool) -> Any:
    if not flags:
        return z3.BoolVal(not one)
    return z3.PbEq([(flag, 1) for flag in flags], int(one))


def _plan(ground: Ground, taken: list[dict[tuple[int, int], Any]], model: z3.ModelRef) -> Plan:
    """The routes of a solution; cycles beside them, which the equations admit, are left out."""
    names, routes = ground.problem.topology.nodes, []
    for demand, (source, target), arcs in zip(ground.problem.demands, ground.pairs, taken, strict=True):
        step = {a: b for (a, b), flag in arcs.items() if z3.is_true(model.eval(flag))}
        nodes = [source]
        while nodes[-1] != target:
            nodes.append(step[nodes[-1]])
        routes.append(Route(demand.name, tuple(names[node] for node in nodes)))
    return Plan(tuple(routes))
