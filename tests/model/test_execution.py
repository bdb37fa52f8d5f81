"""Replicated execution: a contract that draws keys leaves a choice of two evils, one that stores them leaves none."""

from __future__ import annotations

import pytest

from meterproof.claims import Control, explore, induction
from meterproof.lang.declare import PropertyDecl
from properties.execution import (
    FOUR_PEERS,
    deterministic_execution,
    endorsed_results_are_executed,
    endorsement_in_the_end,
)
from tests.model.claims import CHARITABLE, LITERAL, caught, found, job_of, without_each_lemma

CLAIMS = (deterministic_execution, endorsement_in_the_end, endorsed_results_are_executed)


@pytest.mark.parametrize("claim", [deterministic_execution, endorsed_results_are_executed], ids=lambda c: c.id)
def test_it_is_proved_for_any_number_of_peers_and_requests(claim: PropertyDecl) -> None:
    evidence = found(claim, induction())
    assert evidence.verdict == "proved" and not evidence.vacuous
    assert "never happens" not in (evidence.note or "")


@pytest.mark.parametrize("fewer", list(without_each_lemma(deterministic_execution)), ids=lambda c: c.lemmas[0].id)
def test_no_lemma_can_be_left_out(fewer: PropertyDecl) -> None:
    assert found(fewer, induction()).verdict == "not inductive"


@pytest.mark.parametrize(
    ("claim", "control"), [(p, c) for p in CLAIMS for c in job_of(p).stance.controls], ids=lambda x: getattr(x, "id", x)
)
def test_each_rule_that_it_rests_on_is_needed(claim: PropertyDecl, control: Control) -> None:
    assert caught(claim, control).trace is not None


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_two_correct_peers_are_enough_to_differ(of: str) -> None:
    trace = found(deterministic_execution, FOUR_PEERS, of).trace
    assert trace is not None and [step.action for step in trace.steps] == ["execute_and_draw"] * 2


@pytest.mark.parametrize(
    ("drawn_by", "endorsements", "gets_through", "is_executed"),
    [
        ("contract", "1", True, False),
        ("contract", "f+1", False, True),
        ("contract", "n-f", False, True),
        ("meter", "1", True, False),
        ("meter", "f+1", True, True),
        ("meter", "n-f", True, True),
        ("meter", "n", False, True),
    ],
)
def test_no_policy_makes_up_for_a_contract_that_draws_keys(
    drawn_by: str, endorsements: str, gets_through: bool, is_executed: bool
) -> None:
    """IS-C4: with one endorsement a single peer decides, with more nothing is ever registered."""
    rules = {"key_generation": drawn_by, "endorsements": endorsements}
    progress = found(endorsement_in_the_end, FOUR_PEERS, **rules)
    safety = found(endorsed_results_are_executed, FOUR_PEERS, **rules)
    assert (progress.verdict == "exhausted", safety.verdict == "exhausted") == (gets_through, is_executed)
    assert {progress.verdict, safety.verdict} <= {"exhausted", "violated"}


def test_one_faulty_peer_beyond_the_bound_is_enough_to_decide() -> None:
    beyond = explore(Peer=4, Request=1, Key=2, f=1, faulty=2)
    evidence = found(endorsed_results_are_executed, beyond)
    assert evidence.verdict == "violated" and not evidence.within_design


def test_where_all_peers_are_correct_a_contract_that_draws_keys_registers_none() -> None:
    """No run gets f+1 endorsements of one key: it is not that some runs are unlucky."""
    nobody = explore(Peer=4, Request=1, Key=4, f=1, faulty=0)
    assert found(endorsed_results_are_executed, nobody, CHARITABLE).vacuous
    assert not found(endorsed_results_are_executed, nobody).vacuous
