"""Proofs for any number of individuals: what is proved, from which axioms, and what is never claimed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from examples.two_phase_commit import RM, Decision, Phase, TwoPhaseCommit
from meterproof.finite.scope import resolve
from meterproof.lang import (
    Protocol,
    action,
    atleast,
    exists,
    forall,
    implies,
    invariant,
    is_first,
    require,
    rigid,
    step,
    trace,
    var,
)
from meterproof.lang.system import Property, System
from meterproof.prove import bounded, prove
from tests.prove.protocols import Chores, Height, Log, Node, Replica, voting

MAJORITY = "floor((n+f)/2)+1"


def without(claim: Property, lemma: str) -> Property:
    return replace(claim, lemmas=tuple(p for p in claim.lemmas if p.id != lemma))


def test_two_phase_commit_is_consistent_for_any_number_of_managers() -> None:
    system = trace(TwoPhaseCommit)
    proof = prove(system, system.property("consistent"))
    assert (proof.verdict, proof.axioms, proof.vacuous) == ("proved", (), False)


def test_each_lemma_of_two_phase_commit_is_needed_and_its_absence_names_an_obligation() -> None:
    system = trace(TwoPhaseCommit)
    claim = system.property("consistent")
    assert claim.lemmas
    for lemma in claim.lemmas:
        attempt = prove(system, without(claim, lemma.id))
        assert attempt.verdict == "not inductive"
        assert "it could not be shown that" in (attempt.note or "")
        assert " is preserved by " in (attempt.note or "")


def test_a_failed_induction_names_the_lemma_and_the_action() -> None:
    system = trace(TwoPhaseCommit)
    attempt = prove(system, without(system.property("consistent"), "committed_means_announced"))
    assert "it could not be shown that consistent is preserved by follow_abort" in (attempt.note or "")
    assert "preserved by hear" not in (attempt.note or "")


class Hasty(TwoPhaseCommit):
    """Two-phase commit whose manager does not wait for all."""

    @action
    def commit(s):
        """The transaction manager announces commit."""
        require(s.decision == Decision.undecided)
        return s.set(decision=Decision.commit)


def test_a_guard_taken_away_is_not_inductive_and_violated_in_a_scope() -> None:
    system = trace(Hasty)
    claim = system.property("consistent")
    assert prove(system, claim).verdict == "not inductive"
    found = bounded(system, claim, resolve(system, {"RM": 2}), 6)
    assert found.verdict == "violated"
    assert found.trace is not None
    assert sorted(s.action for s in found.trace.steps) == ["choose_to_abort", "commit", "follow_commit"]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_agreement_of_a_byzantine_vote_is_proved_for_every_n_of_at_least_3f_plus_1(seed: int) -> None:
    system = voting(MAJORITY)
    proof = prove(system, system.property("agreement"), seed=seed)
    assert proof.verdict == "proved"
    assert any("share a member outside faulty (at most f in faulty), for n >= 3*f+1" in a for a in proof.axioms)


def test_the_same_vote_is_not_proved_with_a_quorum_of_2f_plus_1_and_the_note_has_the_numbers() -> None:
    system = voting("2*f+1")
    attempt = prove(system, system.property("agreement"))
    assert attempt.verdict == "not inductive"
    assert "agreement is preserved by decide" in (attempt.note or "")
    assert "(n=2, f=0)" in (attempt.note or "")
    five = bounded(system, system.property("agreement"), resolve(system, {"Replica": 5, "Value": 2}), 6)
    assert (five.verdict, five.depth) == ("violated", 6)


def test_without_a_resilience_rule_nothing_is_proved_of_the_same_quorum() -> None:
    system = voting("n-f", "1")
    refused = prove(system, system.property("agreement"))
    proof = prove(voting("n-f"), voting("n-f").property("agreement"))
    assert (refused.verdict, proof.verdict) == ("not inductive", "proved")


def test_a_threshold_that_can_exceed_n_is_refused_with_the_numbers() -> None:
    system = voting("2*f+2")
    refused = prove(system, system.property("agreement"))
    assert refused.verdict == "not run"
    assert "the threshold 2*f+2 of Replica can exceed n: n=1, f=0" in (refused.note or "")


def test_an_ordered_sort_is_a_total_order_with_immediate_successors() -> None:
    system = trace(Log)
    proof = prove(system, system.property("no_gap"))
    assert proof.verdict == "proved"
    assert proof.axioms == ("Height is totally ordered",)


class Gappy(Log):
    """The log, but any height that has some filled one before it can be filled."""

    @action
    def append(s, h: Height):
        """A height is filled."""
        require(~s.filled[h])
        require(is_first(h) | exists(Height, lambda g: (g < h) & s.filled[g]))
        return s.set(filled={h: True})


def test_a_log_that_may_skip_heights_is_not_proved_gapless() -> None:
    system = trace(Gappy)
    assert prove(system, system.property("no_gap")).verdict == "not inductive"
    found = bounded(system, system.property("no_gap"), resolve(system, {"Height": 3}), 3)
    assert (found.verdict, found.depth) == ("violated", 2)


def test_a_step_property_is_proved_against_its_own_adversary_only() -> None:
    system = trace(Chores)
    assert prove(system, system.property("kept")).verdict == "proved"
    attempt = prove(system, system.property("kept_for_ever"))
    assert attempt.verdict == "not inductive"
    assert "kept_for_ever holds of every step of undo" in (attempt.note or "")


def test_a_step_property_may_lean_on_its_lemmas() -> None:
    class Marked(Protocol):
        low = var(Node)
        high = var(Node)

        @action
        def mark(s, n: Node):
            require(~s.low[n])
            return s.set(low={n: True})

        @action
        def lift(s, n: Node):
            require(s.low[n] & ~s.high[n])
            return s.set(high={n: True})

        @action
        def clear(s):
            require(forall(Node, lambda n: ~s.low[n]))
            return s.set(high=lambda n: False)

    @invariant
    def stacked(s):
        return forall(Node, lambda n: implies(s.high[n], s.low[n]))

    @step(lemmas=[stacked])
    def high_stays(s, t):
        return forall(Node, lambda n: implies(s.high[n], t.high[n]))

    system = trace(Marked, None, [high_stays])
    claim = system.property("high_stays")
    assert prove(system, claim).verdict == "proved"
    assert prove(system, without(claim, "stacked")).verdict == "not inductive"


def test_what_induction_cannot_show_is_not_run() -> None:
    system = trace(Chores)
    for claim in (system.property("all_done"), trace(TwoPhaseCommit).property("all_commit")):
        attempt = prove(system, claim)
        assert attempt.verdict == "not run"
        assert claim.id in (attempt.note or "")


def test_a_plain_number_as_threshold_means_that_many_different_individuals() -> None:
    class Safe(Protocol):
        turned = var(Replica)
        opened = var()

        @action
        def turn(s, r: Replica):
            require(~s.turned[r])
            return s.set(turned={r: True})

        @action
        def open(s):
            require(~s.opened & atleast(2, Replica, lambda r: s.turned[r]))
            return s.set(opened=True)

        @invariant
        def two_keys(s):
            two = exists(Replica, Replica, lambda a, b: (a != b) & s.turned[a] & s.turned[b])
            return implies(s.opened, two)

        @invariant
        def three_keys(s):
            return implies(s.opened, atleast(3, Replica, lambda r: s.turned[r]))

    system = trace(Safe)
    assert prove(system, system.property("two_keys")).verdict == "proved"
    assert prove(system, system.property("three_keys")).verdict == "not inductive"


def test_initial_values_may_depend_on_what_the_environment_fixes() -> None:
    class Lit(Protocol):
        wired = rigid(Node)
        lit = var(Node, init=lambda s, n: s.wired[n])

        @action
        def switch_off(s, n: Node):
            require(s.lit[n])
            return s.set(lit={n: False})

        @invariant
        def only_wired(s):
            return forall(Node, lambda n: implies(s.lit[n], s.wired[n]))

        @invariant
        def all_wired(s):
            return forall(Node, lambda n: s.lit[n])

    system = trace(Lit)
    assert prove(system, system.property("only_wired")).verdict == "proved"
    assert "all_wired holds initially" in (prove(system, system.property("all_wired")).note or "")


def vacuous_system() -> System:
    class Locked(TwoPhaseCommit):
        @action
        def do_both(s, rm: RM):
            """{rm} does both."""
            require(s.phase[rm] == Phase.committed)
            require(s.decision == Decision.abort)
            return s.set(said={rm: True})

    return trace(Locked)


def test_an_action_that_the_invariants_rule_out_is_reported() -> None:
    system = vacuous_system()
    proof = prove(system, system.property("consistent"))
    assert proof.verdict == "proved"
    assert "do_both never happens" in (proof.note or "")
    assert "prepare never happens" not in (proof.note or "")


def test_a_proof_whose_witness_the_invariants_rule_out_is_vacuous() -> None:
    system = trace(TwoPhaseCommit)
    claim = system.property("consistent")
    impossible = ~claim.formula
    proof = prove(system, replace(claim, witness=impossible))
    assert proof.vacuous is True
    assert "vacuous: in no state" in (proof.note or "")
    assert prove(system, claim).vacuous is False


def test_no_time_is_unknown_and_says_so() -> None:
    system = voting(MAJORITY)
    attempt = prove(system, system.property("agreement"), timeout=0)
    assert attempt.verdict == "unknown"
    assert "not decided (time" in (attempt.note or "")


def test_the_same_question_has_the_same_answer() -> None:
    system = voting(MAJORITY)
    first, second = (prove(system, system.property("agreement"), seed=7) for _ in range(2))
    assert replace(first, seconds=0) == replace(second, seconds=0)
