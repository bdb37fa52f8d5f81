"""A proof says what carries it: guards and their rules, lemmas and axioms; and these alone carry it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import z3

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.lang import System, forall, implies, invariant, lemma, trace
from meterproof.prove import attempt, prove
from tests.prove.protocols import Log, Replica, Value, Voting, voting

MAJORITY = "floor((n+f)/2)+1"
SHARED = "any two sets of at least floor((n+f)/2)+1 share a member outside faulty"


@pytest.mark.parametrize(
    ("system", "id"), [(voting(MAJORITY), "agreement"), (trace(Log), "no_gap"), (trace(TwoPhaseCommit), "consistent")]
)
def test_each_obligation_follows_from_its_core_alone(system: System, id: str) -> None:
    tried = attempt(system, system.property(id))
    assert tried.answers
    for answer in tried.answers:
        solver = z3.Solver(ctx=answer.obligation.goal.ctx)
        solver.add(*(p.term for p in answer.core), *answer.obligation.denial)
        assert solver.check() == z3.unsat, answer.obligation.name
        assert set(answer.core) <= set(answer.obligation.premises)


def test_cores_are_small() -> None:
    """That an action that writes no vote leaves votes alone needs the lemma itself and nothing else."""
    tried = attempt(voting(MAJORITY), voting(MAJORITY).property("agreement"))
    [answer] = [a for a in tried.answers if a.obligation.name == "votes_once is preserved by decide"]
    assert [p.name for p in answer.core] == ["votes_once"]


def test_the_core_names_guards_by_line_and_the_rules_that_they_stand_for() -> None:
    system = voting(MAJORITY)
    core = prove(system, system.property("agreement")).core
    assert core is not None
    assert core.lemmas == ("votes_once", "backed")
    assert [SHARED in a for a in core.axioms] == [True]
    assert all(" (protocols.py:" in g for g in core.guards)
    assert {g.partition(" ")[0] for g in core.guards} == {"cast", "decide"}
    assert core.unused == ()


def test_a_guard_that_stands_for_a_rule_brings_the_rule_into_the_core() -> None:
    system = voting(MAJORITY)
    [cast, decide] = system.actions
    marked = replace(decide, guards=tuple(replace(g, rules=("quorum",), cites=("X-1",)) for g in decide.guards))
    claim = system.property("agreement")
    core = prove(replace(system, actions=(cast, marked)), claim).core
    assert core is not None
    assert core.rules == ("quorum",)


class Talkative(Voting):
    """Voting with a lemma that is true and of no use."""

    @lemma
    def faulty_stay(s):
        """Who is faulty has decided nothing."""
        return forall(Replica, Value, lambda r, v: implies(s.faulty[r], ~s.decided[r, v]))

    @invariant(lemmas=[Voting.votes_once, Voting.backed, faulty_stay])
    def agreement(s):
        """No two replicas decide different values."""
        return forall(
            Replica, Replica, Value, Value, lambda a, b, v, w: implies(s.decided[a, v] & s.decided[b, w], v == w)
        )


def test_a_lemma_that_nothing_needs_is_named() -> None:
    system = trace(Talkative, Voting.rule_schema().read({"quorum": MAJORITY, "resilience": "3*f+1"}))
    proof = prove(system, system.property("agreement"))
    assert proof.verdict == "proved"
    assert proof.core is not None
    assert proof.core.unused == ("faulty_stay",)
    assert "never needed: faulty_stay" in (proof.note or "")
    assert "faulty_stay" not in proof.core.lemmas


def test_only_what_is_on_the_way_to_the_property_counts_as_needed() -> None:
    """`faulty_stay` needs itself to be inductive, and is still of no use."""
    system = trace(Talkative, Voting.rule_schema().read({"quorum": MAJORITY, "resilience": "3*f+1"}))
    tried = attempt(system, system.property("agreement"))
    own = [a for a in tried.answers if a.obligation.formula == "faulty_stay"]
    assert any("faulty_stay" in [p.name for p in a.core] for a in own)


def test_the_lemmas_of_the_core_alone_prove_the_property() -> None:
    system = trace(Talkative, Voting.rule_schema().read({"quorum": MAJORITY, "resilience": "3*f+1"}))
    claim = system.property("agreement")
    core = prove(system, claim).core
    assert core is not None
    slim = replace(claim, lemmas=tuple(p for p in claim.lemmas if p.id in core.lemmas))
    assert prove(system, slim).verdict == "proved"


def test_a_property_that_follows_from_its_lemmas_is_not_shown_action_by_action() -> None:
    system = voting(MAJORITY)
    names = [a.obligation.name for a in attempt(system, system.property("agreement")).answers]
    assert names[0] == "agreement follows from its lemmas"
    assert not [n for n in names if n.startswith("agreement is preserved")]
    two_phase = trace(TwoPhaseCommit)
    claim = replace(two_phase.property("consistent"), lemmas=two_phase.property("consistent").lemmas[:1])
    names = [a.obligation.name for a in attempt(two_phase, claim).answers]
    assert "consistent is preserved by prepare" in names
    assert "consistent follows from its lemmas" not in names


def test_the_core_is_the_same_every_time() -> None:
    first, second = (prove(voting(MAJORITY), voting(MAJORITY).property("agreement")).core for _ in range(2))
    assert first == second
