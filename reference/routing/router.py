"""The router: a plan with its certificate, a proof that there is none, or that it does not know.

A scheme may get stuck although a plan exists (ZK-C26), so that a stuck scheme is no answer. What it takes to answer is
tried in turn: the scheme, proofs that cost little, other orders of the demands, a search of all plans, the dual of a
linear program, z3. A plan is returned only with a certificate that arithmetic and z3 have checked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.routing import smt
from reference.routing.backtracking import MOST_TRIES, backtrack
from reference.routing.certificate import Certificate, certify, faults
from reference.routing.ground import MOST_PATHS, Ground
from reference.routing.infeasible import Exhausted, Proof, Unsatisfiable, proof_by_weights, quick_proof
from reference.routing.network import Plan, Problem
from reference.routing.placement import Placement
from reference.routing.schemes import RESTARTS, SCHEMES, Scheme, improve, place

MOST_DEMANDS_SEARCHED = 200
"""Problems with more demands are not searched for all plans."""


@dataclass(frozen=True)
class Routed:
    """A plan with a certificate that holds. `by` says what found it; `stuck`, if the scheme itself did not, the demand
    for which it had no route left."""

    certificate: Certificate
    scheme: str
    by: str
    stuck: str | None


@dataclass(frozen=True)
class Infeasible:
    """No plan exists, by the proof given. `stuck` is the demand that the scheme had no route for."""

    proof: Proof
    scheme: str
    stuck: str


@dataclass(frozen=True)
class Unknown:
    """Neither a plan nor a proof was found; `tried` says how far each attempt went."""

    scheme: str
    stuck: str
    tried: tuple[str, ...]


Answer = Routed | Infeasible | Unknown


def route(
    problem: Problem,
    scheme: str = "greedy-search",
    seed: int = 0,
    *,
    most_paths: int = MOST_PATHS,
    most_tries: int = MOST_TRIES,
    effort: int = smt.EFFORT,
) -> Answer:
    """Route the demands of a problem by a scheme of `SCHEMES`, or say why that is impossible.

    `most_paths` a pair of nodes, `most_tries` of the search and z3's `effort` bound the work; the seed draws the orders
    of restarts. The same arguments give the same answer. Raises KeyError for an unknown scheme.
    """
    return _Router(Ground(problem, most_paths), SCHEMES[scheme], seed).answer(most_tries, effort)


class _Router:
    def __init__(self, ground: Ground, scheme: Scheme, seed: int) -> None:
        self.ground, self.scheme, self.seed = ground, scheme, seed

    def answer(self, most_tries: int, effort: int) -> Answer:
        found = place(self.ground, self.scheme, self.seed)
        if isinstance(found, Placement):
            return self._routed(found, self.scheme.name, None)
        stuck = self.ground.problem.demands[found].name
        if (proof := quick_proof(self.ground)) is not None:
            return Infeasible(proof, self.scheme.name, stuck)
        found = place(self.ground, replace(self.scheme, orders=RESTARTS), self.seed)
        if isinstance(found, Placement):
            return self._routed(found, "restarts", stuck)
        return self._harder(stuck, most_tries, effort)

    def _harder(self, stuck: str, most_tries: int, effort: int) -> Answer:
        ground, tried = self.ground, [f"{RESTARTS} orders of the demands"]
        if len(ground.rates) <= MOST_DEMANDS_SEARCHED:
            searched = backtrack(ground, self.scheme.objective, most_tries)
            if searched.found is not None:
                if self.scheme.search:
                    improve(searched.found, self.scheme.objective)
                return self._routed(searched.found, "backtracking", stuck)
            if searched.exhausted:
                return Infeasible(Exhausted(searched.tries), self.scheme.name, stuck)
            tried.append(f"a search that tried {searched.tries:,} paths and is not through")
        if (proof := proof_by_weights(ground)) is not None:
            return Infeasible(proof, self.scheme.name, stuck)
        tried.append("weights of links, which do not refute it")
        flow = smt.integral_flow(ground, effort)
        if flow.says == "none":
            return Infeasible(Unsatisfiable(flow.aggregated), self.scheme.name, stuck)
        if flow.plan is not None:
            certificate = certify(ground.problem, flow.plan)
            if not faults(certificate):
                return self._checked(certificate, "z3", stuck)
            tried.append("z3, whose flow breaks the bound on the delay of a route")
        else:
            tried.append("z3, which gave up")
        return Unknown(self.scheme.name, stuck, tuple(tried))

    def _routed(self, found: Placement, by: str, stuck: str | None) -> Routed:
        plan: Plan = self.ground.plan(found.chosen)
        return self._checked(certify(self.ground.problem, plan), by, stuck)

    def _checked(self, certificate: Certificate, by: str, stuck: str | None) -> Routed:
        wrong = faults(certificate) or smt.faults(certificate)
        if wrong:
            raise AssertionError(f"{by} made a plan that does not hold: {', '.join(map(str, wrong))}")
        return Routed(certificate, self.scheme.name, by, stuck)
