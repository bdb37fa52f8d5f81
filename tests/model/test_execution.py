"""Replicated execution: a contract that draws keys leaves a choice of two evils, one that stores them leaves none."""

from __future__ import annotations

import pytest

from meterproof.claims import explore
from properties.execution import (
    FOUR_PEERS,
    deterministic_execution,
    endorsed_results_are_executed,
    endorsement_in_the_end,
)
from tests.model.claims import CHARITABLE, LITERAL, found


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
