"""Chains with nodes of their own: how few corrupted nodes of all are enough, if they are in one chain."""

from __future__ import annotations

import pytest

from meterproof.claims import explore, induction
from meterproof.lang.formula import Formula
from meterproof.prove.quorums import tolerance
from meterproof.traces.trace import Trace
from model.shards import of_one_chain
from properties.shards import (
    THREE_OF_TEN,
    THREE_OF_TWENTY,
    TWO_CHAINS,
    TWO_OF_TWENTY,
    agreement_in_every_chain,
    no_chain_is_captured,
)
from tests.model.chains import CHARITABLE, found
from tests.model.machines import run_again


def seats(run: Trace) -> set[int]:
    """The nodes of the chain."""
    return {step.params[0] for step in run.steps if step.action == "assign"}


def corrupted(run: Trace) -> set[int]:
    """The corrupted nodes."""
    return {node for node, faulty in enumerate(run.instance.rigids["faulty"]) if faulty}


def test_two_of_twenty_corrupted_nodes_fork_one_of_five_chains() -> None:
    """Ten per cent: both are in the chain, and its two others are divided."""
    run = run_again(found(agreement_in_every_chain, TWO_OF_TWENTY, CHARITABLE))
    assert len(seats(run)) == 4 and len(corrupted(run)) == 2
    assert corrupted(run) < seats(run)


@pytest.mark.parametrize(("nodes", "fatal"), [(4, 2), (7, 3), (10, 2)])
def test_what_forks_a_chain_depends_on_its_own_size(nodes: int, fatal: int) -> None:
    """Of five chains: 10 % of twenty nodes, 9 % of 35, 4 % of fifty. The larger the chains, the smaller the part."""
    assert tolerance(Formula.parse("floor((n-1)/2)+2"), {"n": nodes}) + 1 == fatal


def test_one_corrupted_node_forks_no_chain_of_four() -> None:
    plan = explore(eager=True, symmetry=["all"], Replica=8, Count=4, Block=2, faulty=1)
    assert found(agreement_in_every_chain, plan, CHARITABLE).verdict == "exhausted"


def test_three_of_twenty_nodes_decide_in_a_chain_of_four_alone() -> None:
    run = run_again(found(no_chain_is_captured, THREE_OF_TWENTY, CHARITABLE))
    assert "accept" not in {step.action for step in run.steps}


def test_a_quorum_of_all_nodes_makes_placement_irrelevant() -> None:
    """For any number of nodes, and of corrupted ones among those of the chain."""
    assert found(agreement_in_every_chain, induction()).verdict == "proved"
    assert found(agreement_in_every_chain, TWO_CHAINS).verdict == "exhausted"


def test_checkpoints_do_not_keep_a_captured_chain_from_storing_what_it_likes() -> None:
    """The price: correct nodes of other chains sign what they have not validated."""
    run = run_again(found(no_chain_is_captured, THREE_OF_TEN))
    actions = [step.action for step in run.steps]
    assert "countersign" in actions and "accept" not in actions


def test_a_bound_for_each_chain_keeps_it_from_being_captured() -> None:
    """With g of its m nodes corrupted at most, a correct node has accepted whatever the chain has."""
    plan = explore(eager=True, symmetry=["all"], Replica=8, Count=4, Block=1, faulty=1)
    assert found(no_chain_is_captured, plan).verdict == "exhausted"


def test_a_chain_s_rule_is_that_of_all_nodes_said_of_its_own() -> None:
    quorum = of_one_chain(Formula.parse("floor((n+f)/2)+1"))
    assert quorum.evaluate({"n": 20, "m": 4, "g": 1}) == 3
    assert of_one_chain(Formula.parse("floor((n-1)/2)+2")).evaluate({"n": 50, "m": 10, "g": 3}) == 6
