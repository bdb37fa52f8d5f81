"""The published round, in which a leader collects answers: what each thing that the text leaves open costs.

The design bound f and the number of corrupted replicas are separate throughout.
"""

from __future__ import annotations

import pytest

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import Plan, explore
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.formula import Formula
from meterproof.prove.quorums import tolerance
from meterproof.verdict import Evidence
from properties.consensus import agreement_across_views
from properties.ordering import (
    agreement_beyond_the_bound,
    agreement_within_a_view,
    liveness,
    progress_under_a_correct_leader,
    validity,
)
from tests.model.claims import CHARITABLE, HARDENED, LITERAL, job_of, system_of
from tests.model.machines import run_again

FOUR = explore(Replica=4, Block=2, faulty=1)


def asked(claim: PropertyDecl, plan: Plan, of: str, **changes: object) -> Evidence:
    system = system_of(claim, of, **changes)
    return carry_out(plan, system, system.property(claim.id), Budget())


def actions(evidence: Evidence) -> list[str]:
    """What is done in a violation, which is run again."""
    return [step.action for step in run_again(evidence).steps]


# ---- thresholds: 2f+1 (4.2.3) and more than 2f+1 (5.4.4)


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_2f_plus_1_answers_are_had_while_the_leader_is_correct_and_never_when_it_is_silent(of: str) -> None:
    assert asked(progress_under_a_correct_leader, FOUR, of).verdict == "exhausted"
    assert actions(asked(liveness, FOUR, of)) == []


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_more_than_2f_plus_1_answers_are_never_had_though_the_leader_is_correct(of: str) -> None:
    """All three correct replicas have answered, and the leader waits for the one that is silent."""
    evidence = asked(progress_under_a_correct_leader, FOUR, of, quorum="2*f+2")
    assert sorted(actions(evidence)) == ["propose", "respond", "respond", "respond"]


def test_2f_plus_1_of_five_replicas_meet_in_a_faulty_one_only() -> None:
    five = explore(eager=True, Replica=5, Block=2, faulty=1)
    assert len(actions(asked(agreement_within_a_view, five, CHARITABLE))) == 12
    assert asked(agreement_within_a_view, five, CHARITABLE, quorum="floor((n+f)/2)+1").verdict == "exhausted"


# ---- what is counted, who votes how often, and who is believed


def test_answers_that_refuse_a_block_finish_it_where_any_answer_counts() -> None:
    """IS-C16: three correct replicas find the block invalid, say so, and are counted."""
    seen = actions(asked(validity, FOUR, CHARITABLE, counted="responses"))
    assert "equivocate" in seen and "lie" not in seen and seen[-1] == "decide"
    assert asked(validity, FOUR, CHARITABLE).verdict == "exhausted"


def test_a_leader_that_sends_two_blocks_finishes_both_where_nobody_is_held_to_one_vote() -> None:
    """IS-C17: the correct replicas answer both, and no faulty vote is needed beside two of theirs for each."""
    seen = actions(asked(agreement_within_a_view, FOUR, CHARITABLE, vote_once=False))
    assert seen.count("equivocate") >= 2 and seen.count("decide") == 2
    assert asked(agreement_within_a_view, FOUR, CHARITABLE).verdict == "exhausted"


def test_a_leader_whose_word_is_believed_needs_no_answers() -> None:
    """IS-C18."""
    assert actions(asked(agreement_within_a_view, FOUR, LITERAL)) == ["lie", "lie", "decide", "decide"]
    word = asked(agreement_within_a_view, FOUR, CHARITABLE, finality="leaders-word")
    assert actions(word) == ["lie", "lie", "decide", "decide"]


# ---- what f is


def test_f_read_as_the_number_of_faulty_nodes_lets_one_answer_finish_a_block() -> None:
    """IS-C15: with nobody faulty the threshold is 1, and two views finish two blocks, whatever PBFT would carry."""
    nobody = explore(eager=True, Replica=3, View=2, Block=2, f=0, faulty=0)
    seen = asked(agreement_across_views, nobody, HARDENED, quorum="2*f+1")
    assert seen.within_design and actions(seen).count("decide") == 2


def test_f_read_so_is_wrong_as_soon_as_a_replica_fails() -> None:
    """One that is corrupted while nobody counts on it finishes what it likes."""
    unforeseen = explore(Replica=4, Block=2, f=0, faulty=1)
    assert actions(asked(agreement_within_a_view, unforeseen, CHARITABLE)).count("decide") == 2


@pytest.mark.parametrize(("quorum", "safe", "live"), [("2*f+1", True, False), ("2*f", False, True)])
def test_with_a_third_of_the_nodes_faulty_a_round_is_safe_or_live_but_not_both(
    quorum: str, safe: bool, live: bool
) -> None:
    """IS-C19: n = 3f, as "1/3 of total nodes" has it."""
    three, changes = explore(Replica=3, Block=2, f=1, faulty=1), {"quorum": quorum, "resilience": "1"}
    assert (asked(agreement_within_a_view, three, CHARITABLE, **changes).verdict == "exhausted") == safe
    assert (asked(progress_under_a_correct_leader, three, CHARITABLE, **changes).verdict == "exhausted") == live


# ---- how many corruptions agreement stands


@pytest.mark.parametrize("of", [CHARITABLE, HARDENED])
@pytest.mark.parametrize(("n", "f"), [(4, 1), (5, 1), (6, 1), (7, 2)])
def test_as_many_equivocators_as_the_formula_says_are_tolerated_and_one_more_is_not(of: str, n: int, f: int) -> None:
    """IS-P17: t* = 2q-n-1, from the spec's own quorum. Only a faulty leader sends two, so one is the least."""
    rules = job_of(agreement_beyond_the_bound, of).rules
    assert rules is not None and isinstance(rules.quorum, Formula)
    most = tolerance(rules.quorum, {"n": n, "f": f})
    assert most == {CHARITABLE: {4: 1, 5: 0, 6: -1, 7: 2}, HARDENED: {4: 1, 5: 2, 6: 1, 7: 2}}[of][n]

    def with_corrupted(number: int) -> Evidence:
        return asked(agreement_beyond_the_bound, explore(eager=True, Replica=n, Block=2, f=f, faulty=number), of)

    if most > 0:
        assert with_corrupted(most).verdict == "exhausted"
    beyond = with_corrupted(max(most + 1, 1))
    assert actions(beyond).count("decide") == 2
    assert beyond.within_design == (most + 1 <= f)
