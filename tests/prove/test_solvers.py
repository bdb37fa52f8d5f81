"""Five seeds, and a second solver: attempts at one obligation agree, or somebody is told."""

from __future__ import annotations

import sys

import pytest

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.errors import InputError
from meterproof.lang import System, trace
from meterproof.prove import attempt, obligations, prove
from meterproof.prove.obligations import Obligation
from meterproof.prove.solvers import Answer, Cvc5, Panel, Status
from meterproof.verdict import Contradiction
from tests.prove.protocols import Log, voting

MAJORITY = "floor((n+f)/2)+1"
CASES = [(voting(MAJORITY), "agreement"), (trace(Log), "no_gap"), (trace(TwoPhaseCommit), "consistent")]


@pytest.mark.parametrize(("system", "id"), CASES)
def test_five_seeds_prove_what_one_does(system: System, id: str) -> None:
    proof = prove(system, system.property(id), seeds=5)
    assert proof.verdict == "proved"
    assert "each with 5 seeds" in (proof.note or "")
    assert "unstable" not in (proof.note or "")


def test_no_seed_is_no_attempt() -> None:
    system, id = CASES[0]
    with pytest.raises(InputError, match="0 seeds"):
        prove(system, system.property(id), seeds=0)


class Scripted:
    """A solver that says what it is told to."""

    def __init__(self, seed: int, says: Status) -> None:
        self.seed, self.says = seed, says

    def ask(self, obligation: Obligation, timeout: float) -> Answer:
        return Answer(obligation, self.says, "time: 1 s" if self.says == "undecided" else "")


def panel(monkeypatch: pytest.MonkeyPatch, *says: Status) -> None:
    """From now on every panel consists of solvers that say this."""
    made = [Scripted(seed, each) for seed, each in enumerate(says)]
    monkeypatch.setattr(Panel, "__init__", lambda self, *a: setattr(self, "_members", made))


def test_a_proof_against_a_refutation_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    panel(monkeypatch, "shown", "undecided", "failed")
    system, id = CASES[0]
    with pytest.raises(Contradiction, match="Scripted with seed 0 says shown, Scripted with seed 2 says failed"):
        prove(system, system.property(id))


def test_a_proof_that_not_every_seed_finds_is_noted_as_unstable(monkeypatch: pytest.MonkeyPatch) -> None:
    panel(monkeypatch, "undecided", "shown", "shown")
    system, id = CASES[0]
    proof = prove(system, system.property(id))
    assert proof.verdict == "proved"
    assert "unstable: only 2 of 3 attempts decided: backed is preserved by cast" in (proof.note or "")


def test_what_no_seed_decides_is_unknown_and_no_counterexample(monkeypatch: pytest.MonkeyPatch) -> None:
    panel(monkeypatch, "undecided", "undecided")
    system, id = CASES[0]
    attempt_ = prove(system, system.property(id))
    assert (attempt_.verdict, attempt_.counterexample) == ("unknown", None)
    assert "not decided (time: 1 s; inside the decidable fragment)" in (attempt_.note or "")


def test_cvc5_where_it_is_not_installed_is_an_input_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cvc5", None)
    system, id = CASES[0]
    with pytest.raises(InputError, match="cvc5, is not installed"):
        prove(system, system.property(id), solver="cvc5")


@pytest.mark.parametrize(("system", "id"), CASES)
def test_cvc5_proves_the_same_by_itself(system: System, id: str) -> None:
    pytest.importorskip("cvc5")
    proof = prove(system, system.property(id), solver="cvc5")
    assert (proof.verdict, proof.vacuous) == ("proved", False)
    assert "obligations by cvc5" in (proof.note or "")
    mine = prove(system, system.property(id)).core
    assert proof.core is not None
    assert mine is not None
    assert set(proof.core.axioms) == set(mine.axioms)


def test_both_solvers_agree_and_are_both_named() -> None:
    pytest.importorskip("cvc5")
    system = voting(MAJORITY)
    proof = prove(system, system.property("agreement"), solver="both")
    assert proof.verdict == "proved"
    assert "obligations by z3 and cvc5" in (proof.note or "")


def test_cvc5_refutes_what_z3_refutes() -> None:
    pytest.importorskip("cvc5")
    system = voting("2*f+1")
    tried = attempt(system, system.property("agreement"), timeout=20)
    tasks = obligations(system, system.property("agreement"))
    refuted = {a.obligation.name for a in tried.failed}
    assert refuted == {"agreement is preserved by decide"}
    for o in tasks.shown:
        assert Cvc5(0).ask(o, 10).status == ("failed" if o.name in refuted else "shown"), o.name
