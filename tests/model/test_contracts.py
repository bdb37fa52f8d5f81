"""Versions of contracts: whose word makes one, and by which of them an operation is judged, early or late."""

from __future__ import annotations

import pytest

from model.vocabulary import BYZ
from properties.contracts import FOUR_NODES, ONE_NODE, TWO_NODES, one_version_an_operation, versions_are_lawful
from tests.model.chains import CHARITABLE, LITERAL, found, steps_of, unaided
from tests.model.machines import run_again


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_an_honest_centre_makes_nodes_judge_one_operation_differently(of: str) -> None:
    """A lawful version that reaches a node between two judgements is enough; nobody lies."""
    run = run_again(found(unaided(one_version_an_operation), ONE_NODE, of))
    assert [step.action for step in run.steps].count("judge") == 2
    assert {step.action for step in run.steps} <= {"send", "include", "catch_up", "judge"}


def test_a_dishonest_centre_puts_an_unlawful_version_in_force_and_an_honest_one_does_not() -> None:
    assert "send_at_will" in steps_of(found(versions_are_lawful, ONE_NODE, LITERAL))
    assert found(unaided(versions_are_lawful, BYZ), ONE_NODE, LITERAL).verdict == "exhausted"


def test_a_quorum_alone_does_not_pin_the_version() -> None:
    """Without an activation height, a node that has read of the version judges an earlier operation by it."""
    steps = steps_of(found(one_version_an_operation, TWO_NODES, contract_change="quorum"))
    assert "register" in steps and steps.count("judge") == 2
    assert steps.index("include") < steps.index("register")


@pytest.mark.slow
def test_corrupted_validators_up_to_the_bound_do_not_put_a_version_in_force() -> None:
    assert found(versions_are_lawful, FOUR_NODES).verdict == "exhausted"
