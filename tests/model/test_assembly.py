"""How a chain accepts a block and what it stores: what "most other nodes" are worth, and what is attached later.

The text leaves the number, the votes and who sees them open. Each is tried by itself: believing the origin, accepting
two blocks, and, where neither happens, a majority of the others and the origin among so many nodes. Then what becomes
of records, of times, and of a block that was accepted before it was complete.
"""

from __future__ import annotations

from collections import Counter

import pytest

from meterproof.claims import Plan, explore
from meterproof.errors import InputError
from meterproof.lang import forall, implies, invariant
from meterproof.lang.formula import Formula
from meterproof.prove.quorums import Admitted, Limited, shared_member, tolerance
from model.block_times import BlockTimes
from model.vocabulary import BYZ, CENTER, NET, ORIG, Block, Height, Time
from properties.assembly import (
    CORRECT_ORIGIN,
    FOUR,
    MOST_OTHERS,
    TEN,
    THREE_CORRECT,
    agreement,
    agreement_in_one_round,
    stored_is_accepted,
    stored_scripts_are_lawful,
)
from properties.block_times import TWO_BLOCKS
from properties.inclusion import TWO_NODES, TWO_RECORDS, no_duplicates, nothing_is_kept_out
from tests.model.chains import CHARITABLE, HARDENED, LITERAL, SHOWN, found, steps_of, unaided
from tests.model.machines import run_again

# ---- which block is accepted


def voters(plan: Plan, of: str, **changes: object) -> dict[int, set[int]]:
    """Who has accepted which block in a run to two blocks at one place: by proposing, accepting or signing it."""
    run = run_again(found(agreement, plan, of, **changes))
    votes: dict[int, set[int]] = {}
    for step in run.steps:
        if step.action in ("propose", "accept", "sign"):
            votes.setdefault(step.params[1], set()).add(step.params[0])
    return votes


@pytest.mark.slow
def test_three_of_ten_nodes_make_two_blocks_of_six_votes_each() -> None:
    """A faulty origin, both other faulty nodes and three correct ones accept one block; the other three the second."""
    one, other = voters(TEN, SHOWN).values()
    assert len(one) == len(other) == 6
    assert 2 <= len(one & other) <= 3


@pytest.mark.parametrize("nodes", [4, 5, 6, 7, 8, 9])
def test_most_other_nodes_are_enough_up_to_seven_nodes_and_at_nine(nodes: int) -> None:
    """Also where all f = floor((n-1)/3) nodes are faulty that are meant to be withstood."""
    faulty = (nodes - 1) // 3
    stands = tolerance(Formula.parse(MOST_OTHERS, ("n",)), {"n": nodes}) >= faulty
    assert stands == (nodes != 8)
    if nodes < 9:
        plan = explore(eager=True, symmetry=["all"], Replica=nodes, Block=2, faulty=faulty)
        assert found(agreement, plan, SHOWN).verdict == ("exhausted" if stands else "violated")


def test_most_other_nodes_never_stand_three_equivocators() -> None:
    """Two such majorities may have no more than two nodes in common where n is even, and three where it is odd."""
    quorum = Formula.parse(MOST_OTHERS, ("n",))
    assert {tolerance(quorum, {"n": n}) for n in range(2, 200, 2)} == {1}
    assert {tolerance(quorum, {"n": n}) for n in range(3, 200, 2)} == {2}
    third = Formula.parse("floor((n-1)/3)", ("n",))
    fact = shared_member(quorum, quorum, Admitted(), (Limited("faulty", third),))
    assert fact.holds is False and fact.numbers.startswith("n=8")


def test_no_fault_is_needed_where_a_node_may_accept_two_blocks() -> None:
    run = run_again(found(unaided(agreement), THREE_CORRECT, LITERAL))
    assert not any(run.instance.rigids["faulty"])
    assert Counter(step.action for step in run.steps)["store"] == 2


def test_a_faulty_origin_is_believed_whoever_has_accepted_its_block() -> None:
    """However many nodes there are: nobody else is asked."""
    for plan in (FOUR, explore(symmetry=["all"], Replica=7, Block=2, faulty=1)):
        assert steps_of(found(agreement, plan, CHARITABLE)) == ["lie", "lie", "store", "store"]


def test_one_corruption_more_than_the_bound_breaks_agreement_in_one_round() -> None:
    beyond = explore(eager=True, Replica=4, Block=2, faulty=2)
    assert found(agreement_in_one_round, beyond).verdict == "violated"


def test_a_chain_of_fewer_than_3f_plus_1_nodes_is_refused() -> None:
    with pytest.raises(InputError, match="Replica >= 4"):
        found(agreement_in_one_round, explore(Replica=3, Block=2, f=1, faulty=1))


# ---- what is stored


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE, SHOWN])
def test_under_every_reading_what_is_stored_need_not_be_what_was_accepted(of: str) -> None:
    assert found(stored_is_accepted, FOUR, of).verdict == "violated"


def test_a_timestamp_that_is_attached_after_the_vote_lets_the_origin_show_two_blocks() -> None:
    """Nobody votes twice, the votes are shown, and the scripts are right: the two differ in the timestamp alone."""
    run = run_again(found(unaided(stored_is_accepted, ORIG), FOUR, SHOWN))
    assert all(run.instance.rigids["lawful"])
    assert Counter(step.action for step in run.steps)["complete_at_will"] == 2


def test_a_correct_origin_stores_what_was_accepted_also_as_published() -> None:
    for of in (LITERAL, CHARITABLE, SHOWN):
        assert found(stored_is_accepted, CORRECT_ORIGIN, of).verdict == "exhausted"


def test_a_centre_at_will_is_enough_for_an_unlawful_script_and_no_origin_is_needed() -> None:
    steps = steps_of(found(unaided(stored_scripts_are_lawful, CENTER), CORRECT_ORIGIN, LITERAL))
    assert "complete_under_orders" in steps
    assert found(unaided(stored_scripts_are_lawful, BYZ), CORRECT_ORIGIN, LITERAL).verdict == "exhausted"


# ---- records of meters


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_two_nodes_that_take_themselves_to_be_first_store_a_record_twice(of: str) -> None:
    run = run_again(found(unaided(no_duplicates, NET), TWO_NODES, of))
    assert not any(run.instance.rigids["dishonest"])
    assert [step.action for step in run.steps] == ["receive", "receive_unaware", "include", "include"]


def test_an_honest_network_and_honest_nodes_store_a_record_once() -> None:
    assert found(unaided(no_duplicates), TWO_RECORDS, LITERAL).verdict == "exhausted"


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_a_silent_first_receiver_keeps_a_record_out(of: str) -> None:
    steps = steps_of(found(unaided(nothing_is_kept_out), TWO_NODES, of))
    assert steps == ["receive", "receive_later"]


def test_any_proposer_without_an_identity_of_records_makes_duplicates_without_an_adversary() -> None:
    """The two rules go together: that others take over is safe only where a second copy is known."""
    steps = steps_of(found(unaided(no_duplicates), TWO_NODES, record_id="none"))
    assert steps == ["receive", "receive_later", "include", "include"]


# ---- times


@invariant(of=BlockTimes)
def later_blocks_are_made_later(s):
    """Blocks have later times in their headers than those before them."""
    return forall(
        Block, Block, Height, Height, Time, Time,
        lambda b, c, g, h, t, u: implies(
            s.stored[b, g] & s.stored[c, h] & (g < h) & s.dated[b, t] & s.dated[c, u], t < u
        ),
    )  # fmt: skip


def test_header_times_need_not_increase_even_among_honest_nodes_with_equal_clocks() -> None:
    """A block that is made later may be stored earlier, and the chain's times then go back."""
    steps = steps_of(found(later_blocks_are_made_later, TWO_BLOCKS, CHARITABLE))
    assert "make_at_will" not in steps and steps.count("lock") == 2
    assert found(later_blocks_are_made_later, TWO_BLOCKS, HARDENED).verdict == "exhausted"
