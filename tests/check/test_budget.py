"""What a plan may use: seeds and solver reach the proof and are told in its evidence, and memory bounds a search."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.check.methods import Budget, assemble, carry_out
from meterproof.claims import Plan, bmc, explore, induction, kinduction
from meterproof.errors import InputError
from meterproof.explore.explorer import Limits, Progress
from meterproof.lang import trace
from meterproof.prove import induct
from meterproof.verdict import Evidence

SYSTEM = trace(TwoPhaseCommit)


def tried(plan: Plan, id: str = "consistent", **budget: Any) -> Evidence:
    return carry_out(plan, SYSTEM, SYSTEM.property(id), Budget(**budget))


def test_a_proof_is_repeated_with_as_many_seeds_as_are_asked_for() -> None:
    found = tried(induction(), seed=7, seeds=3)
    assert (found.verdict, found.solver, found.seeds) == ("proved", "z3", (7, 8, 9))
    assert "each with 3 seeds" in (found.note or "")


@pytest.mark.parametrize("solver", ["cvc5", "both"])
def test_the_second_solver_proves_it_too(solver: Any) -> None:
    pytest.importorskip("cvc5")
    found = tried(induction(), solver=solver)
    assert (found.verdict, found.solver, found.seeds) == ("proved", solver, (0,))


def test_seeds_and_solver_reach_the_prover(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def prove(system: Any, claim: Any, **settings: Any) -> Evidence:
        asked.update(settings)
        return Evidence("induction", "unknown")

    monkeypatch.setattr(induct, "prove", prove)
    found = tried(induction(), seconds=2.0, seed=5, seeds=4, solver="both")
    assert asked == {"timeout": 2.0, "seed": 5, "seeds": 4, "solver": "both"}
    assert (found.solver, found.seeds) == ("both", (5, 6, 7, 8))


@pytest.mark.parametrize("plan", [bmc(2, RM=2), kinduction(RM=2)])
def test_bounded_methods_ask_z3_once_and_say_so(plan: Plan) -> None:
    found = tried(plan, seed=7, seeds=3, solver="cvc5")
    assert (found.solver, found.seeds) == ("z3", (7,))


@pytest.mark.parametrize(("plan", "id"), [(explore(RM=2), "consistent"), (induction(), "all_commit")])
def test_no_solver_is_named_where_none_was_asked(plan: Plan, id: str) -> None:
    found = tried(plan, id)
    assert (found.solver, found.seeds) == (None, ())


def test_a_solver_that_is_not_installed_is_told_before_anything_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cvc5", None)
    assemble(Budget())
    for solver in ("cvc5", "both"):
        with pytest.raises(InputError, match="not installed"):
            assemble(Budget(solver=solver))  # type: ignore[arg-type]


@pytest.mark.parametrize("id", ["consistent", "all_commit"])
def test_a_search_that_meets_its_memory_is_unknown(id: str) -> None:
    found = tried(explore(RM=7), id, memory=6 << 20)
    assert found.verdict == "unknown"
    assert (found.note or "").startswith("stopped by memory: 6 MiB; ")
    assert 0 < (found.states or 0) < 296_448


def test_a_budget_has_the_memory_that_the_explorer_has_by_itself() -> None:
    assert Budget().memory == Limits().memory


def test_progress_tells_depth_states_transitions_rate_queue_and_memory() -> None:
    said = str(Progress(states=12_000, generated=34_567, queue=890, depth=11, seconds=2.0, memory=5 << 20))
    assert said == "depth 11, 12,000 states, 34,567 generated, queue 890, 6,000/s, 5 MiB"
